/** Half-open intervals in time order that do not touch each other. */
export interface IntervalSet {
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/** The union of half-open intervals [start[i], end[i]) given in any order; empty ones vanish. n log n. */
export function unionOf(start: ArrayLike<number>, end: ArrayLike<number>): IntervalSet {
  const order = orderBy(start);
  const starts = new Float64Array(order.length);
  const ends = new Float64Array(order.length);
  let length = 0;
  for (const i of order) {
    const from = start[i] ?? 0;
    const to = end[i] ?? 0;
    if (to <= from) {
      continue;
    }
    const last = length - 1;
    const lastEnd = ends[last];
    if (lastEnd !== undefined && from <= lastEnd) {
      ends[last] = Math.max(lastEnd, to);
    } else {
      starts[length] = from;
      ends[length] = to;
      length++;
    }
  }
  return { start: starts.slice(0, length), end: ends.slice(0, length) };
}

/** Row numbers of a column in rising order of its values, equal ones in their own order. */
export function orderBy(column: ArrayLike<number>): Uint32Array {
  const order = new Uint32Array(column.length);
  for (let i = 0; i < order.length; i++) {
    order[i] = i;
  }
  for (let i = 1; i < order.length; i++) {
    if ((column[i] ?? 0) < (column[i - 1] ?? 0)) {
      return order.sort((a, b) => (column[a] ?? 0) - (column[b] ?? 0) || a - b);
    }
  }
  return order;
}

/** Sorts a column in place; what rises already, as most columns of times do, is only looked at. */
function sortRising(column: Float64Array): void {
  for (let i = 1; i < column.length; i++) {
    if ((column[i] ?? 0) < (column[i - 1] ?? 0)) {
      column.sort();
      return;
    }
  }
}

/** The values of a column at these rows. Ten times as fast as `from` with a function. */
export function valuesAt(column: ArrayLike<number>, rows: ArrayLike<number>): Float64Array {
  const values = new Float64Array(rows.length);
  for (let n = 0; n < values.length; n++) {
    values[n] = column[rows[n] ?? 0] ?? 0;
  }
  return values;
}

/** All rows of a table, in their order. */
export function allRows(length: number): Uint32Array {
  const rows = new Uint32Array(length);
  for (let row = 0; row < length; row++) {
    rows[row] = row;
  }
  return rows;
}

/** The rows of a table that are wanted. */
export function rowsWhere(length: number, isWanted: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    rows[count] = row;
    count += isWanted(row) ? 1 : 0;
  }
  return rows.slice(0, count);
}

/** The largest of each value and those before it: of ends, where it is past, no earlier interval goes on. */
export function runningMaximum(column: Float64Array): Float64Array {
  const largest = column.slice();
  for (let row = 1; row < largest.length; row++) {
    largest[row] = Math.max(largest[row] ?? 0, largest[row - 1] ?? 0);
  }
  return largest;
}

/** The number of values of a rising column that are at most `value`. */
export function countUpTo(rising: ArrayLike<number>, value: number): number {
  return countUpToWithin(rising, value, 0, rising.length);
}

/** The same, known to lie in [low, high]. */
function countUpToWithin(rising: ArrayLike<number>, value: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The same, found near `hint`: what is asked for in order of time is a few rows from where it was found last. */
export function countUpToNear(rising: ArrayLike<number>, value: number, hint: number): number {
  let low = Math.min(Math.max(0, hint), rising.length);
  let high = low;
  for (let step = 1; low > 0 && (rising[low - 1] ?? 0) > value; step *= 2) {
    high = low;
    low = Math.max(0, low - step);
  }
  for (let step = 1; high < rising.length && (rising[high] ?? 0) <= value; step *= 2) {
    low = high + 1;
    high = Math.min(rising.length, high + step);
  }
  return countUpToWithin(rising, value, low, high);
}

/** The number of values of a rising column that are below `value`. */
export function countBelow(rising: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** How much of each stretch of time many intervals cover, overlapping ones counted each: asked in log n, built in n log n. */
export class Coverage {
  private readonly at: Float64Array;
  /** Open intervals from at[i] on. */
  private readonly depth: Float64Array;
  /** Time covered before at[i]. */
  private readonly covered: Float64Array;

  constructor(start: ArrayLike<number>, end: ArrayLike<number>) {
    const starts = Float64Array.from(start);
    const ends = Float64Array.from(end);
    for (let row = 0; row < ends.length; row++) {
      ends[row] = Math.max(ends[row] ?? 0, starts[row] ?? 0);
    }
    sortRising(starts);
    sortRising(ends);
    const length = starts.length + ends.length;
    const at = new Float64Array(length);
    const depth = new Float64Array(length);
    const covered = new Float64Array(length);
    let open = 0;
    let sum = 0;
    let previous = 0;
    for (let i = 0, s = 0, e = 0; i < length; i++) {
      const startsNext = s < starts.length && (starts[s] ?? 0) <= (ends[e] ?? 0);
      const time = (startsNext ? starts[s++] : ends[e++]) ?? 0;
      sum += open === 0 ? 0 : open * (time - previous);
      open += startsNext ? 1 : -1;
      at[i] = time;
      depth[i] = open;
      covered[i] = sum;
      previous = time;
    }
    this.at = at;
    this.depth = depth;
    this.covered = covered;
  }

  /** Sum over all intervals of what lies in [from, to). */
  within(from: number, to: number): number {
    return to > from ? this.before(to) - this.before(from) : 0;
  }

  private before(time: number): number {
    const i = countUpTo(this.at, time) - 1;
    return i < 0 ? 0 : (this.covered[i] ?? 0) + (this.depth[i] ?? 0) * (time - (this.at[i] ?? 0));
  }
}
