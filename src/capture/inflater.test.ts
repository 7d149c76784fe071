import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

import { Inflater } from './inflater';

/** Inflates all at once; outputs of the steps joined. */
function inflate(inflater: Inflater, data: Uint8Array) {
  inflater.open(data);
  inflater.begin(0);
  const pieces: Uint8Array[] = [];
  for (;;) {
    const outcome = inflater.step();
    pieces.push(inflater.output().slice());
    if (outcome !== 'more') {
      return { outcome, bytes: Buffer.concat(pieces), end: inflater.position };
    }
  }
}

const bytesOf = (length: number, byteAt: (index: number) => number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, index) => byteAt(index)));
const noise = bytesOf(300_000, (index) => (Math.imul(index + 1, 0x9e3779b1) >>> 11) ^ (Math.imul(index, 0x85ebca6b) >>> 23));
const words = Buffer.from(
  Array.from(noise.subarray(0, 60_000), (byte) => ['runtime.', 'mapiternext', 'main.(*Server).', '\0', '42'][byte % 5]).join(''),
);
const inputs: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['noise', noise],
  ['words', words],
  ['a long run', Buffer.alloc(1_000_000, 7)],
  ['short periods', bytesOf(100_000, (index) => index % (2 + (index >> 13)))],
  ['the farthest distance', Buffer.concat([noise.subarray(0, 32768), noise.subarray(0, 32768)])],
  ['few codes of very different length', bytesOf(200_000, (index) => Math.clz32(Math.imul(index + 1, 0x9e3779b1)))],
];
const { Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_DEFAULT_STRATEGY } = constants;
const settings = [
  ...[0, 1, 4, 6, 9].map((level) => ({ level, strategy: Z_DEFAULT_STRATEGY, memLevel: 9 })),
  ...[Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE].map((strategy) => ({ level: 6, strategy, memLevel: 1 })),
];

/** Bits in the order of RFC 1951, section 3.1.1: fields lowest bit first, codes highest bit first (written as text). */
function bits(...fields: readonly (string | readonly [value: number, bits: number])[]): Uint8Array {
  const all = fields.flatMap((field) =>
    typeof field === 'string' ? [...field].map(Number) : Array.from({ length: field[1] }, (_, bit) => (field[0] >> bit) & 1),
  );
  const bytes = new Uint8Array(Math.ceil(all.length / 8));
  all.forEach((bit, index) => {
    bytes[index >> 3]! |= bit << (index & 7);
  });
  return bytes;
}

const lastFixed: readonly [number, number] = [0b011, 3];
const lastDynamic: readonly [number, number] = [0b101, 3];
const literalA = '10010001';
const endOfBlock = '0000000';
/** Header of 257 literals and one distance, whose code lengths are coded in two bits: 0, 1, 18 (11 and more zeros) and 2. */
const twoBitLengths = [
  lastDynamic,
  [0, 5],
  [0, 5],
  [14, 4],
  ...[0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2].map((length) => [length, 3] as const),
] as const;
const zeros = (count: number): readonly (string | readonly [number, number])[] => ['11', [count - 11, 7]];

