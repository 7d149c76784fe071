import { BrokenTrace } from '../brokenTrace';
import { IdMap } from '../idMap';
import { InternedStacks } from '../stacks';
import { InternedStrings, keyOf } from '../strings';
import type { FrameIndex, StackIndex, StringIndex } from '../trace';
import { type Exact, exactOf, formatUnsigned, lowHalf, unsigned } from '../wire';
import type { RecordReader } from './recordReader';
import type { Translation } from './translation';

const maxFrames = 1000;

/** Strings that the official reader adds to those of the file, in its order: their ids follow the file's own. */
const addedTexts = [
  'forever',
  'preempted',
  'runtime.Gosched',
  'sleep',
  'chan send',
  'chan receive',
  'network',
  'sync',
  'sync.(*Cond).Wait',
  'select',
  '',
  'GC mark assist wait for work',
  '',
  'GC mark termination',
  'GC sweep termination',
  'write heap dump',
  'goroutine profile',
  'goroutine profile cleanup',
  'all goroutine stack trace',
  'read mem stats',
  'AllThreadsSyscall',
  'GOMAXPROCS',
  'start trace',
  'stop trace',
  'CountPagesInUse (test)',
  'ReadMetricsSlow (test)',
  'ReadMemStatsSlow (test)',
  'PageCachePagesLeaked (test)',
  'ResetDebugLog (test)',
] as const;

/** A text that the conversion to format v2 adds: why a goroutine waits, or the world stops. */
export type AddedText = (typeof addedTexts)[number];

/** A frame as the file has it, and the index that it got when it was used first. */
interface FrameV1 {
  readonly pc: Exact;
  readonly functionName: Exact;
  readonly file: Exact;
  readonly line: Exact;
  index: FrameIndex | undefined;
}

/** Strings and stacks of a file of format v1, by the ids it gives them, and interned for `Trace`. */
export class TablesV1 {
  readonly strings: InternedStrings;
  readonly stacks = new InternedStacks();
  private readonly stringIds = new IdMap<StringIndex>();
  private largestStringId = 0n;
  /** Messages of logs in order of their first appearance. They have no ids in the file; the official reader gives them some. */
  private readonly messages = new Set<StringIndex>();
  private readonly added: ReadonlyMap<string, StringIndex>;
  private readonly stackIds = new IdMap<number>();
  /** Frames of stack s of the file: stackFrames[stackStarts[s]] … stackFrames[stackStarts[s + 1] - 1]. */
  private readonly stackStarts: number[] = [0];
  private readonly stackFrames: number[] = [];
  /** Index of a stack of the file, once it was used; 0 before. */
  private readonly resolved: StackIndex[] = [];
  /** A pc has one frame in a file: the first one read. */
  private readonly frameOfPc = new Map<Exact, number>();
  private readonly frames: FrameV1[] = [];
  private readonly scratch = new Uint32Array(maxFrames);

  constructor(
    private readonly file: Uint8Array,
    private readonly translation: Translation,
  ) {
    this.strings = new InternedStrings(translation.bytes);
    const encoder = new TextEncoder();
    this.added = new Map(
      addedTexts.map((text) => {
        const bytes = encoder.encode(text);
        return [text, this.intern(bytes, 0, bytes.length)];
      }),
    );
  }

  /** Takes a String record, whose id has no string yet. */
  addString({ values, textStart, textEnd }: RecordReader): void {
    const id = values[0] ?? 0;
    this.stringIds.set(id, this.intern(this.file, textStart, textEnd));
    const wide = BigInt.asUintN(64, BigInt(id));
    this.largestStringId = wide > this.largestStringId ? wide : this.largestStringId;
  }

  hasString(id: Exact): boolean {
    return this.stringIds.has(id);
  }

  /** Interns the message of a UserLog record. */
  addMessage({ textStart, textEnd }: RecordReader): StringIndex {
    const message = this.intern(this.file, textStart, textEnd);
    this.messages.add(message);
    return message;
  }

