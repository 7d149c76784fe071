import { EventType } from '../../src/gotrace';
import type { Chance } from './chance';
import { type FileBatch, none, type Record, type TraceV2File, wire, withRecords, writeTraceV2 } from './mutate/traceV2File';
import { edgeValues } from './mutate/varints';

interface Goroutine {
  readonly id: bigint;
  state: 'runnable' | 'running' | 'waiting' | 'syscall';
  thread: Thread | null;
  seq: bigint;
  readonly regions: bigint[][];
  isStopping: boolean;
  isAssisting: boolean;
}

interface Proc {
  readonly id: bigint;
  state: 'idle' | 'running' | 'syscall' | 'abandoned';
  thread: Thread | null;
  seq: bigint;
  isSweeping: boolean;
}

interface Thread {
  readonly id: bigint;
  readonly skew: number;
  proc: Proc | null;
  goroutine: Goroutine | null;
  lastTicks: number;
  events: { readonly ticks: number; readonly record: Record }[];
}

const strings = [
  '',
  'chan receive',
  'GC (dedicated)',
  'GC mark termination',
  'main.work',
  'a "quoted"\n\tvalue',
  '\u{1f600}',
  'x'.repeat(300),
];
const stacks = 5;

/**
 * An execution trace that the official reader accepts in most cases: a random history of threads, procs and goroutines, written with clocks that tie and
 * disagree, in batches of any size and order.
 * @param hugeIds ids and times at all edges of 64 bits
 */
export function makeTrace(chance: Chance, hugeIds = false): Uint8Array {
  return new History(chance, hugeIds).write();
}

class History {
  private readonly version: number;
  private readonly threads: Thread[];
  private readonly procs: Proc[];
  private readonly goroutines: Goroutine[] = [];
  private readonly tasks: bigint[] = [];
  private readonly idBase: bigint;
  private readonly taskBase: bigint;
  private nextId = 1n;
  private gcSeq = 0n;
  private isCollecting = false;
  private ticks = 10;
  private readonly base: bigint;
  private readonly frequency: bigint;
  private readonly tieShare: number;

  constructor(
    private readonly chance: Chance,
    hugeIds: boolean,
  ) {
    this.version = chance.oneOf([22, 23, 25, 26]);
    const big = (): bigint => (!hugeIds || chance.percent(40) ? 0n : chance.oneOf(edgeValues) / 2n);
    const [threadBase, procBase] = [big(), big() % (1n << 62n)];
    this.idBase = big();
    this.taskBase = big();
    this.base = hugeIds && chance.percent(40) ? chance.oneOf(edgeValues) / 2n : 1000n;
    this.frequency = chance.oneOf([15625000n, 15625000n, 1000000000n, 3000000019n, 1000n, 24000000n]);
    this.tieShare = chance.oneOf([0, 30, 60, 95]);
    const skewed = chance.percent(40);
    this.threads = Array.from({ length: chance.percent(85) ? 1 + chance.below(4) : 13 + chance.below(8) }, (_, n) => ({
      id: threadBase + BigInt(n * 3 + 1),
      skew: skewed ? chance.below(7) - 3 : 0,
      proc: null,
      goroutine: null,
      lastTicks: 0,
      events: [],
    }));
    this.procs = Array.from({ length: 1 + chance.below(4) }, (_, n) => ({
      id: procBase + BigInt(n),
      state: 'idle',
      thread: null,
      seq: 0n,
      isSweeping: false,
    }));
    for (let count = 1 + chance.below(6); count > 0; count--) {
      this.goroutines.push(this.newGoroutine(chance.oneOf(['runnable', 'waiting'])));
    }
  }

  write(): Uint8Array {
    const { chance } = this;
    const header = Uint8Array.from(Buffer.from(`go 1.${this.version} trace\0\0\0`, 'latin1'));
    const parts: (FileBatch | Uint8Array)[] = [];
    const first = BigInt(1 + chance.below(3));
    const generations = 1 + chance.below(3);
    const steps = chance.oneOf([3, 20, 80]);
    for (let n = 0; n < generations; n++) {
      const generation = first + BigInt(n);
      this.writeStatuses(n === 0);
      for (let step = 0; step < steps; step++) {
        this.step();
      }
      parts.push(...this.takeGeneration(generation));
      if (this.version >= 26) {
        parts.push(Uint8Array.of(wire.endOfGeneration));
      }
    }
    const file: TraceV2File = { header, parts };
    return writeTraceV2(file);
  }

  private newGoroutine(state: Goroutine['state']): Goroutine {
    return { id: this.idBase + this.nextId++, state, thread: null, seq: 0n, regions: [], isStopping: false, isAssisting: false };
  }

