import { BrokenTrace } from '../brokenTrace';
import { type Exact, formatUnsigned, unsigned, WireReader, wireNone } from '../wire';
import { EventV1, isEventV1 } from './eventTypes';

/** Limits of the official reader (Go src/internal/trace/internal/tracev1/parser.go). */
const maxValueBytes = 2048;
const maxStringBytes = 1e6;
const maxProc = 2 ** 31 - 1;

const malformed = 'malformatted base-128 varint';
const cutOff = 'failed to read trace: unexpected EOF';
const cutOffSkipping = 'failed to read trace: EOF';

/**
 * Reads record after record of a file of format v1. The official reader goes over the file twice, `skim`ming it for its batches first, and is stricter
 * when it `read`s the second time; so is this. Source: go-execution-trace.md section 5.
 */
export class RecordReader {
  type = 0;
  /** Offset of the record's type byte. */
  offset = 0;
  /** What was read: tick delta, arguments and stack as they stand; proc and tick of a Batch; id of a String. */
  readonly values: Exact[] = [];
  valueCount = 0;
  /** Where the text of a String or the message of a UserLog stands. */
  textStart = 0;
  textEnd = 0;
  /** Upper two bits of the type byte: how many values there are, or 3. */
  private form = 0;
  private readonly wire: WireReader;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly goVersion: number,
    start: number,
    private readonly hasString: (id: Exact) => boolean = () => false,
  ) {
    this.wire = new WireReader(bytes);
    this.seek(start);
  }

  get pos(): number {
    return this.wire.pos;
  }

  seek(pos: number): void {
    this.wire.seek(pos, this.bytes.length);
  }

  /** Reads the next record as far as it takes to find the one behind it; false at the end. Values are those of Batch and CPUSample alone. @throws BrokenTrace */
  skim(): boolean {
    if (!this.begin()) {
      return false;
    }
    if (this.type === EventV1.Batch) {
      this.readBatchHeader();
    } else if (this.type === EventV1.String) {
      this.value();
      this.skip(this.value());
    } else if (this.form < 3) {
      this.readInline();
      this.valueCount = 0;
    } else {
      const length = this.prefix();
      if (this.type === EventV1.CPUSample) {
        this.readPrefixed(length);
      } else {
        this.skip(length);
      }
      return this.type !== EventV1.UserLog || this.skimMessage();
    }
    return true;
  }

  /** Reads a record whole, unless there is none left. @throws BrokenTrace */
  read(): void {
    if (!this.begin()) {
      return;
    }
    if (this.type === EventV1.Batch) {
      this.readBatchHeader();
    } else if (this.type === EventV1.String) {
      this.readString();
    } else if (this.form < 3) {
      this.readInline();
    } else {
      this.readPrefixed(this.prefix());
      if (this.type === EventV1.UserLog) {
        this.readMessage();
      }
    }
  }

  private begin(): boolean {
    this.offset = this.wire.pos;
    this.valueCount = 0;
    const byte = this.wire.byte();
    if (Number.isNaN(byte)) {
      return false;
    }
    this.type = byte & 0x3f;
    this.form = byte >> 6;
    if (!isEventV1(this.type, this.goVersion)) {
      this.fail(`unknown event type ${String(this.type)}`);
    }
    return true;
  }

  private readBatchHeader(): void {
    if (this.form !== 1) {
      this.fail(`EvBatch has wrong number of arguments: got ${String(this.form + 1)}, want 2`);
    }
    const proc = this.value();
    if (proc !== wireNone && unsigned(proc) > maxProc) {
      // The official reader names this maximum.
      this.fail(`processor ID ${formatUnsigned(proc)} is larger than maximum of ${formatUnsigned(wireNone)}`);
    }
    this.values[0] = proc;
    this.values[1] = this.value();
    this.valueCount = 2;
  }

  private readString(): void {
    const id = this.value();
    if (id === 0) {
      this.fail('string has invalid id 0');
    }
    if (this.hasString(id)) {
      this.fail(`string has duplicate id ${formatUnsigned(id)}`);
    }
    const length = this.value();
    if (length === 0) {
      this.fail('string has invalid length 0');
    }
    if (unsigned(length) > maxStringBytes) {
      this.fail(`string has too large length ${formatUnsigned(length)}`);
    }
    this.values[0] = id;
    this.valueCount = 1;
    this.takeText(Number(length));
  }

  private readInline(): void {
    const { wire, values } = this;
    const count = this.form + 1;
    for (let n = 0; n < count; n++) {
      const value = wire.exactUvarint();
      if (Number.isNaN(value)) {
        this.failArgument(malformed);
      }
      values[n] = value;
    }
    this.valueCount = count;
  }

  /** Length in bytes of the values of a record with many of them. */
  private prefix(): number {
    const length = this.wire.exactUvarint();
    if (Number.isNaN(length)) {
      this.failArgument(malformed);
    }
    if (unsigned(length) > maxValueBytes) {
      this.failArgument(`length-prefixed argument too big: ${formatUnsigned(length)} bytes, limit is ${String(maxValueBytes)}`);
    }
    return Number(length);
  }

  private readPrefixed(length: number): void {
    const { wire, values } = this;
    this.require(length);
    const end = wire.pos + length;
    wire.end = end;
    let count = 0;
    while (wire.pos < end) {
      values[count++] = this.value();
    }
    wire.end = this.bytes.length;
    this.valueCount = count;
  }

  private readMessage(): void {
    const length = this.value();
    if (unsigned(length) > maxStringBytes) {
      this.fail(`string is too large (len=${formatUnsigned(length)})`);
    }
    if (length === 0) {
      this.textStart = this.wire.pos;
      this.textEnd = this.wire.pos;
    } else {
      this.takeText(Number(length));
    }
  }

  /** The official reader takes a message that the file ends in for the end of the file, here. */
  private skimMessage(): boolean {
    const length = unsigned(this.value());
    if (length > this.bytes.length - this.wire.pos) {
      return false;
    }
    this.wire.pos += length;
    return true;
  }

  private takeText(length: number): void {
    this.require(length);
    this.textStart = this.wire.pos;
    this.textEnd = this.wire.pos + length;
    this.wire.pos = this.textEnd;
  }

  /** Even nothing is too much to ask for at the very end. */
  private require(length: number): void {
    const { pos } = this.wire;
    if (pos >= this.bytes.length || pos + length > this.bytes.length) {
      this.fail(cutOff);
    }
  }

  private skip(value: Exact): void {
    const length = unsigned(value);
    if (length > this.bytes.length - this.wire.pos) {
      this.fail(cutOffSkipping);
    }
    this.wire.pos += length;
  }

  private value(): Exact {
    const value = this.wire.exactUvarint();
    if (Number.isNaN(value)) {
      this.fail(malformed);
    }
    return value;
  }

  private failArgument(reason: string): never {
    this.fail(`failed to read event ${String(this.type)} argument: ${reason}`);
  }

  private fail(reason: string): never {
    throw new BrokenTrace(reason, this.offset);
  }
}
