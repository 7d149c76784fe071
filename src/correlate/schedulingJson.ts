import type { Ns } from '../base';
import {
  countLatencies,
  countUpTo,
  Coverage,
  findGcWorkers,
  findProcCount,
  gcWorkerModes,
  type GcWorkerMode,
  latencyQuantileNs,
  type LatencyPhase,
  type LeastUtilisation,
  MmuCurve,
  MutatorUtilisation,
  type RuntimeFacts,
  stopLatencies,
  type TaskCost,
  workElsewhere,
} from '../runtime';
import type { StringIndex, Trace } from '../gotrace';
import type { AnalyzedTrace } from './capture';

/** What the scheduler and the collector did beside the facts of facts.md section 11: further members of the same JSON. */
export interface SchedulingJson {
  /** By stop, as `stw` lists them: how long until every other P had stopped; null where the trace does not show it. */
  readonly stopLatencies: readonly { readonly reason: string; readonly startNs: bigint; readonly latencyNs: number | null }[];
  readonly gcWorkers: GcWorkersJson;
  readonly mmu: { readonly system: readonly MmuJson[]; readonly perProc: readonly MmuJson[] };
  /** From runnable to running, by what the collector did meanwhile. */
  readonly schedulerLatency: Readonly<Record<LatencyPhase, LatencyJson>>;
  /** What goroutines waited for, the longest first. */
  readonly waits: readonly { readonly reason: string; readonly count: number; readonly totalNs: number }[];
  /** Tasks with work on other goroutines; null when the trace has too much of it to tell. */
  readonly elsewhere: readonly ElsewhereJson[] | null;
}

/** Time of background mark workers on Ps. */
export interface GcWorkersJson extends Readonly<Record<GcWorkerMode, { readonly count: number; readonly totalNs: number }>> {
  readonly cycles: readonly WorkersOfCycleJson[];
}

/** The same within a GC cycle. `occupancy`: their share of all Ps' time, null when the trace does not say how many Ps there were. */
export interface WorkersOfCycleJson {
  readonly seq: number;
  readonly procs: number | null;
  readonly dedicatedNs: number;
  readonly fractionalNs: number;
  readonly idleNs: number;
  readonly occupancy: number | null;
}

/** Minimum mutator utilisation of a window, and where a window with so little begins. */
export interface MmuJson {
  readonly windowNs: number;
  readonly utilisation: number;
  readonly startNs: bigint;
}

/** A distribution; quantiles are within 1/32 of the true ones, null without any. */
export interface LatencyJson {
  readonly count: number;
  readonly totalNs: number;
  readonly maxNs: number;
  readonly p50Ns: number | null;
  readonly p90Ns: number | null;
  readonly p99Ns: number | null;
  readonly p999Ns: number | null;
}

/** What other goroutines did for a task: regions there with its id, and goroutines that it created. Never part of the task's own cost. */
export interface ElsewhereJson {
  readonly task: number;
  readonly startNs: bigint;
  readonly goroutines: number;
  readonly cost: Omit<TaskCost, 'absent'>;
}

