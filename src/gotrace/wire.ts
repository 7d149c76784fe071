/** 2^64 - 1 on the wire: "none". */
export const wireNone = -1;

/**
 * A uint64, exactly: a number below 2^53; one of the last 2^53 below 2^64 is the negative number that int64 has for it; what lies between is a bigint.
 * Equal values are equal by `===`.
 */
export type Exact = number | bigint;

/**
 * Reads unsigned LEB128 varints the way encoding/binary does: at most ten bytes, the tenth at most 1, non-minimal forms allowed.
 * A value is a number, exact below 2^53 and rounded to nearest above. The last 2^53 below 2^64 are negative, as int64 has them and exactly: 2^64 - 1 is
 * {@link wireNone}. A failed read is NaN and leaves `pos` undefined.
 */
export class WireReader {
  pos = 0;
  end = 0;

  constructor(readonly bytes: Uint8Array) {}

  seek(pos: number, end: number): void {
    this.pos = pos;
    this.end = end;
  }

  get atEnd(): boolean {
    return this.pos >= this.end;
  }

  /** The next byte, NaN at the end. */
  byte(): number {
    return this.pos < this.end ? (this.bytes[this.pos++] ?? Number.NaN) : Number.NaN;
  }

  uvarint(): number {
    const { bytes, end } = this;
    let pos = this.pos;
    if (pos >= end) {
      return Number.NaN;
    }
    let byte = bytes[pos++] ?? 0;
    if (byte < 0x80) {
      this.pos = pos;
      return byte;
    }
    let low = byte & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      if (pos >= end) {
        return Number.NaN;
      }
      byte = bytes[pos++] ?? 0;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.pos = pos;
        return low;
      }
    }
    return this.uvarintTail(pos, low);
  }

  /** The part above 28 bits. */
  private uvarintTail(start: number, low: number): number {
    const { bytes, end } = this;
    let pos = start;
    let middle = 0;
    let byte: number;
    for (let shift = 0; shift < 28; shift += 7) {
      if (pos >= end) {
        return Number.NaN;
      }
      byte = bytes[pos++] ?? 0;
      middle |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.pos = pos;
        return middle * 2 ** 28 + low;
      }
    }
    if (pos >= end) {
      return Number.NaN;
    }
    byte = bytes[pos++] ?? 0;
    let high = byte & 0x7f;
    if (byte >= 0x80) {
      if (pos >= end) {
        return Number.NaN;
      }
      byte = bytes[pos++] ?? 0;
      if (byte > 1) {
        return Number.NaN;
      }
      high |= byte << 7;
    }
    this.pos = pos;
    return join(low, middle, high);
  }

  /** As `uvarint`, but what no number holds exactly is a bigint. */
  exactUvarint(): Exact {
    const start = this.pos;
    const value = this.uvarint();
    if (Number.isSafeInteger(value) || Number.isNaN(value)) {
      return value;
    }
    this.pos = start;
    return this.bigUvarint() ?? Number.NaN;
  }

  /** The varint at `pos` as an exact integer; undefined when broken. */
  bigUvarint(): bigint | undefined {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      if (Number.isNaN(byte) || (shift === 63n && byte > 1)) {
        return undefined;
      }
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
    return undefined;
  }
}

/** A value as the uint64 that it stands for; of float64 precision above 2^53. */
export function unsigned(value: Exact): number {
  return typeof value === 'number' && value < 0 ? value + 2 ** 64 : Number(value);
}

/** A value as Go prints a uint64. */
export function formatUnsigned(value: Exact): string {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
    ? String(value)
    : String(BigInt.asUintN(64, BigInt(value)));
}

/** A value as Go prints an int64: the type of ids of goroutines, procs and threads. */
export function formatSigned(value: Exact): string {
  return Number.isSafeInteger(value) ? String(value) : String(BigInt.asIntN(64, BigInt(value)));
}

/** A uint64 in halves, as `uvarint` reads it. */
export function joinHalves(low: number, high: number): number {
  if (high < 2 ** 21) {
    return high * 2 ** 32 + low;
  }
  return high >= 2 ** 32 - 2 ** 21 ? (high - 2 ** 32) * 2 ** 32 + low : Number(bigOfHalves(low, high));
}

/** A uint64 in halves, as `exactUvarint` reads it. */
export function exactOfHalves(low: number, high: number): Exact {
  const value = joinHalves(low, high);
  return Number.isSafeInteger(value) ? value : bigOfHalves(low, high);
}

/** A uint64 or int64, exactly. */
export function exactOf(value: bigint): Exact {
  const signed = Number(BigInt.asIntN(64, value));
  return Number.isSafeInteger(signed) ? signed : BigInt.asUintN(64, value);
}

/** The sum of two int64, which wraps around. */
export function addExact(a: Exact, b: Exact): Exact {
  const sum = typeof a === 'number' && typeof b === 'number' ? a + b : Number.NaN;
  return Number.isSafeInteger(sum) ? sum : exactOf(BigInt(a) + BigInt(b));
}

/** The lower 32 bits of a uint64. */
export function lowHalf(value: Exact): number {
  return typeof value === 'number' ? value >>> 0 : Number(BigInt.asUintN(32, value));
}

/** The upper 32 bits of a uint64, as int64 has them. */
export function highHalf(value: Exact): number {
  return typeof value === 'number' ? Math.floor(value / 2 ** 32) | 0 : Number(BigInt.asIntN(32, value >> 32n));
}

/** A uint64 in halves. */
export function bigOfHalves(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function join(low: number, middle: number, high: number): number {
  if (high === 0) {
    return middle * 2 ** 28 + low;
  }
  if (high === 0xff && middle >= 7 * 2 ** 25) {
    return (middle - 2 ** 28) * 2 ** 28 + low;
  }
  // Rounded once, as Go's uint64 to float64 conversion does.
  return Number((BigInt(high) << 56n) | (BigInt(middle) << 28n) | BigInt(low));
}

/** Why the varint at `offset` is none, in the words of encoding/binary. */
export function describeBrokenVarint(bytes: Uint8Array, offset: number, end: number): string {
  const tail = bytes.subarray(offset, Math.min(end, offset + 10));
  if (tail.length === 0) {
    return 'EOF';
  }
  return tail.length < 10 && tail.every((byte) => byte >= 0x80) ? 'unexpected EOF' : 'binary: varint overflows a 64-bit integer';
}
