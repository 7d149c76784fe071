import { GrowingColumn, newFloat64, newUint32, type Ns, ns } from '../base';
import { enlarged } from './columns';
import { stackArgs } from './eventSpecs';
import {
  contextColumn,
  contextHighColumn,
  Extra,
  goroutineColumn,
  noOffset,
  offsetColumn,
  timeColumn,
  typeColumn,
  wordsPerContext,
  wordsPerExtra,
  wordsPerLap,
} from './kernel/shared';
import { IdColumn } from './idColumn';
import { SlotTable } from './slotTable';
import { SparseColumn, SparseTasks } from './sparseColumn';
import { EventType, type EventTable, type GoState, type ProcState, type RowColumns, type StackIndex, type StringIndex } from './trace';
import { bigOfHalves, type Exact, exactOfHalves, highHalf, joinHalves, lowHalf, WireReader, wireNone } from './wire';

/** What the ids of strings and stacks in the arguments of a generation's rows stand for, file-wide; undefined for what is no id. Generations count from 0. */
export interface RowIds {
  string(generation: number, id: Exact): StringIndex | undefined;
  stack(generation: number, id: Exact): StackIndex | undefined;
}

/** A block of rows in the kernel's memory, and what belongs to them: see its `Report`. */
export interface RowBlock {
  readonly memory: ArrayBuffer;
  readonly address: number;
  readonly count: number;
  readonly laps: Uint32Array;
  readonly extras: Uint32Array;
  /** Low and high halves. */
  readonly goroutines: Uint32Array;
  readonly contexts: Uint32Array;
}

/** Where rows stand: the columns are of one length. */
export type RowMemory = Pick<RowColumns, 'type' | 'timeLowNs' | 'goroutine' | 'context' | 'offset'>;

type RowColumn = GrowingColumn<Uint32Array<ArrayBuffer>>;

const lapLengthNs = 2 ** 32;
const mostShortContexts = 65536;

/**
 * Columns of ordered events, 15 bytes an event: type, low half of the time (times strictly rise, so the laps of 2^32 ns fit in a small table),
 * goroutine, context (thread and proc) and offset of the arguments, which are read from the bytes when asked for.
 */
export class EventColumns implements EventTable {
  length = 0;
  readonly extras = {
    from: new SparseColumn<GoState | ProcState>(),
    status: new SparseColumn<number>(),
    reason: new SparseColumn<StringIndex>(),
    task: new SparseTasks(),
  };
  goroutines = new SlotTable();
  private types: Uint8Array;
  private timeLow: Uint32Array;
  private goroutine: Uint32Array;
  private context: Uint16Array | Uint32Array;
  private offsets: Uint32Array;
  /** Rows at which the high half of the time changes, and its value from there on, in ns. */
  private readonly lapRows: RowColumn = new GrowingColumn(newUint32, 16);
  private readonly lapNs = new GrowingColumn(newFloat64, 16);
  /** The lap that was asked for last, as far as it is known: times are asked for near one another. */
  private readonly lap = { firstRow: 0, endRow: 0, ns: 0 };
  private contexts = new ContextTable();
  /** Rows at which a generation begins. */
  private readonly generationRows: RowColumn;
  private wire: WireReader;
  /** The last time, an int64 in halves: times rise from the official reader's start, one nanosecond before the origin. */
  private lastHigh = -1;
  private lastLow = lapLengthNs - 1;

  /** @param capacity how many rows to expect, and how many generations */
  constructor(
    bytes: Uint8Array,
    private readonly ids: RowIds,
    capacity: number,
    generations = 1,
  ) {
    this.generationRows = new GrowingColumn(newUint32, generations + 1);
    this.wire = new WireReader(bytes);
    this.types = new Uint8Array(capacity);
    this.timeLow = new Uint32Array(capacity);
    this.goroutine = new Uint32Array(capacity);
    this.context = new Uint16Array(capacity);
    this.offsets = new Uint32Array(capacity);
  }

  get rows(): RowColumns {
    return {
      type: this.types,
      timeLowNs: this.timeLow,
      goroutine: this.goroutine,
      goroutineIds: this.goroutines.ids,
      context: this.context,
      contextProc: this.contexts.procs,
      offset: this.offsets,
      wire: this.wire.bytes,
    };
  }

