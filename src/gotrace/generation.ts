import { type Batch, endOfGeneration, RecordReader } from './batches';
import { BrokenTrace } from './brokenTrace';
import { maxStackFrames, maxStringBytes } from './limits';
import { IdMap } from './idMap';
import type { InternedStacks } from './stacks';
import type { InternedStrings } from './strings';
import type { ExperimentalBatch, StackIndex, StringIndex } from './trace';
import { formatUnsigned, unsigned, wireNone } from './wire';

const stacksBatch = 2;
const stackRecord = 3;
const stringsBatch = 4;
const stringRecord = 5;
const samplesBatch = 6;
const sampleRecord = 7;
const frequencyRecord = 8;
const syncBatch = 50;
const clockSnapshotRecord = 51;

/** What the whole file shares: interned strings and stacks. */
export interface Tables {
  readonly bytes: Uint8Array;
  readonly strings: InternedStrings;
  readonly stacks: InternedStacks;
}

/** CPU samples of one generation as columns; times in ticks until the generation is complete. */
export interface GenerationSamples {
  readonly ticks: number[];
  readonly thread: number[];
  readonly proc: number[];
  readonly goroutine: number[];
  readonly stack: number[];
  readonly offset: number[];
}

export interface ClockSnapshot {
  readonly ticks: number;
  readonly monoNs: bigint;
  readonly wallUnixNs: bigint;
}

/**
 * The tables of one generation: ids of strings and stacks are valid only inside it. Filled batch by batch, then `complete`d.
 * Source: go-execution-trace.md sections 1.3 to 1.5.
 */
export class Generation {
  number = 0;
  minTicks = 0;
  /** Event batches by thread, threads in order of their first batch. */
  readonly batches = new Map<number, Batch[]>();
  readonly samples: GenerationSamples = { ticks: [], thread: [], proc: [], goroutine: [], stack: [], offset: [] };
  readonly experimental: ExperimentalBatch[] = [];
  snapshot: ClockSnapshot | null = null;
  /** Nanoseconds of a tick; 0 until the frequency was read. */
  nsPerTick = 0;
  private readonly strings = new IdMap<StringIndex>();
  private readonly stacks = new IdMap<StackIndex>();
  private pending = new PendingStacks();

  constructor(
    private readonly tables: Tables,
    private readonly goVersion: number,
  ) {
    this.strings.set(0, 0 as StringIndex);
    this.stacks.set(0, 0 as StackIndex);
  }

  /** Takes a batch of this generation. @throws BrokenTrace */
  add(batch: Batch): void {
    if (this.minTicks === 0 || batch.ticks < this.minTicks) {
      this.minTicks = batch.ticks;
    }
    if (batch.experiment !== 0) {
      const { experiment, thread, start, end } = batch;
      this.experimental.push({ experiment, thread, generation: this.number, offset: start, length: end - start });
    } else if (batch.kind === stringsBatch) {
      this.addStrings(batch);
    } else if (batch.kind === stacksBatch) {
      this.addStacks(batch);
    } else if (batch.kind === samplesBatch) {
      this.addSamples(batch);
    } else if (batch.kind === (this.goVersion >= 25 ? syncBatch : frequencyRecord)) {
      this.addSync(batch);
    } else if (batch.kind === endOfGeneration) {
      throw new BrokenTrace('internal error: unexpectedly processing EndOfGeneration; broken trace?', batch.offset);
    } else {
      this.addEvents(batch);
    }
  }

  /** Checks what a whole generation must have, resolves its stacks and scales its samples. @throws BrokenTrace */
  complete(offset: number): void {
    if (this.nsPerTick === 0) {
      throw new BrokenTrace('no frequency event found', offset);
    }
    if (this.goVersion >= 25 && this.snapshot === null) {
      throw new BrokenTrace('no clock snapshot event found', offset);
    }
    this.pending.resolve(this.strings, this.tables.stacks, this.stacks);
    this.pending = new PendingStacks();
  }

  /** File-wide string of a generation's id; undefined when the generation has none. */
  string(id: number): StringIndex | undefined {
    return this.strings.get(id);
  }

  /** File-wide stack of a generation's id; undefined when the generation has none. */
  stack(id: number): StackIndex | undefined {
    return this.stacks.get(id);
  }

  /** Text of a file-wide string. */
  textOf(string: StringIndex): string {
    return this.tables.strings.textOf(string);
  }

