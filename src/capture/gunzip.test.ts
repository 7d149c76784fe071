import { constants, gzipSync } from 'node:zlib';

import { bytes as asBytes, GclensError } from '../base';
import { gunzip } from './gunzip';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const text = 'a profile of some length, a profile of some length';
const stored = new Uint8Array(gzipSync(text));
const crcOf = (bytes: Uint8Array): Uint8Array => gzipSync(bytes).subarray(-8, -4);

function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** With one bit of a byte changed; a negative index counts from the end. */
function spoil(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.with(index, (bytes.at(index) ?? 0) ^ 1);
}

/** `stored` with other flags and with what they announce. */
function withHeader(flags: number, ...fields: readonly Uint8Array[]): Uint8Array {
  return concatenate(stored.subarray(0, 10).with(3, flags), ...fields, stored.subarray(10));
}

async function refusal(bytes: Uint8Array, options = {}): Promise<string> {
  const error: unknown = await gunzip(bytes, options).then(
    () => new Error('was accepted'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GclensError);
  return (error as GclensError).message;
}

describe('gunzip', () => {
  it('reads files of several members', async () => {
    const { bytes, damage, isWhole } = await gunzip(concatenate(gzipSync('one,'), gzipSync(''), gzipSync('two')));
    expect(decode(bytes)).toBe('one,two');
    expect(damage).toBeNull();
    expect(isWhole).toBe(true);
  });

  it('reads thousands of members, and several files at once', async () => {
    const many = concatenate(...new Array<Uint8Array>(20_000).fill(stored));
    const [first, second] = await Promise.all([gunzip(many), gunzip(stored)]);
    expect(decode(first.bytes)).toBe(text.repeat(20_000));
    expect(decode(second.bytes)).toBe(text);
  });

  it('skips the optional fields of a header', async () => {
    const name = encode('cpu.pprof\0');
    const long = concatenate(new Uint8Array(511).fill(65), Uint8Array.of(0));
    const extra = concatenate(Uint8Array.of(3, 0), encode('abc'));
    for (const bytes of [withHeader(4, extra), withHeader(8, name), withHeader(16, long), withHeader(1 + 4 + 8 + 16, extra, name, long)]) {
      const { bytes: read, damage } = await gunzip(bytes);
      expect(decode(read)).toBe(text);
      expect(damage).toBeNull();
    }
  });

  it('takes no longer text in a header than Go does', async () => {
    const text512 = concatenate(new Uint8Array(512).fill(65), Uint8Array.of(0));
    expect(await refusal(withHeader(8, text512))).toMatch(/a text in a header is longer than 511 bytes/);
    expect(await refusal(withHeader(8, text512).subarray(0, 400))).toMatch(/cut off/);
  });

  it('checks the checksum of a header', async () => {
    const header = withHeader(2 + 8, encode('cpu.pprof\0')).subarray(0, 20);
    const whole = concatenate(header, crcOf(header).subarray(0, 2), stored.subarray(10));
    expect(decode((await gunzip(whole)).bytes)).toBe(text);
    expect(await refusal(spoil(whole, 12))).toMatch(/damaged at byte 0 of the file: the checksum of a header is wrong/);
  });

  it('reads exactly as much as it may', async () => {
    const bytes = gzipSync(Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) >> 3));
    expect((await gunzip(bytes, { maxBytes: asBytes(100_000) })).bytes).toHaveLength(100_000);
    expect(await refusal(bytes, { maxBytes: asBytes(99_999) })).toMatch('it decompresses to more than 99999 bytes');
  });

  it('stops at a ratio that no capture has, before it takes much memory', async () => {
    const bomb = concatenate(...new Array<Uint8Array>(70).fill(gzipSync(new Uint8Array(2 ** 20))));
    const before = process.memoryUsage().arrayBuffers;
    expect(await refusal(bomb)).toMatch(/to more than 32 MiB, as no capture does; this seems to be a decompression bomb/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20);
  });

  it.each([
    ['too much', [0xff, 0xff, 0xff, 0xff]],
    ['too little', [1, 0, 0, 0]],
  ])('does not believe a trailer that announces %s', async (_, announced) => {
    const content = new Uint8Array(300_000).map((__, index) => Math.imul(index, index) >> 7);
    const bytes = concatenate(gzipSync(content).subarray(0, -4), Uint8Array.from(announced));
    const gunzipped = await gunzip(bytes);
    expect(Buffer.compare(gunzipped.bytes, content)).toBe(0);
    expect(gunzipped.bytes.buffer.byteLength).toBeLessThan(2 ** 20);
    expect(gunzipped.damage?.message).toMatch(/the length is not that of the data/);
    expect(gunzipped.isWhole).toBe(true);
  });

  it.each([
    ['a checksum that is wrong', spoil(stored, -8), false, /damaged at byte \d+ of the file: the checksum is not that of the data/],
    ['a trailer that is missing', stored.subarray(0, -8), true, /the gzip file is cut off/],
    ['something behind the end', concatenate(stored, encode('garbage')), true, /7 bytes that are no gzip follow the end/],
    ['a byte behind the end', concatenate(stored, new Uint8Array(1)), true, /1 byte that is no gzip follows the end .*; left out here/],
    ['zero bytes behind the end', concatenate(stored, new Uint8Array(512)), true, /512 bytes that are no gzip follow the end/],
    ['another member that is cut', concatenate(stored, stored.subarray(0, 9)), false, /the gzip file is cut off/],
    ['another member of another method', concatenate(stored, stored.with(2, 9)), false, /its compression method 9 is unknown/],
  ])('tells %s and keeps what came before it', async (_, bytes, isWhole, message) => {
    const gunzipped = await gunzip(bytes);
    expect(decode(gunzipped.bytes)).toBe(text);
    expect(gunzipped.isWhole).toBe(isWhole);
    expect(gunzipped.damage?.message).toMatch(message);
  });

  it('keeps what came before a cut', async () => {
    const content = Uint8Array.from({ length: 50_000 }, (_, index) => (index * index) % 251);
    const { bytes, damage } = await gunzip(gzipSync(content, { level: 0 }).subarray(0, -1000));
    expect(Buffer.compare(bytes, content.subarray(0, bytes.length))).toBe(0);
    expect(bytes.length).toBeGreaterThan(48_000);
    expect(damage?.message).toMatch(/^the gzip file is cut off after \d+ bytes; download it again$/);
  });

  it.each([
    ['a header without data', stored.subarray(0, 10)],
    ['half a header', stored.subarray(0, 5)],
    ['a name without an end', withHeader(8, encode('cpu')).subarray(0, 13)],
    ['an extra field that is longer than the file', withHeader(4, Uint8Array.of(0xff, 0xff))],
  ])('refuses %s', async (_, bytes) => {
    expect(await refusal(bytes)).toMatch('the gzip file is cut off');
  });

  it('reports how far it is, and stops when told to', async () => {
    const bytes = gzipSync(new Uint8Array(30 * 2 ** 20), { level: 1, strategy: constants.Z_HUFFMAN_ONLY });
    const fractions: number[] = [];
    const stop = new AbortController();
    const onProgress = (_: string, fraction: number) => {
      fractions.push(fraction);
      if (fractions.length === 3) {
        stop.abort(new Error('closed'));
      }
    };
    await expect(gunzip(bytes, { signal: stop.signal, onProgress })).rejects.toThrow('closed');
    expect(fractions).toHaveLength(3);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(decode((await gunzip(stored)).bytes)).toBe(text);
  });
});
