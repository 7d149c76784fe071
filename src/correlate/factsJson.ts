import type { Ns } from '../base';
import { listOf, mapOps, type ClassTotals, type HeapObjects, type MapOp, type RuntimeFacts, type TaskCost } from '../runtime';
import type { AnalyzedTrace, CycleActivity, MapSite, Overlap, SpanId } from './capture';
import { exactLastGoal } from './exactGoal';
import { type HeapObjectsJson, toHeapJson } from './heapJson';
import { type SchedulingJson, toSchedulingJson } from './schedulingJson';
import type { RootCause } from './rootCause';

/** Facts as `gclens facts --format json` prints them: facts.md section 11, then what {@link SchedulingJson} adds. Times are on the trace clock, as `go tool trace -d=parsed` prints them. */
export interface FactsJson extends SchedulingJson {
  readonly clock: {
    readonly startNs: bigint;
    readonly endNs: bigint;
    readonly wall: { readonly source: string; readonly traceNs: bigint; readonly unixNs: bigint } | null;
  };
  readonly counts: Readonly<
    Record<'events' | 'goroutines' | 'tasks' | 'regions' | 'logs' | 'samples' | 'gcCycles' | 'stw' | 'assists', number>
  >;
  readonly gcCycles: readonly CycleJson[];
  readonly stw: readonly { readonly reason: string; readonly startNs: bigint; readonly endNs: bigint; readonly goroutine: number }[];
  readonly assist: RangeTotal;
  readonly sweep: RangeTotal;
  readonly goroutineStates: ClassTotals;
  readonly heap: {
    readonly samples: number;
    readonly minBytes: number | null;
    readonly maxBytes: number | null;
    readonly lastGoalBytes: bigint | number | null;
  };
  readonly tasks: readonly TaskJson[];
  readonly mapOps: Readonly<Partial<Record<MapOp, number>>>;
  readonly mapSites: readonly MapSite[];
  readonly overlap: Overlap;
  /** Why GC ran, and what took the requests' time; absent unless asked for. */
  readonly rootCause?: RootCause;
  /** Of traces of the alloc/free experiment only. */
  readonly heapObjects?: HeapObjectsJson;
}

/** A GC cycle with what happened in it. */
export interface CycleJson extends CycleActivity {
  readonly seq: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly markStartNs: bigint;
  readonly markEndNs: bigint;
  readonly cutStart: boolean;
  readonly cutEnd: boolean;
  readonly trigger: string;
  readonly site: string | null;
}

/** An id of a task, and where it is known from; the score of one that is inferred. */
export type IdJson = Pick<SpanId, 'traceId' | 'spanId' | 'source' | 'score'>;

/** A task with its ids and cost. */
export interface TaskJson {
  readonly id: number;
  readonly parent: number;
  readonly type: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly cutStart: boolean;
  readonly cutEnd: boolean;
  readonly goroutine: number | null;
  readonly ids: readonly IdJson[];
  readonly cost: TaskCost | null;
}

/** Ranges of one kind, all together. */
export interface RangeTotal {
  readonly count: number;
  readonly totalNs: number;
}

/**
 * The facts of a trace in the shape of facts.md section 11.
 * @param heap what the alloc/free experiment says beside them
 * @param rows of the tasks that are wanted; all without
 * @param rootCause what `findRootCause` says beside them
 */
export function toFactsJson(
  analyzed: AnalyzedTrace,
  heap: HeapObjects | null = null,
  rows?: ReadonlySet<number>,
  rootCause: RootCause | null = null,
): FactsJson {
  const { trace, facts } = analyzed;
  const absolute = (timeNs: Ns) => trace.originNs + BigInt(timeNs);
  const { wall } = facts;
  return {
    clock: {
      startNs: absolute(facts.startNs),
      endNs: absolute(facts.endNs),
      wall: wall && { source: wall.source, traceNs: absolute(wall.traceNs), unixNs: wall.unixNs },
    },
    counts: {
      events: trace.events.length,
      goroutines: facts.timelines.goroutines.length,
      tasks: facts.tasks.length,
      regions: facts.regions.length,
      logs: facts.logs.length,
      samples: facts.samples.length,
      gcCycles: facts.gcCycles.length,
      stw: facts.stops.length,
      assists: facts.assists.length,
    },
    gcCycles: cyclesJson(analyzed, absolute),
    stw: facts.stops.map(({ reason, startNs, endNs, goroutine }) => ({
      reason,
      startNs: absolute(startNs),
      endNs: absolute(endNs),
      goroutine,
    })),
    assist: totalOf(facts.assists),
    sweep: totalOf(facts.sweeps),
    goroutineStates: facts.classTotals,
    heap: heapTotals(analyzed),
    tasks: tasksJson(analyzed, absolute, rows),
    mapOps: countMapOps(facts),
    mapSites: analyzed.mapSites,
    overlap: analyzed.overlap,
    ...toSchedulingJson(analyzed),
    ...(rootCause === null ? {} : { rootCause }),
    ...(heap === null ? {} : { heapObjects: toHeapJson(trace, facts, heap) }),
  };
}

