// Sorts as Go's slices.SortFunc does, equal entries in the places that it gives them: pattern-defeating quicksort is not stable, and the official reader's order of
// events with equal times follows from it. Source: Orson Peters' pdqsort, in the variant of Go's package slices.

/** Runs up to this length are sorted by insertion, which is stable. */
const longestInsertion: i32 = 12;
const shortestNinther: i32 = 50;
const shortestShift: i32 = 50;
const mostShifts = 5;
const mostSwaps = 12;

/** What is sorted: times (i64), and a number (u32) with each. */
let times: usize = 0;
let values: usize = 0;
/** Comparisons out of order while the pivot at hand was chosen. */
let swaps = 0;
let isRising: bool = false;
let wasPartitioned: bool = false;

/** Sorts `count` entries by time. */
export function sortByTime(timesAt: usize, valuesAt: usize, count: u32): void {
  times = timesAt;
  values = valuesAt;
  sort(0, count as i32, 32 - (clz(count) as i32));
}

function timeAt(at: i32): i64 {
  return load<i64>(times + ((at as usize) << 3));
}

function less(a: i32, b: i32): bool {
  return timeAt(a) < timeAt(b);
}

function swap(a: i32, b: i32): void {
  const time = timeAt(a);
  store<i64>(times + ((a as usize) << 3), timeAt(b));
  store<i64>(times + ((b as usize) << 3), time);
  const value = load<u32>(values + ((a as usize) << 2));
  store<u32>(values + ((a as usize) << 2), load<u32>(values + ((b as usize) << 2)));
  store<u32>(values + ((b as usize) << 2), value);
}

/** Sorts entries [start, end); falls back to heap sort after `limit` bad partitions. */
function sort(start: i32, end: i32, limit: i32): void {
  let from = start;
  let to = end;
  let chances = limit;
  let wasBalanced = true;
  let isPartitioned: bool = true;
  for (;;) {
    const length = to - from;
    if (length <= longestInsertion) {
      insertionSort(from, to);
      return;
    }
    if (chances == 0) {
      heapSort(from, to);
      return;
    }
    if (!wasBalanced) {
      breakPatterns(from, to);
      chances--;
    }
    const pivot = choosePivot(from, to);
    if (isRising && wasBalanced && isPartitioned && isSortedByFewShifts(from, to)) {
      return;
    }
    if (from > 0 && !less(from - 1, pivot)) {
      from = partitionEqual(from, to, pivot);
      continue;
    }
    const middle = partition(from, to, pivot);
    isPartitioned = wasPartitioned;
    const left = middle - from;
    const right = to - middle;
    wasBalanced = min(left, right) >= length / 8;
    if (left < right) {
      sort(from, middle, chances);
      from = middle + 1;
    } else {
      sort(middle + 1, to, chances);
      to = middle;
    }
  }
}

function insertionSort(from: i32, to: i32): void {
  for (let next = from + 1; next < to; next++) {
    sinkLeft(next, from);
  }
}

/** Moves the entry at `place` left while it is less than the one before it, down to `lowest`. */
function sinkLeft(place: i32, lowest: i32): void {
  for (let at = place; at > lowest && less(at, at - 1); at--) {
    swap(at, at - 1);
  }
}

function heapSort(from: i32, to: i32): void {
  const length = to - from;
  for (let root = (length - 1) >> 1; root >= 0; root--) {
    siftDown(root, length, from);
  }
  for (let last = length - 1; last >= 0; last--) {
    swap(from, from + last);
    siftDown(0, last, from);
  }
}

function siftDown(start: i32, length: i32, from: i32): void {
  let root = start;
  for (;;) {
    let child = 2 * root + 1;
    if (child >= length) {
      return;
    }
    if (child + 1 < length && less(from + child, from + child + 1)) {
      child++;
    }
    if (!less(from + root, from + child)) {
      return;
    }
    swap(from + root, from + child);
    root = child;
  }
}

/** Scatters three entries by numbers that follow from the length alone. */
function breakPatterns(from: i32, to: i32): void {
  const length = to - from;
  const mask = (1 << (32 - (clz(length) as i32))) - 1;
  const middle = from + (length / 4) * 2;
  let random = length as u64;
  for (let place = middle - 1; place <= middle + 1; place++) {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    const other = (random as i32) & mask;
    swap(place, from + (other >= length ? other - length : other));
  }
}

/** Place of the pivot; says whether the entries look sorted. Those that look falling are turned around. */
function choosePivot(from: i32, to: i32): i32 {
  const length = to - from;
  const quarter = length / 4;
  swaps = 0;
  let first = from + quarter;
  let second = from + quarter * 2;
  let third = from + quarter * 3;
  if (length >= shortestNinther) {
    first = medianAround(first);
    second = medianAround(second);
    third = medianAround(third);
  }
  const place = median(first, second, third);
  if (swaps == mostSwaps) {
    reverse(from, to);
    isRising = true;
    return to - 1 - (place - from);
  }
  isRising = swaps == 0;
  return place;
}

function medianAround(place: i32): i32 {
  return median(place - 1, place, place + 1);
}

function median(first: i32, second: i32, third: i32): i32 {
  let low = first;
  let high = second;
  if (less(high, low)) {
    swaps++;
    low = second;
    high = first;
  }
  let middle = high;
  if (less(third, high)) {
    swaps++;
    middle = third;
  }
  if (less(middle, low)) {
    swaps++;
    return low;
  }
  return middle;
}

function reverse(from: i32, to: i32): void {
  for (let low = from, high = to - 1; low < high; low++, high--) {
    swap(low, high);
  }
}

/** Sorts entries that are nearly sorted; false when that takes more than a few shifts. */
function isSortedByFewShifts(from: i32, to: i32): bool {
  let place = from + 1;
  for (let shift = 0; shift < mostShifts; shift++) {
    while (place < to && !less(place, place - 1)) {
      place++;
    }
    if (place == to) {
      return true;
    }
    if (to - from < shortestShift) {
      return false;
    }
    swap(place, place - 1);
    if (place - from >= 2) {
      sinkLeft(place - 1, 0);
    }
    for (let at = place + 1; at < to && less(at, at - 1); at++) {
      swap(at, at - 1);
    }
  }
  return false;
}

/** Puts what is less than the pivot before it, the rest behind; returns where the pivot came to stand. */
function partition(from: i32, to: i32, pivot: i32): i32 {
  swap(from, pivot);
  let low = from + 1;
  let high = to - 1;
  wasPartitioned = true;
  while (low <= high) {
    if (less(low, from)) {
      low++;
    } else if (!less(high, from)) {
      high--;
    } else {
      swap(low++, high--);
      wasPartitioned = false;
    }
  }
  swap(high, from);
  return high;
}

/** Puts what equals the pivot before what is greater; nothing is less. Returns where the greater ones begin. */
function partitionEqual(from: i32, to: i32, pivot: i32): i32 {
  swap(from, pivot);
  let low = from + 1;
  let high = to - 1;
  while (low <= high) {
    if (!less(from, low)) {
      low++;
    } else if (less(from, high)) {
      high--;
    } else {
      swap(low++, high--);
    }
  }
  return low;
}
