// The protobuf encoding. Most numbers have up to four bytes: the hot loops read them as one word, without a branch for each byte and without asking whether
// the message goes on so far. They look once, at the end of a message, whether they ran out of it, and then `refuse` it; what they have read until then is
// padded by zeros behind the file. Everything else is read byte by byte within its limit.
import { fail, Failure, Message } from './failure';

/** Where the value that was read last ends; where it begins, if its end was asked for. */
export let cursor: usize = 0;
/** The two halves of the varint that was read last. */
export let low: u32 = 0;
export let high: u32 = 0;
/** Number of the field that `readField` has read, 0 when it was skipped. */
export let field: u32 = 0;

/** How many bytes the varint at the beginning of a word has; 5 when it is longer than the word. */
export function sizeInWord(word: u32): usize {
  return (ctz(~word & 0x80808080) >>> 3) + 1;
}

/** Whether the varint at the beginning of a word ends in it. */
export function isInWord(word: u32): bool {
  return (~word & 0x80808080) !== 0;
}

/** The varint at the beginning of a word; of no use when it is longer than the word. */
export function valueInWord(word: u32): u32 {
  const end = ~word & 0x80808080;
  const bits = word & (end ^ (end - 1));
  return (bits & 0x7f) | ((bits >>> 1) & 0x3f80) | ((bits >>> 2) & 0x1fc000) | ((bits >>> 3) & 0xfe00000);
}

/** Reads a varint of up to ten bytes that ends before `limit`; bits above 64 are dropped, as Go's reader of profiles does. */
export function readVarint(start: usize, limit: usize): void {
  let lowBits: u32 = 0;
  let highBits: u32 = 0;
  let at = start;
  for (let shift: u32 = 0; shift < 70 && at < limit; shift += 7) {
    const byte: u32 = load<u8>(at++);
    const bits = byte & 127;
    if (shift < 28) {
      lowBits |= bits << shift;
    } else if (shift === 28) {
      lowBits |= bits << 28;
      highBits = bits >>> 4;
    } else {
      highBits |= bits << (shift - 32);
    }
    if (byte < 128) {
      low = lowBits;
      high = highBits;
      cursor = at;
      return;
    }
  }
  fail(Failure.Varint, start, limit, 0);
}

/** A tag as field number and wire type; all field numbers beyond 2^28 are one. */
export function readTag(start: usize, limit: usize): u32 {
  readVarint(start, limit);
  return high === 0 && low < 0x80000000 ? low : 0x7ffffff8 | (low & 7);
}

/** Where the length-delimited value ends whose length stands at `start`; `cursor` is where it begins. */
export function readEnd(start: usize, limit: usize): usize {
  readVarint(start, limit);
  if (high !== 0 || low > u32(limit - cursor)) {
    fail(Failure.Length, start, limit, 0);
  }
  return cursor + low;
}

/** Where the value at `start` ends. @param tagAt where its tag stands */
export function skipValue(tag: u32, tagAt: usize, start: usize, limit: usize): usize {
  const wireType = tag & 7;
  if (wireType === 0) {
    readVarint(start, limit);
    return cursor;
  }
  if (wireType === 2) {
    return readEnd(start, limit);
  }
  const size: usize = wireType === 1 ? 8 : 4;
  if ((wireType !== 1 && wireType !== 5) || size > limit - start) {
    fail(Failure.Field, tagAt, limit, 0);
  }
  return start + size;
}

/**
 * Reads any field that is no message or text to its reader, and gives its end: varints are in `low` and `high`; fields beyond `lastField` are skipped, and
 * others of a wrong wire type refused.
 */
export function readField(start: usize, limit: usize, message: Message, lastField: u32): usize {
  const tag = readTag(start, limit);
  const valueAt = cursor;
  field = tag >>> 3;
  if (field > lastField || field === 0) {
    field = 0;
    return skipValue(tag, start, valueAt, limit);
  }
  if ((tag & 7) !== 0) {
    fail(Failure.WireType, start, limit, message);
  }
  readVarint(valueAt, limit);
  return cursor;
}

/** Where the length of the message stands that `nextMessage` has found; `cursor` is where it begins. */
export let lengthAt: usize = 0;

/** Finds the next field with this tag, of one byte, and gives the end of its message; 0 when there is none before `limit`. */
export function nextMessage(from: usize, limit: usize, wanted: u32): usize {
  let at = from;
  while (at < limit) {
    let tag: u32 = load<u8>(at);
    const length: u32 = load<u8>(at, 1);
    lengthAt = at + 1;
    cursor = at + 2;
    let end = cursor + length;
    if (length > 127) {
      const word = load<u32>(at, 1, 1);
      cursor = lengthAt + sizeInWord(word);
      end = isInWord(word) ? cursor + valueInWord(word) : usize.MAX_VALUE;
    }
    if ((tag & 0x87) !== 2 || end > limit) {
      tag = readTag(at, limit);
      lengthAt = cursor;
      end = skipValue(tag, at, lengthAt, limit);
    }
    if (tag === wanted) {
      return end;
    }
    at = end;
  }
  return 0;
}

/** Fails where the message from `start` to `end` leads out of itself. */
export function refuse(start: usize, end: usize): void {
  let at = start;
  while (at < end) {
    const tag = readTag(at, end);
    at = skipValue(tag, at, cursor, end);
  }
  unreachable();
}

/** Fails where the packed varints from `start` to `end` lead out of themselves. */
export function refusePacked(start: usize, end: usize): void {
  let at = start;
  while (at < end) {
    readVarint(at, end);
    at = cursor;
  }
  unreachable();
}

/** An int64 by its halves: exact within ±2^53, the nearest double beyond. */
export function int64(lowHalf: u32, highHalf: u32): f64 {
  return <f64>(<i32>highHalf) * 4294967296 + <f64>lowHalf;
}
