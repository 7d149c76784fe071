import { BrokenTrace } from '../brokenTrace';
import { GrowingColumn, newUint32 } from '../../base';
import { growFor } from '../columns';
import { IdColumn } from '../idColumn';
import { IdMap } from '../idMap';
import { excess, mostFramesOf, mostThings } from '../limits';
import { SlotTable } from '../slotTable';
import { InternedStacks } from '../stacks';
import { InternedStrings } from '../strings';
import type { FrameIndex, StackIndex, StringIndex } from '../trace';
import { type Exact, formatUnsigned, lowHalf, unsigned } from '../wire';
import type { RecordReader } from './recordReader';
import type { Translation } from './translation';

const maxFrames = 1000;

/** Why the world stops, by the number that Go 1.21 writes. Source: Go 1.21 src/runtime/proc.go, stwReason. */
export const stopReasons = [
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
  ...stopReasons,
] as const;

/** A text that the conversion to format v2 adds: why a goroutine waits, or the world stops. */
export type AddedText = (typeof addedTexts)[number];

/** Strings and stacks of a file of format v1, by the ids it gives them, and interned for `Trace`. */
export class TablesV1 {
  readonly strings: InternedStrings;
  readonly stacks = new InternedStacks();
  private readonly stringIds = new IdMap<StringIndex>();
  private largestStringId = 0n;
  /** Messages of logs in order of their first appearance, and then what is added: they have no ids in the file; the official reader gives them the next ones. */
  private readonly unnamed = new GrowingColumn(newUint32, 64);
  /** By string. */
  private isMessage = new Uint8Array(64);
  private hasAllStrings = false;
  private readonly added: ReadonlyMap<string, StringIndex>;
  private readonly stackIds = new IdMap<number>();
  /** Frames of stack s of the file: stackFrames[stackStarts[s]] … stackFrames[stackStarts[s + 1] - 1]. */
  private readonly stackStarts = new GrowingColumn(newUint32, 64);
  private readonly stackFrames = new GrowingColumn(newUint32, 64);
  /** Index of a stack of the file, once it was used; 0 before. */
  private readonly resolved = new GrowingColumn(newUint32, 64);
  /** A pc has one frame in a file, the first one read: its slot is the frame's row. */
  private readonly pcs = new SlotTable();
  /** Frames as the file has them. */
  private readonly frameFunctions = new IdColumn();
  private readonly frameFiles = new IdColumn();
  private readonly frameLines = new IdColumn();
  /** Index plus one that a frame got when it was used first; 0 before. */
  private readonly frameIndexes = new GrowingColumn(newUint32, 64);
  private readonly scratch = new Uint32Array(maxFrames);
  private readonly most: number;
  private readonly mostFrames: number;

  constructor(
    private readonly file: Uint8Array,
    translation: Translation,
  ) {
    this.most = mostThings(file.length);
    this.mostFrames = mostFramesOf(file.length);
    this.stackStarts.push(0);
    this.strings = new InternedStrings(translation);
    const encoder = new TextEncoder();
    this.added = new Map(
      addedTexts.map((text) => {
        const bytes = encoder.encode(text);
        return [text, this.strings.intern(bytes, 0, bytes.length)];
      }),
    );
  }

  /** Takes a String record, whose id has no string yet. */
  addString({ values, textStart, textEnd, offset }: RecordReader): void {
    const id = values[0] ?? 0;
    this.checkStrings(offset);
    this.stringIds.set(id, this.strings.intern(this.file, textStart, textEnd));
    const wide = BigInt.asUintN(64, BigInt(id));
    this.largestStringId = wide > this.largestStringId ? wide : this.largestStringId;
  }

  hasString(id: Exact): boolean {
    return this.stringIds.has(id);
  }

  /** Interns the message of a UserLog record. */
  addMessage({ textStart, textEnd, offset }: RecordReader): StringIndex {
    this.checkStrings(offset);
    const message = this.strings.intern(this.file, textStart, textEnd);
    this.isMessage = growFor(this.isMessage, message + 1);
    if (this.isMessage[message] === 0) {
      this.isMessage[message] = 1;
      this.unnamed.push(message);
    }
    return message;
  }

  private checkStrings(offset: number): void {
    if (Math.max(this.strings.length, this.stringIds.length) > this.most) {
      throw new BrokenTrace(excess.strings, offset);
    }
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
    if (this.resolved.length > this.most) {
      throw new BrokenTrace(excess.stacks, offset);
    }
    if (this.pcs.length > this.mostFrames) {
      throw new BrokenTrace(excess.frames, offset);
    }
    for (let n = 0; n < count; n++) {
      this.stackFrames.push(this.frameAt(values, 2 + 4 * n));
    }
    this.stackIds.set(id, this.stackStarts.length - 1);
    this.stackStarts.push(this.stackFrames.length);
    this.resolved.push(0);
  }

  /** Gives ids to the strings that have none in the file; after the last record. @throws BrokenTrace when there are none left */
  completeStrings(): void {
    for (const text of addedTexts) {
      this.unnamed.push(this.addedText(text));
    }
    if (this.largestStringId + BigInt(this.unnamed.length) >= 2n ** 64n) {
      throw new BrokenTrace('trace contains too many strings', this.file.length);
    }
    this.hasAllStrings = true;
  }

  addedText(text: AddedText): StringIndex {
    return this.added.get(text) ?? (0 as StringIndex);
  }

  /** The string of an id. @throws BrokenTrace at `offset` when there is none */
  string(id: Exact, offset: number): StringIndex {
    const string = id === 0 ? (0 as StringIndex) : (this.stringIds.get(id) ?? this.unnamedString(id));
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

  /** The string of an id behind those of the file. */
  private unnamedString(id: Exact): StringIndex | undefined {
    const place = BigInt.asUintN(64, BigInt(id)) - this.largestStringId - 1n;
    return this.hasAllStrings && place >= 0n && place < this.unnamed.length ? (this.unnamed.at(Number(place)) as StringIndex) : undefined;
  }

  private frameAt(values: readonly Exact[], at: number): number {
    const frame = this.pcs.intern(values[at] ?? 0);
    if (frame === this.frameLines.length) {
      this.frameFunctions.append(values[at + 1] ?? 0);
      this.frameFiles.append(values[at + 2] ?? 0);
      this.frameLines.append(values[at + 3] ?? 0);
      this.frameIndexes.push(0);
    }
    return frame;
  }

  private resolve(stack: number, offset: number): StackIndex {
    const known = this.resolved.at(stack);
    if (known !== 0) {
      return known as StackIndex;
    }
    const start = this.stackStarts.at(stack);
    const count = this.stackStarts.at(stack + 1) - start;
    for (let n = 0; n < count; n++) {
      this.scratch[n] = this.frameIndex(this.stackFrames.at(start + n), offset);
    }
    const index = this.stacks.intern(this.scratch, count);
    this.resolved.set(stack, index);
    return index;
  }

  private frameIndex(frame: number, offset: number): FrameIndex {
    const known = this.frameIndexes.at(frame);
    if (known !== 0) {
      return (known - 1) as FrameIndex;
    }
    const index = this.stacks.frames.add(
      this.pcs.exactIdOf(frame),
      this.string(this.frameFunctions.exactAt(frame), offset),
      this.string(this.frameFiles.exactAt(frame), offset),
      this.frameLines.exactAt(frame),
    );
    this.frameIndexes.set(frame, index + 1);
    return index;
  }
}
