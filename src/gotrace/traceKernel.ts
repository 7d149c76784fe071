import { GclensError, isAbort, type Kernel, type KernelKind, type KernelMemory, startKernel } from '../base';
import { argCounts, eventTypeCount, idArgs } from './eventSpecs';
import type { RowBlock } from './eventTable';
import type { IdColumns } from './generationIds';
import * as source from './kernel/kernel.generated';
import { Report, type Status } from './kernel/shared';

/** What `kernel/kernel.ts` exports; it says what each does. */
interface Exports {
  report(): number;
  argumentCountsOfTypes(): number;
  idArgumentsOfTypes(): number;
  start(
    version: number,
    careful: number,
    mostBytes: number,
    tableBytes: number,
    fileBytes: number,
    seed1: number,
    seed2: number,
    seed3: number,
  ): void;
  beginGeneration(length: number, fileOffset: number, isWhole: number, isLast: number): void;
  tables(most: number): Status;
  beginEvents(standIn: number): Status;
  events(turns: number): Status;
  finish(): void;
  rows(): number;
  rowsTaken(): void;
}

const eventTypes = 256;
const noArgument = 0xff;
/** More than any event has: the kernel's mark of a type that cannot stand in an event batch. */
const noEvent = 0xff;
/** Batches, and turns of threads, between two looks at the clock. */
const batchesPerStep = 8;
const turnsPerStep = 2000;
/** What tables mostly need: growing later costs a copy of all memory in JavaScript. */
const leastTableBytes = 1 << 19;
const mostTableBytes = 1 << 24;
/** A kernel that holds more is not kept for the next trace. */
const mostIdleBytes = 1 << 26;

/** What a trace's tables got since the step before; the arrays are the kernel's memory, and change with its next step. */
export interface NewTables {
  readonly stringOffsets: Uint32Array;
  readonly stringLengths: Uint16Array;
  readonly frames: Uint32Array;
  readonly stackCounts: Uint32Array;
  readonly stackFrames: Uint32Array;
}

/** The ids of a generation whose tables were read; the arrays are the kernel's memory, as in {@link NewTables}. */
export interface TableIds {
  readonly strings: IdColumns;
  readonly stacks: IdColumns;
}

/** The kernel and its memory. */
export class TraceKernel {
  private readonly exports: Exports;
  private words: Uint32Array;

  private constructor(
    private readonly kernel: Kernel<Exports>,
    private readonly input: Input,
  ) {
    this.exports = kernel.exports;
    this.words = new Uint32Array(kernel.memory.buffer);
    const counts = new Uint8Array(kernel.memory.buffer, this.exports.argumentCountsOfTypes() >>> 0, eventTypes).fill(noEvent);
    const ids = new Uint8Array(kernel.memory.buffer, this.exports.idArgumentsOfTypes() >>> 0, 4 * eventTypes).fill(noArgument);
    for (let type = 0; type < eventTypeCount; type++) {
      const count = argCounts[type] ?? -1;
      counts[type] = count === -1 ? noEvent : count;
      idArgs[type]?.forEach((arg, n) => (ids[4 * type + n] = arg === -1 ? noArgument : arg));
    }
  }

  /** @param kind as for `startKernel` */
  static start(kind?: KernelKind): TraceKernel {
    const input = new Input();
    const kernel = startKernel<Exports>(source, kind, (memory) => ({
      input: { copyIn: (from: number, length: number, to: number): void => input.copy(from >>> 0, length >>> 0, memory, to >>> 0) },
    }));
    return new TraceKernel(kernel, input);
  }

  get kind(): KernelKind {
    return this.kernel.kind;
  }

  get memoryBytes(): number {
    return this.kernel.memory.buffer.byteLength;
  }

  /** Begins a trace of `fileBytes`, whose generations have up to `mostBytes`. @param careful whether what is broken is noticed where the official reader notices it */
  start(goVersion: number, careful: boolean, mostBytes: number, fileBytes: number): void {
    const seed = (): number => Math.floor(Math.random() * 2 ** 32);
    const tableBytes = Math.min(mostTableBytes, leastTableBytes + (mostBytes >>> 3));
    this.exports.start(goVersion, careful ? 1 : 0, mostBytes, tableBytes, fileBytes, seed(), seed(), seed());
  }

  /** Begins the generation that lies in bytes[start, end): they are read until the next one begins, or `release`. */
  beginGeneration(
    bytes: Uint8Array,
    { start, end, isWhole, isLast }: { start: number; end: number; isWhole: boolean; isLast: boolean },
  ): void {
    this.input.bytes = bytes.subarray(start, end);
    this.exports.beginGeneration(end - start, start, isWhole ? 1 : 0, isLast ? 1 : 0);
  }