  private emit(thread: Thread, type: number, ...values: readonly bigint[]): void {
    this.ticks += this.chance.percent(this.tieShare) ? 0 : 1 + this.chance.below(50);
    const ticks = Math.max(thread.lastTicks, this.ticks + thread.skew);
    thread.lastTicks = ticks;
    thread.events.push({ ticks, record: { type, values } });
  }

  private string(): bigint {
    return BigInt(this.chance.below(strings.length));
  }

  private stack(): bigint {
    return BigInt(this.chance.below(stacks + 1));
  }

  /** What the runtime writes of every proc and goroutine in each generation, in one legal order: procs, then who runs, then who sleeps. */
  private writeStatuses(isFirst: boolean): void {
    const { chance } = this;
    const gStatus = { runnable: 1n, running: 2n, syscall: 3n, waiting: 4n };
    const pStatus = { idle: 2n, running: 1n, syscall: 3n, abandoned: 4n };
    for (const proc of this.procs) {
      proc.seq = 0n;
      this.emit(proc.thread ?? chance.oneOf(this.threads), EventType.ProcStatus, proc.id, pStatus[proc.state]);
    }
    for (const goroutine of this.goroutines) {
      goroutine.seq = 0n;
      const type = this.version >= 23 && chance.percent(50) ? EventType.GoStatusStack : EventType.GoStatus;
      const stack = type === EventType.GoStatusStack ? [this.stack()] : [];
      const thread = goroutine.thread ?? chance.oneOf(this.threads);
      this.emit(thread, type, goroutine.id, goroutine.thread?.id ?? none, gStatus[goroutine.state], ...stack);
      if (goroutine.isAssisting && !isFirst) {
        this.emit(thread, EventType.GCMarkAssistActive, goroutine.id);
      }
    }
  }

  private step(): void {
    const thread = this.chance.oneOf(this.threads);
    const { proc, goroutine } = thread;
    if (goroutine?.state === 'syscall') {
      this.leaveSyscall(thread, goroutine, proc);
    } else if (proc === null) {
      this.takeProc(thread);
    } else if (goroutine === null) {
      this.findWork(thread, proc);
    } else {
      this.run(thread, goroutine, proc);
    }
  }

  private takeProc(thread: Thread): void {
    const idle = this.procs.filter(({ state }) => state === 'idle');
    if (this.chance.percent(10)) {
      const goroutine = this.newGoroutine('syscall');
      goroutine.thread = thread;
      thread.goroutine = goroutine;
      this.goroutines.push(goroutine);
      this.emit(thread, EventType.GoCreateSyscall, goroutine.id);
    } else if (idle.length > 0) {
      const proc = this.chance.oneOf(idle);
      proc.state = 'running';
      proc.thread = thread;
      thread.proc = proc;
      this.emit(thread, EventType.ProcStart, proc.id, ++proc.seq);
    } else {
      this.steal(thread);
    }
  }

  private steal(thread: Thread): void {
    const victims = this.procs.filter(({ state }) => state === 'syscall' || state === 'abandoned');
    if (victims.length === 0) {
      return;
    }
    const proc = this.chance.oneOf(victims);
    const victim = proc.thread ?? thread;
    this.emit(thread, EventType.ProcSteal, proc.id, ++proc.seq, victim.id);
    if (proc.thread !== null) {
      proc.thread.proc = null;
    }
    proc.thread = null;
    proc.state = 'idle';
  }

  private leaveSyscall(thread: Thread, goroutine: Goroutine, proc: Proc | null): void {
    if (proc !== null) {
      if (this.chance.percent(20)) {
        this.destroy(goroutine);
        this.emit(thread, EventType.GoDestroySyscall);
        proc.state = 'abandoned';
        proc.thread = null;
        thread.proc = null;
      } else {
        goroutine.state = 'running';
        proc.state = 'running';
        this.emit(thread, EventType.GoSyscallEnd);
      }
      return;
    }
    if (this.chance.percent(30)) {
      this.destroy(goroutine);
      this.emit(thread, EventType.GoDestroySyscall);
      return;
    }
    goroutine.state = 'runnable';
    goroutine.thread = null;
    thread.goroutine = null;
    this.emit(thread, EventType.GoSyscallEndBlocked);
  }

  private destroy(goroutine: Goroutine): void {
    this.goroutines.splice(this.goroutines.indexOf(goroutine), 1);
    if (goroutine.thread !== null) {
      goroutine.thread.goroutine = null;
    }
  }

