import { growColumns, resizeColumns } from './columns';
import type { HeapSeries } from './facts';

/** Goals above this mean that GC is off (files of Go 1.24 and before hold nonsense near 2^63 then). */
const gcOffBytes = 2 ** 60;

/** Collects the live heap and its goal as step series. */
export class HeapSeriesCollector {
  private readonly live = new StepSeries();
  private readonly goal = new StepSeries();
  private lastGoalBytes: number | null = null;

  addLive(timeNs: number, bytes: number): void {
    this.live.add(timeNs, bytes);
  }

  addGoal(timeNs: number, bytes: number): void {
    this.goal.add(timeNs, bytes > 0 && bytes < gcOffBytes ? bytes : NaN);
    this.lastGoalBytes = bytes;
  }

  finish(): HeapSeries {
    const live = this.live.finish();
    const goal = this.goal.finish();
    return {
      liveNs: live.timeNs,
      liveBytes: live.bytes,
      goalNs: goal.timeNs,
      goalBytes: goal.bytes,
      lastGoalBytes: this.lastGoalBytes,
    };
  }
}

class StepSeries {
  private length = 0;
  private columns = { timeNs: new Float64Array(64), bytes: new Float64Array(64) };

  add(timeNs: number, bytes: number): void {
    if (this.length === this.columns.timeNs.length) {
      this.columns = growColumns(this.columns);
    }
    this.columns.timeNs[this.length] = timeNs;
    this.columns.bytes[this.length++] = bytes;
  }

  finish(): { readonly timeNs: Float64Array; readonly bytes: Float64Array } {
    return resizeColumns(this.columns, this.length);
  }
}
