import type { Chance } from '../chance';

const two = (power: number): bigint => 1n << BigInt(power);

/** Values at the edges of what readers of varints keep in: bytes, 32 bits, doubles, signed and unsigned 64 bits. */
export const edgeValues: readonly bigint[] = [
  0n,
  1n,
  2n,
  127n,
  128n,
  255n,
  256n,
  16383n,
  16384n,
  65535n,
  65536n,
  ...[28, 31, 32, 35, 52, 53, 56, 60, 62, 63].flatMap((power) => [two(power) - 1n, two(power), two(power) + 1n]),
  two(64) - 1024n,
  two(64) - 2n,
  two(64) - 1n,
];

/** LEB128, minimal unless `length` asks for padding, as the runtime pads the sizes of its batches. */
export function encodeVarint(value: bigint, length = 1): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  } while (rest > 0n || bytes.length < length);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) & 0x7f;
  return bytes;
}

/** What is no varint: it overflows 64 bits, is too long, or does not end. */
export function brokenVarint(chance: Chance): number[] {
  const ones = (count: number): number[] => new Array<number>(count).fill(0xff);
  return chance.oneOf([
    [...ones(9), 0x02],
    [...ones(9), 0x7f],
    [...ones(10), 0x01],
    [...new Array<number>(10).fill(0x80), 0x00],
    ones(10),
    ones(3),
  ]);
}

export interface ReadVarint {
  readonly value: bigint;
  readonly end: number;
}

/** The varint at `start`; undefined where none ends before `end`. */
export function readVarint(bytes: Uint8Array, start: number, end: number): ReadVarint | undefined {
  let low = 0;
  for (let index = 0; index < 10 && start + index < end; index++) {
    const byte = bytes[start + index] ?? 0;
    if (index < 4) {
      low += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) {
        return { value: BigInt(low), end: start + index + 1 };
      }
    } else if (byte < 0x80) {
      let value = 0n;
      for (let at = index; at >= 0; at--) {
        value = (value << 7n) | BigInt((bytes[start + at] ?? 0) & 0x7f);
      }
      return { value: BigInt.asUintN(64, value), end: start + index + 1 };
    }
  }
  return undefined;
}

/** Another value than this one, most often near it or at an edge. */
export function otherValue(value: bigint, chance: Chance): bigint {
  switch (chance.below(5)) {
    case 0:
      return BigInt.asUintN(64, value + BigInt(1 + chance.below(3)));
    case 1:
      return BigInt.asUintN(64, value - BigInt(1 + chance.below(3)));
    case 2:
      return BigInt(chance.below(64));
    case 3:
      return value ^ (1n << BigInt(chance.below(64)));
    default:
      return chance.oneOf(edgeValues);
  }
}

export function concatBytes(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
