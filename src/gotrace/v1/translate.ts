import { type GclensError, GrowingColumn, newUint32 } from '../../base';
import { BrokenTrace } from '../brokenTrace';
import { EventColumns, type RowIds } from '../eventTable';
import { goRunnable, goRunning, goSyscall, goWaiting, procIdle, procRunning } from '../schedulerState';
import { type EventIndex, EventType, GoState, NONE, ProcState, type StackIndex, type StringIndex, type Trace } from '../trace';
import { type Exact, exactOf, wireNone } from '../wire';
import { ArgumentsV1 } from './arguments';
import { SyncColumns } from '../syncColumns';
import type { Clock } from './clock';
import { anySequence, type EventRows, noGoroutineSlot } from './eventRows';
import { EventV1 } from './eventTypes';
import { type AddedText, stopReasons, type TablesV1 } from './tables';
import type { Translation } from './translation';

/** Why a goroutine waits, or stays runnable, after these events. */
const blockReasons: ReadonlyMap<EventV1, AddedText> = new Map<EventV1, AddedText>([
  [EventV1.GoStop, 'forever'],
  [EventV1.GoSleep, 'sleep'],
  [EventV1.GoBlock, ''],
  [EventV1.GoBlockSend, 'chan send'],
  [EventV1.GoBlockRecv, 'chan receive'],
  [EventV1.GoBlockSelect, 'select'],
  [EventV1.GoBlockSync, 'sync'],
  [EventV1.GoBlockCond, 'sync.(*Cond).Wait'],
  [EventV1.GoBlockNet, 'network'],
  [EventV1.GoBlockGC, 'GC mark assist wait for work'],
]);

/** Go 1.20 and older wrote the stops for the GC alone, numbered from 0. */
const firstVersionWithAllStops = 21;

/** The official reader shows a thread 0 where it does not know the thread of some events. */
const threadZero = 0;

/** Time of the first Sync: just before the first event, at which the clock starts. */
const originNs = -1;

/** What a file of format v1 was read into. */
export interface TraceV1 {
  readonly file: Uint8Array;
  readonly goVersion: number;
  readonly rows: EventRows;
  readonly tables: TablesV1;
  readonly clock: Clock;
  /** Holds the strings of the tables. */
  readonly translation: Translation;
}

/** A translated trace writes interned strings and stacks. */
const interned: RowIds = { string: (_, id) => id as StringIndex, stack: (_, id) => id as StackIndex };

interface BegunTask {
  readonly parent: Exact;
  readonly type: StringIndex;
}

/**
 * Says of events of format v1 what format v2 would say: each becomes none, one or two rows whose arguments are written in v2's form. Source:
 * go-execution-trace.md section 7.
 */
export class Translator {
  private readonly file: Uint8Array;
  private readonly goVersion: number;
  private readonly rows: EventRows;
  private readonly tables: TablesV1;
  private readonly clock: Clock;
  private readonly translation: Translation;
  private readonly events: EventColumns;
  private readonly syncs = new SyncColumns(2);
  private readonly args: ArgumentsV1;
  /** Before the first Gomaxprocs events only tell what there was when the trace began. */
  private isTakingInventory = true;
  /** Slots of the goroutines of the inventory, in order; by slot the offset of the GoCreate, as long as nothing else is known of its state. */
  private readonly inventory = new GrowingColumn(newUint32, 64);
  private readonly created: Uint32Array;
  private readonly tasks = new Map<Exact, BegunTask>();
  private readonly knownProcs = new Set<number>();
  /** Threads of the procs that run. */
  private readonly threads = new Map<number, Exact>();
  private stopReason = 0 as StringIndex;
  // The event at hand.
  private type: EventV1 = EventV1.Batch;
  private row = 0;
  private offset = 0;
  private timeNs = 0;
  private goroutine: Exact = wireNone;
  private proc = wireNone;
  private thread: Exact = wireNone;
  // The row being written.
  private written = EventType.Sync;
  private writtenAt = 0;

