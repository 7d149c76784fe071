import type { Ns } from '../base';
import type { EventIndex, StackIndex, StringIndex } from '../gotrace';

/**
 * Facts about one execution trace by the definitions of reference facts.md. All times are relative to `Trace.originNs`; intervals are half open.
 * The bulky ones are columns, the few ones are objects.
 */
export interface RuntimeFacts {
  readonly startNs: Ns;
  readonly endNs: Ns;
  readonly wall: WallAnchor | null;
  readonly gcCycles: readonly GcCycle[];
  readonly stops: readonly StopTheWorld[];
  readonly assists: AssistTable;
  readonly sweeps: SweepTable;
  readonly timelines: GoroutineTimelines;
  readonly classTotals: ClassTotals;
  readonly waits: WaitTable;
  /** How long goroutines waited for a P. */
  readonly schedulerLatencies: Latencies;
  readonly procs: ProcTimelines;
  readonly heap: HeapSeries;
  readonly tasks: TaskTable;
  readonly costs: CostTable;
  readonly regions: RegionTable;
  readonly logs: LogTable;
  readonly samples: SampleFacts;
  readonly mapIntervals: MapIntervalTable;
}

/** A moment whose trace time and wall time are both known; facts.md section 1. */
export interface WallAnchor {
  readonly source: 'snapshot' | 'crdb.exectrace.meta' | 'pprof' | 'user';
  readonly traceNs: Ns;
  readonly unixNs: bigint;
  /** How far the anchor may be off. */
  readonly precisionNs: number;
}

/** A range that was open when the trace began, or still is when it ends. */
export interface Cut {
  readonly cutStart: boolean;
  readonly cutEnd: boolean;
}

/** A GC cycle, from the start of marking until the world runs again; facts.md section 3. */
export interface GcCycle extends Cut {
  readonly seq: number;
  readonly startNs: Ns;
  readonly endNs: Ns;
  readonly markStartNs: Ns;
  readonly markEndNs: Ns;
  readonly trigger: 'heap' | 'forced' | 'periodic' | 'unknown';
  /** `function file:line`, null without. */
  readonly site: string | null;
  /** Stack that began the cycle; 0 without. */
  readonly stack: StackIndex;
}

/** A time in which all goroutines were stopped; facts.md section 4. */
export interface StopTheWorld extends Cut {
  readonly reason: string;
  readonly isGc: boolean;
  readonly startNs: Ns;
  readonly endNs: Ns;
  readonly goroutine: number;
  readonly stack: StackIndex;
}

/** GC mark assists, sorted by startNs. */
export interface AssistTable {
  readonly length: number;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly goroutine: Float64Array;
  readonly stack: Uint32Array;
}

/** GC incremental sweeps, sorted by startNs. */
export interface SweepTable {
  readonly length: number;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly proc: Float64Array;
}

/** What a goroutine is doing; facts.md section 5. */
export enum GoClass {
  Absent,
  Running,
  Runnable,
  Syscall,
  Waiting,
}

/**
 * State intervals of all goroutines: rows of one goroutine are adjacent and in time order, together they cover [startNs, endNs) of the trace without gaps.
 * Rows are read one by one: a trace has as many of them as transitions.
 */
export interface GoroutineTimelines {
  /** Goroutine ids, one for each run of rows. */
  readonly goroutines: Float64Array;
  /** Rows of goroutines[k]: rowStart[k] … rowStart[k + 1] - 1. */
  readonly rowStart: Uint32Array;
  /** By goroutine: how long it ran. */
  readonly runningNs: Float64Array;
  /** The same, in which others than these goroutines may have no rows: those of few are found without sorting those of all. */
  restrictedTo(goroutines: Iterable<number>): GoroutineTimelines;
  /** Position of a goroutine id in `goroutines`, -1 when unknown. */
  slotOf(goroutine: number): number;
  startNsAt(row: number): Ns;
  endNsAt(row: number): Ns;
  classAt(row: number): GoClass;
  /** Whether its class is waiting: known without looking at the event. */
  isWaitingAt(row: number): boolean;
  /** Reason of waiting, 0 otherwise. */
  reasonAt(row: number): StringIndex;
  /** P of a running interval, NONE otherwise. */
  procAt(row: number): number;
  /** Stack at the transition that began the interval; 0 without. */
  stackAt(row: number): StackIndex;
  /** The event that began the interval; of what was before the first event, that one. */
  eventAt(row: number): EventIndex;
}

