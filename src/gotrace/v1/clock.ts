import type { TickColumn } from './ticks';

const firstInt64 = -(2 ** 63);

/** Ticks of the file as nanoseconds since its first event. */
export class Clock {
  private readonly nsPerTick: number;
  private readonly start: { readonly high: number; readonly low: number };

  /** @param firstRow the row at which time begins */
  constructor(
    private readonly ticks: TickColumn,
    firstRow: number,
    ticksPerSecond: number,
  ) {
    this.nsPerTick = 1e9 / ticksPerSecond;
    this.start = ticks.halvesOf(firstRow);
  }

  /** The time of a row: a whole number, exact also beyond 2^53. What int64 cannot hold is the first int64, as for the official reader. */
  timeNs(row: number): number {
    // Exactly the official reader's order of operations.
    const time = Math.trunc(this.ticks.since(this.start, row) * this.nsPerTick);
    return time >= firstInt64 && time < -firstInt64 ? time : firstInt64;
  }
}
