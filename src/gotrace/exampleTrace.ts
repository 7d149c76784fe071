import { concatenate, VarintWriter } from '../base';
import { EventType } from './eventType';
import { goRunning, goWaiting, procRunning } from './schedulerState';
import { wireNone } from './wire';

const header = 'go 1.26 trace\0\0\0';
/** Batches and what stands in them beside events. */
const Wire = {
  eventBatch: 1,
  stacks: 2,
  stack: 3,
  strings: 4,
  string: 5,
  cpuSamples: 6,
  frequency: 8,
  clockSnapshot: 51,
  endOfGeneration: 52,
};
const nsPerTick = 64;

const threads = [1, 2, 3];
const rounds = 64;
const roundsPerCycle = 8;
const tasksAtOnce = 20;
const stringCount = 40;
const stackCount = 60;
const generations = 2;
/** In the last round of a thread: more than 2^14 events of each kind, and nothing rare among them. */
const repeatsOfLong = 5760;
const syscallsPerRepeat = 3;
/** Batches of the runtime are no larger than 64 KiB. */
const fullBatchBytes = 60_000;

/**
 * A trace in which everything happens that threads of a Go program do often: goroutines are made, wait for each other on other threads and end, syscalls lose
 * their P, coroutines switch, tasks, regions and logs, assists, sweeps and GC cycles, all of it with numbers of one byte and of several.
 * @param isLong so long that numbers that count events take three bytes, too
 */
export function makeExampleTrace(isLong: boolean): Uint8Array {
  const parts: Uint8Array[] = [new TextEncoder().encode(header)];
  for (let generation = 1; generation <= generations; generation++) {
    parts.push(...makeGeneration(generation, isLong && generation === 1 ? repeatsOfLong : 1), Uint8Array.of(Wire.endOfGeneration));
  }
  return concatenate(parts);
}

/** Ids of strings and stacks: without gaps at first, then with a gap, then far apart and of three bytes. */
function idOf(n: number): number {
  return n < 20 ? n : n < 36 ? n + 10 : 500 * n;
}

function makeGeneration(generation: number, repeats: number): Uint8Array[] {
  const watcher = new EventWriter(generation, threads.length + 1);
  const workers = threads.map((thread) => new ThreadWriter(thread, generation, watcher));
  workers.forEach((worker) => worker.begin());
  for (let round = 1; round <= rounds; round++) {
    const roundTicks = Math.max(...workers.map(({ nowTicks }) => nowTicks));
    workers.forEach((worker, n) =>
      worker.work(round, roundTicks, workers[(n + 1) % workers.length] ?? worker, n === 0 && round === rounds ? repeats : 1),
    );
  }
  const startTicks = startOf(generation);
  const clock = new VarintWriter().varints(EventType.Sync, Wire.frequency, 1e9 / nsPerTick, Wire.clockSnapshot, 1, startTicks, 1, 1);
  return [
    ...[clock, writeStrings(), writeStacks(), writeSamples(startTicks)].map(({ bytes }) =>
      makeBatch(generation, wireNone, startTicks, bytes),
    ),
    ...[...workers, watcher].flatMap((writer) => writer.finish()),
  ];
}

/** Some time before the lower half of the nanoseconds begins anew. */
function startOf(generation: number): number {
  return (2 * generation * 2 ** 32) / nsPerTick - 100_000;
}

function makeBatch(generation: number, thread: number, startTicks: number, bytes: readonly number[]): Uint8Array {
  return Uint8Array.from(new VarintWriter().varints(Wire.eventBatch, generation, thread, startTicks).counted(bytes).bytes);
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
    writer.varints(EventType.CPUSample, startTicks + 3000 * sample, 1, 1, 100, idOf(1 + (sample % stackCount)));
  }
  return writer;
}

/** Writes events of a thread in order of time, in ticks since its generation began. */
class EventWriter {
  nowTicks = 0;
  private readonly full: Uint8Array[] = [];
  private startTicks = 0;
  private events = new VarintWriter();

  constructor(
    protected readonly generation: number,
    readonly thread: number,
  ) {}

  /** An event at a time, or at that of the one before where that is later. */
  eventAt(ticks: number, type: EventType, ...args: readonly number[]): void {
    if (this.events.bytes.length > fullBatchBytes) {
      this.closeBatch();
    }
    const delta = Math.max(0, ticks - this.nowTicks);
    this.nowTicks += delta;
    this.events.varints(type, delta, ...args);
  }

  finish(): readonly Uint8Array[] {
    this.closeBatch();
    return this.full;
  }

  private closeBatch(): void {
    this.full.push(makeBatch(this.generation, this.thread, startOf(this.generation) + this.startTicks, this.events.bytes));
    this.startTicks = this.nowTicks;
    this.events = new VarintWriter();
  }
}

