import { groupBy, ns, type Ns } from '../base';
import { NONE, type Trace } from '../gotrace';
import { countUpTo, GoClass, rowAt, unionOf, type IntervalSet, type RuntimeFacts } from '../runtime';
import type { TaskCost } from './capture';
import { classNames, IntervalList, Totalizer, type CostClass, type CostInterval, type Ledger, type Totals } from './costTotals';
import { IntervalCursor } from './intervalCursor';

const taxClasses: readonly CostClass[] = ['stwGC', 'assistWait', 'assist', 'sweep', 'runnableInMark'];

/** The string of the runtime for a goroutine that waits for assist credit (Go runtime/runtime2.go). */
const assistWaitReason = 'GC mark assist wait for work';

/**
 * Cost of each task in exclusive classes that add up to its duration (facts.md section 7); null where the begin is not in the trace.
 * Each goroutine's timeline is walked once, however many tasks lie on it.
 */
export function computeTaskCosts(trace: Trace, facts: RuntimeFacts): (TaskCost | null)[] {
  const costs = facts.tasks.map((): TaskCost | null => null);
  const walk = new CostWalk(trace, facts);
  for (const [goroutine, rows] of rowsByGoroutine(facts)) {
    const times = momentsOf(facts, rows);
    const totals = walk.totalsAt(goroutine, times);
    for (const row of rows) {
      const [startNs = 0, endNs = 0] = boundsOf(facts, row);
      costs[row] = costBetween(totals, countUpTo(times, startNs) - 1, countUpTo(times, endNs) - 1);
    }
  }
  return costs;
}

/**
 * The stretches of time that a task's cost is the sum of, in time order and without gaps; none where there is no cost.
 * @returns a function of the task's row
 */
export function taskCostIntervals(trace: Trace, facts: RuntimeFacts): (row: number) => CostInterval[] {
  const walk = new CostWalk(trace, facts);
  return (row) => {
    const [startNs, endNs] = boundsOf(facts, row);
    const goroutine = goroutineOf(facts, row);
    return startNs === undefined || endNs === undefined || goroutine === NONE ? [] : walk.intervals(goroutine, startNs, endNs);
  };
}

/** When the tasks of these rows begin and end, rising. */
function momentsOf(facts: RuntimeFacts, rows: readonly number[]): Float64Array {
  const times = new Float64Array(rows.length * 2);
  rows.forEach((row, k) => {
    times[k * 2] = facts.tasks[row]?.startNs ?? 0;
    times[k * 2 + 1] = facts.tasks[row]?.endNs ?? 0;
  });
  return times.sort();
}

function boundsOf(facts: RuntimeFacts, row: number): number[] {
  const task = facts.tasks[row];
  return task === undefined ? [] : [task.startNs, task.endNs];
}

function rowsByGoroutine(facts: RuntimeFacts): Map<number, number[]> {
  const rows = [...facts.tasks.keys()].filter((row) => goroutineOf(facts, row) !== NONE);
  return groupBy(rows, (row) => goroutineOf(facts, row));
}

function goroutineOf(facts: RuntimeFacts, row: number): number {
  return facts.tasks[row]?.goroutine ?? NONE;
}

function costBetween(totals: Totals, start: number, end: number): TaskCost {
  const of = (name: CostClass): Ns => {
    const column = classNames.indexOf(name);
    return ns((totals[end * classNames.length + column] ?? 0) - (totals[start * classNames.length + column] ?? 0));
  };
  return {
    stwGC: of('stwGC'),
    stwOther: of('stwOther'),
    assistWait: of('assistWait'),
    assist: of('assist'),
    sweep: of('sweep'),
    runnableInMark: of('runnableInMark'),
    runnable: of('runnable'),
    running: of('running'),
    syscall: of('syscall'),
    waiting: of('waiting'),
    absent: of('absent'),
    gcTax: ns(taxClasses.reduce((sum, name) => sum + of(name), 0)),
  };
}

/** A rule of section 7: inside of these intervals time belongs to this class. Earlier rules win. */
type Rule = readonly [IntervalCursor, CostClass];

/** Walks the timelines of goroutines and says what each stretch of time was spent on. */
class CostWalk {
  private readonly gcStops: IntervalSet;
  private readonly otherStops: IntervalSet;
  private readonly marks: IntervalSet;
  private readonly assistsOf: Map<number, IntervalSet>;
  private readonly sweepsOf: Map<number, IntervalSet>;
  private readonly assistWait: number;

  constructor(
    trace: Trace,
    private readonly facts: RuntimeFacts,
  ) {
    this.gcStops = intervalsOf(facts.stops.filter((stop) => stop.isGc));
    this.otherStops = intervalsOf(facts.stops.filter((stop) => !stop.isGc));
    this.marks = intervalsOf(facts.gcCycles.map((cycle) => ({ startNs: cycle.markStartNs, endNs: cycle.markEndNs })));
    this.assistsOf = groupByKey(facts.assists.goroutine, facts.assists.startNs, facts.assists.endNs);
    this.sweepsOf = groupByKey(facts.sweeps.proc, facts.sweeps.startNs, facts.sweeps.endNs);
    this.assistWait = trace.strings.find(assistWaitReason) ?? -1;
  }

