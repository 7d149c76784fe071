/**
 * Sorts in place, equal items in the places that Go's slices.SortFunc gives them: pattern-defeating quicksort is not stable, and the official reader's
 * order of events with equal times follows from it. Source: Orson Peters' pdqsort, in the variant of Go's package slices.
 */
export function sortAsGo<Item>(items: Sortable<Item>, isLess: (a: Item, b: Item) => boolean): void {
  new Quicksort(items, isLess).sort(0, items.length, bitLength(items.length));
}

/** Items that can be put in other places. */
interface Sortable<Item> {
  readonly length: number;
  [place: number]: Item;
}

/** Runs up to this length are sorted by insertion, which is stable. */
const longestInsertion = 12;
const shortestNinther = 50;
const shortestShift = 50;
const mostShifts = 5;
const mostSwaps = 12;

enum Hint {
  Unknown,
  Rising,
  Falling,
}

class Quicksort<Item> {
  /** Comparisons out of order while the pivot at hand was chosen. */
  private swaps = 0;

  constructor(
    private readonly items: Sortable<Item>,
    private readonly isLess: (a: Item, b: Item) => boolean,
  ) {}

  /** Sorts items[start, end); falls back to heap sort after `limit` bad partitions. */
  sort(start: number, end: number, limit: number): void {
    let from = start;
    let to = end;
    let chances = limit;
    let wasBalanced = true;
    let wasPartitioned = true;
    for (;;) {
      const length = to - from;
      if (length <= longestInsertion) {
        this.insertionSort(from, to);
        return;
      }
      if (chances === 0) {
        this.heapSort(from, to);
        return;
      }
      if (!wasBalanced) {
        this.breakPatterns(from, to);
        chances--;
      }
      const pivot = this.choosePivot(from, to);
      if (pivot.hint === Hint.Rising && wasBalanced && wasPartitioned && this.isSortedByFewShifts(from, to)) {
        return;
      }
      if (from > 0 && !this.less(from - 1, pivot.place)) {
        from = this.partitionEqual(from, to, pivot.place);
        continue;
      }
      const partition = this.partition(from, to, pivot.place);
      wasPartitioned = partition.wasPartitioned;
      const left = partition.middle - from;
      const right = to - partition.middle;
      wasBalanced = Math.min(left, right) >= Math.floor(length / 8);
      if (left < right) {
        this.sort(from, partition.middle, chances);
        from = partition.middle + 1;
      } else {
        this.sort(partition.middle + 1, to, chances);
        to = partition.middle;
      }
    }
  }

  private less(a: number, b: number): boolean {
    const first = this.items[a];
    const second = this.items[b];
    return first !== undefined && second !== undefined && this.isLess(first, second);
  }

  private swap(a: number, b: number): void {
    const { items } = this;
    const first = items[a];
    const second = items[b];
    if (first !== undefined && second !== undefined) {
      items[a] = second;
      items[b] = first;
    }
  }

  private insertionSort(from: number, to: number): void {
    for (let next = from + 1; next < to; next++) {
      this.sinkLeft(next, from);
    }
  }

  /** Moves the item at `place` left while it is less than the one before it, down to `lowest`. */
  private sinkLeft(place: number, lowest: number): void {
    for (let at = place; at > lowest && this.less(at, at - 1); at--) {
      this.swap(at, at - 1);
    }
  }

  private heapSort(from: number, to: number): void {
    const length = to - from;
    for (let root = (length - 1) >> 1; root >= 0; root--) {
      this.siftDown(root, length, from);
    }
    for (let last = length - 1; last >= 0; last--) {
      this.swap(from, from + last);
      this.siftDown(0, last, from);
    }
  }

  private siftDown(start: number, length: number, from: number): void {
    let root = start;
    for (;;) {
      let child = 2 * root + 1;
      if (child >= length) {
        return;
      }
      if (child + 1 < length && this.less(from + child, from + child + 1)) {
        child++;
      }
      if (!this.less(from + root, from + child)) {
        return;
      }
      this.swap(from + root, from + child);
      root = child;
    }
  }

