import { remember } from '../base';
import { Slots } from './slots';

/** Rows of a table by the value of a column: the rows of each value are adjacent, in their own order. Built in one counting sort, asked in O(1). */
export class RowGroups {
  private readonly slots = new Slots();
  /** Rows of the n-th value: rows[start[n]] … rows[start[n + 1] - 1]. */
  readonly start: Uint32Array;
  readonly rows: Uint32Array;

  /** @param keys by row */
  constructor(keys: ArrayLike<number>) {
    const { slots } = this;
    const slotOfRow = new Uint32Array(keys.length);
    for (let row = 0; row < keys.length; row++) {
      slotOfRow[row] = slots.slotOf(keys[row] ?? 0);
    }
    const start = new Uint32Array(slots.length + 1);
    for (let row = 0; row < keys.length; row++) {
      const slot = slotOfRow[row] ?? 0;
      start[slot + 1] = (start[slot + 1] ?? 0) + 1;
    }
    for (let slot = 0; slot < slots.length; slot++) {
      start[slot + 1] = (start[slot + 1] ?? 0) + (start[slot] ?? 0);
    }
    const next = start.slice();
    const rows = new Uint32Array(keys.length);
    for (let row = 0; row < keys.length; row++) {
      const slot = slotOfRow[row] ?? 0;
      const place = next[slot] ?? 0;
      rows[place] = row;
      next[slot] = place + 1;
    }
    this.start = start;
    this.rows = rows;
  }

  /** Number of different values. */
  get length(): number {
    return this.slots.length;
  }

  /** All values in the order of first mention. */
  keys(): Float64Array {
    return this.slots.toColumn();
  }

  /** The n-th value in the order of first mention. */
  keyAt(n: number): number {
    return this.slots.idOf(n);
  }

  /** Which value this is, -1 when no row has it. */
  indexOf(key: number): number {
    return this.slots.find(key);
  }

  /** Rows of the n-th value. */
  rowsAt(n: number): Uint32Array {
    return this.rows.subarray(this.start[n] ?? 0, this.start[n + 1] ?? 0);
  }

  /** Rows of a value; none where no row has it. */
  rowsOf(key: number): Uint32Array {
    const slot = this.slots.find(key);
    return slot < 0 ? noRows : this.rowsAt(slot);
  }
}

const noRows = new Uint32Array();

/** Rows of a column that does not change, by its values: grouped once, for all who ask. */
export const rowsBy = remember((column: Float64Array | Uint32Array) => new RowGroups(column));

/** Where among the rows of a group the last one stands that starts at or before a moment; before the group where none does. */
export function lastBegun({ start, rows }: RowGroups, group: number, startNs: Float64Array, timeNs: number): number {
  let low = start[group] ?? 0;
  let high = start[group + 1] ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((startNs[rows[middle] ?? 0] ?? 0) <= timeNs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