  private findWork(thread: Thread, proc: Proc): void {
    const runnable = this.goroutines.filter(({ state }) => state === 'runnable');
    switch (this.chance.below(8)) {
      case 0:
        if (!proc.isSweeping) {
          proc.state = 'idle';
          proc.thread = null;
          thread.proc = null;
          this.emit(thread, EventType.ProcStop);
        }
        break;
      case 1:
        this.create(thread);
        break;
      case 2:
        this.sweep(thread, proc);
        break;
      case 3:
        this.steal(thread);
        break;
      case 4:
        this.wake(thread);
        break;
      default:
        if (runnable.length > 0) {
          this.start(thread, this.chance.oneOf(runnable), EventType.GoStart);
        }
    }
  }

  private start(thread: Thread, goroutine: Goroutine, type: number): void {
    goroutine.state = 'running';
    goroutine.thread = thread;
    thread.goroutine = goroutine;
    this.emit(thread, type, goroutine.id, ++goroutine.seq);
  }

  private create(thread: Thread): void {
    const blocked = this.version >= 23 && this.chance.percent(30);
    const goroutine = this.newGoroutine(blocked ? 'waiting' : 'runnable');
    this.goroutines.push(goroutine);
    this.emit(thread, blocked ? EventType.GoCreateBlocked : EventType.GoCreate, goroutine.id, this.stack(), this.stack());
  }

  private wake(thread: Thread): void {
    const waiting = this.goroutines.filter(({ state }) => state === 'waiting');
    if (waiting.length > 0) {
      const goroutine = this.chance.oneOf(waiting);
      goroutine.state = 'runnable';
      this.emit(thread, EventType.GoUnblock, goroutine.id, ++goroutine.seq, this.stack());
    }
  }

  private sweep(thread: Thread, proc: Proc): void {
    if (proc.isSweeping) {
      this.emit(thread, EventType.GCSweepEnd, this.chance.oneOf(edgeValues), this.chance.oneOf(edgeValues));
    } else {
      this.emit(thread, EventType.GCSweepBegin, this.stack());
    }
    proc.isSweeping = !proc.isSweeping;
  }

  private run(thread: Thread, goroutine: Goroutine, proc: Proc): void {
    const waiting = this.goroutines.filter(({ state }) => state === 'waiting');
    const leave = (state: Goroutine['state']): void => {
      goroutine.state = state;
      goroutine.thread = null;
      thread.goroutine = null;
    };
    switch (this.chance.below(18)) {
      case 0:
        leave('runnable');
        this.emit(thread, EventType.GoStop, this.string(), this.stack());
        break;
      case 1:
        leave('waiting');
        this.emit(thread, EventType.GoBlock, this.string(), this.stack());
        break;
      case 2:
        this.create(thread);
        break;
      case 3:
        this.wake(thread);
        break;
      case 4:
        if (!goroutine.isStopping && !goroutine.isAssisting && this.goroutines.length > 2) {
          this.destroy(goroutine);
          this.emit(thread, EventType.GoDestroy);
        }
        break;
      case 5:
      case 6:
        if (!proc.isSweeping) {
          goroutine.state = 'syscall';
          proc.state = 'syscall';
          this.emit(thread, EventType.GoSyscallBegin, ++proc.seq, this.stack());
        }
        break;
      case 7:
        if (this.version >= 23 && waiting.length > 0) {
          leave('waiting');
          this.start(thread, this.chance.oneOf(waiting), EventType.GoSwitch);
        }
        break;
      case 8:
        goroutine.isStopping = !goroutine.isStopping;
        this.emit(
          thread,
          goroutine.isStopping ? EventType.STWBegin : EventType.STWEnd,
          ...(goroutine.isStopping ? [this.string(), this.stack()] : []),
        );
        break;
      case 9:
        goroutine.isAssisting = !goroutine.isAssisting;
        this.emit(
          thread,
          goroutine.isAssisting ? EventType.GCMarkAssistBegin : EventType.GCMarkAssistEnd,
          ...(goroutine.isAssisting ? [this.stack()] : []),
        );
        break;
      case 10:
        this.emit(
          thread,
          this.isCollecting ? EventType.GCEnd : EventType.GCBegin,
          ++this.gcSeq,
          ...(this.isCollecting ? [] : [this.stack()]),
        );
        this.isCollecting = !this.isCollecting;
        break;
      case 11:
        this.annotate(thread, goroutine);
        break;
      case 12:
        this.useTask(thread);
        break;
      case 13:
        this.emit(thread, EventType.UserLog, this.taskId(), this.string(), this.string(), this.stack());
        break;
      case 14:
        this.emit(thread, EventType.GoLabel, this.string());
        break;
      case 15:
        this.emit(thread, EventType.ProcsChange, this.chance.oneOf(edgeValues), this.stack());
        break;
      case 16:
        this.sweep(thread, proc);
        break;
      default:
        this.emit(thread, this.chance.oneOf([EventType.HeapAlloc, EventType.HeapGoal]), this.chance.oneOf(edgeValues));
    }
  }

