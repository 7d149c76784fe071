/** Ticks of the file as nanoseconds since its first event. */
export class Clock {
  private readonly nsPerTick: number;

  constructor(
    private readonly firstTick: number,
    ticksPerSecond: number,
  ) {
    this.nsPerTick = 1e9 / ticksPerSecond;
  }

  /** Exactly the official reader's order of operations. */
  timeNs(tick: number): number {
    return Math.trunc((tick - this.firstTick) * this.nsPerTick);
  }
}