  constructor({ file, goVersion, rows, tables, clock, translation }: TraceV1) {
    this.file = file;
    this.goVersion = goVersion;
    this.rows = rows;
    this.tables = tables;
    this.clock = clock;
    this.translation = translation;
    this.args = new ArgumentsV1(file);
    this.created = new Uint32Array(rows.goroutines.length);
    this.events = new EventColumns(translation.bytes, interned, 0);
    this.events.use(rows.asMemory());
    this.events.beginGeneration();
  }

  /** How many rows there can be at most beyond those that were translated: the Syncs, and one more for each that may become two. */
  static mostAhead(doubles: number): number {
    return 2 + doubles;
  }

  /** @param earliestNs since the origin; a row comes a nanosecond behind the one before, at least */
  sync(earliestNs: number): void {
    const event = this.events.append(EventType.Sync, earliestNs, wireNone, wireNone, wireNone, -1);
    this.syncs.append(event as EventIndex, NONE, null);
  }

  /** The translated trace; it needs the file no more. */
  finish(damage: GclensError | null): Trace {
    const { goVersion, events, syncs, translation } = this;
    const { strings, stacks } = this.tables;
    translation.trim();
    const { bytes } = translation;
    strings.readFrom(bytes);
    events.readFrom(bytes);
    events.trim();
    return { bytes, goVersion, originNs: BigInt(originNs), events, strings, stacks, syncs, experimentalBatches: [], damage };
  }

  /** Takes the next event in order. @throws BrokenTrace when it says what nothing can be made of */
  translate(row: number): void {
    const { rows } = this;
    if (this.events.length > row) {
      throw new Error('the rows of a translation overtook those that it reads');
    }
    const slot = rows.goroutine[row] ?? noGoroutineSlot;
    this.row = row;
    this.type = rows.type[row] ?? 0;
    this.offset = rows.offset[row] ?? 0;
    this.timeNs = this.clock.timeNs(row);
    this.goroutine = slot === noGoroutineSlot ? wireNone : rows.goroutines.exactIdOf(slot);
    this.proc = rows.proc[row] ?? wireNone;
    this.thread = this.type === EventV1.CPUSample ? wireNone : this.threadOfProc();
    this.args.read(this.offset);
    this.dispatch();
  }

  private dispatch(): void {
    switch (this.type) {
      case EventV1.Gomaxprocs:
        this.changeProcs();
        return;
      case EventV1.ProcStart:
        this.startProc();
        return;
      case EventV1.ProcStop:
        this.stopProc();
        return;
      case EventV1.GCStart:
        this.begin(EventType.GCBegin);
        this.copy(0);
        this.stack();
        this.end();
        return;
      case EventV1.GCDone:
        this.bare(EventType.GCEnd);
        return;
      case EventV1.GCSTWStart:
        this.stopWorld();
        return;
      case EventV1.GCSTWDone:
        this.events.extras.reason.set(this.bare(EventType.STWEnd), this.stopReason);
        return;
      case EventV1.GCSweepStart:
        this.begin(EventType.GCSweepBegin);
        this.stack();
        this.end();
        return;
      case EventV1.GCSweepDone:
        this.begin(EventType.GCSweepEnd);
        this.copy(0);
        this.copy(1);
        this.end();
        return;
      case EventV1.GCMarkAssistStart:
        this.begin(EventType.GCMarkAssistBegin);
        this.stack();
        this.end();
        return;
      case EventV1.GCMarkAssistDone:
        this.bare(EventType.GCMarkAssistEnd);
        return;
      case EventV1.HeapAlloc:
      case EventV1.HeapGoal:
        this.begin(this.type === EventV1.HeapAlloc ? EventType.HeapAlloc : EventType.HeapGoal);
        this.copy(0);
        this.end();
        return;
      case EventV1.UserTaskCreate:
        this.beginTask();
        return;
      case EventV1.UserTaskEnd:
        this.endTask();
        return;
      case EventV1.UserRegion:
        this.begin(this.args.values[1] === 0 ? EventType.UserRegionBegin : EventType.UserRegionEnd);
        this.copy(0);
        this.string(2);
        this.stack();
        this.end();
        return;
      case EventV1.UserLog:
        this.begin(EventType.UserLog);
        this.copy(0);
        this.string(1);
        this.translation.uvarint(this.rows.detail[this.row] ?? 0);
        this.stack();
        this.end();
        return;
      case EventV1.CPUSample:
        this.begin(EventType.CPUSample);
        this.translation.none();
        this.copy(1);
        this.copy(2);
        this.stack();
        this.end();
        return;
      default:
        this.translateGoroutine();
    }
  }