/** Time of all goroutines in each class, from the start to the end of the trace. */
export interface ClassTotals {
  readonly runningNs: number;
  readonly runnableNs: number;
  readonly syscallNs: number;
  readonly waitingNs: number;
}

/** Waiting of all goroutines by reason: how often it began in the trace, and how long it took within the trace. Row 0 has no reason. */
export interface WaitTable {
  readonly length: number;
  readonly reason: Uint32Array; // StringIndex
  readonly count: Uint32Array;
  readonly totalNs: Float64Array;
}

/** What the collector did while something lasted: it stopped the world at some time of it, else it marked at some time of it, else neither. */
export const latencyPhases = ['outside', 'mark', 'stw'] as const;
export type LatencyPhase = (typeof latencyPhases)[number];

/** A distribution of durations by the phase they overlap. A stop-the-world of any reason counts. */
export interface Latencies extends Readonly<Record<LatencyPhase, LatencyDistribution>> {
  /** The moments at which durations ended, in steps of equal width: step k begins at startNs + k * stepNs. */
  readonly startNs: number;
  readonly stepNs: number;
  readonly stepCount: number;
}

/** Durations of one phase. */
export interface LatencyDistribution {
  /** How many are in each bucket, see `latencyQuantileNs`. */
  readonly buckets: Uint32Array;
  /** How many ended in each step of time, by row of the heat map: step * latencyRows + row. */
  readonly steps: Uint32Array;
  readonly totalNs: number;
  readonly maxNs: number;
}

/** Running intervals of Ps. */
export interface ProcTimelines {
  readonly length: number;
  readonly proc: Float64Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
}

/** Live heap and heap goal as steps: each value holds until the next. */
export interface HeapSeries {
  readonly liveNs: Float64Array;
  readonly liveBytes: Float64Array;
  /** Goals above 2^60 mean "GC off" and are NaN. */
  readonly goalNs: Float64Array;
  readonly goalBytes: Float64Array;
  /** Last goal as the event says it, null without. */
  readonly lastGoalBytes: number | null;
}

/** Marks of a row of a table: its range was open when the trace began, or still is when it ends. */
export const cutStart = 1;
export const cutEnd = 2;
/** "No event" of a column of events. */
export const noEvent = 2 ** 32 - 1;

/** A user task (runtime/trace.NewTask); facts.md section 6. */
export interface Task extends Cut {
  readonly id: number;
  /** 0 without a parent. */
  readonly parent: number;
  readonly type: string;
  readonly startNs: Ns;
  readonly endNs: Ns;
  /** Goroutine of the TaskBegin; null when the begin is not in the trace. */
  readonly goroutine: number | null;
  readonly beginEvent: EventIndex | null;
}

export type TaskColumns = Readonly<{
  id: Float64Array;
  parent: Float64Array;
  type: Uint32Array; // StringIndex
  startNs: Float64Array;
  endNs: Float64Array;
  /** NONE when the begin is not in the trace. */
  goroutine: Float64Array;
  beginEvent: Uint32Array;
  /** `cutStart`, `cutEnd`. */
  cut: Uint8Array;
}>;

/** Tasks by start, then id. */
export interface TaskTable extends TaskColumns {
  readonly length: number;
  /** One task; undefined outside of the table. */
  at(row: number): Task | undefined;
}

/** The classes of facts.md section 7; they add up to the task's duration. gcTax is their GC part. */
export interface TaskCost {
  readonly stwGC: Ns;
  readonly stwOther: Ns;
  readonly assistWait: Ns;
  readonly assist: Ns;
  readonly sweep: Ns;
  readonly runnableInMark: Ns;
  readonly runnable: Ns;
  readonly running: Ns;
  readonly syscall: Ns;
  readonly waiting: Ns;
  readonly absent: Ns;
  readonly gcTax: Ns;
}