/** Writes what a thread does, with a P and three goroutines of its own: one that works, its partner, and one that another thread wakes. */
class ThreadWriter extends EventWriter {
  private readonly worker: number;
  private readonly woken: number;
  private readonly partner: number;
  private readonly sequences = new Map<number, number>();
  private procSequence = 0;
  private gcSequence: number;
  private count = 0;

  constructor(
    thread: number,
    generation: number,
    private readonly watcher: EventWriter,
  ) {
    super(generation, thread);
    this.worker = 20 * 100 ** (thread - 1);
    this.woken = this.worker + 1;
    this.partner = this.worker + 2;
    this.gcSequence = (generation - 1) * 2 * (rounds / roundsPerCycle);
  }

  begin(): void {
    this.event(EventType.ProcStatus, this.thread, procRunning);
    this.event(EventType.GoStatus, this.woken, wireNone, goWaiting);
    this.event(EventType.GoStatus, this.partner, wireNone, goWaiting);
    this.event(EventType.GoStatus, this.worker, this.thread, goRunning);
  }

  work(round: number, roundTicks: number, next: ThreadWriter, repeats: number): void {
    const { worker, woken, partner, thread } = this;
    const child = this.childOf(round);
    const coroutine = child + 1;
    const stack = idOf(1 + (round % stackCount));
    const string = idOf(1 + (round % stringCount));
    this.eventAt(roundTicks, EventType.HeapAlloc, 1e6 + 1000 * round);
    this.event(EventType.GoCreate, child, stack, stack);
    this.event(EventType.UserTaskBegin, child, 0, string, stack);
    this.event(EventType.UserRegionBegin, child, string, stack);
    this.event(EventType.UserLog, child, string, string, stack);
    this.event(EventType.GCSweepBegin, stack);
    this.event(EventType.GCSweepEnd, 8192, 0);
    this.event(EventType.GCMarkAssistBegin, stack);
    this.event(EventType.GCMarkAssistEnd);
    this.event(EventType.UserRegionEnd, child, string, stack);
    if (round > tasksAtOnce) {
      this.event(EventType.UserTaskEnd, this.childOf(round - tasksAtOnce), stack);
    }
    this.event(EventType.GoLabel, string);
    this.event(EventType.GoUnblock, next.woken, 2 * round - 1, stack);
    this.event(EventType.GoBlock, string, stack);
    this.start(child);
    this.syscall(stack);
    this.event(EventType.GoUnblock, worker, this.sequenceOf(worker), 0);
    this.event(EventType.GoDestroy);
    this.event(EventType.GoStart, woken, 2 * round);
    this.event(EventType.GoBlock, string, stack);
    this.start(worker);
    this.event(EventType.GoCreateBlocked, coroutine, stack, stack);
    this.event(EventType.GoSwitch, coroutine, this.sequenceOf(coroutine));
    this.event(EventType.GoSwitchDestroy, worker, this.sequenceOf(worker));
    if (round % roundsPerCycle === 0) {
      this.loseProc(stack);
    }
    for (let time = 0; time < repeats; time++) {
      for (let call = 0; call < syscallsPerRepeat; call++) {
        this.syscall(stack);
      }
      this.event(EventType.GoStop, string, stack);
      this.start(worker);
      this.handOver(partner, string, stack);
      this.handOver(worker, string, stack);
    }
    if (thread === 1 && round % roundsPerCycle === 1) {
      this.collect(string, stack);
    }
  }

  /** The goroutine that is made in a round, and the task that begins in it. */
  private childOf(round: number): number {
    return (this.generation * rounds + round) * 1000 * (round % 16 === 0 ? 100 : 1) + 10 * this.thread;
  }

  /** One goroutine wakes another and waits. */
  private handOver(other: number, string: number, stack: number): void {
    this.event(EventType.GoUnblock, other, this.sequenceOf(other), stack);
    this.event(EventType.GoBlock, string, stack);
    this.start(other);
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
    watcher.eventAt(this.nowTicks, EventType.GoUnblock, worker, this.sequenceOf(worker), 0);
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
    this.event(EventType.GoStart, goroutine, this.sequenceOf(goroutine));
  }

  /** The next number of an event about a goroutine of this thread. */
  private sequenceOf(goroutine: number): number {
    const sequence = (this.sequences.get(goroutine) ?? 0) + 1;
    this.sequences.set(goroutine, sequence);
    return sequence;
  }

  private event(type: EventType, ...args: readonly number[]): void {
    const ticks = ++this.count % 16 === 0 ? 300 : this.count % 100 === 1 ? 20_000 : this.count % 7;
    this.eventAt(this.nowTicks + ticks, type, ...args);
  }
}
