// Indexes of strings. Protobuf lets a field come twice in a message, and the last one counts: an index that the file does not have is only wrong there.
import { Failure, failWith, Message } from './failure';
import { stringCount } from './input';
import { cursor, high, low, readTag, readVarint, skipValue } from './wire';

/** Fails when the last value of a field, if there is one, is no string of the file. */
export function requireString(start: usize, end: usize, field: u32, message: Message): void {
  let missing: usize = 0;
  let at = start;
  while (at < end) {
    const tagAt = at;
    const tag = readTag(at, end);
    at = cursor;
    if (tag === field << 3) {
      readVarint(at, end);
      missing = high === 0 && low < stringCount ? 0 : tagAt;
    }
    at = skipValue(tag, tagAt, at, end);
  }
  if (missing !== 0) {
    failWith(Failure.StringIndex, missing, end, message, stringCount, 0);
  }
}