  private annotate(thread: Thread, goroutine: Goroutine): void {
    const open = goroutine.regions.at(-1);
    if (open !== undefined && this.chance.percent(50)) {
      goroutine.regions.pop();
      this.emit(thread, EventType.UserRegionEnd, ...open, this.stack());
      return;
    }
    const region = [this.taskId(), this.string()];
    goroutine.regions.push(region);
    this.emit(thread, EventType.UserRegionBegin, ...region, this.stack());
  }

  private taskId(): bigint {
    return this.tasks.length > 0 && this.chance.percent(70) ? this.chance.oneOf(this.tasks) : BigInt(this.chance.below(3));
  }

  private useTask(thread: Thread): void {
    if (this.tasks.length > 0 && this.chance.percent(40)) {
      const [task = 0n] = this.tasks.splice(this.chance.below(this.tasks.length), 1);
      this.emit(thread, EventType.UserTaskEnd, task, this.stack());
      return;
    }
    const task = this.taskBase + 10n + this.nextId++;
    this.tasks.push(task);
    this.emit(thread, EventType.UserTaskBegin, task, this.chance.percent(30) ? 0n : this.taskId(), this.string(), this.stack());
  }

  /** The batches of all that happened since the last generation: each thread's in order, all else anywhere. */
  private takeGeneration(generation: bigint): FileBatch[] {
    const { chance } = this;
    const empty: FileBatch = {
      type: wire.eventBatch,
      experiment: 0,
      generation,
      thread: none,
      ticks: this.base,
      payload: new Uint8Array(),
    };
    const queues = this.threads.map((thread) => this.takeEvents(thread, empty));
    const tables = this.tables(empty);
    queues.push(...tables.map((table) => [table]));
    const ordered: FileBatch[] = [];
    for (let left = queues.filter(({ length }) => length > 0); left.length > 0; left = left.filter(({ length }) => length > 0)) {
      ordered.push(chance.oneOf(left).shift() as FileBatch);
    }
    return ordered;
  }

  private takeEvents(thread: Thread, empty: FileBatch): FileBatch[] {
    const batches: FileBatch[] = [];
    const perBatch = this.chance.oneOf([1, 7, 1000]);
    for (let at = 0; at < thread.events.length; at += perBatch) {
      const events = thread.events.slice(at, at + perBatch);
      let last = Math.max(0, (events[0]?.ticks ?? 0) - this.chance.below(3));
      const batch = { ...empty, thread: thread.id, ticks: this.base + BigInt(last) };
      const records = events.map(({ ticks, record }) => {
        const delta = BigInt(ticks - last);
        last = ticks;
        return { ...record, values: [delta, ...record.values] };
      });
      batches.push(withRecords(batch, records));
    }
    thread.events = [];
    return batches;
  }

  private tables(empty: FileBatch): FileBatch[] {
    const { chance } = this;
    const batchOf = (prefix: number | null, records: Record[]): FileBatch =>
      withRecords({ ...empty, payload: prefix === null ? new Uint8Array() : Uint8Array.of(prefix) }, records);
    const texts = strings.slice(1).map((text, n): Record => {
      const data = Uint8Array.from(Buffer.from(text));
      return { type: wire.string, values: [BigInt(n + 1), BigInt(data.length)], data };
    });
    const frames = Array.from({ length: stacks }, (_, n): Record => {
      const count = chance.below(4);
      const frame = (): bigint[] => [
        chance.oneOf([4096n, 0x7fffffffffffn, (1n << 64n) - 1n]),
        this.string(),
        this.string(),
        BigInt(chance.below(99)),
      ];
      return { type: wire.stack, values: [BigInt(n + 1), BigInt(count), ...Array.from({ length: count }, frame).flat()] };
    });
    const samples = Array.from({ length: chance.below(4) }, (): Record => {
      const thread = chance.oneOf(this.threads).id;
      const values = [
        this.base + BigInt(chance.below(this.ticks + 10)),
        thread,
        chance.oneOf([none, this.procs[0]?.id ?? 0n]),
        BigInt(chance.below(4)),
        this.stack(),
      ];
      return { type: wire.sample, values };
    });
    const clock: Record = { type: wire.frequency, values: [this.frequency] };
    const snapshot: Record = {
      type: wire.clockSnapshot,
      values: [BigInt(chance.below(9)), 12345n, 1795432239n, BigInt(chance.below(1000000000))],
    };
    return [
      batchOf(wire.strings, texts),
      batchOf(wire.stacks, frames),
      ...(samples.length > 0 ? [batchOf(wire.samples, samples)] : []),
      this.version >= 25 ? batchOf(wire.sync, chance.percent(50) ? [clock, snapshot] : [snapshot, clock]) : batchOf(null, [clock]),
    ];
  }
}