describe.each(['wasm', 'javascript'] as const)('Inflater as %s', (kind) => {
  let inflater: Inflater;
  beforeAll(() => {
    inflater = Inflater.start(kind);
  });

  it.each(inputs)('inflates %s as zlib does, however it was deflated', (_, content) => {
    for (const options of settings) {
      const data = deflateRawSync(content, options);
      const { outcome, bytes, end } = inflate(inflater, data);
      expect(outcome).toBe('finished');
      expect(bytes.equals(content)).toBe(true);
      expect(end).toBe(data.length);
    }
  });

  it('goes on over empty blocks and stops at the last byte of the data', () => {
    const flushed = deflateRawSync(words, { finishFlush: constants.Z_FULL_FLUSH });
    const data = Buffer.concat([flushed, flushed, deflateRawSync(noise), Buffer.from('trailer')]);
    const { bytes, end } = inflate(inflater, data);
    expect(bytes.equals(Buffer.concat([words, words, noise]))).toBe(true);
    expect(end).toBe(data.length - 'trailer'.length);
  });

  it('keeps what came before a cut, to the last whole symbol', () => {
    const data = deflateRawSync(words);
    for (let length = 0; length < data.length; length += 1 + (length >> 5)) {
      const cut = data.subarray(0, length);
      const { outcome, bytes } = inflate(inflater, cut);
      expect(outcome).toBe('cut');
      expect(bytes.equals(inflateRawSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }))).toBe(true);
    }
  });

  it.each<[string, Uint8Array, string]>([
    ['a block of an unknown type', bits([0b111, 3]), ''],
    ['a stored block whose length contradicts its complement', Uint8Array.of(1, 4, 0, 4, 0, 1, 2, 3, 4), ''],
    ['a block of more codes than there are', bits(lastDynamic, [30, 5], [0, 5], [0, 4], [0, 32]), ''],
    ['a block of more codes than there are', bits(lastDynamic, [0, 5], [30, 5], [0, 4], [0, 32]), ''],
    ['an impossible code of code lengths', bits(lastDynamic, [0, 5], [0, 5], [0, 4], [1, 3], [0, 3], [0, 3], [0, 3]), ''],
    ['an impossible code of code lengths', bits(lastDynamic, [0, 5], [0, 5], [0, 4], [1, 3], [1, 3], [1, 3], [0, 3]), ''],
    [
      'a repetition of code lengths that does not fit',
      bits(lastDynamic, [0, 5], [0, 5], [0, 4], [1, 3], [0, 3], [0, 3], [1, 3], '1', [0, 2]),
      '',
    ],
    ['a repetition of code lengths that does not fit', bits(...twoBitLengths, ...zeros(138), ...zeros(138)), ''],
    ['a block without a code for its end', bits(...twoBitLengths, ...zeros(138), ...zeros(120)), ''],
    ['an impossible code of literals and lengths', bits(...twoBitLengths, '01', '01', ...zeros(138), ...zeros(116), '01', '00'), ''],
    ['an impossible code of literals and lengths', bits(...twoBitLengths, ...zeros(138), ...zeros(118), '10', '00'), ''],
    ['an impossible code of distances', bits(...twoBitLengths, ...zeros(138), ...zeros(118), '01', '10'), ''],
    ['bits that stand for no literal or length', bits(lastFixed, literalA, '11000110'), 'a'],
    ['bits that stand for no literal or length', bits(...twoBitLengths, ...zeros(138), ...zeros(118), '01', '00', '1'), ''],
    ['bits that stand for no distance', bits(lastFixed, literalA, '0000001', '11110', endOfBlock), 'a'],
    ['a distance to before the beginning', bits(lastFixed, literalA, '0000001', '00001', endOfBlock), 'a'],
  ])('refuses %s', (damage, data, before) => {
    const { outcome, bytes } = inflate(inflater, Buffer.concat([data, Buffer.alloc(8)]));
    expect(outcome).toEqual({ damage });
    expect(bytes.toString()).toBe(before);
    // Far from the end of the input as well, where other code reads it.
    expect(inflate(inflater, Buffer.concat([data, Buffer.alloc(64)]))).toMatchObject({ outcome, bytes });
    expect(() => inflateRawSync(Buffer.concat([data, Buffer.alloc(64)]))).toThrow();
  });

  it('takes the incomplete codes that zlib takes: one distance of one bit, or none', () => {
    const one = bits(...twoBitLengths, ...zeros(97), '01', ...zeros(138), ...zeros(20), '01', '01', '0', '1');
    const none = bits(...twoBitLengths, ...zeros(97), '01', ...zeros(138), ...zeros(20), '01', '00', '0', '1');
    for (const data of [one, none]) {
      expect(inflate(inflater, data)).toMatchObject({ outcome: 'finished', bytes: inflateRawSync(data) });
      expect(inflateRawSync(data).toString()).toBe('a');
    }
  });

  it('lets no data reach into those before it', () => {
    inflate(inflater, deflateRawSync(words));
    expect(inflate(inflater, bits(lastFixed, '0000001', '00000', endOfBlock)).outcome).toEqual({
      damage: 'a distance to before the beginning',
    });
  });

  it('computes CRC-32 of any length', () => {
    const table = (bytes: Uint8Array) => {
      let crc = ~0;
      for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) {
          crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
        }
      }
      return ~crc >>> 0;
    };
    inflater.open(noise);
    for (const length of [0, 1, 9, 100, 1624, 6495, 6496, 6497, 6503, 6512, 14_689, 65_536, 65_537, 200_001]) {
      expect(inflater.crc32(length % 7, length)).toBe(table(noise.subarray(length % 7, length)));
    }
    inflate(inflater, deflateRawSync(noise));
    expect(inflater.checksum()).toBe(table(noise));
  });
});
