import { type Ns, ns } from '../base';
import { BrokenTrace } from './brokenTrace';
import { stackArgs } from './eventSpecs';
import { SlotTable } from './slotTable';
import { EventType, type EventTable, type GoState, type ProcState, type RowColumns, type StackIndex, type StringIndex } from './trace';
import { WireReader, wireNone } from './wire';

/** What the ids of strings and stacks in the arguments of a run of rows stand for, file-wide; undefined for what is no id. */
export interface RowIds {
  string(id: number): StringIndex | undefined;
  stack(id: number): StackIndex | undefined;
}

/** Offset of rows that have no bytes. */
const noOffset = 0xffffffff;
const lap = 2 ** 32;

/**
 * Columns of ordered events, 15 bytes an event: type, low half of the time (times strictly rise, so the laps of 2^32 ns fit in a small table),
 * goroutine, context (thread and proc) and offset. Arguments are read from the bytes when asked for.
 */
export class EventColumns implements EventTable {
  length = 0;
  readonly extras = {
    from: new Map<number, GoState | ProcState>(),
    status: new Map<number, number>(),
    reason: new Map<number, StringIndex>(),
    task: new Map<number, { readonly parent: number; readonly type: StringIndex }>(),
  };
  readonly goroutines = new SlotTable();
  private types = new Uint8Array(4096);
  private timeLow = new Uint32Array(4096);
  private goroutine = new Uint32Array(4096);
  private context: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> = new Uint16Array(4096);
  private offsets = new Uint32Array(4096);
  /** Rows at which the high half of the time changes, and its value from there on, in ns. */
  private readonly lapRows: number[] = [0];
  private readonly lapNs: number[] = [0];
  private readonly contexts = new ContextTable();
  /** Rows at which a generation begins, and the generation: it resolves the ids of its rows. */
  private readonly generationRows: number[] = [];
  private readonly generations: (RowIds | null)[] = [];
  private wire: WireReader;
  /** Times rise from the official reader's start, one nanosecond before the origin. */
  private lastNs = -1;

  constructor(bytes: Uint8Array) {
    this.wire = new WireReader(bytes);
  }