/** A class of facts.md section 7. */
export type CostClass = Exclude<keyof TaskCost, 'gcTax'>;

/** What each task cost, by row of the tasks. */
export interface CostTable {
  readonly length: number;
  /** Null when the task's begin is not in the trace, and outside of the table. */
  at(row: number): TaskCost | null;
  /** Adds the classes of a task, in the order of `costClasses`; nothing where there is no cost. */
  addTo(sums: Float64Array, row: number): void;
  /** `gcTax` of each task; NaN where there is no cost. */
  readonly gcTaxNs: Float64Array;
}

/** What a stretch of a task's time was spent on. */
export interface CostInterval {
  readonly class: CostClass;
  readonly startNs: Ns;
  readonly endNs: Ns;
}

/** A user region (runtime/trace.StartRegion); facts.md section 6. */
export interface Region extends Cut {
  readonly type: string;
  readonly task: number;
  readonly goroutine: number;
  readonly startNs: Ns;
  readonly endNs: Ns;
  readonly isMap: boolean;
  readonly beginEvent: EventIndex | null;
}

export type RegionColumns = Readonly<{
  type: Uint32Array; // StringIndex
  task: Float64Array;
  goroutine: Float64Array;
  startNs: Float64Array;
  endNs: Float64Array;
  beginEvent: Uint32Array;
  cut: Uint8Array;
  isMap: Uint8Array;
}>;

/** Regions by start. */
export interface RegionTable extends RegionColumns {
  readonly length: number;
  at(row: number): Region | undefined;
}

/** A user log (runtime/trace.Log); the message may hold raw bytes. */
export interface Log {
  readonly event: EventIndex;
  readonly timeNs: Ns;
  readonly goroutine: number;
  readonly task: number;
  readonly category: string;
  readonly message: StringIndex;
}

export type LogColumns = Readonly<{
  event: Uint32Array;
  timeNs: Float64Array;
  goroutine: Float64Array;
  task: Float64Array;
  category: Uint32Array; // StringIndex
  message: Uint32Array; // StringIndex
}>;

/** Logs by time. */
export interface LogTable extends LogColumns {
  readonly length: number;
  at(row: number): Log | undefined;
}

/** Map operations in the order in which facts.md section 9 lists them. */
export const mapOps = ['grow', 'iterate', 'assign', 'delete', 'clear', 'clone', 'make', 'access', 'syncmap'] as const;
/** Map operation of a stack, facts.md section 9. */
export type MapOp = (typeof mapOps)[number];

/** CPU samples of the trace in time order. */
export interface SampleFacts {
  readonly length: number;
  readonly timeNs: Float64Array;
  readonly goroutine: Float64Array;
  readonly proc: Int32Array;
  readonly stack: Uint32Array;
  /** Index into `mapOps`, -1 without a map operation. */
  readonly mapOp: Int8Array;
  /** Index into `sites`, -1 without. */
  readonly site: Int32Array;
  readonly sites: readonly string[];
  /** Weight of one sample: 1 / rate. */
  readonly periodNs: Ns;
}

/** Map activity known as an interval, by region or by a pair of logs; a log alone is an instant. */
export interface MapInterval extends Cut {
  readonly evidence: 'region' | 'log';
  readonly name: string;
  readonly goroutine: number;
  readonly task: number;
  readonly startNs: Ns;
  readonly endNs: Ns;
  /** Event of the region's begin or of the log. */
  readonly event: EventIndex | null;
}

export type MapIntervalColumns = Readonly<{
  /** Row of the regions, or of the logs. */
  source: Uint32Array;
  isLog: Uint8Array;
  goroutine: Float64Array;
  startNs: Float64Array;
  endNs: Float64Array;
}>;

/** Map intervals by start. */
export interface MapIntervalTable extends MapIntervalColumns {
  readonly length: number;
  at(row: number): MapInterval | undefined;
}
