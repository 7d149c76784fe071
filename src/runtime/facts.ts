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
  readonly procs: ProcTimelines;
  readonly heap: HeapSeries;
  readonly tasks: readonly Task[];
  readonly regions: readonly Region[];
  readonly logs: readonly Log[];
  readonly samples: SampleFacts;
  readonly mapIntervals: readonly MapInterval[];
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
 */
export interface GoroutineTimelines {
  /** Goroutine ids, one for each run of rows. */
  readonly goroutines: Float64Array;
  /** Rows of goroutines[k]: rowStart[k] … rowStart[k + 1] - 1. */
  readonly rowStart: Uint32Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly class: Uint8Array; // GoClass
  /** Reason of waiting (StringIndex), 0 otherwise. */
  readonly reason: Uint32Array;
  /** P of a running interval, -1 otherwise. */
  readonly proc: Int32Array;
  /** Stack at the transition that began the interval; 0 without. */
  readonly stack: Uint32Array;
  /** Row k of a goroutine id, undefined when unknown. */
  indexOf(goroutine: number): number | undefined;
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

/** A user region (runtime/trace.StartRegion); facts.md section 6. */
export interface Region extends Cut {
  readonly type: string;
  readonly task: number;
  readonly goroutine: number;
  readonly startNs: Ns;
  readonly endNs: Ns;
  readonly isMap: boolean;
  readonly stack: StackIndex;
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

/** Map activity known as an interval, by region or by a pair of logs. */
export interface MapInterval extends Cut {
  readonly evidence: 'region' | 'log';
  readonly name: string;
  readonly goroutine: number;
  readonly task: number;
  readonly startNs: Ns;
  readonly endNs: Ns;
  readonly stack: StackIndex;
}