  /** Rows from here on belong to `generation`; null after the last one. */
  beginGeneration(generation: RowIds | null): void {
    this.generationRows.push(this.length);
    this.generations.push(generation);
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

  get lastTimeNs(): number {
    return this.lastNs;
  }

  /** Appends a row; its time is pushed forward so that times strictly rise. `offset` -1 is a row without bytes. Returns the row. */
  append(type: EventType, timeNs: number, goroutine: number, proc: number, thread: number, offset: number): number {
    if (this.length === this.types.length) {
      this.grow();
    }
    const time = timeNs <= this.lastNs ? this.lastNs + 1 : timeNs;
    if (time > Number.MAX_SAFE_INTEGER) {
      throw new BrokenTrace('the time of an event lies more than 104 days after the start of the trace', Math.max(0, offset));
    }
    const row = this.length++;
    this.lastNs = time;
    const high = Math.floor(time / lap) * lap;
    if (high !== this.lapNs[this.lapNs.length - 1]) {
      this.lapRows.push(row);
      this.lapNs.push(high);
    }
    this.types[row] = type;
    this.timeLow[row] = time - high;
    this.goroutine[row] = goroutine === wireNone ? 0 : this.goroutines.intern(goroutine) + 1;
    this.context[row] = this.contextOf(thread, proc);
    this.offsets[row] = offset === -1 ? noOffset : offset;
    return row;
  }

  typeAt(event: number): EventType {
    return this.types[event] ?? 0;
  }

  timeNsAt(event: number): Ns {
    const { lapRows } = this;
    let from = 0;
    let to = lapRows.length;
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if ((lapRows[middle] ?? 0) <= event) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return ns((this.lapNs[from] ?? 0) + (this.timeLow[event] ?? 0));
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

  offsetAt(event: number): number {
    const offset = this.offsets[event] ?? noOffset;
    return offset === noOffset ? -1 : offset;
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
      return BigInt.asUintN(64, BigInt(this.argWithoutBytes(event)));
    }
    return this.wire.bigUvarint() ?? 0n;
  }

  stringAt(event: number, n: number): StringIndex {
    return this.offsetAt(event) === -1
      ? (0 as StringIndex)
      : (this.generationAt(event)?.string(this.argAt(event, n)) ?? (0 as StringIndex));
  }

  stackAt(event: number): StackIndex {
    const type = this.types[event] ?? 0;
    return this.stackArgAt(event, type === EventType.CPUSample ? 3 : (stackArgs[type] ?? -1));
  }

  /** The stack that argument n names; n of -1 is no stack. */
  stackArgAt(event: number, n: number): StackIndex {
    if (n === -1 || this.offsetAt(event) === -1) {
      return 0 as StackIndex;
    }
    return this.generationAt(event)?.stack(this.argAt(event, n)) ?? (0 as StackIndex);
  }

  /** From now on the arguments stand in `bytes`, at the offsets that were given: what grows has its final place at the end. */
  readFrom(bytes: Uint8Array): void {
    this.wire = new WireReader(bytes);
  }

  /** Gives memory back that growing took ahead. */
  trim(): void {
    this.types = this.types.slice(0, this.length);
    this.timeLow = this.timeLow.slice(0, this.length);
    this.goroutine = this.goroutine.slice(0, this.length);
    this.context = this.context.slice(0, this.length);
    this.offsets = this.offsets.slice(0, this.length);
  }

  /** The only rows without bytes that have an argument: the ProcSteal of a vanished thread names the proc it ran on. */
  private argWithoutBytes(event: number): number {
    return this.typeAt(event) === EventType.ProcSteal ? this.procAt(event) : 0;
  }

  private seekArg(event: number, n: number): boolean {
    const offset = this.offsetAt(event);
    if (offset === -1) {
      return false;
    }
    const { wire } = this;
    wire.seek(offset + 1, wire.bytes.length);
    for (let skipped = 0; skipped <= n; skipped++) {
      wire.uvarint();
    }
    return true;
  }

  private generationAt(event: number): RowIds | null {
    const { generationRows } = this;
    let from = 0;
    let to = generationRows.length;
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if ((generationRows[middle] ?? 0) <= event) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return this.generations[from] ?? null;
  }

  private contextOf(thread: number, proc: number): number {
    const context = this.contexts.intern(thread, proc);
    if (context > 0xffff && this.context instanceof Uint16Array) {
      this.context = Uint32Array.from(this.context);
    }
    return context;
  }

  private grow(): void {
    const size = this.types.length * 2;
    this.types = copyInto(new Uint8Array(size), this.types);
    this.timeLow = copyInto(new Uint32Array(size), this.timeLow);
    this.goroutine = copyInto(new Uint32Array(size), this.goroutine);
    this.context = copyInto(this.context instanceof Uint16Array ? new Uint16Array(size) : new Uint32Array(size), this.context);
    this.offsets = copyInto(new Uint32Array(size), this.offsets);
  }
}

function copyInto<Column extends Uint8Array | Uint16Array | Uint32Array>(
  target: Column,
  source: Uint8Array | Uint16Array | Uint32Array,
): Column {
  target.set(source);
  return target;
}

/** Pairs of thread and proc in which events happen: few in any real trace. */
class ContextTable {
  private readonly threadSlots = new SlotTable();
  private readonly procSlots = new SlotTable();
  private readonly index = new Map<number, number>();
  private readonly thread: number[] = [];
  private readonly proc: number[] = [];
  private last = -1;

  get procs(): readonly number[] {
    return this.proc;
  }

  intern(thread: number, proc: number): number {
    if (this.last !== -1 && this.thread[this.last] === thread && this.proc[this.last] === proc) {
      return this.last;
    }
    const key = this.threadSlots.intern(thread) * 2 ** 26 + this.procSlots.intern(proc);
    let context = this.index.get(key);
    if (context === undefined) {
      context = this.thread.length;
      this.index.set(key, context);
      this.thread.push(thread);
      this.proc.push(proc);
    }
    this.last = context;
    return context;
  }

  threadOf(context: number): number {
    return this.thread[context] ?? wireNone;
  }

  procOf(context: number): number {
    return this.proc[context] ?? wireNone;
  }
}
