import { gzip } from 'pako';

import { bytes as asBytes, GclensError } from '../base';
import { gunzip } from './gunzip';
import { hashCapture, hashInSteps, parseSha256 } from './hash';
import { openCapture } from './openCapture';
import { sniffCapture } from './sniff';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const profile = Uint8Array.from([0x0a, 4, 8, 1, 16, 2, 0x32, 0, 0x32, 1, 97]);
const trace = latin1('go 1.26 trace\0\0\0\x03 and so on');

function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function flipBit(content: Uint8Array, index: number): Uint8Array {
  return content.map((byte, at) => (at === index ? byte ^ 1 : byte));
}

async function refusal(content: Uint8Array, name = 'file', options = {}): Promise<string> {
  const error: unknown = await openCapture(content, name, options).then(
    () => new Error('was accepted'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GclensError);
  return (error as GclensError).message;
}

describe('sniffCapture', () => {
  it.each([
    ['pprof', profile],
    ['pprof', Uint8Array.from([0x32, 0, 0x32, 1, 97, 0x0a, 4, 8, 1, 16, 2])],
    ['trace-v1', latin1('go 1.21 trace\0\0\0')],
    ['trace-v1', latin1('go 1.11 trace\0\0\0')],
    ['trace-v2', trace],
    ['trace-v2', latin1('go 1.22 trace\0\0\0')],
    ['pprof', encode('heap profile: 1: 2 [3: 4] @ heap/1048576\n')],
    ['pprof', encode('heap profile: 1: 2 [3: 4] @ growthz\n')],
    ['pprof', encode('# comment\n\ngoroutine profile: total 3\n')],
    ['pprof', encode('--- mutex:\ncycles/second=1')],
    ['pprof', encode('--- heapz 1 ---\nformat = java\n')],
    ['pprof', encode('--- threadz 1 ---\n')],
    ['pprof', new Uint8Array(new BigUint64Array([0n, 3n, 0n, 10000n, 0n]).buffer)],
    ['pprof', new Uint8Array(new Uint32Array([0, 3, 1, 10000, 0]).buffer)],
    ['otlp-spans', encode('\n {"resourceSpans":[{"resource":{}}]}')],
    ['otlp-spans', encode('{"resourceSpans":[]}\n{"resourceSpans":[]}\n')],
    ['gzip', Uint8Array.from([0x1f, 0x8b, 8])],
  ])('knows %s', (kind, content) => {
    expect(sniffCapture(content).kind).toBe(kind);
  });

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['a blank text', encode('\n')],
    ['an HTML page', encode('\n<!DOCTYPE html><html>')],
    ['an XML document', encode('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
    ['a JSON document that begins “{"message":"no"}”', encode('{"message":"no"}')],
    ['a zip archive', latin1('PK\x03\x04\x14')],
    ['a PNG image', latin1('\x89PNG\r\n\x1a\n\0\0')],
    [
      'the text that net/http/pprof answers while another profile or trace is being taken',
      encode('Could not enable CPU profiling: cpu profiling already in use'),
    ],
    ['a profile as text in a form that is unknown', encode('heap profile: 1: 2 [3: 4] @ pile/1048576')],
    ['goroutine stacks as text (debug=2)', encode('goroutine 1 [running]:\nmain.main()')],
    ['text that begins “404 page not found”', encode('404 page not found\n')],
    ['binary data of another format', new Uint8Array(64)],
  ])('says that it seems to be %s', (looksLike, content) => {
    expect(sniffCapture(content)).toMatchObject({ kind: 'foreign', looksLike });
  });
});

describe('openCapture', () => {
  it('gives the identity of the bytes as stored, and the bytes decompressed', async () => {
    const stored = gzip(profile);
    const { info, bytes, notices } = await openCapture(stored, 'cpu.pprof');
    expect(info).toEqual({ sha256: await hashCapture(stored), name: 'cpu.pprof', kind: 'pprof', sizeBytes: stored.length });
    expect([...bytes]).toEqual([...profile]);
    expect(notices).toEqual([]);
  });

  it('says in one line what a file seems to be and what to do', async () => {
    expect(await refusal(encode('<html><body>Log in</body></html>'), 'login.html.pprof')).toBe(
      'login.html.pprof: this is no Go profile or execution trace; this seems to be an HTML page; log in and download the file again',
    );
    expect(await refusal(gzip(gzip(profile)), 'twice.gz')).toMatch(
      /this seems to be a gzip file within a gzip file; run `gunzip` on it once/,
    );
    expect(await refusal(gzip(new Uint8Array(0)), 'none.gz')).toMatch(/this seems to be the gzip of an empty file/);
    expect(await refusal(gzip(encode('<html>')), 'page.gz')).toMatch(/this seems to be an HTML page, compressed with gzip/);
  });

  it('keeps the trace out of a gzip file that was cut off, with a notice', async () => {
    const long = concatenate(
      trace,
      Uint8Array.from({ length: 5000 }, (_, index) => (index * index) % 251),
    );
    const stored = gzip(long);
    const { bytes, notices } = await openCapture(stored.subarray(0, stored.length - 20), 'trace.gz');
    expect(bytes.length).toBeGreaterThan(trace.length);
    expect([...bytes]).toEqual([...long.subarray(0, bytes.length)]);
    expect(notices).toMatchObject([{ severity: 'warning' }]);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('closed'));
    await expect(openCapture(gzip(new Uint8Array(2 ** 21)), 'zeros.gz', { signal: stop.signal })).rejects.toThrow('closed');
  });
});

