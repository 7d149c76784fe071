import { concatenate, VarintWriter } from '../base';
import { EventType } from './eventType';

const header = 'go 1.26 trace\0\0\0';
/** Batches and what stands in them beside events. */
const Wire = {
  eventBatch: 1,
  stacks: 2,
  stack: 3,
  strings: 4,
  string: 5,
  cpuSamples: 6,
  cpuSample: 7,
  frequency: 8,
  clockSnapshot: 51,
  endOfGeneration: 52,
};
const ticksPerSecond = 15_625_000;
/** Nobody’s thread. */
const nobody = -1;
const goWaiting = 4;
const goRunning = 2;
const procRunning = 1;

const threads = [1, 2, 3];
const rounds = 64;
const roundsPerCycle = 8;
const stringCount = 40;
const stackCount = 60;
const generations = 2;

/**
 * A trace in which everything happens that threads of a Go program do often: goroutines are made, wait for each other on other threads and end, syscalls lose
 * their P, coroutines switch, tasks, regions and logs, assists, sweeps and GC cycles, all of it with numbers of one byte and of several.
 */
export function makeExampleTrace(): Uint8Array {
  const parts: Uint8Array[] = [new TextEncoder().encode(header)];
  for (let generation = 1; generation <= generations; generation++) {
    parts.push(...makeGeneration(generation), Uint8Array.of(Wire.endOfGeneration));
  }
  return concatenate(parts);
}

/** Ids of strings and stacks: without gaps at first, then with a gap, then far apart and of three bytes. */
function idOf(n: number): number {
  return n < 20 ? n : n < 36 ? n + 10 : 500 * n;
}

function makeGeneration(generation: number): Uint8Array[] {
  const startTicks = generation * 1e8;
  const inBatch = (thread: number, payload: VarintWriter): Uint8Array => {
    return Uint8Array.from(new VarintWriter().varints(Wire.eventBatch, generation, thread, startTicks).counted(payload.bytes).bytes);
  };
  const watcher = new EventWriter();
  const workers = threads.map((thread) => new ThreadWriter(thread, generation, watcher));
  workers.forEach((worker) => worker.begin());
  for (let round = 1; round <= rounds; round++) {
    workers.forEach((worker, n) => worker.work(round, workers[(n + 1) % workers.length] ?? worker));
  }
  return [
    inBatch(nobody, new VarintWriter().varints(EventType.Sync, Wire.frequency, ticksPerSecond, Wire.clockSnapshot, 1, startTicks, 1, 1)),
    inBatch(nobody, writeStrings()),
    inBatch(nobody, writeStacks()),
    inBatch(nobody, writeSamples(startTicks)),
    ...workers.map((worker) => inBatch(worker.thread, worker)),
    inBatch(threads.length + 1, watcher),
  ];
}

function writeStrings(): VarintWriter {
  const writer = new VarintWriter().varints(Wire.strings);
  for (let id = 1; id <= stringCount; id++) {
    writer.varints(Wire.string, idOf(id)).counted(new TextEncoder().encode(`example ${'.'.repeat(id)}`));
  }
  return writer;
}

function writeStacks(): VarintWriter {
  const writer = new VarintWriter().varints(Wire.stacks);
  for (let id = 1; id <= stackCount; id++) {
    writer.varints(Wire.stack, idOf(id), 1 + (id % 8));
    for (let frame = 0; frame <= id % 8; frame++) {
      writer.varints(0x400000 + 100 * id + frame, idOf(1 + ((id + frame) % stringCount)), idOf(1 + frame), 10 * id);
    }
  }
  return writer;
}

function writeSamples(startTicks: number): VarintWriter {
  const writer = new VarintWriter().varints(Wire.cpuSamples);
  for (let sample = 1; sample <= rounds; sample++) {
    writer.varints(Wire.cpuSample, startTicks + 3000 * sample, 1, 1, 100, idOf(1 + (sample % stackCount)));
  }
  return writer;
}

/** Writes events of a thread at rising times, in ticks since its batch began. */
class EventWriter extends VarintWriter {
  protected nowTicks = 0;

  /** An event at a time, or just after the one before. */
  eventAt(ticks: number, type: EventType, ...args: readonly number[]): void {
    const delta = Math.max(1, ticks - this.nowTicks);
    this.nowTicks += delta;
    this.varints(type, delta, ...args);
  }
}

/** Writes what a thread does, with a P and two goroutines of its own: one that works, and one that another thread wakes. */
class ThreadWriter extends EventWriter {
  private readonly worker: number;
  private readonly woken: number;
  private readonly sequences = new Map<number, number>();
  private procSequence = 0;
  private gcSequence: number;
  private count = 0;

