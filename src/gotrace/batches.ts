import { BrokenTrace, UnexpectedEnd } from './brokenTrace';
import { maxBatchBytes } from './limits';
import { unsigned, WireReader } from './wire';

const eventBatch = 1;
const experimentalBatch = 49;
export const endOfGeneration = 52;

/** One batch: its header, and where its payload lies. */
export interface Batch {
  /** Offset of the batch's first byte. */
  readonly offset: number;
  readonly generation: number;
  readonly thread: number;
  /** Absolute tick. */
  readonly ticks: number;
  /** 0 outside of experiments. */
  readonly experiment: number;
  readonly start: number;
  readonly end: number;
  /** First byte of the payload, which decides its kind; -1 for an empty one. */
  readonly kind: number;
}

/** Reads batch after batch. Source: go-execution-trace.md section 1.3. */
export class BatchReader {
  private readonly wire: WireReader;

  constructor(
    private readonly bytes: Uint8Array,
    start: number,
  ) {
    this.wire = new WireReader(bytes);
    this.wire.seek(start, bytes.length);
  }

  get offset(): number {
    return this.wire.pos;
  }

  /** The next batch, null at the end of the file. @throws BrokenTrace */
  next(): Batch | null {
    const { wire } = this;
    const offset = wire.pos;
    const type = wire.byte();
    if (Number.isNaN(type)) {
      return null;
    }
    if (type === endOfGeneration) {
      return { offset, generation: 0, thread: -1, ticks: 0, experiment: 0, start: offset, end: offset + 1, kind: endOfGeneration };
    }
    if (type !== eventBatch && type !== experimentalBatch) {
      throw new BrokenTrace(`expected batch event, got event ${String(type)}`, offset);
    }
    let experiment = 0;
    if (type === experimentalBatch) {
      experiment = wire.byte();
      if (Number.isNaN(experiment)) {
        return null;
      }
    }
    const generation = this.headerField('gen');
    const thread = this.headerField('M ID');
    const ticks = unsigned(this.headerField('timestamp'));
    const sizeOffset = wire.pos;
    const size = unsigned(this.headerField('size'));
    if (size > maxBatchBytes) {
      const exact = formatUvarint(this.bytes, sizeOffset, this.bytes.length);
      throw new BrokenTrace(`invalid batch size ${exact}, maximum is ${String(maxBatchBytes)}`, offset);
    }
    const start = wire.pos;
    const end = start + size;
    if (end > this.bytes.length) {
      throw new BrokenTrace(`failed to read full batch: read ${String(this.bytes.length - start)} but wanted ${String(size)}`, offset);
    }
    wire.pos = end;
    const kind = size === 0 || experiment !== 0 ? -1 : (this.bytes[start] ?? -1);
    return { offset, generation, thread, ticks, experiment, start, end, kind };
  }

  private headerField(what: string): number {
    const { wire } = this;
    const offset = wire.pos;
    const value = wire.uvarint();
    if (Number.isNaN(value)) {
      throw new BrokenTrace(`error reading batch ${what}: ${describeBrokenVarint(this.bytes, offset, this.bytes.length)}`, offset);
    }
    return value;
  }
}

/** The varint at `offset` as Go prints a uint64, exactly. */
function formatUvarint(bytes: Uint8Array, offset: number, end: number): string {
  const wire = new WireReader(bytes);
  wire.seek(offset, end);
  return String(wire.bigUvarint() ?? '');
}

/** Why the varint at `offset` is none, in the words of encoding/binary. */
export function describeBrokenVarint(bytes: Uint8Array, offset: number, end: number): string {
  const tail = bytes.subarray(offset, Math.min(end, offset + 10));
  if (tail.length === 0) {
    return 'EOF';
  }
  return tail.length < 10 && tail.every((byte) => byte >= 0x80) ? 'unexpected EOF' : 'binary: varint overflows a 64-bit integer';
}

/** Reads the records of one structural batch; a broken varint is told as the official reader tells it. */
export class RecordReader {
  private readonly wire: WireReader;

  constructor(
    private readonly bytes: Uint8Array,
    batch: Batch,
    /** Bytes at the start of the payload that only name its kind. */
    skip: number,
  ) {
    this.wire = new WireReader(bytes);
    this.wire.seek(batch.start + skip, batch.end);
  }

  get atEnd(): boolean {
    return this.wire.atEnd;
  }

  get offset(): number {
    return this.wire.pos;
  }

  /** Bytes left in the batch. */
  get left(): number {
    return this.wire.end - this.wire.pos;
  }

  skip(count: number): void {
    this.wire.pos += count;
  }

  recordType(): number {
    return this.wire.byte();
  }

  /** A varint; `what` prefixes the message where the official reader wraps the error. */
  uvarint(what?: string): number {
    const offset = this.wire.pos;
    const value = this.wire.uvarint();
    if (Number.isNaN(value)) {
      const reason = describeBrokenVarint(this.bytes, offset, this.wire.end);
      if (what === undefined && reason === 'EOF') {
        throw new UnexpectedEnd(reason, offset);
      }
      throw new BrokenTrace(what === undefined ? reason : `${what}: ${reason}`, offset);
    }
    return value;
  }

  /**
   * A varint that counts something, at most `maximum`.
   * @param what names it in the message
   */
  size(what: string, maximum: number, record: number): number {
    const { offset } = this;
    const size = unsigned(this.uvarint());
    if (size > maximum) {
      const exact = formatUvarint(this.bytes, offset, this.wire.end);
      throw new BrokenTrace(`invalid ${what} size ${exact}, maximum is ${String(maximum)}`, record);
    }
    return size;
  }

  bigUvarint(): bigint {
    const offset = this.wire.pos;
    const value = this.wire.bigUvarint();
    if (value === undefined) {
      const reason = describeBrokenVarint(this.bytes, offset, this.wire.end);
      throw reason === 'EOF' ? new UnexpectedEnd(reason, offset) : new BrokenTrace(reason, offset);
    }
    return value;
  }
}
