import type { GclensError, Ns } from '../base';
import { EventType, GoState, ProcState } from './eventType';

export { EventType, GoState, ProcState };

/**
 * The decoded, exactly ordered execution trace: columns beside one copy of the bytes. A row is one event of the official reader, in its order
 * (so `events.length` is what it counts), Sync events included. What a row's arguments, strings and stacks are is read when asked for.
 */
export interface Trace {
  /** What offsets and strings point into: the whole file after decompression; of format v1, its events' arguments and strings as v2 would write them. */
  readonly bytes: Uint8Array;
  /** Minor Go version of the header: 22, 23, 25, 26 (v2) or 11, 19, 21 (v1). */
  readonly goVersion: number;
  /** Absolute trace clock of relative time 0: `Time=` of the official dump is originNs + timeNsAt(i). */
  readonly originNs: bigint;
  readonly events: EventTable;
  readonly strings: StringTable;
  readonly stacks: StackTable;
  /** One entry for each Sync event, in order. */
  readonly syncs: SyncTable;
  /** Packets of experiments (alloc/free), undecoded; found in the file each time that they are walked. */
  readonly experimentalBatches: Iterable<ExperimentalBatch>;
  /** Why the trace ends before its end; null when it was read whole. What decoded before the damage is in the columns. */
  readonly damage: GclensError | null;
}

/** A string of the file, interned over all generations. 0 is the empty string. */
export type StringIndex = number & { readonly __index: 'string' };
/** A stack of the file, interned over all generations. 0 is no stack. */
export type StackIndex = number & { readonly __index: 'stack' };
/** A frame of the file, interned over all generations. */
export type FrameIndex = number & { readonly __index: 'frame' };
/** Row of the event table. */
export type EventIndex = number & { readonly __index: 'event' };

/** "No goroutine", "no proc", "no thread", "no task" of the official reader. */
export const NONE = -1;

/**
 * Columns of events. All methods are O(1) (times: O(log of the number of 2^32 ns laps)) and allocate nothing. Ids and arguments are uint64, and exact as
 * numbers below 2^53 and in the last 2^53 below 2^64, which are negative as int64 has them; the methods whose names begin with `big` are always exact.
 */
export interface EventTable {
  readonly length: number;
  /** Wire type of the event (tracev2 numbering, {@link EventType}). */
  typeAt(event: number): EventType;
  /** Output time, strictly rising, relative to `Trace.originNs`. */
  timeNsAt(event: number): Ns;
  /** What `timeNsAt` has above `timeLowNs` of the rows. */
  lapNsAt(event: number): number;
  /** Context before the event; NONE without. */
  goroutineAt(event: number): number;
  procAt(event: number): number;
  threadAt(event: number): number;
  /** The n-th argument after the time delta as written (0-based; ids of strings and stacks are the generation's own). Lossy above 2^53. */
  argAt(event: number, n: number): number;
  /** The n-th argument, which is a string id, as a file-wide string. */
  stringAt(event: number, n: number): StringIndex;
  /** Stack of the acting goroutine (of a CPU sample: its stack). */
  stackAt(event: number): StackIndex;
  /** The n-th argument as an exact unsigned 64-bit integer. */
  bigArgAt(event: number, n: number): bigint;
  bigTimeNsAt(event: number): bigint;
  /** Context before the event, as exact unsigned 64-bit integers. */
  bigContextAt(event: number): { readonly goroutine: bigint; readonly proc: bigint; readonly thread: bigint };
  /** The n-th argument, which is a stack id, as a file-wide stack. */
  stackArgAt(event: number, n: number): StackIndex;
  readonly extras: RowExtras;
  readonly rows: RowColumns;
}

/**
 * The same rows as columns, for passes over many of them that cannot pay a call for each. What is rare is asked of {@link EventTable}'s methods; columns
 * may be longer than the table.
 */
