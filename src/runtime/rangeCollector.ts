import { cutFirst, growColumns, pickRows, resized } from './columns';
import { Slots } from './slots';

/** Ranges in order of their start. */
export interface RangeColumns {
  readonly length: number;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  /** Whose range it is: a goroutine or a P. */
  readonly key: Float64Array;
  readonly stack: Uint32Array;
}

/**
 * Collects ranges of which each key (a goroutine, a P) has at most one open. A range that was open before the trace begins with it, one that never
 * ends ends with it (facts.md section 2). Begins of what is open already and further ends of what is closed say nothing.
 */
export class RangeCollector {
  private length = 0;
  private columns = {
    startNs: new Float64Array(64),
    endNs: new Float64Array(64),
    key: new Float64Array(64),
    stack: new Uint32Array(64),
  };
  private readonly keys = new Slots();
  /** By slot of a key: 1 + its open row, 0 when its last range is closed. */
  private openRow = new Uint32Array(64);

  constructor(private readonly traceStartNs: number) {}

  /** Returns whether a range begins. */
  begin(key: number, timeNs: number, stack: number): boolean {
    const slot = this.slotOf(key);
    if (this.openRow[slot] !== 0) {
      return false;
    }
    if (this.length === this.columns.key.length) {
      this.columns = growColumns(this.columns);
    }
    const { columns } = this;
    columns.startNs[this.length] = timeNs;
    columns.key[this.length] = key;
    columns.stack[this.length] = stack;
    this.openRow[slot] = ++this.length;
    return true;
  }

  /** The range is on; it began before the trace if nothing else is known. Returns whether that is news. */
  active(key: number, stack = 0): boolean {
    return this.begin(key, this.traceStartNs, stack);
  }

  /** Returns whether the range turns out to have been on since the start of the trace. */
  end(key: number, timeNs: number): boolean {
    const isNews = this.keys.find(key) < 0 && this.active(key);
    const slot = this.slotOf(key);
    const row = (this.openRow[slot] ?? 0) - 1;
    if (row >= 0) {
      this.columns.endNs[row] = timeNs;
      this.openRow[slot] = 0;
    }
    return isNews;
  }

  finish(traceEndNs: number): RangeColumns {
    for (let slot = 0; slot < this.keys.length; slot++) {
      const row = (this.openRow[slot] ?? 0) - 1;
      if (row >= 0) {
        this.columns.endNs[row] = traceEndNs;
      }
    }
    const { length, columns } = this;
    return { length, ...pickRows(columns, cutFirst(columns.startNs, length, this.traceStartNs)) };
  }

  private slotOf(key: number): number {
    const slot = this.keys.slotOf(key);
    if (slot >= this.openRow.length) {
      this.openRow = resized(this.openRow, slot * 2);
    }
    return slot;
  }
}
