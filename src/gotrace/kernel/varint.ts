// Unsigned LEB128 varints as encoding/binary reads them: at most ten bytes, the tenth at most 1. Ids are uint64, in two halves: i64 is slow in the
// JavaScript that is made of this.

/** Bytes that may be read behind the last varint of a batch. */
export const varintSlack: usize = 64;

let end: usize = 0;
let high: u32 = 0;
let isOverlong: bool = false;

/** The low half of the varint at `at`; `varintHigh` and `varintEnd` say the rest. */
export function readVarint(at: usize): u32 {
  let byte: u32 = load<u8>(at);
  let low = byte & 0x7f;
  high = 0;
  if (byte < 0x80) {
    end = at + 1;
    return low;
  }
  byte = load<u8>(at, 1);
  low |= (byte & 0x7f) << 7;
  if (byte < 0x80) {
    end = at + 2;
    return low;
  }
  byte = load<u8>(at, 2);
  low |= (byte & 0x7f) << 14;
  if (byte < 0x80) {
    end = at + 3;
    return low;
  }
  byte = load<u8>(at, 3);
  low |= (byte & 0x7f) << 21;
  if (byte < 0x80) {
    end = at + 4;
    return low;
  }
  return readHigh(at, low);
}

function readHigh(at: usize, lowest: u32): u32 {
  let byte: u32 = load<u8>(at, 4);
  const low = lowest | (byte << 28);
  let value = (byte & 0x7f) >>> 4;
  let length: usize = 5;
  let shift: u32 = 3;
  while (byte >= 0x80 && length < 9) {
    byte = load<u8>(at + length);
    value |= (byte & 0x7f) << shift;
    shift += 7;
    length++;
  }
  if (byte >= 0x80) {
    byte = load<u8>(at + length);
    value |= byte << 31;
    isOverlong = isOverlong || byte > 1;
    length++;
  }
  end = at + length;
  high = value;
  return low;
}

/** High half of the varint that was read last. */
export function varintHigh(): u32 {
  return high;
}

/** First byte behind the varint that was read last. */
export function varintEnd(): usize {
  return end;
}

/** Whether a varint had more bits than 64 since this was asked last. */
export function takeOverlong(): bool {
  const was = isOverlong;
  isOverlong = false;
  return was;
}

/** First byte behind the varint at `at`; 0 when it does not end before `limit` or is none. */
export function endOfVarint(at: usize, limit: usize): usize {
  const last = min(limit, at + 10);
  for (let byte = at; byte < last; byte++) {
    const value = load<u8>(byte);
    if (value < 0x80) {
      return byte - at == 9 && value > 1 ? 0 : byte + 1;
    }
  }
  return 0;
}

/** Varints of up to four bytes. A class, because parsers of TypeScript know no decorators of functions, and a call costs as much as all of `read`. */
export abstract class Short {
  /** The varint at `at`: its value above three bits that hold its length; 0 when it is longer. */
  @inline
  static read(at: usize): u32 {
    const first: u32 = load<u8>(at);
    if (first < 0x80) {
      return (first << 3) | 1;
    }
    const second: u32 = load<u8>(at, 1);
    let value = (first & 0x7f) | (second << 7);
    if (second < 0x80) {
      return (value << 3) | 2;
    }
    const third: u32 = load<u8>(at, 2);
    value = (value & 0x3fff) | (third << 14);
    if (third < 0x80) {
      return (value << 3) | 3;
    }
    const fourth: u32 = load<u8>(at, 3);
    value = (value & 0x1fffff) | (fourth << 21);
    return fourth < 0x80 ? (value << 3) | 4 : 0;
  }

  /** The value of what was read. */
  @inline
  static valueOf(varint: u32): u32 {
    return varint >>> 3;
  }

  /** The length in bytes of what was read. */
  @inline
  static lengthOf(varint: u32): usize {
    return (varint & 7) as usize;
  }
}