  constructor(
    readonly thread: number,
    private readonly generation: number,
    private readonly watcher: EventWriter,
  ) {
    super();
    this.worker = 100 * thread;
    this.woken = this.worker + 1;
    this.gcSequence = (generation - 1) * 2 * (rounds / roundsPerCycle);
  }

  begin(): void {
    this.event(EventType.ProcStatus, this.thread, procRunning);
    this.event(EventType.GoStatus, this.woken, nobody, goWaiting);
    this.event(EventType.GoStatus, this.worker, this.thread, goRunning);
  }

  work(round: number, next: ThreadWriter): void {
    const { worker, woken, thread } = this;
    const child = (this.generation * rounds + round) * 1000 * (round % 16 === 0 ? 100 : 1) + 10 * thread;
    const coroutine = child + 1;
    const stack = idOf(1 + (round % stackCount));
    const string = idOf(1 + (round % stringCount));
    this.event(EventType.HeapAlloc, 1e6 + 1000 * round);
    this.event(EventType.GoCreate, child, stack, stack);
    this.event(EventType.UserTaskBegin, child, 0, string, stack);
    this.event(EventType.UserRegionBegin, child, string, stack);
    this.event(EventType.UserLog, child, string, string, stack);
    this.event(EventType.GCSweepBegin, stack);
    this.event(EventType.GCSweepEnd, 8192, 0);
    this.event(EventType.GCMarkAssistBegin, stack);
    this.event(EventType.GCMarkAssistEnd);
    this.event(EventType.UserRegionEnd, child, string, stack);
    this.event(EventType.UserTaskEnd, child, stack);
    this.syscall(stack);
    this.event(EventType.GoLabel, string);
    this.event(EventType.GoStop, string, stack);
    this.start(worker);
    this.event(EventType.GoUnblock, next.woken, 2 * round - 1, stack);
    this.event(EventType.GoBlock, string, stack);
    this.start(child);
    this.syscall(stack);
    this.sequenced(EventType.GoUnblock, worker, this, 0);
    this.event(EventType.GoDestroy);
    this.event(EventType.GoStart, woken, 2 * round);
    this.event(EventType.GoBlock, string, stack);
    this.start(worker);
    this.event(EventType.GoCreateBlocked, coroutine, stack, stack);
    this.sequenced(EventType.GoSwitch, coroutine, this);
    this.sequenced(EventType.GoSwitchDestroy, worker, this);
    if (round % 8 === 0) {
      this.loseProc(stack);
    }
    if (thread === 1 && round % roundsPerCycle === 1) {
      this.collect(string, stack);
    }
  }

  private syscall(stack: number): void {
    this.event(EventType.GoSyscallBegin, ++this.procSequence, stack);
    this.event(EventType.GoSyscallEnd);
  }

  /** The P is taken away while the thread is in a syscall; afterwards the goroutine waits on the network. */
  private loseProc(stack: number): void {
    const { thread, worker, watcher } = this;
    this.event(EventType.GoSyscallBegin, ++this.procSequence, stack);
    watcher.eventAt(this.nowTicks, EventType.ProcSteal, thread, ++this.procSequence, thread);
    this.event(EventType.GoSyscallEndBlocked);
    this.event(EventType.ProcStart, thread, ++this.procSequence);
    this.start(worker);
    this.event(EventType.GoBlock, 1, stack);
    this.event(EventType.ProcStop);
    this.sequenced(EventType.GoUnblock, worker, watcher, 0);
    this.event(EventType.ProcStart, thread, ++this.procSequence);
    this.start(worker);
  }

  private collect(string: number, stack: number): void {
    this.event(EventType.STWBegin, string, stack);
    this.event(EventType.GCBegin, ++this.gcSequence, stack);
    this.event(EventType.STWEnd);
    this.event(EventType.HeapGoal, 4e6);
    this.event(EventType.STWBegin, string, stack);
    this.event(EventType.GCEnd, ++this.gcSequence);
    this.event(EventType.ProcsChange, threads.length, stack);
    this.event(EventType.STWEnd);
  }

  private start(goroutine: number): void {
    this.sequenced(EventType.GoStart, goroutine, this);
  }

  /** An event about a goroutine of this thread, with its next number; it happens on the thread of `writer`. */
  private sequenced(type: EventType, goroutine: number, writer: EventWriter, ...more: readonly number[]): void {
    const sequence = (this.sequences.get(goroutine) ?? 0) + 1;
    this.sequences.set(goroutine, sequence);
    if (writer instanceof ThreadWriter) {
      writer.event(type, goroutine, sequence, ...more);
    } else {
      writer.eventAt(this.nowTicks, type, goroutine, sequence, ...more);
    }
  }

  private event(type: EventType, ...args: readonly number[]): void {
    const ticks = ++this.count % 16 === 0 ? 300 : this.count % 100 === 1 ? 20_000 : 1 + (this.count % 7);
    this.eventAt(this.nowTicks + ticks, type, ...args);
  }
}
