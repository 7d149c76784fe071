import { ns, type Ns } from '../base';
import type { TaskCost } from './capture';

/** The exclusive classes of a task's time, facts.md section 7. */
export const classNames = [
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
] as const satisfies readonly (keyof TaskCost)[];
/** A class of facts.md section 7. */
export type CostClass = (typeof classNames)[number];

/** Time in each class from the first of some moments up to each of them: `classNames.length` numbers a moment. */
export type Totals = Float64Array;

/** Adds up time by class and remembers the sums at given moments. */
export class Totalizer implements Ledger {
  readonly result: Totals;
  readonly endNs: number;
  nowNs: number;
  private readonly sums = new Float64Array(classNames.length);
  private next = 0;

  constructor(private readonly times: Float64Array) {
    this.result = new Float64Array(times.length * classNames.length);
    this.nowNs = times[0] ?? 0;
    this.endNs = times[times.length - 1] ?? 0;
    this.remember();
  }

  add(name: CostClass, toNs: number): void {
    const column = classNames.indexOf(name);
    while (this.nowNs < toNs) {
      const stopNs = Math.min(toNs, this.times[this.next] ?? toNs);
      this.sums[column] = (this.sums[column] ?? 0) + stopNs - this.nowNs;
      this.nowNs = stopNs;
      this.remember();
    }
  }

  private remember(): void {
    while (this.times[this.next] === this.nowNs) {
      const at = this.next * classNames.length;
      for (let column = 0; column < classNames.length; column++) {
        this.result[at + column] = this.sums[column] ?? 0;
      }
      this.next++;
    }
  }
}

/** What a stretch of a task's time was spent on. */
export interface CostInterval {
  readonly class: CostClass;
  readonly startNs: Ns;
  readonly endNs: Ns;
}

/** Takes down what time is spent on, from its first moment to its last. */
export interface Ledger {
  readonly nowNs: number;
  readonly endNs: number;
  /** Everything from now to `toNs` was spent on one class. */
  add(name: CostClass, toNs: number): void;
}

/** Keeps each stretch of one class. */
export class IntervalList implements Ledger {
  readonly result: CostInterval[] = [];

  constructor(
    public nowNs: number,
    readonly endNs: number,
  ) {}

  add(name: CostClass, toNs: number): void {
    if (toNs <= this.nowNs) {
      return;
    }
    const last = this.result.at(-1);
    if (last?.class === name) {
      this.result[this.result.length - 1] = { ...last, endNs: ns(toNs) };
    } else {
      this.result.push({ class: name, startNs: ns(this.nowNs), endNs: ns(toNs) });
    }
    this.nowNs = toNs;
  }
}