  private addEvents(batch: Batch): void {
    const known = this.batches.get(batch.thread);
    if (known === undefined) {
      this.batches.set(batch.thread, [batch]);
    } else {
      known.push(batch);
    }
  }

  private addStrings(batch: Batch): void {
    const reader = new RecordReader(this.tables.bytes, batch, 1);
    const keys = this.tables.strings.keysOf(batch.start, batch.end);
    while (!reader.atEnd) {
      const record = reader.offset;
      const type = reader.recordType();
      if (type !== stringRecord) {
        throw new BrokenTrace(`expected string event, got ${String(type)}`, record);
      }
      const id = reader.uvarint();
      const length = reader.size('string', maxStringBytes, record);
      if (length > reader.left) {
        throw new BrokenTrace(`failed to read full string: read ${String(reader.left)} but wanted ${String(length)}`, record);
      }
      const start = reader.offset;
      reader.skip(length);
      const key = keys.slice(start - batch.start, start - batch.start + length);
      const string = this.tables.strings.intern(key, start, start + length);
      const existing = this.strings.get(id);
      if (existing !== undefined) {
        const texts = `new=${this.tables.strings.textOf(string)}, existing=${this.tables.strings.textOf(existing)}`;
        throw new BrokenTrace(`multiple strings with the same ID: id=${formatUnsigned(id)}, ${texts}`, record);
      }
      this.strings.set(id, string);
    }
  }

  private addStacks(batch: Batch): void {
    const reader = new RecordReader(this.tables.bytes, batch, 1);
    while (!reader.atEnd) {
      const record = reader.offset;
      const type = reader.recordType();
      if (type !== stackRecord) {
        throw new BrokenTrace(`expected stack event, got ${String(type)}`, record);
      }
      const id = reader.uvarint();
      const count = reader.size('stack', maxStackFrames, record);
      this.pending.begin(id, record);
      for (let frame = 1; frame <= count; frame++) {
        const where = (field: string): string => `reading frame ${String(frame)}'s ${field} for stack ${formatUnsigned(id)}`;
        const pc = readField(reader, where, 'PC');
        const functionId = readField(reader, where, 'funcID');
        const fileId = readField(reader, where, 'fileID');
        const line = readField(reader, where, 'line');
        this.pending.addFrame(pc, functionId, fileId, line);
      }
      this.pending.end();
    }
  }

  private addSamples(batch: Batch): void {
    const reader = new RecordReader(this.tables.bytes, batch, 1);
    const { samples } = this;
    while (!reader.atEnd) {
      const record = reader.offset;
      const type = reader.recordType();
      if (type !== sampleRecord) {
        throw new BrokenTrace(`expected CPU sample event, got ${String(type)}`, record);
      }
      const ticks = reader.uvarint();
      const thread = reader.uvarint();
      const proc = reader.uvarint();
      const goroutine = reader.uvarint();
      const stack = reader.uvarint();
      samples.ticks.push(ticks);
      samples.thread.push(thread);
      samples.proc.push(proc);
      samples.goroutine.push(goroutine === 0 ? wireNone : goroutine);
      samples.stack.push(stack);
      samples.offset.push(record);
    }
  }

  private addSync(batch: Batch): void {
    const reader = new RecordReader(this.tables.bytes, batch, this.goVersion >= 25 ? 1 : 0);
    while (!reader.atEnd) {
      const record = reader.offset;
      const type = reader.recordType();
      if (type === frequencyRecord) {
        this.setFrequency(reader, record);
      } else if (type === clockSnapshotRecord && this.goVersion >= 25) {
        this.setSnapshot(reader, record, batch);
      } else {
        throw new BrokenTrace(`expected frequency or clock snapshot event, got ${String(type)}`, record);
      }
    }
  }

  private setFrequency(reader: RecordReader, record: number): void {
    if (this.nsPerTick !== 0) {
      throw new BrokenTrace('found multiple frequency events', record);
    }
    const ticksPerSecond = reader.uvarint();
    if (ticksPerSecond === 0) {
      throw new BrokenTrace('the clock of this trace has frequency 0', record);
    }
    // Exactly this order of operations gives the official reader's float64.
    this.nsPerTick = 1 / (unsigned(ticksPerSecond) / 1e9);
  }

