import { GclensError } from './errors';

/** Wire types of protobuf; 3 and 4 (groups), 6 and 7 are refused. Source: protobuf.dev/programming-guides/encoding. */
export enum WireType {
  Varint = 0,
  Fixed64 = 1,
  Bytes = 2,
  Fixed32 = 5,
}

/** Field numbers of a tag above this are all the same to a reader: unknown. */
const largestField = 2 ** 28;

/**
 * Cursor over protobuf messages. Every read is checked against the end of the innermost message that is open, so no length of the file is trusted.
 *
 * Invariant: `position <= limit <= bytes.length`. After `uint64`, and after `uint` or `int` of a value above 127, `low` and `high` hold its 64 bits.
 */
export class ProtoReader {
  position = 0;
  limit: number;
  /** Field number and wire type of the tag read last. */
  field = 0;
  wireType = 0;
  /** The two halves of a varint, unsigned. */
  low = 0;
  high = 0;

  constructor(readonly bytes: Uint8Array) {
    this.limit = bytes.length;
  }

  /** Reads the next tag into `field` and `wireType`; false at the end of the message. */
  next(): boolean {
    const position = this.position;
    if (position >= this.limit) {
      return false;
    }
    const byte = this.bytes[position] ?? 0;
    if (byte < 128) {
      this.position = position + 1;
      this.wireType = byte & 7;
      this.field = byte >> 3;
    } else {
      const tag = this.uint();
      this.wireType = this.low & 7;
      this.field = Math.min(Math.floor(tag / 8), largestField);
    }
    if (this.wireType === 3 || this.wireType === 4 || this.wireType > 5) {
      throw new GclensError(`protobuf wire type ${this.wireType} is unknown`, { offset: position });
    }
    return true;
  }

  /** A varint as an unsigned number: exact up to 2^53, the nearest double above. */
  uint(): number {
    const byte = this.bytes[this.position];
    if (byte !== undefined && byte < 128 && this.position < this.limit) {
      this.position++;
      return byte;
    }
    this.uint64();
    return this.high * 4294967296 + this.low;
  }

  /** A varint as int64: exact within ±2^53, the nearest double beyond. */
  int(): number {
    const byte = this.bytes[this.position];
    if (byte !== undefined && byte < 128 && this.position < this.limit) {
      this.position++;
      return byte;
    }
    this.uint64();
    return (this.high | 0) * 4294967296 + this.low;
  }

  /** A varint as an exact unsigned integer. */
  bigUint(): bigint {
    this.uint64();
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** A varint as an exact int64. */
  bigInt(): bigint {
    return BigInt.asIntN(64, this.bigUint());
  }

  /** Reads the length of a length-delimited value and returns where it ends. */
  end(): number {
    const start = this.position;
    const length = this.uint();
    if (length > this.limit - this.position) {
      const left = this.limit - this.position;
      const isCutOff = this.limit === this.bytes.length;
      const announced = Number.isSafeInteger(length) ? length : (BigInt(this.high) << 32n) | BigInt(this.low);
      throw new GclensError(`a length of ${announced} bytes is announced where ${left} follow`, {
        offset: start,
        ...(isCutOff ? { advice: 'the file was cut off before its end; take it again' } : {}),
      });
    }
    return this.position + length;
  }

  /** Skips the value of the tag just read. */
  skip(): void {
    switch (this.wireType) {
      case WireType.Varint:
        this.uint64();
        return;
      case WireType.Bytes:
        this.position = this.end();
        return;
      default:
        this.skipFixed(this.wireType === WireType.Fixed64 ? 8 : 4);
    }
  }

  /** @throws GclensError unless the tag just read has this wire type */
  expect(wireType: WireType, name: string): void {
    if (this.wireType !== wireType) {
      throw new GclensError(`${name} has protobuf wire type ${this.wireType} instead of ${wireType}`, { offset: this.position });
    }
  }

  private skipFixed(length: number): void {
    if (length > this.limit - this.position) {
      throw new GclensError('the file ends within a fixed-size value', { offset: this.position });
    }
    this.position += length;
  }

  /** Reads a varint of up to ten bytes into `low` and `high`; bits above 64 are dropped, as Go's reader of profiles does. */
  uint64(): void {
    const start = this.position;
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.position < this.limit ? this.bytes[this.position] : undefined;
      if (byte === undefined) {
        throw new GclensError('the message ends within a varint', { offset: start });
      }
      this.position++;
      const bits = byte & 127;
      if (index < 4) {
        low |= bits << (7 * index);
      } else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else {
        high |= bits << (7 * index - 32);
      }
      if (byte < 128) {
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    throw new GclensError('a varint is longer than ten bytes', { offset: start });
  }
}
