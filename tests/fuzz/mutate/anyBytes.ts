import type { Chance } from '../chance';
import { concatBytes, edgeValues, encodeVarint } from './varints';

/** A copy with one thing wrong that needs no knowledge of the format; bytes before `from` stay. */
export function mutateBytes(original: Uint8Array, chance: Chance, from = 0): Uint8Array {
  const at = from + chance.below(Math.max(1, original.length - from));
  const length = 1 + chance.below(chance.percent(80) ? 16 : 4096);
  const head = original.subarray(0, at);
  switch (chance.below(9)) {
    case 0:
      return changed(original, at, chance.below(256));
    case 1:
      return changed(original, at, (original[at] ?? 0) ^ (1 << chance.below(8)));
    case 2:
      return changed(original, at, chance.oneOf([0, 1, 0x7f, 0x80, 0xff, 52, 50, 10]));
    case 3:
      return original.slice(0, at);
    case 4:
      return concatBytes([head, original.subarray(at + length)]);
    case 5: {
      const source = from + chance.below(Math.max(1, original.length - from));
      return concatBytes([head, original.subarray(source, source + length), original.subarray(at)]);
    }
    case 6:
      return concatBytes([head, encodeVarint(chance.oneOf(edgeValues), 1 + chance.below(10)), original.subarray(at + chance.below(10))]);
    case 7: {
      const filled = original.slice();
      filled.fill(chance.oneOf([0, 0xff, 0x80]), at, Math.min(at + length, filled.length));
      return filled;
    }
    default:
      return concatBytes([original, Uint8Array.from({ length }, () => chance.below(256))]);
  }
}

function changed(original: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = original.slice();
  copy[at] = byte;
  return copy;
}
