/**
 * The rows of the largest values, largest first, equal ones in their own order. Only these are sorted one against another: of many rows few are wanted.
 * @param rows to choose from, each value a number
 */
export function largestRows(values: ArrayLike<number>, rows: Uint32Array, limit: number): Uint32Array {
  const least = nthLargest(values, rows, limit);
  const chosen: number[] = [];
  let equal = limit - countAbove(values, rows, least);
  for (const row of rows) {
    const value = values[row] ?? 0;
    if (value > least || (value === least && equal-- > 0)) {
      chosen.push(row);
    }
  }
  return Uint32Array.from(chosen.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b));
}

function nthLargest(values: ArrayLike<number>, rows: Uint32Array, n: number): number {
  if (n >= rows.length) {
    return -Infinity;
  }
  const sorted = Float64Array.from(rows, (row) => values[row] ?? 0).sort();
  return sorted[sorted.length - n] ?? Infinity;
}

function countAbove(values: ArrayLike<number>, rows: Uint32Array, least: number): number {
  let count = 0;
  for (const row of rows) {
    count += (values[row] ?? 0) > least ? 1 : 0;
  }
  return count;
}
