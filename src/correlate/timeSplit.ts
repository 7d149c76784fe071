import { remember } from '../base';
import { NONE, type StringIndex } from '../gotrace';
import {
  costClasses,
  Coverage,
  RowGroups,
  TimelineCursor,
  type CostClass,
  type CostTable,
  type GoroutineTimelines,
  type TaskTable,
} from '../runtime';
import type { AnalyzedTrace } from './capture';
import { outermostTasks, type RequestLookup } from './requestAt';
import { requestPartsOf } from './requestParts';

/** Where the time of all tasks of one type went; the parts add up to `totalNs`. */
export interface TimeSplit {
  readonly type: string;
  /** Whether the tasks are requests themselves, not parts of one. */
  readonly isRequest: boolean;
  readonly tasks: number;
  readonly totalNs: number;
  /** What the GC took of it (facts.md section 7). */
  readonly gcTaxNs: number;
  /** Time of other goroutines that worked for these, beside `totalNs`, and what the GC took of it. */
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
export function splitTime(analyzed: Pick<AnalyzedTrace, 'trace' | 'facts'>, lookup: RequestLookup): TimeSplit[] {
  const { trace, facts } = analyzed;
  const { tasks } = facts;
  const { outermost } = lookup;
  const sampled = countSamples(facts, lookup);
  const parts = requestPartsOf(analyzed);
  const waits = new WaitReasons(facts.timelines);
  return costedByKind(tasks, facts.costs)
    .map((rows) => {
      const sums = new Float64Array(costClasses.length);
      let gcTaxNs = 0;
      const waiting = new Map<number, number>();
      for (let n = 0; n < rows.length; n++) {
        const row = rows[n] ?? 0;
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

const uncosted = -1;

/** Rows of the tasks whose cost is known by their type, requests and parts of one apart. */
export const costedByKind = remember((tasks: TaskTable, { gcTaxNs }: Pick<CostTable, 'gcTaxNs'>): Uint32Array[] => {
  const outermost = outermostTasks(tasks);
  const kinds = new Float64Array(tasks.length);
  for (let row = 0; row < kinds.length; row++) {
    const isCosted = !Number.isNaN(gcTaxNs[row] ?? NaN);
    kinds[row] = isCosted ? (tasks.type[row] ?? 0) * 2 + (outermost.parentOf(row) < 0 ? 1 : 0) : uncosted;
  }
  const groups = new RowGroups(kinds);
  return Array.from({ length: groups.length }, (_, n) => groups.rowsAt(n)).filter(([first = 0]) => kinds[first] !== uncosted);
});

function sumOf(rows: Uint32Array, column: Float64Array | Uint32Array): number {
  return rows.reduce((sum, row) => sum + (column[row] ?? 0), 0);
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

/** Stretches with more rows are not walked: tasks that overlap would walk the same rows again and again. */
const mostWalked = 256;

/** How long goroutines waited for each reason within stretches of time. */
class WaitReasons {
  private readonly cursor: TimelineCursor;
  /** By slot of a goroutine with long stretches: by reason, made when the first is asked for. */
  private readonly coverage = new Map<number, ReadonlyMap<number, Coverage>>();

  constructor(private readonly timelines: GoroutineTimelines) {
    this.cursor = new TimelineCursor(timelines);
  }

  addTo(sums: Map<number, number>, goroutine: number, startNs: number, endNs: number): void {
    const { timelines } = this;
    const slot = timelines.slotOf(goroutine);
    if (slot < 0) {
      return;
    }
    const first = this.cursor.rowAt(slot, startNs);
    const behind = timelines.rowStart[slot + 1] ?? 0;
    if (first + mostWalked < behind && timelines.startNsAt(first + mostWalked) < endNs) {
      this.coverageOf(slot).forEach((coverage, reason) => {
        addPositive(sums, reason, coverage.within(startNs, endNs));
      });
      return;
    }
    for (let row = first; row < behind && timelines.startNsAt(row) < endNs; row++) {
      if (timelines.isWaitingAt(row)) {
        addPositive(sums, timelines.reasonAt(row), Math.min(endNs, timelines.endNsAt(row)) - Math.max(startNs, timelines.startNsAt(row)));
      }
    }
  }

  private coverageOf(slot: number): ReadonlyMap<number, Coverage> {
    let known = this.coverage.get(slot);
    if (known === undefined) {
      known = coverageByReason(this.timelines, slot);
      this.coverage.set(slot, known);
    }
    return known;
  }
}

function addPositive(sums: Map<number, number>, reason: number, ns: number): void {
  if (ns > 0) {
    sums.set(reason, (sums.get(reason) ?? 0) + ns);
  }
}

function coverageByReason(timelines: GoroutineTimelines, slot: number): Map<number, Coverage> {
  const waits = new Map<number, { readonly startNs: number[]; readonly endNs: number[] }>();
  for (let row = timelines.rowStart[slot] ?? 0; row < (timelines.rowStart[slot + 1] ?? 0); row++) {
    if (timelines.isWaitingAt(row)) {
      const reason = timelines.reasonAt(row);
      const own = waits.get(reason) ?? { startNs: [], endNs: [] };
      own.startNs.push(timelines.startNsAt(row));
      own.endNs.push(timelines.endNsAt(row));
      waits.set(reason, own);
    }
  }
  return new Map([...waits].map(([reason, { startNs, endNs }]) => [reason, new Coverage(startNs, endNs)]));
}
