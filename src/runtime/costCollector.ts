import { NONE } from '../gotrace';
import { growColumns, resized } from './columns';
import { costClass, costClasses, OpenIntervals, spend, type CostRule, type Ledger } from './costRules';

const width = costClasses.length;

/**
 * Adds up the cost of tasks while the events pass by (facts.md section 7). Each goroutine with an open task has a meter; what it did is spent whenever that
 * changes, when all that overlaps it is known. Only what turns out to have been on since the start of the trace may come too late for that.
 */
export class CostCollector implements Ledger {
  /** False when a range was noticed too late, or a task is on a goroutine of which nothing is known yet: costs are to be made anew. */
  isExact = true;
  nowNs = 0;
  private readonly gcStops = new OpenIntervals();
  private readonly otherStops = new OpenIntervals();
  private readonly marks = new OpenIntervals();
  private readonly sweepingProcs = new Set<number>();
  private readonly stopRules: readonly CostRule[];
  private readonly markRules: readonly CostRule[];

  /** By meter: its goroutine's slot, how far it is told, the P that the goroutine runs on, how many of its tasks are open. */
  private meters = { slot: new Uint32Array(64), nowNs: new Float64Array(64), proc: new Float64Array(64), tasks: new Uint32Array(64) };
  private meterCount = 0;
  private readonly freeMeters: number[] = [];
  /** `width` sums a meter. */
  private sums = new Float64Array(64 * width);
  private base = 0;
  private isMarking = false;

  /** By task, as it was begun: 1 + its meter, and what that said at its begin; when it has ended, what it cost. */
  private meterOfTask = new Uint32Array(64);
  private classNs = new Float64Array(64 * width).fill(NaN);

  constructor() {
    this.stopRules = [
      { intervals: this.gcStops, name: costClass.stwGC },
      { intervals: this.otherStops, name: costClass.stwOther },
    ];
    this.markRules = [...this.stopRules, { intervals: this.marks, name: costClass.runnableInMark }];
  }

  /** A meter for a goroutine that has none, from now on. */
  startMeter(slot: number, proc: number, timeNs: number): number {
    const meter = this.freeMeters.pop() ?? this.meterCount++;
    if (meter === this.meters.nowNs.length) {
      this.meters = growColumns(this.meters);
      this.sums = resized(this.sums, this.sums.length * 2);
    }
    this.meters.slot[meter] = slot;
    this.meters.nowNs[meter] = timeNs;
    this.meters.proc[meter] = proc;
    return meter;
  }

  /** The goroutine runs on this P from now on. */
  setProc(meter: number, proc: number): void {
    this.meters.proc[meter] = proc;
  }

  /**
   * Spends the time of a goroutine up to now.
   * @param state what it did, as the class that time belongs to where nothing else holds
   */
  spend(meter: number, state: number, isAssisting: boolean, timeNs: number): void {
    const { meters } = this;
    const fromNs = meters.nowNs[meter] ?? timeNs;
    meters.nowNs[meter] = timeNs;
    if (state !== costClass.running && state !== costClass.runnable) {
      this.sums[meter * width + state] = (this.sums[meter * width + state] ?? 0) + timeNs - fromNs;
      return;
    }
    const name = state === costClass.running ? this.nameRunning(meter, isAssisting) : isAssisting ? costClass.runnableInMark : state;
    const isStopped = this.gcStops.untilNs > fromNs || this.otherStops.untilNs > fromNs;
    const mayWaitForMark = name === costClass.runnable && this.marks.untilNs > fromNs;
    if (!isStopped && !mayWaitForMark) {
      this.sums[meter * width + name] = (this.sums[meter * width + name] ?? 0) + timeNs - fromNs;
      return;
    }
    this.nowNs = fromNs;
    this.base = meter * width;
    spend(this, timeNs, name === costClass.runnable ? this.markRules : this.stopRules, name);
  }

  private nameRunning(meter: number, isAssisting: boolean): number {
    if (isAssisting) {
      return costClass.assist;
    }
    return this.sweepingProcs.size > 0 && this.sweepingProcs.has(this.meters.proc[meter] ?? NONE) ? costClass.sweep : costClass.running;
  }

  /** For `spend` of the rules: time of the meter at hand. */
  add(name: number, toNs: number): void {
    this.sums[this.base + name] = (this.sums[this.base + name] ?? 0) + toNs - this.nowNs;
    this.nowNs = toNs;
  }

  /** A task begins on the goroutine of a meter that is told up to now. */
  beginTask(task: number, meter: number): void {
    if (task >= this.meterOfTask.length) {
      const size = task * 2;
      this.classNs = resized(this.classNs, size * width).fill(NaN, this.meterOfTask.length * width);
      this.meterOfTask = resized(this.meterOfTask, size);
    }
    this.meterOfTask[task] = meter + 1;
    this.meters.tasks[meter] = (this.meters.tasks[meter] ?? 0) + 1;
    for (let name = 0; name < width; name++) {
      this.classNs[task * width + name] = this.sums[meter * width + name] ?? 0;
    }
  }

  /** The slot of the goroutine of an open task, -1 without. */
  slotOfTask(task: number): number {
    const meter = this.meterOfTask[task] ?? 0;
    return meter === 0 ? -1 : (this.meters.slot[meter - 1] ?? -1);
  }

  /** A task ends whose meter is told up to now. Returns whether the meter has no other task and is given back. */
  endTask(task: number): boolean {
    const meter = (this.meterOfTask[task] ?? 0) - 1;
    this.meterOfTask[task] = 0;
    for (let name = 0; name < width; name++) {
      this.classNs[task * width + name] = (this.sums[meter * width + name] ?? 0) - (this.classNs[task * width + name] ?? 0);
    }
    const tasks = (this.meters.tasks[meter] ?? 0) - 1;
    this.meters.tasks[meter] = tasks;
    if (tasks === 0) {
      this.sums.fill(0, meter * width, (meter + 1) * width);
      this.freeMeters.push(meter);
    }
    return tasks === 0;
  }

  beginStop(isGc: boolean, timeNs: number): void {
    (isGc ? this.gcStops : this.otherStops).begin(timeNs);
  }

  endStop(isGc: boolean, timeNs: number): void {
    (isGc ? this.gcStops : this.otherStops).end(timeNs);
  }

  /** Of a mark phase that is on already, another begin says nothing. */
  setMarking(isOn: boolean, timeNs: number): void {
    if (!isOn) {
      this.marks.end(timeNs);
    } else if (!this.isMarking) {
      this.marks.begin(timeNs);
    }
    this.isMarking = isOn;
  }

  /** To be told after the time of the goroutine on that P was spent. */
  setSweeping(proc: number, isOn: boolean): void {
    if (isOn) {
      this.sweepingProcs.add(proc);
    } else {
      this.sweepingProcs.delete(proc);
    }
  }

  /** A range turns out to have been on since the start of the trace: time of tasks so far may have been inside of it. */
  noticeLate(): void {
    this.isExact = this.meterCount === 0 && this.isExact;
  }

  /** `costClasses.length` numbers for each of so many tasks, in the order of their rows. @param order tasks by row */
  finish(order: Uint32Array): Float64Array {
    const classNs = new Float64Array(order.length * width).fill(NaN);
    for (let row = 0; row < order.length; row++) {
      const task = order[row] ?? 0;
      classNs.set(this.classNs.subarray(task * width, (task + 1) * width), row * width);
    }
    return classNs;
  }
}
