import { EventType, type Trace } from '../gotrace';

/**
 * The last heap goal at full precision: columns hold doubles, and goals near 2^63 stand in files with GC off. Reads the event's varints again
 * (type byte, time delta, goal); null where there is none that is written this way.
 */
export function exactLastGoal(trace: Trace): bigint | null {
  const { events, bytes } = trace;
  for (let event = events.length - 1; event >= 0; event--) {
    if (events.typeAt(event) === EventType.HeapGoal) {
      const offset = events.offsetAt(event);
      return offset < 0 || bytes[offset] !== EventType.HeapGoal ? null : readVarint(bytes, endOfVarint(bytes, offset + 1));
    }
  }
  return null;
}

function endOfVarint(bytes: Uint8Array, offset: number): number {
  let end = offset;
  while ((bytes[end] ?? 0) >= 0x80) {
    end++;
  }
  return end + 1;
}

function readVarint(bytes: Uint8Array, offset: number): bigint {
  let value = 0n;
  for (let at = offset, shift = 0n; shift < 70n; at++, shift += 7n) {
    const byte = bytes[at] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) {
      break;
    }
  }
  return BigInt.asUintN(64, value);
}
