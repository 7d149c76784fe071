import { valuesAt } from './intervals';

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
  return nthSmallest(valuesAt(values, rows), rows.length - n) ?? Infinity;
}

/** No file makes it look at all values more often than this. */
const mostRounds = 64;

/** The value that a sorted column would have at a place; the column is left in disorder (Hoare's selection). */
function nthSmallest(column: Float64Array, place: number): number | undefined {
  let low = 0;
  let high = column.length - 1;
  for (let round = 0; low < high; round++) {
    if (round === mostRounds) {
      column.subarray(low, high + 1).sort();
      break;
    }
    const pivot = column[(low + high) >>> 1] ?? 0;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((column[left] ?? 0) < pivot) {
        left++;
      }
      while ((column[right] ?? 0) > pivot) {
        right--;
      }
      if (left <= right) {
        const swapped = column[left] ?? 0;
        column[left++] = column[right] ?? 0;
        column[right--] = swapped;
      }
    }
    if (place <= right) {
      high = right;
    } else if (place >= left) {
      low = left;
    } else {
      break;
    }
  }
  return column[place];
}

function countAbove(values: ArrayLike<number>, rows: Uint32Array, least: number): number {
  let count = 0;
  for (const row of rows) {
    count += (values[row] ?? 0) > least ? 1 : 0;
  }
  return count;
}