function cyclesJson({ facts, cycles }: AnalyzedTrace, absolute: (timeNs: Ns) => bigint): CycleJson[] {
  return cycles.flatMap((activity, k) => {
    const cycle = facts.gcCycles[k];
    if (cycle === undefined) {
      return [];
    }
    return {
      seq: cycle.seq,
      startNs: absolute(cycle.startNs),
      endNs: absolute(cycle.endNs),
      markStartNs: absolute(cycle.markStartNs),
      markEndNs: absolute(cycle.markEndNs),
      cutStart: cycle.cutStart,
      cutEnd: cycle.cutEnd,
      trigger: cycle.trigger,
      site: cycle.site,
      ...activity,
    };
  });
}

function tasksJson({ facts, identities }: AnalyzedTrace, absolute: (timeNs: Ns) => bigint, rows?: ReadonlySet<number>): TaskJson[] {
  const tasks = listOf(facts.tasks).map((task, row) => ({ task, row }));
  return tasks
    .filter(({ row }) => rows === undefined || rows.has(row))
    .map(({ task, row }) => ({
      id: task.id,
      parent: task.parent,
      type: task.type,
      startNs: absolute(task.startNs),
      endNs: absolute(task.endNs),
      cutStart: task.cutStart,
      cutEnd: task.cutEnd,
      goroutine: task.goroutine,
      ids: (identities.at(row)?.ids ?? []).map(idJson),
      cost: facts.costs.at(row),
    }));
}

function idJson({ traceId, spanId, source, score }: SpanId): IdJson {
  return { ...(traceId === undefined ? {} : { traceId }), spanId, source, ...(score === undefined ? {} : { score }) };
}

function totalOf({ length, startNs, endNs }: { length: number; startNs: Float64Array; endNs: Float64Array }): RangeTotal {
  let totalNs = 0;
  for (let row = 0; row < length; row++) {
    totalNs += (endNs[row] ?? 0) - (startNs[row] ?? 0);
  }
  return { count: length, totalNs };
}

function heapTotals({ trace, facts }: AnalyzedTrace): FactsJson['heap'] {
  const { liveBytes } = facts.heap;
  const lastGoal = facts.heap.lastGoalBytes;
  const lastGoalBytes = lastGoal !== null && lastGoal > Number.MAX_SAFE_INTEGER ? (exactLastGoal(trace) ?? lastGoal) : lastGoal;
  if (liveBytes.length === 0) {
    return { samples: 0, minBytes: null, maxBytes: null, lastGoalBytes };
  }
  return {
    samples: liveBytes.length,
    minBytes: liveBytes.reduce((least, bytes) => Math.min(least, bytes)),
    maxBytes: liveBytes.reduce((most, bytes) => Math.max(most, bytes)),
    lastGoalBytes,
  };
}

function countMapOps({ samples }: RuntimeFacts): FactsJson['mapOps'] {
  const counts = mapOps.map((op, index): readonly [MapOp, number] => [
    op,
    samples.mapOp.reduce((sum, sampled) => sum + (sampled === index ? 1 : 0), 0),
  ]);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** JSON text of facts: one line a cycle, stop or task; integers exact at any size. */
export function stringifyFacts(json: FactsJson): string {
  const members = Object.entries(json).map(([name, value]) => `  ${JSON.stringify(name)}: ${stringifyMember(value)}`);
  return `{\n${members.join(',\n')}\n}\n`;
}

function stringifyMember(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) {
    return stringify(value);
  }
  return `[\n${value.map((item) => `    ${stringify(item)}`).join(',\n')}\n  ]`;
}

function stringify(value: unknown): string {
  if (typeof value === 'bigint') {
    return value.toString();
  }
  if (typeof value === 'number' && Number.isInteger(value)) {
    return BigInt(value).toString();
  }
  if (Array.isArray(value)) {
    return `[${value.map(stringify).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}: ${stringify(member)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}