export interface RowColumns {
  /** `typeAt`. */
  readonly type: Uint8Array;
  /** `timeNsAt` modulo 2^32. */
  readonly timeLowNs: Uint32Array;
  /** `goroutineAt`: 0 for NONE, else 1 + its position in `goroutineIds`. */
  readonly goroutine: Uint32Array;
  /** Each id once. */
  readonly goroutineIds: ArrayLike<number>;
  /** Thread and proc: position in `contextProc`. */
  readonly context: Uint16Array | Uint32Array;
  /** `procAt`, by context. */
  readonly contextProc: ArrayLike<number>;
  /** Where in `wire` an event's arguments begin, as varints; 2^32 - 1 for rows that have no bytes (Sync, synthetic ProcSteal). */
  readonly offset: Uint32Array;
  /** Arguments of events in the encoding of format v2. */
  readonly wire: Uint8Array;
}

/** What few rows have, by row. */
export interface RowLookup<Value> {
  get(row: number): Value | undefined;
}

/** What ordering knows about a row and its bytes do not say. */
export interface RowExtras {
  /** State before a GoStatus, ProcStatus or ProcSteal, where it is not the usual one. */
  readonly from: RowLookup<GoState | ProcState>;
  /** Status of a ProcStatus that was promoted. */
  readonly status: RowLookup<number>;
  /** STWEnd: the kind its begin gave. */
  readonly reason: RowLookup<StringIndex>;
  /** UserTaskEnd: what its begin said. */
  readonly task: RowLookup<BegunTask>;
}

export interface BegunTask {
  /** NONE without. */
  readonly parent: number;
  /** The parent where no number holds it exactly. */
  readonly bigParent?: bigint;
  readonly type: StringIndex;
}

/** Lazily decoded strings; the bytes stay as written (user logs hold raw binary). */
export interface StringTable {
  readonly length: number;
  textOf(string: StringIndex): string;
  bytesOf(string: StringIndex): Uint8Array;
  /** The index of a text if the file holds it anywhere. */
  find(text: string): StringIndex | undefined;
}

/** Stacks as runs of frames, leaf first, inlined calls already expanded by the runtime. */
export interface StackTable {
  readonly length: number;
  /** Frames of stack s: frame[frameStart[s]] … frame[frameStart[s + 1] - 1]. */
  readonly frameStart: Uint32Array;
  readonly frame: Uint32Array;
  readonly frames: FrameTable;
}

export interface FrameTable {
  readonly length: number;
  readonly pc: Float64Array;
  readonly function: Uint32Array; // StringIndex
  readonly file: Uint32Array; // StringIndex
  readonly line: Float64Array;
  /** What no number holds exactly, by frame. */
  readonly big?: ReadonlyMap<number, { readonly pc: bigint; readonly line: bigint }>;
}

/** Sync events in order. */
export interface SyncTable extends Iterable<Sync> {
  readonly length: number;
  at(n: number): Sync | undefined;
}

export interface Sync {
  readonly event: EventIndex;
  /** Number of the generation that begins here; NONE at the end of the trace, and in format v1. */
  readonly generation: number;
  /** Present in files of Go 1.25 and later. */
  readonly snapshot: ClockSnapshot | null;
}

/** Several clocks read at one moment. */
export interface ClockSnapshot {
  /** Relative to `Trace.originNs`. */
  readonly timeNs: Ns;
  /** Absolute, on the trace clock. */
  readonly traceNs: bigint;
  readonly monoNs: bigint;
  readonly wallUnixNs: bigint;
}

export interface ExperimentalBatch {
  readonly experiment: number;
  readonly thread: number;
  readonly generation: number;
  readonly offset: number;
  readonly length: number;
}

/** State transition of one event; filled in place by `readTransition` so that walking a trace allocates nothing. */
export interface Transition {
  resource: 'goroutine' | 'proc';
  id: number;
  from: GoState | ProcState;
  to: GoState | ProcState;
  /** 0 without. */
  reason: StringIndex;
  /** Stack of the resource (not of the event); 0 without. */
  stack: StackIndex;
}

/** What a TaskBegin or TaskEnd says. */
export interface TaskDetails {
  /** Ids are uint64: exact below 2^53. */
  readonly task: number;
  /** NONE without a parent. */
  readonly parent: number;
  /** The remembered parent where no number holds it exactly. */
  readonly bigParent?: bigint;
  readonly type: StringIndex;
}