  private translateGoroutine(): void {
    const reason = blockReasons.get(this.type);
    if (reason !== undefined) {
      this.leave(EventType.GoBlock, reason);
      return;
    }
    switch (this.type) {
      case EventV1.GoCreate:
        this.createGoroutine();
        return;
      case EventV1.GoStart:
        this.startGoroutine();
        return;
      case EventV1.GoStartLabel:
        this.startLabelled();
        return;
      case EventV1.GoEnd:
        this.bare(EventType.GoDestroy);
        return;
      case EventV1.GoSched:
        this.leave(EventType.GoStop, 'runtime.Gosched');
        return;
      case EventV1.GoPreempt:
        this.leave(EventType.GoStop, 'preempted');
        return;
      case EventV1.GoUnblock:
        this.begin(EventType.GoUnblock);
        this.copy(0);
        this.sequence();
        this.stack();
        this.end();
        return;
      case EventV1.GoSysCall:
        this.thread = this.threads.get(this.proc) ?? threadZero;
        this.beginSyscall();
        // One nanosecond later, since times rise.
        this.bare(EventType.GoSyscallEnd);
        return;
      case EventV1.GoSysCallBlocked:
        this.beginSyscall();
        return;
      case EventV1.GoSysBlock:
        return;
      case EventV1.GoSysExit:
        this.bare(EventType.GoSyscallEndBlocked);
        return;
      case EventV1.GoWaiting:
        this.takeStock(goWaiting);
        return;
      case EventV1.GoInSyscall:
        this.takeStock(goSyscall);
        return;
      default:
        throw new BrokenTrace(`unexpected event type ${String(this.type)}`, this.offset);
    }
  }

  /** The first Gomaxprocs says that the inventory is complete: whatever was not mentioned again is runnable. */
  private changeProcs(): void {
    if (!this.isTakingInventory) {
      this.begin(EventType.ProcsChange);
      this.copy(0);
      this.stack();
      this.end();
      return;
    }
    this.isTakingInventory = false;
    this.goroutine = wireNone;
    this.proc = wireNone;
    this.thread = wireNone;
    for (const slot of this.inventory.view) {
      const offset = this.created[slot] ?? 0;
      if (offset !== 0) {
        this.args.read(offset);
        this.goStatus(goRunnable);
      }
    }
  }

  /** No proc has no thread, even where a batch said that one started there. */
  private threadOfProc(): Exact {
    return this.proc === wireNone ? wireNone : (this.threads.get(this.proc) ?? wireNone);
  }

  private startProc(): void {
    this.threads.set(this.proc, this.args.values[0] ?? 0);
    this.thread = this.threadOfProc();
    if (this.knownProcs.has(this.proc)) {
      this.begin(EventType.ProcStart);
      this.procId();
      this.translation.byte(0);
      this.end();
    } else {
      this.procStatus(procRunning);
    }
  }

  private stopProc(): void {
    if (this.knownProcs.has(this.proc)) {
      this.bare(EventType.ProcStop);
    } else {
      this.procStatus(procIdle);
    }
    this.threads.delete(this.proc);
  }

  private procStatus(status: number): void {
    this.knownProcs.add(this.proc);
    this.begin(EventType.ProcStatus);
    this.procId();
    this.translation.byte(status);
    this.events.extras.from.set(this.end(), ProcState.Undetermined);
  }

  private stopWorld(): void {
    const kind = Number(this.args.values[0] ?? 0) + (this.goVersion < firstVersionWithAllStops ? 1 : 0);
    const isKnown = this.goVersion >= firstVersionWithAllStops || kind <= 2;
    this.stopReason = this.tables.addedText(isKnown ? (stopReasons[kind] ?? '') : '');
    this.begin(EventType.STWBegin);
    this.translation.uvarint(this.stopReason);
    this.translation.byte(0);
    this.end();
  }

