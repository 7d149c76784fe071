import { type Exact, highHalf, lowHalf } from '../wire';

/** Ticks by row, as the int64 that they are. */
export class TickColumn {
  readonly high: Int32Array;
  readonly low: Uint32Array;

  constructor(capacity: number) {
    this.high = new Int32Array(capacity);
    this.low = new Uint32Array(capacity);
  }

  set(row: number, tick: Exact): void {
    this.high[row] = highHalf(tick);
    this.low[row] = lowHalf(tick);
  }

  move(from: number, to: number): void {
    this.high[to] = this.high[from] ?? 0;
    this.low[to] = this.low[from] ?? 0;
  }

  isZero(row: number): boolean {
    return this.high[row] === 0 && this.low[row] === 0;
  }

  /** Negative when row `a` comes before row `b`, 0 when their ticks are the same. */
  compare(a: number, b: number): number {
    return (this.high[a] ?? 0) - (this.high[b] ?? 0) || (this.low[a] ?? 0) - (this.low[b] ?? 0);
  }

  /** A row's ticks, for `since`. */
  halvesOf(row: number): { readonly high: number; readonly low: number } {
    return { high: this.high[row] ?? 0, low: this.low[row] ?? 0 };
  }

  /** The ticks to row `row` since another one, rounded to a double; the difference wraps around as int64 does. */
  since(start: { readonly high: number; readonly low: number }, row: number): number {
    const low = (this.low[row] ?? 0) - start.low;
    const high = (this.high[row] ?? 0) - start.high - (low < 0 ? 1 : 0);
    return (high | 0) * 2 ** 32 + (low >>> 0);
  }
}