  /** Takes over the memory of a table that nobody reads any more: what it leaves behind is not collected at once. Before the first row. */
  recycle(other: EventColumns): void {
    this.use(other.rows);
    this.goroutines = other.goroutines;
    this.goroutines.clear();
    this.contexts = other.contexts;
    this.contexts.clear();
  }

  /** Takes over memory for rows. */
  use(memory: RowMemory): void {
    if (memory.type.length >= this.types.length) {
      this.types = memory.type;
      this.timeLow = memory.timeLowNs;
      this.goroutine = memory.goroutine;
      this.context = memory.context;
      this.offsets = memory.offset;
    }
  }

  /** Makes room for so many more rows at once, where there is none: each growth is a copy. */
  reserve(rows: number): void {
    this.reach(this.length + rows);
  }

  /** Rows from here on belong to the next generation; those after the last one name nothing. */
  beginGeneration(): void {
    this.generationRows.push(this.length);
  }

  /** Appends a row; its time is pushed forward so that times strictly rise. `offset` is that of its arguments, -1 of a row without bytes. Returns the row. */
  append(type: EventType, timeNs: Exact, goroutine: Exact, proc: Exact, thread: Exact, offset: number): number {
    const row = this.length;
    this.reach(row + 1);
    this.length++;
    this.advanceTime(highHalf(timeNs), lowHalf(timeNs));
    const high = this.lastHigh * lapLengthNs;
    if (this.lapNs.length === 0 || high !== this.lapNs.at(this.lapNs.length - 1)) {
      this.lapRows.push(row);
      this.lapNs.push(high);
    }
    const context = this.contexts.intern(thread, proc);
    this.widenContexts();
    this.types[row] = type;
    this.timeLow[row] = this.lastLow;
    this.goroutine[row] = goroutine === wireNone ? 0 : this.goroutines.intern(goroutine) + 1;
    this.context[row] = context;
    this.offsets[row] = offset === -1 ? noOffset : offset;
    return row;
  }

  /** From now on the arguments stand in `bytes`, at the offsets that were given: what grows has its final place at the end. */
  readFrom(bytes: Uint8Array): void {
    this.wire = new WireReader(bytes);
  }

  /** Appends rows as the kernel writes them. Not to be mixed with `append`. */
  appendBlock(block: RowBlock): void {
    const { memory, address, count, laps, goroutines, contexts } = block;
    const row = this.length;
    this.reach(row + count);
    this.takeExtras(block.extras);
    for (let at = 0; at < laps.length; at += wordsPerLap) {
      this.lapRows.push(laps[at] ?? 0);
      this.lapNs.push((laps[at + 1] ?? 0) * lapLengthNs);
    }
    for (let at = 0; at < goroutines.length; at += 2) {
      this.goroutines.append(exactOfHalves(goroutines[at] ?? 0, goroutines[at + 1] ?? 0));
    }
    for (let at = 0; at < contexts.length; at += wordsPerContext) {
      this.contexts.append(
        exactOfHalves(contexts[at] ?? 0, contexts[at + 1] ?? 0),
        exactOfHalves(contexts[at + 2] ?? 0, contexts[at + 3] ?? 0),
      );
    }
    this.widenContexts();
    this.types.set(new Uint8Array(memory, address + typeColumn, count), row);
    this.timeLow.set(new Uint32Array(memory, address + timeColumn, count), row);
    this.goroutine.set(new Uint32Array(memory, address + goroutineColumn, count), row);
    this.offsets.set(new Uint32Array(memory, address + offsetColumn, count), row);
    const low = new Uint16Array(memory, address + contextColumn, count);
    this.context.set(low, row);
    if (this.context instanceof Uint32Array) {
      const high = new Uint16Array(memory, address + contextHighColumn, count);
      for (let n = 0; n < count; n++) {
        this.context[row + n] = (high[n] ?? 0) * mostShortContexts + (low[n] ?? 0);
      }
    }
    this.length = row + count;
  }

  /** Gives memory back that was taken ahead, where it is much. What was never written takes none from the machine, and a copy does. */
  trim(): void {
    const { length } = this;
    if (length < this.types.length * 0.25) {
      this.types = this.types.slice(0, length);
      this.timeLow = this.timeLow.slice(0, length);
      this.goroutine = this.goroutine.slice(0, length);
      this.context = this.context.slice(0, length);
      this.offsets = this.offsets.slice(0, length);
    }
  }