  /** Forgets the bytes of the generation. */
  release(): void {
    this.input.bytes = new Uint8Array(0);
  }

  readTables(): Status {
    return this.exports.tables(batchesPerStep);
  }

  /** @param standIn stands for the generation's number */
  beginEvents(standIn: number): Status {
    return this.exports.beginEvents(standIn);
  }

  order(): Status {
    return this.exports.events(turnsPerStep);
  }

  finish(): void {
    this.exports.finish();
  }

  /** A number of the report. */
  reported(place: number): number {
    return this.memoryWords()[(this.exports.report() >>> 2) + place] ?? 0;
  }

  /** What the last step of the tables read; also after a failure. */
  newTables(): NewTables {
    return {
      stringOffsets: this.vector(Report.StringOffsets),
      stringLengths: new Uint16Array(
        this.kernel.memory.buffer,
        this.reported(Report.StringLengths),
        this.reported(Report.StringLengthsBytes) / 2,
      ),
      frames: this.vector(Report.Frames),
      stackCounts: this.vector(Report.StackRuns),
      stackFrames: this.vector(Report.StackFrames),
    };
  }

  /** After the last step of the tables. */
  tableIds(): TableIds {
    return {
      strings: { table: this.vector(Report.StringIds), sparse: this.vector(Report.SparseStringIds) },
      stacks: { table: this.vector(Report.StackIds), sparse: this.vector(Report.SparseStackIds) },
    };
  }

  /** What a failure's words list: low and high halves. */
  failureList(): Uint32Array {
    return this.vector(Report.FailureList);
  }

  /** Hands the rows out that were put out since it was called last. */
  takeRows(take: (block: RowBlock) => void): void {
    const count = this.exports.rows();
    take({
      memory: this.memoryWords().buffer as ArrayBuffer,
      address: this.reported(Report.Rows),
      count,
      laps: this.vector(Report.Laps),
      extras: this.vector(Report.Extras),
      goroutines: this.vector(Report.GoroutineIds),
      contexts: this.vector(Report.Contexts),
    });
    this.exports.rowsTaken();
  }

  /** The vector at a place of the report: its address, and its length in bytes behind it. */
  private vector(place: Report): Uint32Array {
    const start = this.reported(place) >>> 2;
    return this.memoryWords().subarray(start, start + (this.reported(place + 1) >>> 2));
  }

  /** All memory: another array after it grew. */
  private memoryWords(): Uint32Array {
    if (this.words.buffer !== this.kernel.memory.buffer) {
      this.words = new Uint32Array(this.kernel.memory.buffer);
    }
    return this.words;
  }
}

/** The generation that a kernel reads. */
class Input {
  bytes: Uint8Array = new Uint8Array(0);

  /** Copies `length` bytes of it to an address: what the kernel imports. */
  copy(from: number, length: number, memory: KernelMemory, to: number): void {
    new Uint8Array(memory.buffer, to, length).set(this.bytes.subarray(from, from + length));
  }
}

/** Kernels that nobody uses. */
const idle: TraceKernel[] = [];

/**
 * Runs work on a kernel that nobody else uses meanwhile.
 * @param kind asks for one kind of kernel; absent: WASM where it is allowed
 * @throws GclensError when the trace needs more memory than a kernel can have
 */
export async function withTraceKernel<Result>(
  kind: KernelKind | undefined,
  work: (kernel: TraceKernel) => Promise<Result>,
): Promise<Result> {
  const kernel = takeIdle(kind) ?? TraceKernel.start(kind);
  try {
    const result = await work(kernel);
    giveBack(kernel);
    return result;
  } catch (error) {
    if (isAbort(error)) {
      giveBack(kernel);
      throw error;
    }
    if (kernel.reported(Report.IsOutOfMemory) !== 0 || error instanceof RangeError) {
      throw new GclensError('decoding this trace takes more memory than there is', { advice: 'record a shorter one' });
    }
    throw error;
  }
}

function takeIdle(kind: KernelKind | undefined): TraceKernel | undefined {
  const place = idle.findIndex((kernel) => kind === undefined || kernel.kind === kind);
  return place === -1 ? undefined : idle.splice(place, 1)[0];
}

function giveBack(kernel: TraceKernel): void {
  kernel.release();
  if (kernel.memoryBytes <= mostIdleBytes && !idle.some(({ kind }) => kind === kernel.kind)) {
    idle.push(kernel);
  }
}
