import type { HeapSeries } from './facts';

/** Goals above this mean that GC is off (files of Go 1.24 and before hold nonsense near 2^63 then). */
const gcOffBytes = 2 ** 60;

/** Collects the live heap and its goal as step series. */
export class HeapSeriesCollector {
  private liveLength = 0;
  private readonly liveNs: Float64Array;
  private readonly liveBytes: Float64Array;
  private goalLength = 0;
  private readonly goalNs: Float64Array;
  private readonly goalBytes: Float64Array;
  private lastGoalBytes: number | null = null;

  constructor(liveCapacity: number, goalCapacity: number) {
    this.liveNs = new Float64Array(liveCapacity);
    this.liveBytes = new Float64Array(liveCapacity);
    this.goalNs = new Float64Array(goalCapacity);
    this.goalBytes = new Float64Array(goalCapacity);
  }

  addLive(timeNs: number, bytes: number): void {
    this.liveNs[this.liveLength] = timeNs;
    this.liveBytes[this.liveLength++] = bytes;
  }

  addGoal(timeNs: number, bytes: number): void {
    this.goalNs[this.goalLength] = timeNs;
    this.goalBytes[this.goalLength++] = bytes > 0 && bytes < gcOffBytes ? bytes : NaN;
    this.lastGoalBytes = bytes;
  }

  finish(): HeapSeries {
    const { liveNs, liveBytes, goalNs, goalBytes, lastGoalBytes } = this;
    return { liveNs, liveBytes, goalNs, goalBytes, lastGoalBytes };
  }
}