  /** The next time is this one, or the nanosecond behind the last where it is no later. The nanosecond behind the last int64 is the first, as in Go. */
  private advanceTime(high: number, low: number): void {
    if (high > this.lastHigh || (high === this.lastHigh && low > this.lastLow)) {
      this.lastHigh = high;
      this.lastLow = low;
    } else {
      this.lastLow = (this.lastLow + 1) >>> 0;
      this.lastHigh = this.lastLow === 0 ? (this.lastHigh + 1) | 0 : this.lastHigh;
    }
  }

  private takeExtras(extras: Uint32Array): void {
    for (let at = 0; at < extras.length; at += wordsPerExtra) {
      const row = extras[at] ?? 0;
      const kind: Extra = extras[at + 1] ?? 0;
      const value = extras[at + 2] ?? 0;
      const high = extras[at + 3] ?? 0;
      if (kind === Extra.From) {
        this.extras.from.set(row, value);
      } else if (kind === Extra.Status) {
        this.extras.status.set(row, value);
      } else if (kind === Extra.Reason) {
        this.extras.reason.set(row, value as StringIndex);
      } else {
        const parent = joinHalves(value, high);
        const type = (extras[at + 4] ?? 0) as StringIndex;
        const isExact = Number.isSafeInteger(parent);
        this.extras.task.set(row, isExact ? { parent, type } : { parent, bigParent: bigOfHalves(value, high), type });
      }
    }
  }

  typeAt(event: number): EventType {
    return this.types[event] ?? 0;
  }

  timeNsAt(event: number): Ns {
    return ns(this.lapNsAt(event) + (this.timeLow[event] ?? 0));
  }

  lapNsAt(event: number): number {
    const { lap } = this;
    if (event < lap.firstRow || event >= lap.endRow) {
      const n = lastAtOrBefore(this.lapRows, event);
      lap.firstRow = n === 0 ? 0 : this.lapRows.at(n);
      lap.endRow = n + 1 < this.lapRows.length ? this.lapRows.at(n + 1) : this.length;
      lap.ns = this.lapNs.at(n);
    }
    return lap.ns;
  }

  bigTimeNsAt(event: number): bigint {
    return BigInt(this.lapNsAt(event)) + BigInt(this.timeLow[event] ?? 0);
  }

  goroutineAt(event: number): number {
    const slot = this.goroutine[event] ?? 0;
    return slot === 0 ? wireNone : this.goroutines.idOf(slot - 1);
  }

  procAt(event: number): number {
    return this.contexts.procOf(this.context[event] ?? 0);
  }

  threadAt(event: number): number {
    return this.contexts.threadOf(this.context[event] ?? 0);
  }

  bigContextAt(event: number): { readonly goroutine: bigint; readonly proc: bigint; readonly thread: bigint } {
    const slot = this.goroutine[event] ?? 0;
    const goroutine = slot === 0 ? wireNone : this.goroutines.exactIdOf(slot - 1);
    const { thread, proc } = this.contexts.exactOf(this.context[event] ?? 0);
    return { goroutine: asUint64(goroutine), proc: asUint64(proc), thread: asUint64(thread) };
  }

  argAt(event: number, n: number): number {
    if (!this.seekArg(event, n)) {
      return this.argWithoutBytes(event);
    }
    return this.wire.uvarint();
  }

  /** The n-th argument as an exact unsigned 64-bit integer. */
  bigArgAt(event: number, n: number): bigint {
    if (!this.seekArg(event, n)) {
      return this.typeAt(event) === EventType.ProcSteal ? this.bigContextAt(event).proc : 0n;
    }
    return this.wire.bigUvarint() ?? 0n;
  }

  stringAt(event: number, n: number): StringIndex {
    return (this.seekArg(event, n) ? this.ids.string(this.generationAt(event), this.wire.exactUvarint()) : undefined) ?? (0 as StringIndex);
  }

  stackAt(event: number): StackIndex {
    const type = this.types[event] ?? 0;
    return this.stackArgAt(event, type === EventType.CPUSample ? 3 : (stackArgs[type] ?? -1));
  }