  private beginTask(): void {
    const [task = 0, parent = 0, name = 0] = this.args.values;
    this.begin(EventType.UserTaskBegin);
    this.copy(0);
    this.copy(1);
    this.string(2);
    this.stack();
    this.end();
    this.tasks.set(task, { parent, type: this.tables.string(name, this.offset) });
  }

  private endTask(): void {
    const task = this.args.values[0] ?? 0;
    const begun = this.tasks.get(task);
    this.begin(EventType.UserTaskEnd);
    this.copy(0);
    this.stack();
    const row = this.end();
    if (begun !== undefined) {
      const { parent, type } = begun;
      const exact = typeof parent === 'bigint' ? { bigParent: parent } : {};
      this.events.extras.task.set(row, { parent: Number(parent), ...exact, type });
      this.tasks.delete(task);
    }
  }

  private createGoroutine(): void {
    if (this.isTakingInventory) {
      const slot = this.rows.subject[this.row] ?? 0;
      this.inventory.push(slot);
      this.created[slot] = this.offset;
      return;
    }
    this.begin(EventType.GoCreate);
    this.copy(0);
    this.translation.uvarint(this.tables.startStack(this.args.values[1] ?? 0, this.offset));
    this.stack();
    this.end();
  }

  private startGoroutine(): void {
    if (this.isTakingInventory) {
      this.takeStock(goRunning);
      return;
    }
    this.begin(EventType.GoStart);
    this.copy(0);
    this.sequence();
    this.end();
  }

  private startLabelled(): void {
    this.thread = this.threads.get(this.proc) ?? threadZero;
    this.begin(EventType.GoStart);
    this.copy(0);
    this.sequence();
    this.end();
    this.begin(EventType.GoLabel);
    this.string(2);
    this.end();
  }

  /** The goroutine was in this state before the trace began. */
  private takeStock(status: number): void {
    this.created[this.rows.subject[this.row] ?? 0] = 0;
    this.goStatus(status);
  }

  private goStatus(status: number): void {
    this.begin(EventType.GoStatus);
    this.copy(0);
    this.translation.none();
    this.translation.byte(status);
    this.events.extras.from.set(this.end(), GoState.Undetermined);
  }

  private leave(type: EventType, reason: AddedText): void {
    this.begin(type);
    this.translation.uvarint(this.tables.addedText(reason));
    this.stack();
    this.end();
  }

  private beginSyscall(): void {
    this.begin(EventType.GoSyscallBegin);
    this.translation.byte(0);
    this.stack();
    this.end();
  }

  /** Begins to write the arguments of a row. */
  private begin(type: EventType): void {
    this.written = type;
    this.writtenAt = this.translation.length;
  }

  /** Appends the row whose arguments are written. */
  private end(): number {
    return this.append(this.written, this.writtenAt);
  }

  /** Appends a row that has no arguments. */
  private bare(type: EventType): number {
    return this.append(type, -1);
  }

  private append(type: EventType, offset: number): number {
    const time = this.timeNs - originNs;
    const exactTime = Number.isSafeInteger(time) ? time : exactOf(BigInt(this.timeNs) - BigInt(originNs));
    return this.events.append(type, exactTime, this.goroutine, this.proc, this.thread, offset);
  }

  /** Writes argument n as it stands in the file. */
  private copy(n: number): void {
    this.translation.copy(this.file, this.args.starts[n] ?? 0, this.args.starts[n + 1] ?? 0);
  }

  private procId(): void {
    if (this.proc === wireNone) {
      this.translation.none();
    } else {
      this.translation.uvarint(this.proc);
    }
  }

  /** Writes the sequence number, which stands behind the goroutine unless the event is a local one. */
  private sequence(): void {
    if (this.rows.detail[this.row] === anySequence) {
      this.translation.byte(0);
    } else {
      this.copy(1);
    }
  }

  /** Writes the string that argument n names. */
  private string(n: number): void {
    this.translation.uvarint(this.tables.string(this.args.values[n] ?? 0, this.offset));
  }

  /** Writes the event's stack, which is its last value. */
  private stack(): void {
    this.translation.uvarint(this.tables.stackOf(this.args.stackId(), this.offset));
  }
}