  /** @param times rising moments; the totals of the first are 0 */
  totalsAt(goroutine: number, times: Float64Array): Totals {
    const totals = new Totalizer(times);
    const slot = this.facts.timelines.indexOf(goroutine);
    if (slot !== undefined) {
      this.walk(goroutine, slot, totals);
    }
    totals.add('absent', totals.endNs);
    return totals.result;
  }

  intervals(goroutine: number, startNs: number, endNs: number): CostInterval[] {
    const list = new IntervalList(startNs, endNs);
    const slot = this.facts.timelines.indexOf(goroutine);
    if (slot !== undefined) {
      this.walk(goroutine, slot, list);
    }
    list.add('absent', endNs);
    return list.result;
  }

  private walk(goroutine: number, slot: number, totals: Ledger): void {
    const { timelines } = this.facts;
    const gcStops = new IntervalCursor(this.gcStops);
    const otherStops = new IntervalCursor(this.otherStops);
    const marks = new IntervalCursor(this.marks);
    const assists = new IntervalCursor(this.assistsOf.get(goroutine) ?? none);
    const sweeps = new Map<number, IntervalCursor>();
    const rulesOf = (row: number): readonly Rule[] => {
      const goClass = timelines.class[row];
      if (goClass === GoClass.Runnable) {
        return [
          [gcStops, 'stwGC'],
          [otherStops, 'stwOther'],
          [marks, 'runnableInMark'],
          [assists, 'runnableInMark'],
        ];
      }
      if (goClass !== GoClass.Running) {
        return [];
      }
      return [
        [gcStops, 'stwGC'],
        [otherStops, 'stwOther'],
        [assists, 'assist'],
        [this.sweepsOn(timelines.proc[row] ?? -1, sweeps), 'sweep'],
      ];
    };
    const endRow = timelines.rowStart[slot + 1] ?? 0;
    for (let row = rowAt(timelines, slot, totals.nowNs); row < endRow && totals.nowNs < totals.endNs; row++) {
      spend(totals, Math.min(timelines.endNs[row] ?? 0, totals.endNs), rulesOf(row), this.stateOf(row));
    }
  }

  private sweepsOn(proc: number, cursors: Map<number, IntervalCursor>): IntervalCursor {
    let cursor = cursors.get(proc);
    if (cursor === undefined) {
      cursor = new IntervalCursor(this.sweepsOf.get(proc) ?? none);
      cursors.set(proc, cursor);
    }
    return cursor;
  }

  /** What a goroutine does where no rule holds. */
  private stateOf(row: number): CostClass {
    const { timelines } = this.facts;
    if (timelines.class[row] === GoClass.Waiting) {
      return timelines.reason[row] === this.assistWait ? 'assistWait' : 'waiting';
    }
    return stateClasses[(timelines.class[row] ?? GoClass.Absent) as Exclude<GoClass, GoClass.Waiting>];
  }
}

const stateClasses: Readonly<Record<Exclude<GoClass, GoClass.Waiting>, CostClass>> = {
  [GoClass.Absent]: 'absent',
  [GoClass.Running]: 'running',
  [GoClass.Runnable]: 'runnable',
  [GoClass.Syscall]: 'syscall',
};

/** Gives the time from now to `toNs` to the first rule that holds at each instant, else to `otherwise`. */
function spend(totals: Ledger, toNs: number, rules: readonly Rule[], otherwise: CostClass): void {
  while (totals.nowNs < toNs) {
    let spentOn = otherwise;
    let untilNs = toNs;
    for (const [cursor, name] of rules) {
      cursor.seek(totals.nowNs);
      if (cursor.startNs <= totals.nowNs) {
        spentOn = name;
        untilNs = Math.min(untilNs, cursor.endNs);
        break;
      }
      untilNs = Math.min(untilNs, cursor.startNs);
    }
    totals.add(spentOn, untilNs);
  }
}

const none: IntervalSet = { start: new Float64Array(), end: new Float64Array() };

function intervalsOf(ranges: readonly { startNs: number; endNs: number }[]): IntervalSet {
  return unionOf(
    ranges.map((range) => range.startNs),
    ranges.map((range) => range.endNs),
  );
}

function groupByKey(key: Float64Array, startNs: Float64Array, endNs: Float64Array): Map<number, IntervalSet> {
  const sets = new Map<number, IntervalSet>();
  for (const [value, rows] of groupBy(key.keys(), (row) => key[row] ?? NONE)) {
    sets.set(
      value,
      unionOf(
        rows.map((row) => startNs[row] ?? 0),
        rows.map((row) => endNs[row] ?? 0),
      ),
    );
  }
  return sets;
}