/** The members of {@link SchedulingJson}; made only for those who ask: some take another walk over the events. */
export function toSchedulingJson({ trace, facts }: AnalyzedTrace): SchedulingJson {
  const absolute = (timeNs: number) => trace.originNs + BigInt(timeNs);
  const latencies = stopLatencies(facts);
  const utilisation = new MutatorUtilisation(trace, facts);
  const curve = (perProc: boolean) => new MmuCurve(utilisation.series({ perProc })).draw().map((least) => mmuJson(least, absolute));
  return {
    stopLatencies: facts.stops.map(({ reason, startNs }, row) => ({
      reason,
      startNs: absolute(startNs),
      latencyNs: numberOrNull(latencies[row]),
    })),
    gcWorkers: gcWorkersJson(trace, facts),
    mmu: { system: curve(false), perProc: curve(true) },
    schedulerLatency: latencyJson(facts),
    waits: waitsJson(trace, facts),
    elsewhere: elsewhereJson(trace, facts, absolute),
  };
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function mmuJson({ windowNs, utilisation, startNs }: LeastUtilisation, absolute: (timeNs: number) => bigint): MmuJson {
  return { windowNs, utilisation, startNs: absolute(Math.floor(startNs)) };
}

function gcWorkersJson(trace: Trace, facts: RuntimeFacts): GcWorkersJson {
  const workers = findGcWorkers(facts.timelines, trace);
  const procs = findProcCount(trace);
  const runsOf = (mode: GcWorkerMode) => {
    const isOfMode = (_: unknown, row: number) => gcWorkerModes[workers.mode[row] ?? -1] === mode;
    const startNs = workers.startNs.filter(isOfMode);
    const endNs = workers.endNs.filter(isOfMode);
    return { count: startNs.length, coverage: new Coverage(startNs, endNs) };
  };
  const [dedicated, fractional, idle] = [runsOf('dedicated'), runsOf('fractional'), runsOf('idle')];
  const totalOf = ({ count, coverage }: ReturnType<typeof runsOf>) => ({
    count,
    totalNs: coverage.within(facts.startNs, facts.endNs),
  });
  return {
    dedicated: totalOf(dedicated),
    fractional: totalOf(fractional),
    idle: totalOf(idle),
    cycles: facts.gcCycles.map(({ seq, startNs, endNs }) => {
      const within = ({ coverage }: ReturnType<typeof runsOf>) => coverage.within(startNs, endNs);
      const dedicatedNs = within(dedicated);
      const fractionalNs = within(fractional);
      const idleNs = within(idle);
      // A trace tells the number of Ps soon after it begins, not at once.
      const count = procs.count[Math.max(0, countUpTo(procs.timeNs, startNs) - 1)] ?? null;
      const allNs = (count ?? 0) * (endNs - startNs);
      return {
        seq,
        procs: count,
        dedicatedNs,
        fractionalNs,
        idleNs,
        occupancy: allNs > 0 ? (dedicatedNs + fractionalNs + idleNs) / allNs : null,
      };
    }),
  };
}

function latencyJson({ schedulerLatencies }: RuntimeFacts): SchedulingJson['schedulerLatency'] {
  const of = (phase: LatencyPhase): LatencyJson => {
    const { buckets, totalNs, maxNs } = schedulerLatencies[phase];
    const quantile = (share: number) => {
      const quantileNs = latencyQuantileNs(buckets, share);
      return quantileNs === null ? null : Math.min(quantileNs, maxNs);
    };
    return {
      count: countLatencies(buckets),
      totalNs,
      maxNs,
      p50Ns: quantile(0.5),
      p90Ns: quantile(0.9),
      p99Ns: quantile(0.99),
      p999Ns: quantile(0.999),
    };
  };
  return { outside: of('outside'), mark: of('mark'), stw: of('stw') };
}

function waitsJson({ strings }: Trace, { waits }: RuntimeFacts): SchedulingJson['waits'] {
  return Array.from(waits.reason, (reason, row) => ({
    reason: strings.textOf(reason as StringIndex),
    count: waits.count[row] ?? 0,
    totalNs: waits.totalNs[row] ?? 0,
  }))
    .filter(({ count, totalNs }) => count > 0 || totalNs > 0)
    .sort((a, b) => b.totalNs - a.totalNs);
}

function elsewhereJson(trace: Trace, facts: RuntimeFacts, absolute: (timeNs: Ns) => bigint): SchedulingJson['elsewhere'] {
  const table = workElsewhere(trace, facts);
  return (
    table &&
    Array.from(table.task, (row, k): ElsewhereJson[] => {
      const task = facts.tasks.at(row);
      const cost = table.costs.at(k);
      if (task === undefined || cost === null) {
        return [];
      }
      const { stwGC, stwOther, assistWait, assist, sweep, runnableInMark, runnable, running, syscall, waiting, gcTax } = cost;
      return [
        {
          task: task.id,
          startNs: absolute(task.startNs),
          goroutines: table.goroutines[k] ?? 0,
          cost: { stwGC, stwOther, assistWait, assist, sweep, runnableInMark, runnable, running, syscall, waiting, gcTax },
        },
      ];
    }).flat()
  );
}
