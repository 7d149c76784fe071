import { ns } from '../base';
import { NONE, type Trace } from '../gotrace';
import { assistWaitReason, costClass, costClasses, spend, type CostRule, type Ledger } from './costRules';
import { GoClass, type CostInterval, type RuntimeFacts, type TaskTable } from './facts';
import { rowAt } from './goroutineTimelines';
import { IntervalCursor } from './intervalCursor';
import { countUpTo, unionOf, valuesAt, type IntervalSet } from './intervals';
import { RowGroups, rowsBy } from './rowGroups';

/** What is to be known to say what a goroutine's time was spent on. */
export type CostFacts = Pick<RuntimeFacts, 'timelines' | 'stops' | 'gcCycles' | 'assists' | 'sweeps'>;

const width = costClasses.length;
const noIntervals: IntervalSet = { start: new Float64Array(), end: new Float64Array() };

/** Walks the timelines of goroutines and says what each stretch of time was spent on (facts.md section 7). */
export class CostReplay {
  /** Assists of the goroutine that is walked. */
  private readonly ownAssists = new IntervalCursor(noIntervals);
  private readonly runnableRules: readonly CostRule[];
  private readonly runningRules: readonly CostRule[];
  /** By P that sweeps at some time. */
  private readonly runningRulesOn = new Map<number, readonly CostRule[]>();
  private readonly assistsOf: RowGroups;
  private readonly assistWait: number;

  constructor(
    trace: Trace,
    private readonly facts: CostFacts,
  ) {
    const { stops, gcCycles, assists, sweeps } = facts;
    const marks = gcCycles.map((cycle) => ({ startNs: cycle.markStartNs, endNs: cycle.markEndNs }));
    const stopRules: readonly CostRule[] = [
      { intervals: new IntervalCursor(setOf(stops.filter((stop) => stop.isGc))), name: costClass.stwGC },
      { intervals: new IntervalCursor(setOf(stops.filter((stop) => !stop.isGc))), name: costClass.stwOther },
    ];
    this.runnableRules = [
      ...stopRules,
      { intervals: new IntervalCursor(setOf(marks)), name: costClass.runnableInMark },
      { intervals: this.ownAssists, name: costClass.runnableInMark },
    ];
    this.runningRules = [...stopRules, { intervals: this.ownAssists, name: costClass.assist }];
    const byProc = new RowGroups(sweeps.proc);
    for (let n = 0; n < byProc.length; n++) {
      const intervals = new IntervalCursor(setOfRows(sweeps, byProc.rowsAt(n)));
      this.runningRulesOn.set(byProc.keyAt(n), [...this.runningRules, { intervals, name: costClass.sweep }]);
    }
    this.assistsOf = rowsBy(assists.goroutine);
    this.assistWait = trace.strings.find(assistWaitReason) ?? -1;
  }

  /** The stretches of one class of a goroutine's time, in time order and without gaps. */
  intervals(goroutine: number, startNs: number, endNs: number): CostInterval[] {
    const list = new IntervalList(startNs);
    this.walk(goroutine, endNs, list);
    return list.result;
  }

  /**
   * Time of a goroutine by class up to each of some moments.
   * @param times rising moments
   * @returns `costClasses.length` sums a moment, counted from the first
   */
  sumsAt(goroutine: number, times: Float64Array): Float64Array {
    const sums = new SumsAtMoments(times);
    this.walk(goroutine, times[times.length - 1] ?? 0, sums);
    return sums.result;
  }

  private walk(goroutine: number, endNs: number, ledger: Ledger): void {
    const { timelines, assists } = this.facts;
    const slot = timelines.slotOf(goroutine);
    if (slot >= 0) {
      this.ownAssists.use(setOfRows(assists, this.assistsOf.rowsOf(goroutine)));
      const endRow = timelines.rowStart[slot + 1] ?? 0;
      for (let row = rowAt(timelines, slot, ledger.nowNs); row < endRow && ledger.nowNs < endNs; row++) {
        this.spendRow(row, Math.min(timelines.endNsAt(row), endNs), ledger);
      }
    }
    ledger.add(costClass.absent, endNs);
  }

