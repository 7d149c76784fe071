import { groupBy } from '../base';
import { NONE, type StringIndex } from '../gotrace';
import { costClasses, Coverage, GoClass, RowGroups, type CostClass } from '../runtime';
import type { AnalyzedTrace } from './capture';
import type { RequestLookup } from './requestAt';

/** Where the time of all tasks of one type went; the parts add up to `totalNs`. */
export interface TimeSplit {
  readonly type: string;
  /** Whether the tasks are requests themselves, not parts of one. */
  readonly isRequest: boolean;
  readonly tasks: number;
  readonly totalNs: number;
  /** What the GC took of it (facts.md section 7). */
  readonly gcTaxNs: number;
  /** Time of the tasks that are parts of these on other goroutines, beside `totalNs`, and what the GC took of it. */
  readonly partsNs: number;
  readonly partsGcTaxNs: number;
  readonly classes: Readonly<Record<CostClass, number>>;
  /** The class `waiting` by its reason as the runtime gives it, longest first. */
  readonly waiting: readonly WaitedFor[];
  /** What took most of it. */
  readonly mostly: TimePart;
  /** CPU samples of what ran for these tasks, on any goroutine that says so, and those of them in map operations. */
  readonly samples: number;
  readonly mapSamples: number;
}

export interface WaitedFor {
  readonly reason: string;
  readonly ns: number;
}

/** One answer to "where did the time go". */
export interface TimePart {
  readonly part: 'GC' | 'running' | 'runnable' | 'syscall' | 'waiting' | 'other stops';
  /** Of waiting: its longest reason. */
  readonly reason: string | null;
  readonly ns: number;
  readonly share: number;
}

/**
 * The time of tasks by their type, longest first: what question 10 of an engineer on call asks, "was it not GC at all". Tasks whose begin is not in the trace
 * have no time that is known.
 */
export function splitTime({ trace, facts }: Pick<AnalyzedTrace, 'trace' | 'facts'>, lookup: RequestLookup): TimeSplit[] {
  const { tasks } = facts;
  const { outermost } = lookup;
  const sampled = countSamples(facts, lookup);
  const parts = sumParts(facts, lookup);
  const waits = new WaitReasons(facts);
  const costed = Array.from(tasks.id.keys()).filter((row) => !Number.isNaN(facts.costs.gcTaxNs[row] ?? NaN));
  const groups = groupBy(costed, (row) => `${outermost.parentOf(row) < 0 ? 1 : 0} ${tasks.type[row] ?? 0}`);
  return [...groups.values()]
    .map((rows) => {
      const classes = Object.fromEntries(costClasses.map((name) => [name, 0])) as Record<CostClass, number>;
      let gcTaxNs = 0;
      const waiting = new Map<number, number>();
      for (const row of rows) {
        const cost = facts.costs.at(row);
        if (cost !== null) {
          costClasses.forEach((name) => (classes[name] += cost[name]));
          gcTaxNs += cost.gcTax;
          waits.addTo(waiting, tasks.goroutine[row] ?? NONE, tasks.startNs[row] ?? 0, tasks.endNs[row] ?? 0);
        }
      }
      const [first = 0] = rows;
      const totalNs = costClasses.reduce((sum, name) => sum + classes[name], 0);
      const named = [...waiting]
        .map(([reason, ns]): WaitedFor => ({ reason: trace.strings.textOf(reason as StringIndex), ns }))
        .filter(({ reason, ns }) => ns > 0 && reason !== assistWaitReason)
        .sort((a, b) => b.ns - a.ns);
      return {
        type: trace.strings.textOf((tasks.type[first] ?? 0) as StringIndex),
        isRequest: outermost.parentOf(first) < 0,
        tasks: rows.length,
        totalNs,
        gcTaxNs,
        partsNs: sumOf(rows, parts.totalNs),
        partsGcTaxNs: sumOf(rows, parts.gcTaxNs),
        classes,
        waiting: named,
        mostly: largestPart(classes, gcTaxNs, totalNs, named),
        samples: sumOf(rows, sampled.all),
        mapSamples: sumOf(rows, sampled.ofMaps),
      };
    })
    .sort((a, b) => b.totalNs - a.totalNs);
}

function sumOf(rows: readonly number[], column: Float64Array | Uint32Array): number {
  return rows.reduce((sum, row) => sum + (column[row] ?? 0), 0);
}

