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
  private readonly startNs: Float64Array;
  private readonly endNs: Float64Array;
  private readonly key: Float64Array;
  private readonly stack: Uint32Array;
  /** Open row of a key; -1 when its last range is closed, nothing when it never had one. */
  private readonly openRow = new Map<number, number>();

  /** @param capacity upper bound of ranges: the number of events that can begin or end one */
  constructor(
    capacity: number,
    private readonly traceStartNs: number,
  ) {
    this.startNs = new Float64Array(capacity);
    this.endNs = new Float64Array(capacity).fill(NaN);
    this.key = new Float64Array(capacity);
    this.stack = new Uint32Array(capacity);
  }

  begin(key: number, timeNs: number, stack: number): void {
    if ((this.openRow.get(key) ?? -1) < 0) {
      this.openRow.set(key, this.length);
      this.startNs[this.length] = timeNs;
      this.key[this.length] = key;
      this.stack[this.length] = stack;
      this.length++;
    }
  }

  /** The range is on; it began before the trace if nothing else is known. */
  active(key: number, stack = 0): void {
    this.begin(key, this.traceStartNs, stack);
  }

  end(key: number, timeNs: number): void {
    if (!this.openRow.has(key)) {
      this.active(key);
    }
    const row = this.openRow.get(key) ?? -1;
    if (row >= 0) {
      this.endNs[row] = timeNs;
      this.openRow.set(key, -1);
    }
  }

  finish(traceEndNs: number): RangeColumns {
    for (const row of this.openRow.values()) {
      if (row >= 0) {
        this.endNs[row] = traceEndNs;
      }
    }
    const order = this.cutFirst();
    return {
      length: this.length,
      startNs: pick(this.startNs, order),
      endNs: pick(this.endNs, order),
      key: pick(this.key, order),
      stack: Uint32Array.from(order, (row) => this.stack[row] ?? 0),
    };
  }

  /** Rows in order of their start: they already are, but for those that began with the trace and were noticed later. */
  private cutFirst(): Uint32Array {
    const order = new Uint32Array(this.length);
    let next = 0;
    for (const wanted of [true, false]) {
      for (let row = 0; row < this.length; row++) {
        if ((this.startNs[row] === this.traceStartNs) === wanted) {
          order[next++] = row;
        }
      }
    }
    return order;
  }
}

function pick(column: Float64Array, order: Uint32Array): Float64Array {
  const picked = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) {
    picked[i] = column[order[i] ?? 0] ?? 0;
  }
  return picked;
}
