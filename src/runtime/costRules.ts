import { resized } from './columns';
import type { CostClass } from './facts';

/** The exclusive classes of a task's time, facts.md section 7. */
export const costClasses = [
  'stwGC',
  'stwOther',
  'assistWait',
  'assist',
  'sweep',
  'runnableInMark',
  'runnable',
  'running',
  'syscall',
  'waiting',
  'absent',
] as const satisfies readonly CostClass[];

/** Position in `costClasses`: what is counted by the million is told by number. */
export const costClass: Readonly<Record<CostClass, number>> = {
  stwGC: 0,
  stwOther: 1,
  assistWait: 2,
  assist: 3,
  sweep: 4,
  runnableInMark: 5,
  runnable: 6,
  running: 7,
  syscall: 8,
  waiting: 9,
  absent: 10,
};

/** The classes that are the GC's doing. */
export const taxClasses: readonly CostClass[] = ['stwGC', 'assistWait', 'assist', 'sweep', 'runnableInMark'];

/** The string of the runtime for a goroutine that waits for assist credit (Go runtime/runtime2.go). */
export const assistWaitReason = 'GC mark assist wait for work';

/** Stands in disjoint intervals at the first that ends after the time sought; Infinity behind the last. */
export interface SeekableIntervals {
  readonly startNs: number;
  readonly endNs: number;
  seek(timeNs: number): void;
}

/** Inside of these intervals time belongs to this class. */
export interface CostRule {
  readonly intervals: SeekableIntervals;
  readonly name: number;
}

/** Takes down what time is spent on, from its first moment to its last. */
export interface Ledger {
  readonly nowNs: number;
  /** Everything from now to `toNs` was spent on one class, given by its number. */
  add(name: number, toNs: number): void;
}

/** Gives the time from now to `toNs` to the first rule that holds at each instant, else to `otherwise`. */
export function spend(ledger: Ledger, toNs: number, rules: readonly CostRule[], otherwise: number): void {
  while (ledger.nowNs < toNs) {
    const { nowNs } = ledger;
    let spentOn = otherwise;
    let untilNs = toNs;
    for (let k = 0; k < rules.length; k++) {
      const rule = rules[k];
      if (rule === undefined) {
        break;
      }
      const { intervals } = rule;
      intervals.seek(nowNs);
      if (intervals.startNs <= nowNs) {
        spentOn = rule.name;
        untilNs = Math.min(untilNs, intervals.endNs);
        break;
      }
      untilNs = Math.min(untilNs, intervals.startNs);
    }
    ledger.add(spentOn, untilNs);
  }
}

/** The union of intervals of which begins and ends are told in order of time; while one is open the last ends at Infinity. */
export class OpenIntervals implements SeekableIntervals {
  startNs = Infinity;
  endNs = Infinity;
  /** From here on nothing is known to be inside. */
  untilNs = -Infinity;
  private length = 0;
  private open = 0;
  private starts = new Float64Array(16);
  private ends = new Float64Array(16);

  begin(timeNs: number): void {
    if (this.open++ > 0) {
      return;
    }
    if (this.length === this.starts.length) {
      this.starts = resized(this.starts, this.length * 2);
      this.ends = resized(this.ends, this.length * 2);
    }
    this.starts[this.length] = timeNs;
    this.ends[this.length++] = Infinity;
    this.untilNs = Infinity;
  }

  end(timeNs: number): void {
    if (this.open > 0 && --this.open === 0) {
      this.ends[this.length - 1] = timeNs;
      this.untilNs = timeNs;
    }
  }

  seek(timeNs: number): void {
    const { ends } = this;
    let at = 0;
    let high = this.length;
    while (at < high) {
      const middle = (at + high) >>> 1;
      if ((ends[middle] ?? 0) <= timeNs) {
        at = middle + 1;
      } else {
        high = middle;
      }
    }
    this.startNs = at === this.length ? Infinity : (this.starts[at] ?? Infinity);
    this.endNs = at === this.length ? Infinity : (this.ends[at] ?? Infinity);
  }
}