  private setSnapshot(reader: RecordReader, record: number, batch: Batch): void {
    if (this.snapshot !== null) {
      throw new BrokenTrace('found multiple clock snapshot events', record);
    }
    const ticks = batch.ticks + unsigned(reader.uvarint());
    const monoNs = reader.bigUvarint();
    const seconds = reader.bigUvarint();
    const nanoseconds = reader.bigUvarint();
    this.snapshot = { ticks, monoNs, wallUnixNs: seconds * 1_000_000_000n + nanoseconds };
  }
}

function readField(reader: RecordReader, where: (field: string) => string, field: string): number {
  const { offset } = reader;
  try {
    return reader.uvarint();
  } catch (error) {
    throw error instanceof BrokenTrace ? new BrokenTrace(`${where(field)}: ${error.message}`, offset) : error;
  }
}

/** Stacks as read, before all strings of the generation are known. A pc has one frame in a generation: the first one read. */
class PendingStacks {
  private readonly frameOfPc = new Map<number, number>();
  private readonly pc: number[] = [];
  private readonly functionId: number[] = [];
  private readonly fileId: number[] = [];
  private readonly line: number[] = [];
  private readonly ids: number[] = [];
  private readonly known = new Set<number>([0]);
  private readonly starts: number[] = [0];
  private readonly frames: number[] = [];
  private current = 0;
  private currentRecord = 0;
  private readonly records: number[] = [];

  begin(id: number, record: number): void {
    this.current = id;
    this.currentRecord = record;
  }

  addFrame(pc: number, functionId: number, fileId: number, line: number): void {
    let frame = this.frameOfPc.get(pc);
    if (frame === undefined) {
      frame = this.pc.length;
      this.frameOfPc.set(pc, frame);
      this.pc.push(pc);
      this.functionId.push(functionId);
      this.fileId.push(fileId);
      this.line.push(line);
    }
    this.frames.push(frame);
  }

  end(): void {
    if (this.known.has(this.current)) {
      const first = this.frames[this.starts[this.starts.length - 1] ?? 0];
      const shown = first === undefined ? '' : `\t0x${BigInt.asUintN(64, BigInt(this.pc[first] ?? 0)).toString(16)}`;
      throw new BrokenTrace(`multiple trace.stacks with the same ID: id=${formatUnsigned(this.current)}, new=${shown}`, this.currentRecord);
    }
    this.known.add(this.current);
    this.ids.push(this.current);
    this.records.push(this.currentRecord);
    this.starts.push(this.frames.length);
  }

  /** Interns all stacks. @throws BrokenTrace when a frame names a string that the generation does not hold */
  resolve(strings: IdMap<StringIndex>, target: InternedStacks, into: IdMap<StackIndex>): void {
    const interned = new Int32Array(this.pc.length).fill(-1);
    const scratch = new Uint32Array(maxStackFrames);
    // By rising id, so that of several wrong stacks the one is named that the official reader names.
    const rows = Array.from(this.ids, (_, row) => row).sort((a, b) => unsigned(this.ids[a] ?? 0) - unsigned(this.ids[b] ?? 0));
    for (const row of rows) {
      const id = this.ids[row] ?? 0;
      const start = this.starts[row] ?? 0;
      const count = (this.starts[row + 1] ?? start) - start;
      for (let i = 0; i < count; i++) {
        const frame = this.frames[start + i] ?? 0;
        if (interned[frame] === -1) {
          interned[frame] = this.internFrame(frame, row, strings, target);
        }
        scratch[i] = interned[frame] ?? 0;
      }
      into.set(id, target.intern(scratch, count));
    }
  }

  private internFrame(frame: number, row: number, strings: IdMap<StringIndex>, target: InternedStacks): number {
    const functionId = this.functionId[frame] ?? 0;
    const fileId = this.fileId[frame] ?? 0;
    const functionName = strings.get(functionId);
    if (functionName === undefined) {
      this.failUnknown(`func string ID ${formatUnsigned(functionId)}`, row);
    }
    const file = strings.get(fileId);
    if (file === undefined) {
      this.failUnknown(`file string ID ${formatUnsigned(fileId)}`, row);
    }
    return target.frames.intern(this.pc[frame] ?? 0, functionName, file, this.line[frame] ?? 0);
  }

  private failUnknown(what: string, row: number): never {
    throw new BrokenTrace(`found invalid ${what} for stack ${formatUnsigned(this.ids[row] ?? 0)}`, this.records[row] ?? 0);
  }
}
