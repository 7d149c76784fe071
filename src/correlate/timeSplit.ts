import { groupBy } from '../base';
import { NONE, type StringIndex } from '../gotrace';
import { costClasses, countBelow, countUpTo, Coverage, RowGroups, rowsWhere, valuesAt, type CostClass } from '../runtime';
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
  const costed = rowsWhere(tasks.length, (row) => !Number.isNaN(facts.costs.gcTaxNs[row] ?? NaN));
  const groups = groupBy(costed, (row) => (tasks.type[row] ?? 0) * 2 + (outermost.parentOf(row) < 0 ? 1 : 0));
  return [...groups.values()]
    .map((rows) => {
      const sums = new Float64Array(costClasses.length);
      let gcTaxNs = 0;
      const waiting = new Map<number, number>();
      for (const row of rows) {
        facts.costs.addTo(sums, row);
        gcTaxNs += facts.costs.gcTaxNs[row] ?? 0;
        waits.addTo(waiting, tasks.goroutine[row] ?? NONE, tasks.startNs[row] ?? 0, tasks.endNs[row] ?? 0);
      }
      const classes = Object.fromEntries(costClasses.map((name, k) => [name, sums[k] ?? 0])) as Record<CostClass, number>;
      const [first = 0] = rows;
      const totalNs = costClasses.reduce((sum, name) => sum + classes[name], 0);
      const named = [...waiting]
        .map(([reason, ns]): WaitedFor => ({ reason: trace.strings.textOf(reason as StringIndex), ns }))
        .filter(({ reason, ns }) => ns > 0 && reason !== assistWaitReason)
        .sort((a, b) => b.ns - a.ns);
      return {
        type: tasks.at(first)?.type ?? '',
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

/** Waits of one goroutine in order of time. */
interface Waits {
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly reason: Uint32Array;
  /** By reason: for stretches with many waits, made when the first is asked for. */
  coverage: ReadonlyMap<number, Coverage> | null;
}

/** Stretches with more waits are not walked: tasks that overlap would walk the same waits again and again. */
const mostWalked = 256;

/** How long goroutines waited for each reason within stretches of time; what is known of a goroutine is made when it is asked for. */
class WaitReasons {
  private readonly known = new Map<number, Waits>();

  constructor(private readonly facts: Pick<AnalyzedTrace['facts'], 'timelines'>) {}

  addTo(sums: Map<number, number>, goroutine: number, startNs: number, endNs: number): void {
    const { timelines } = this.facts;
    const slot = timelines.slotOf(goroutine);
    const [from, to] = slot < 0 ? [0, 0] : [timelines.rowStart[slot] ?? 0, timelines.rowStart[slot + 1] ?? 0];
    if (to - from <= mostWalked) {
      this.walk(sums, from, to, startNs, endNs);
      return;
    }
    const waits = this.of(goroutine, from, to);
    const first = Math.max(0, countUpTo(waits.startNs, startNs) - 1);
    const end = countBelow(waits.startNs, endNs);
    if (end - first > mostWalked) {
      waits.coverage ??= coverageByReason(waits);
      waits.coverage.forEach((coverage, reason) => {
        addPositive(sums, reason, coverage.within(startNs, endNs));
      });
      return;
    }
    for (let k = first; k < end; k++) {
      addPositive(sums, waits.reason[k] ?? 0, Math.min(endNs, waits.endNs[k] ?? 0) - Math.max(startNs, waits.startNs[k] ?? 0));
    }
  }

  /** Goroutines with few rows are not worth tables: many live for one task. */
  private walk(sums: Map<number, number>, from: number, to: number, startNs: number, endNs: number): void {
    const { timelines } = this.facts;
    for (let row = from; row < to; row++) {
      if (timelines.isWaitingAt(row)) {
        addPositive(sums, timelines.reasonAt(row), Math.min(endNs, timelines.endNsAt(row)) - Math.max(startNs, timelines.startNsAt(row)));
      }
    }
  }

  private of(goroutine: number, from: number, to: number): Waits {
    let waits = this.known.get(goroutine);
    if (waits === undefined) {
      waits = this.read(from, to);
      this.known.set(goroutine, waits);
    }
    return waits;
  }

  private read(from: number, to: number): Waits {
    const { timelines } = this.facts;
    const startNs = new Float64Array(to - from);
    const endNs = new Float64Array(to - from);
    const reason = new Uint32Array(to - from);
    let length = 0;
    for (let row = from; row < to; row++) {
      if (timelines.isWaitingAt(row)) {
        startNs[length] = timelines.startNsAt(row);
        endNs[length] = timelines.endNsAt(row);
        reason[length++] = timelines.reasonAt(row);
      }
    }
    return { startNs: startNs.slice(0, length), endNs: endNs.slice(0, length), reason: reason.slice(0, length), coverage: null };
  }
}

function addPositive(sums: Map<number, number>, reason: number, ns: number): void {
  if (ns > 0) {
    sums.set(reason, (sums.get(reason) ?? 0) + ns);
  }
}

function coverageByReason({ startNs, endNs, reason }: Waits): Map<number, Coverage> {
  const rows = new RowGroups(reason);
  const coverages = new Map<number, Coverage>();
  for (let n = 0; n < rows.length; n++) {
    const own = rows.rowsAt(n);
    coverages.set(rows.keyAt(n), new Coverage(valuesAt(startNs, own), valuesAt(endNs, own)));
  }
  return coverages;
}