  /** Takes a Stack record. @throws BrokenTrace when its frames are not as many as it says */
  addStack({ values, valueCount, offset }: RecordReader): void {
    if (valueCount < 2) {
      throw new BrokenTrace(`EvStack has wrong number of arguments: want at least 2, got ${String(valueCount)}`, offset);
    }
    const count = unsigned(values[1] ?? 0);
    if (count > maxFrames) {
      throw new BrokenTrace(`EvStack has bad number of frames: ${formatUnsigned(values[1] ?? 0)}`, offset);
    }
    if (valueCount !== 2 + 4 * count) {
      throw new BrokenTrace(`EvStack has wrong number of arguments: want ${String(2 + 4 * count)}, got ${String(valueCount)}`, offset);
    }
    const id = lowHalf(values[0] ?? 0);
    if (id === 0 || count === 0) {
      return;
    }
    for (let n = 0; n < count; n++) {
      this.stackFrames.push(this.frameAt(values, 2 + 4 * n));
    }
    this.stackIds.set(id, this.stackStarts.length - 1);
    this.stackStarts.push(this.stackFrames.length);
    this.resolved.push(0 as StackIndex);
  }

  /** Gives ids to the strings that have none in the file; after the last record. @throws BrokenTrace when there are none left */
  completeStrings(): void {
    const unnamed = [...this.messages, ...addedTexts.map((text) => this.addedText(text))];
    if (this.largestStringId + BigInt(unnamed.length) >= 2n ** 64n) {
      throw new BrokenTrace('trace contains too many strings', this.file.length);
    }
    unnamed.forEach((string, n) => {
      this.stringIds.set(exactOf(this.largestStringId + BigInt(n + 1)), string);
    });
  }

  addedText(text: AddedText): StringIndex {
    return this.added.get(text) ?? (0 as StringIndex);
  }

  /** The string of an id. @throws BrokenTrace at `offset` when there is none */
  string(id: Exact, offset: number): StringIndex {
    const string = id === 0 ? (0 as StringIndex) : this.stringIds.get(id);
    if (string === undefined) {
      throw new BrokenTrace(`expected id ${formatUnsigned(id)} in string table`, offset);
    }
    return string;
  }

  hasStack(id: number): boolean {
    return this.stackIds.has(id);
  }

  /** The stack of an event; of those that the file does not hold, none. @throws BrokenTrace at `offset` when a frame names no string */
  stackOf(id: number, offset: number): StackIndex {
    const stack = this.stackIds.get(id);
    return stack === undefined ? (0 as StackIndex) : this.resolve(stack, offset);
  }

  /** The stack at which a goroutine starts. @throws BrokenTrace at `offset` when the file does not hold it */
  startStack(id: Exact, offset: number): StackIndex {
    const stack = this.stackIds.get(id);
    if (stack === undefined && id !== 0) {
      throw new BrokenTrace(`expected id ${formatUnsigned(id)} in trace.stack table`, offset);
    }
    return stack === undefined ? (0 as StackIndex) : this.resolve(stack, offset);
  }

  private intern(source: Uint8Array, start: number, end: number): StringIndex {
    const { translation, strings } = this;
    const { length } = strings;
    const string = strings.intern(keyOf(source.subarray(start, end)), translation.length, translation.length + end - start);
    if (strings.length > length) {
      translation.copy(source, start, end);
    }
    return string;
  }

  private frameAt(values: readonly Exact[], at: number): number {
    const pc = values[at] ?? 0;
    let frame = this.frameOfPc.get(pc);
    if (frame === undefined) {
      frame = this.frames.length;
      this.frameOfPc.set(pc, frame);
      this.frames.push({ pc, functionName: values[at + 1] ?? 0, file: values[at + 2] ?? 0, line: values[at + 3] ?? 0, index: undefined });
    }
    return frame;
  }

  private resolve(stack: number, offset: number): StackIndex {
    const known = this.resolved[stack] ?? 0;
    if (known !== 0) {
      return known as StackIndex;
    }
    const start = this.stackStarts[stack] ?? 0;
    const count = (this.stackStarts[stack + 1] ?? start) - start;
    for (let n = 0; n < count; n++) {
      this.scratch[n] = this.frameIndex(this.stackFrames[start + n] ?? 0, offset);
    }
    const index = this.stacks.intern(this.scratch, count);
    this.resolved[stack] = index;
    return index;
  }

  private frameIndex(row: number, offset: number): FrameIndex {
    const frame = this.frames[row];
    if (frame === undefined) {
      return 0 as FrameIndex;
    }
    frame.index ??= this.stacks.frames.add(frame.pc, this.string(frame.functionName, offset), this.string(frame.file, offset), frame.line);
    return frame.index;
  }
}
