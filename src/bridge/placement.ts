import type { AppSpan, Task } from '../correlate';
import { isEmptySpan } from './appSpanIndex';
import type { Clock } from './clock';

/** A stretch of time of the trace. */
export interface Stretch {
  readonly startNs: number;
  readonly endNs: number;
}

/**
 * Moves the times of a request into its own span of the application, whose clock wins. The SDK reads the clock for the end of a span some time before it ends the
 * task, usually 1 µs, so a task can be longer than its span.
 */
export class Placement {
  private readonly shiftNs: number;
  private readonly earliestNs: number;
  private readonly latestNs: number;

  constructor(task: Task, given: AppSpan | null, clock: Clock) {
    const span = given === null || isEmptySpan(given) ? null : given;
    this.earliestNs = span === null ? task.startNs : clock.toTraceNs(span.startUnixNs);
    this.latestNs = span === null ? task.endNs : clock.toTraceNs(span.endUnixNs);
    this.shiftNs = Math.max(Math.min(0, this.latestNs - task.endNs), this.earliestNs - task.startNs);
  }

  /** The same stretch on the application's clock, cut to its span. */
  place({ startNs, endNs }: Stretch): Stretch {
    return { startNs: this.inside(startNs + this.shiftNs), endNs: this.inside(endNs + this.shiftNs) };
  }

  /**
   * Disjoint stretches on the application's clock with their durations: what would reach beyond the end of the span moves before it, and what is in the way
   * moves with it. Only what has no room in the whole span is cut.
   */
  placeDisjoint<T extends Stretch>(stretches: readonly T[]): T[] {
    let limitNs = this.latestNs;
    return [...stretches]
      .sort((a, b) => b.startNs - a.startNs)
      .map((stretch) => {
        const endNs = Math.min(stretch.endNs + this.shiftNs, limitNs);
        const startNs = Math.max(this.earliestNs, endNs - (stretch.endNs - stretch.startNs));
        limitNs = Math.max(startNs, this.earliestNs);
        return { ...stretch, startNs, endNs };
      })
      .reverse();
  }

  private inside(timeNs: number): number {
    return Math.min(Math.max(timeNs, this.earliestNs), this.latestNs);
  }
}