  /** Scatters three items by numbers that follow from the length alone. */
  private breakPatterns(from: number, to: number): void {
    const length = to - from;
    const mask = (1n << BigInt(bitLength(length))) - 1n;
    const middle = from + Math.floor(length / 4) * 2;
    let random = BigInt(length);
    for (let place = middle - 1; place <= middle + 1; place++) {
      random = BigInt.asUintN(64, random ^ (random << 13n));
      random ^= random >> 7n;
      random = BigInt.asUintN(64, random ^ (random << 17n));
      const other = Number(random & mask);
      this.swap(place, from + (other >= length ? other - length : other));
    }
  }

  /** Place of the pivot, and whether the run looks sorted; a run that looks falling is turned around. */
  private choosePivot(from: number, to: number): { readonly place: number; readonly hint: Hint } {
    const length = to - from;
    const quarter = Math.floor(length / 4);
    this.swaps = 0;
    let places: [number, number, number] = [from + quarter, from + quarter * 2, from + quarter * 3];
    if (length >= shortestNinther) {
      places = [this.medianAround(places[0]), this.medianAround(places[1]), this.medianAround(places[2])];
    }
    const place = this.median(...places);
    if (this.swaps === mostSwaps) {
      this.reverse(from, to);
      return { place: to - 1 - (place - from), hint: Hint.Rising };
    }
    return { place, hint: this.swaps === 0 ? Hint.Rising : Hint.Unknown };
  }

  private medianAround(place: number): number {
    return this.median(place - 1, place, place + 1);
  }

  private median(first: number, second: number, third: number): number {
    const [low, high] = this.inOrder(first, second);
    const [middle] = this.inOrder(high, third);
    return this.inOrder(low, middle)[1];
  }

  private inOrder(a: number, b: number): [number, number] {
    if (this.less(b, a)) {
      this.swaps++;
      return [b, a];
    }
    return [a, b];
  }

  private reverse(from: number, to: number): void {
    for (let low = from, high = to - 1; low < high; low++, high--) {
      this.swap(low, high);
    }
  }

  /** Sorts a run that is nearly sorted; false when that takes more than a few shifts. */
  private isSortedByFewShifts(from: number, to: number): boolean {
    let place = from + 1;
    for (let shift = 0; shift < mostShifts; shift++) {
      while (place < to && !this.less(place, place - 1)) {
        place++;
      }
      if (place === to) {
        return true;
      }
      if (to - from < shortestShift) {
        return false;
      }
      this.swap(place, place - 1);
      if (place - from >= 2) {
        this.sinkLeft(place - 1, 0);
      }
      for (let at = place + 1; at < to && this.less(at, at - 1); at++) {
        this.swap(at, at - 1);
      }
    }
    return false;
  }

  /** Puts what is less than the pivot before it, the rest behind; returns where the pivot came to stand. */
  private partition(from: number, to: number, pivot: number): { readonly middle: number; readonly wasPartitioned: boolean } {
    this.swap(from, pivot);
    let low = from + 1;
    let high = to - 1;
    let moves = 0;
    for (;;) {
      while (low <= high && this.less(low, from)) {
        low++;
      }
      while (low <= high && !this.less(high, from)) {
        high--;
      }
      if (low > high) {
        this.swap(high, from);
        return { middle: high, wasPartitioned: moves === 0 };
      }
      this.swap(low++, high--);
      moves++;
    }
  }

  /** Puts what equals the pivot before what is greater; nothing is less. Returns where the greater ones begin. */
  private partitionEqual(from: number, to: number, pivot: number): number {
    this.swap(from, pivot);
    let low = from + 1;
    let high = to - 1;
    for (;;) {
      while (low <= high && !this.less(from, low)) {
        low++;
      }
      while (low <= high && this.less(from, high)) {
        high--;
      }
      if (low > high) {
        return low;
      }
      this.swap(low++, high--);
    }
  }
}

/** Number of bits that a positive integer takes. */
function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}