  /** The stack that argument n names; n of -1 is no stack. */
  stackArgAt(event: number, n: number): StackIndex {
    const isThere = n !== -1 && this.seekArg(event, n);
    return (isThere ? this.ids.stack(this.generationAt(event), this.wire.exactUvarint()) : undefined) ?? (0 as StackIndex);
  }

  /** The only rows without bytes that have an argument: the ProcSteal of a vanished thread names the proc it ran on. */
  private argWithoutBytes(event: number): number {
    return this.typeAt(event) === EventType.ProcSteal ? this.procAt(event) : 0;
  }

  private seekArg(event: number, n: number): boolean {
    const offset = this.offsets[event] ?? noOffset;
    if (offset === noOffset) {
      return false;
    }
    const { wire } = this;
    wire.seek(offset, wire.bytes.length);
    for (let skipped = 0; skipped < n; skipped++) {
      wire.uvarint();
    }
    return true;
  }

  private generationAt(event: number): number {
    return lastAtOrBefore(this.generationRows, event);
  }

  /** How many there will be if the rest of the file is as dense as what came before the last row: growing by half is a copy too large where little is left. */
  private expectedRows(): number {
    const offset = this.offsets[this.length - 1] ?? noOffset;
    const expected = offset !== noOffset && offset > 0 ? (this.length / offset) * this.wire.bytes.length * 1.02 : this.types.length * 1.5;
    return Math.ceil(Math.min(Math.max(expected, this.types.length * 1.125), this.types.length * 2));
  }

  private reach(length: number): void {
    if (length > this.types.length) {
      const capacity = Math.max(length, this.expectedRows());
      this.types = enlarged(this.types, capacity);
      this.timeLow = enlarged(this.timeLow, capacity);
      this.goroutine = enlarged(this.goroutine, capacity);
      this.context = enlarged(this.context, capacity);
      this.offsets = enlarged(this.offsets, capacity);
    }
  }

  private widenContexts(): void {
    if (this.context instanceof Uint16Array && this.contexts.length > mostShortContexts) {
      this.context = Uint32Array.from(this.context);
    }
  }
}

/** Position of the last entry that is not above a value; 0 when all are. */
function lastAtOrBefore(rising: RowColumn, value: number): number {
  let from = 0;
  let to = rising.length;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (rising.at(middle) <= value) {
      from = middle;
    } else {
      to = middle;
    }
  }
  return from;
}

function asUint64(id: Exact): bigint {
  return BigInt.asUintN(64, BigInt(id));
}

/** Pairs of thread and proc in which events happen: few in any real trace. */
class ContextTable {
  private readonly threadSlots = new SlotTable();
  private readonly procSlots = new SlotTable();
  private readonly index = new Map<number, number>();
  private readonly thread = new IdColumn();
  private readonly proc = new IdColumn();
  private last = -1;

  get length(): number {
    return this.thread.length;
  }

  /** Forgets all pairs, and keeps their memory. */
  clear(): void {
    this.threadSlots.clear();
    this.procSlots.clear();
    this.index.clear();
    this.thread.clear();
    this.proc.clear();
    this.last = -1;
  }

  get procs(): ArrayLike<number> {
    return this.proc.numbers;
  }

  intern(thread: Exact, proc: Exact): number {
    if (this.last !== -1 && this.thread.exactAt(this.last) === thread && this.proc.exactAt(this.last) === proc) {
      return this.last;
    }
    const key = this.threadSlots.intern(thread) * 2 ** 26 + this.procSlots.intern(proc);
    let context = this.index.get(key);
    if (context === undefined) {
      context = this.thread.length;
      this.index.set(key, context);
      this.append(thread, proc);
    }
    this.last = context;
    return context;
  }

  append(thread: Exact, proc: Exact): void {
    this.thread.append(thread);
    this.proc.append(proc);
  }

  threadOf(context: number): number {
    return this.thread.at(context);
  }

  procOf(context: number): number {
    return this.proc.at(context);
  }

  exactOf(context: number): { readonly thread: Exact; readonly proc: Exact } {
    return { thread: this.thread.exactAt(context), proc: this.proc.exactAt(context) };
  }
}
