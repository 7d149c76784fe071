import { constants, crc32, deflateRawSync } from 'node:zlib';

import type { Chance } from '../chance';
import { mutateBytes } from './anyBytes';
import { concatBytes } from './varints';

/** A gzip file around the content, in one of the many ways there are, most often with something wrong. */
export function mutateGzip(content: Uint8Array, chance: Chance): Uint8Array {
  const members: Uint8Array[] = [];
  for (let at = 0; at < content.length || members.length === 0;) {
    const length = chance.percent(70) ? content.length - at : chance.below(content.length - at + 1);
    members.push(member(content.subarray(at, at + length), chance));
    at += length;
    if (chance.percent(10)) {
      members.push(member(new Uint8Array(), chance));
    }
  }
  const whole = concatBytes([...members, tail(chance)]);
  const damaged = chance.percent(40) ? mutateBytes(whole, chance, chance.percent(30) ? 0 : 10) : whole;
  return chance.percent(5) ? member(damaged, chance) : damaged;
}

function tail(chance: Chance): Uint8Array {
  switch (chance.below(10)) {
    case 0:
      return new Uint8Array(chance.oneOf([1, 16, 512]));
    case 1:
      return Uint8Array.from({ length: 1 + chance.below(20) }, () => chance.below(256));
    case 2:
      return Uint8Array.of(0x1f, 0x8b, ...Array.from({ length: chance.below(12) }, () => chance.below(10)));
    default:
      return new Uint8Array();
  }
}

function member(content: Uint8Array, chance: Chance): Uint8Array {
  const wrong = chance.percent(15);
  const sum = crc32(content) ^ (wrong && chance.percent(50) ? 1 << chance.below(32) : 0);
  const size = wrong && chance.percent(50) ? chance.oneOf([0, content.length + 1, 2 ** 31, 2 ** 32 - 1]) : content.length;
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, sum >>> 0, true);
  trailer.setUint32(4, size >>> 0, true);
  return concatBytes([header(chance), deflate(content, chance), new Uint8Array(trailer.buffer)]);
}

function header(chance: Chance): number[] {
  if (chance.percent(50)) {
    return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
  }
  const flags = chance.below(chance.percent(90) ? 32 : 256);
  const bytes = [
    0x1f,
    0x8b,
    chance.percent(97) ? 8 : chance.below(16),
    flags,
    1,
    2,
    3,
    4,
    chance.oneOf([0, 2, 4]),
    chance.oneOf([0, 3, 255]),
  ];
  if ((flags & 4) !== 0) {
    const length = chance.oneOf([0, 1, 10, 300]);
    bytes.push(length & 255, chance.percent(95) ? length >> 8 : 255, ...new Array<number>(length).fill(7));
  }
  for (const flag of [8, 16]) {
    if ((flags & flag) !== 0) {
      bytes.push(...Buffer.from(chance.oneOf(['', 'cpu.pprof', 'ä€', 'x'.repeat(500)])), 0);
    }
  }
  if ((flags & 2) !== 0) {
    const sum = crc32(Uint8Array.from(bytes)) & 0xffff;
    const right = chance.percent(80) ? sum : sum ^ 1;
    bytes.push(right & 255, right >> 8);
  }
  return bytes;
}

function deflate(content: Uint8Array, chance: Chance): Uint8Array {
  const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;
  return deflateRawSync(content, {
    level: chance.oneOf([0, 1, 6, 9]),
    strategy: chance.oneOf([Z_DEFAULT_STRATEGY, Z_DEFAULT_STRATEGY, Z_FILTERED, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE]),
    windowBits: chance.oneOf([15, 15, 9, 12]),
    memLevel: chance.oneOf([1, 8, 9]),
  });
}