/** By row of a request: the tasks that are parts of it and not of its own goroutine's time. */
function sumParts({ tasks, costs }: AnalyzedTrace['facts'], { outermost }: RequestLookup): Record<'totalNs' | 'gcTaxNs', Float64Array> {
  const sums = { totalNs: new Float64Array(tasks.length), gcTaxNs: new Float64Array(tasks.length) };
  for (let row = 0; row < tasks.length; row++) {
    const tax = costs.gcTaxNs[row] ?? NaN;
    const request = outermost.of(row);
    if (request !== row && !Number.isNaN(tax) && !outermost.isInParent(row)) {
      sums.totalNs[request] = (sums.totalNs[request] ?? 0) + (tasks.endNs[row] ?? 0) - (tasks.startNs[row] ?? 0);
      sums.gcTaxNs[request] = (sums.gcTaxNs[request] ?? 0) + tax;
    }
  }
  return sums;
}

/** By task row: CPU samples of it, and of a request those of its parts too. */
function countSamples({ tasks, samples }: AnalyzedTrace['facts'], lookup: RequestLookup): Record<'all' | 'ofMaps', Uint32Array> {
  const counts = { all: new Uint32Array(tasks.length), ofMaps: new Uint32Array(tasks.length) };
  for (let row = 0; row < samples.length; row++) {
    const task = lookup.taskAt(samples.goroutine[row] ?? NONE, samples.timeNs[row] ?? 0);
    for (const counted of task < 0 ? [] : new Set([task, lookup.outermost.of(task)])) {
      counts.all[counted] = (counts.all[counted] ?? 0) + 1;
      counts.ofMaps[counted] = (counts.ofMaps[counted] ?? 0) + ((samples.mapOp[row] ?? -1) >= 0 ? 1 : 0);
    }
  }
  return counts;
}

/** Has a class of its own. */
const assistWaitReason = 'GC mark assist wait for work';

function largestPart(
  classes: Readonly<Record<CostClass, number>>,
  gcTaxNs: number,
  totalNs: number,
  waiting: readonly WaitedFor[],
): TimePart {
  const parts: readonly (readonly [TimePart['part'], number])[] = [
    ['GC', gcTaxNs],
    ['running', classes.running],
    ['runnable', classes.runnable],
    ['syscall', classes.syscall],
    ['waiting', classes.waiting],
    ['other stops', classes.stwOther],
  ];
  const [part, ns] = parts.reduce((most, next) => (next[1] > most[1] ? next : most));
  return { part, reason: part === 'waiting' ? (waiting[0]?.reason ?? null) : null, ns, share: totalNs === 0 ? 0 : ns / totalNs };
}

/** How long goroutines waited for each reason within stretches of time; made for a goroutine when it is asked for. */
class WaitReasons {
  private readonly known = new Map<number, ReadonlyMap<number, Coverage>>();

  constructor(private readonly facts: Pick<AnalyzedTrace['facts'], 'timelines'>) {}

  addTo(sums: Map<number, number>, goroutine: number, startNs: number, endNs: number): void {
    for (const [reason, coverage] of this.of(goroutine)) {
      const ns = coverage.within(startNs, endNs);
      if (ns > 0) {
        sums.set(reason, (sums.get(reason) ?? 0) + ns);
      }
    }
  }

  private of(goroutine: number): ReadonlyMap<number, Coverage> {
    let coverages = this.known.get(goroutine);
    if (coverages === undefined) {
      coverages = this.build(goroutine);
      this.known.set(goroutine, coverages);
    }
    return coverages;
  }

  private build(goroutine: number): Map<number, Coverage> {
    const { timelines } = this.facts;
    const slot = timelines.slotOf(goroutine);
    const rows: number[] = [];
    for (let row = timelines.rowStart[slot] ?? 0; slot >= 0 && row < (timelines.rowStart[slot + 1] ?? 0); row++) {
      if (timelines.classAt(row) === GoClass.Waiting) {
        rows.push(row);
      }
    }
    const byReason = new RowGroups(rows.map((row) => timelines.reasonAt(row)));
    const coverages = new Map<number, Coverage>();
    for (let n = 0; n < byReason.length; n++) {
      const own = Array.from(byReason.rowsAt(n), (position) => rows[position] ?? 0);
      coverages.set(
        byReason.keyAt(n),
        new Coverage(
          own.map((row) => timelines.startNsAt(row)),
          own.map((row) => timelines.endNsAt(row)),
        ),
      );
    }
    return coverages;
  }
}
