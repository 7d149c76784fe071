import { gzipSync } from 'node:zlib';

import { GclensError } from '../base';
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

/** With one bit of a byte changed, counted from the end. */
function spoil(content: Uint8Array, index: number): Uint8Array {
  return content.with(index, (content.at(index) ?? 0) ^ 1);
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
    ['pprof', encode('Работы profile: total 3\n')],
    ['pprof', encode('--- mutex:\ncycles/second=1')],
    ['pprof', encode('--- heapz 1 ---\nformat = java\n')],
    ['pprof', encode('--- threadz 1 ---\n')],
    ['pprof', encode('--- Thread 1 (name: a\u2028b/7) stack: ---\n')],
    // Its first bytes would be the length of a request of spans, were they not more than the file has.
    ['pprof', Uint8Array.from([0x12, 8, 0x0a, 3, 0x0a, 5, 0x0a, 0x12, 1, 7, 0x12, 7, 0x0a, 2, 1, 2, 0x12, 1, 4, 0x0a, 4, 8, 1, 16, 2])],
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
    const stored = gzipSync(profile);
    const { info, bytes, notices } = await openCapture(stored, 'cpu.pprof');
    expect(info).toEqual({ sha256: await hashCapture(stored), name: 'cpu.pprof', kind: 'pprof', sizeBytes: stored.length });
    expect([...bytes]).toEqual([...profile]);
    expect(notices).toEqual([]);
  });

  it('says in one line what a file seems to be and what to do', async () => {
    expect(await refusal(encode('<html><body>Log in</body></html>'), 'login.html.pprof')).toBe(
      'login.html.pprof: this is no Go profile or execution trace; this seems to be an HTML page; log in and download the file again',
    );
    expect(await refusal(gzipSync(gzipSync(profile)), 'twice.gz')).toMatch(
      /this seems to be a gzip file within a gzip file; run `gunzip` on it once/,
    );
    expect(await refusal(gzipSync(new Uint8Array(0)), 'none.gz')).toMatch(/this seems to be the gzip of an empty file/);
    expect(await refusal(gzipSync(encode('<html>')), 'page.gz')).toMatch(/this seems to be an HTML page, compressed with gzip/);
  });

  it('keeps the trace out of a gzip file that was cut off, with a notice', async () => {
    const long = concatenate(
      trace,
      Uint8Array.from({ length: 5000 }, (_, index) => (index * index) % 251),
    );
    const stored = gzipSync(long);
    const { bytes, notices } = await openCapture(stored.subarray(0, stored.length - 20), 'trace.gz');
    expect(bytes.length).toBeGreaterThan(trace.length);
    expect([...bytes]).toEqual([...long.subarray(0, bytes.length)]);
    expect(notices).toMatchObject([{ severity: 'error' }]);
  });

  it.each([
    ['a length that is wrong', (stored: Uint8Array) => spoil(stored, -4), /the length is not that of the data/],
    ['an end that is missing', (stored: Uint8Array) => stored.subarray(0, -4), /the gzip file is cut off/],
    ['something behind the end', (stored: Uint8Array) => concatenate(stored, encode('garbage')), /7 bytes that are no gzip follow/],
  ])('opens a profile that is whole in spite of %s, and says so', async (_, damage, message) => {
    const { bytes, notices } = await openCapture(damage(gzipSync(profile)), 'cpu.pprof');
    expect([...bytes]).toEqual([...profile]);
    expect(notices).toEqual([{ severity: 'warning', text: expect.stringMatching(message) }]);
  });

  it('refuses a profile that is cut or fails its checksum, as the official tool does', async () => {
    const long = concatenate(
      profile,
      Uint8Array.from({ length: 6000 }, (_, index) => (index % 3 === 0 ? 0x32 : index % 3 === 1 ? 1 : index % 251)),
    );
    const stored = gzipSync(long);
    expect(await refusal(stored.subarray(0, stored.length - 100))).toMatch(/the gzip file is cut off/);
    expect(await refusal(spoil(stored, -8))).toMatch(/the checksum is not that of the data/);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('closed'));
    await expect(openCapture(gzipSync(new Uint8Array(2 ** 21)), 'zeros.gz', { signal: stop.signal })).rejects.toThrow('closed');
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