  /** Spends the time from now to `toNs`, which lies in one row of the timelines. */
  private spendRow(row: number, toNs: number, ledger: Ledger): void {
    const { timelines } = this.facts;
    switch (timelines.classAt(row)) {
      case GoClass.Runnable:
        return spend(ledger, toNs, this.runnableRules, costClass.runnable);
      case GoClass.Running:
        return spend(ledger, toNs, this.runningRulesOn.get(timelines.procAt(row)) ?? this.runningRules, costClass.running);
      case GoClass.Waiting:
        return ledger.add(timelines.reasonAt(row) === this.assistWait ? costClass.assistWait : costClass.waiting, toNs);
      case GoClass.Syscall:
        return ledger.add(costClass.syscall, toNs);
      default:
        return ledger.add(costClass.absent, toNs);
    }
  }
}

/**
 * The stretches of time that a task's cost is the sum of, in time order and without gaps; none where there is no cost.
 * @returns a function of the task's row
 */
export function taskCostIntervals(trace: Trace, facts: CostFacts & Pick<RuntimeFacts, 'tasks'>): (row: number) => CostInterval[] {
  const { tasks } = facts;
  const replay = new CostReplay(trace, facts);
  return (row) => {
    const goroutine = tasks.goroutine[row] ?? NONE;
    return goroutine === NONE ? [] : replay.intervals(goroutine, tasks.startNs[row] ?? 0, tasks.endNs[row] ?? 0);
  };
}

/**
 * What a cost collector adds up as the events pass by, from the timelines instead: `width` numbers a task. Each goroutine's timeline is walked once, however
 * many tasks lie on it.
 */
export function replayTaskCosts(trace: Trace, facts: CostFacts, tasks: TaskTable): Float64Array {
  const classNs = new Float64Array(tasks.length * width).fill(NaN);
  const byGoroutine = rowsBy(tasks.goroutine);
  const replay = new CostReplay(trace, { ...facts, timelines: facts.timelines.restrictedTo(byGoroutine.keys()) });
  for (let n = 0; n < byGoroutine.length; n++) {
    const goroutine = byGoroutine.keyAt(n);
    if (goroutine !== NONE) {
      const rows = byGoroutine.rowsAt(n);
      const times = momentsOf(tasks, rows);
      const sums = replay.sumsAt(goroutine, times);
      for (const row of rows) {
        const start = (countUpTo(times, tasks.startNs[row] ?? 0) - 1) * width;
        const end = (countUpTo(times, tasks.endNs[row] ?? 0) - 1) * width;
        for (let name = 0; name < width; name++) {
          classNs[row * width + name] = (sums[end + name] ?? 0) - (sums[start + name] ?? 0);
        }
      }
    }
  }
  return classNs;
}

/** When the tasks of these rows begin and end, rising. */
function momentsOf({ startNs, endNs }: TaskTable, rows: Uint32Array): Float64Array {
  const times = new Float64Array(rows.length * 2);
  for (let k = 0; k < rows.length; k++) {
    times[k * 2] = startNs[rows[k] ?? 0] ?? 0;
    times[k * 2 + 1] = endNs[rows[k] ?? 0] ?? 0;
  }
  return times.sort();
}

/** Adds up time by class and remembers the sums at given moments. */
class SumsAtMoments implements Ledger {
  readonly result: Float64Array;
  nowNs: number;
  private readonly sums = new Float64Array(width);
  private next = 0;

  constructor(private readonly times: Float64Array) {
    this.result = new Float64Array(times.length * width);
    this.nowNs = times[0] ?? 0;
    this.remember();
  }

  add(name: number, toNs: number): void {
    while (this.nowNs < toNs) {
      const stopNs = Math.min(toNs, this.times[this.next] ?? toNs);
      this.sums[name] = (this.sums[name] ?? 0) + stopNs - this.nowNs;
      this.nowNs = stopNs;
      this.remember();
    }
  }

  private remember(): void {
    while (this.times[this.next] === this.nowNs) {
      this.result.set(this.sums, this.next++ * width);
    }
  }
}

/** Keeps each stretch of one class. */
class IntervalList implements Ledger {
  readonly result: CostInterval[] = [];

  constructor(public nowNs: number) {}

  add(number: number, toNs: number): void {
    const name = costClasses[number] ?? 'absent';
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

/** The union of few intervals. */
function setOf(intervals: readonly { readonly startNs: number; readonly endNs: number }[]): IntervalSet {
  return unionOf(
    intervals.map(({ startNs }) => startNs),
    intervals.map(({ endNs }) => endNs),
  );
}

/** The union of some rows of a table. */
function setOfRows({ startNs, endNs }: { readonly startNs: Float64Array; readonly endNs: Float64Array }, rows: Uint32Array): IntervalSet {
  return rows.length === 0 ? noIntervals : unionOf(valuesAt(startNs, rows), valuesAt(endNs, rows));
}