describe('gunzip', () => {
  it('reads files of several members', async () => {
    const { bytes, damage } = await gunzip(concatenate(gzip(encode('one,')), gzip(new Uint8Array(0)), gzip(encode('two'))));
    expect(new TextDecoder().decode(bytes)).toBe('one,two');
    expect(damage).toBeNull();
  });

  it('reads exactly as much as it may', async () => {
    const stored = gzip(Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7919) >> 3));
    expect((await gunzip(stored, { maxBytes: asBytes(100_000) })).bytes).toHaveLength(100_000);
    await expect(gunzip(stored, { maxBytes: asBytes(99_999) })).rejects.toThrow('it decompresses to more than 99999 bytes');
  });

  it('stops at a ratio that no capture has', async () => {
    const bomb = concatenate(...new Array<Uint8Array>(70).fill(gzip(new Uint8Array(2 ** 20))));
    await expect(gunzip(bomb)).rejects.toThrow(/to more than 64 MiB, as no capture does; this seems to be a decompression bomb/);
  });

  it('does not believe a trailer that announces four gigabytes', async () => {
    const stored = gzip(profile);
    stored.fill(0xff, stored.length - 4);
    const { bytes, damage } = await gunzip(stored);
    expect(bytes.buffer.byteLength).toBeLessThan(2 ** 20);
    expect(damage?.message).toMatch(/incorrect length check/);
  });

  it.each([
    ['a checksum that is wrong', (stored: Uint8Array) => flipBit(stored, stored.length - 8), /incorrect data check/],
    ['a missing end', (stored: Uint8Array) => stored.subarray(0, -4), /the gzip data ends before its end/],
    ['something behind the end', (stored: Uint8Array) => concatenate(stored, encode('garbage')), /7 bytes that are no gzip follow the end/],
  ])('tells %s', async (_, spoil, message) => {
    expect((await gunzip(spoil(gzip(profile)))).damage?.message).toMatch(message);
    expect(await refusal(spoil(gzip(profile)))).toMatch(message);
  });

  it('refuses a header without data', async () => {
    await expect(gunzip(gzip(profile).subarray(0, 10))).rejects.toThrow('the gzip data ends before its end, after 10 bytes');
  });
});

describe('hashCapture', () => {
  const ofAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

  it('is sha-256, with the help of the platform or without', async () => {
    expect(await hashCapture(encode('abc'))).toBe(ofAbc);
    expect(await hashInSteps(encode('abc'))).toBe(ofAbc);
    expect(await hashCapture(encode('xabcx').subarray(1, 4))).toBe(ofAbc);
  });

  it('is told from other texts', () => {
    expect(parseSha256(ofAbc.toUpperCase())).toBe(ofAbc);
    expect(parseSha256('abc')).toBeUndefined();
  });
});
