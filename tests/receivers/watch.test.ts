import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { freePort } from './freePort';
import { readSentSpans } from './readSpans';
import { accept, type AnswerRequest, StubReceiver } from './stubReceiver';

const root = resolve(__dirname, '../..');
const service = join(root, 'tests/fixtures/services/go1.26-traceparent');
let folder: string;
let captures: string;
let state: string;
let stub: StubReceiver | undefined;
let running: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gclens-watch-'));
  captures = join(folder, 'captures');
  source = captures;
  state = join(folder, 'state');
  mkdirSync(captures);
});

afterEach(async () => {
  running?.kill('SIGKILL');
  await stub?.stop();
  rmSync(folder, { recursive: true });
});

/** Watches the folder of captures unless told otherwise. */
let source: string;

function start(url: string, ...options: string[]): ChildProcess {
  running = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/cli/main.ts', 'watch', source, '--export', url, '--state', state, '--interval', '0.2', ...options],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' } },
  );
  return running;
}

async function runOnce(
  url: string,
  ...options: string[]
): Promise<{ readonly code: unknown; readonly log: readonly Record<string, unknown>[] }> {
  const child = start(url, '--once', ...options);
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = await once(child, 'close');
  return { code, log: linesOf(text) };
}

function linesOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function outcomes(): unknown[] {
  return linesOf(readNoted()).slice(1);
}

/** What is noted of captures so far: nothing before the first. */
function readNoted(): string {
  const file = join(state, 'captures.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** A receiver that keeps the ids of what it accepted. */
async function receiver(
  answer: AnswerRequest = (_, response) => accept(response),
): Promise<{ readonly url: string; readonly ids: string[] }> {
  const ids: string[] = [];
  stub = await StubReceiver.start((request, response) => {
    answer(request, response);
    if (response.statusCode === 200 && response.writableEnded) {
      ids.push(...readSentSpans(new TextDecoder().decode(request.bytes)).map(({ traceId, spanId }) => traceId + spanId));
    }
  });
  return { url: stub.url, ids };
}

function put(name: string, from: string): void {
  copyFileSync(join(service, from), join(captures, name));
}

describe('gclens watch', () => {
  it('exports a trace with the profile of its moment once, and notes a broken file with its reason', async () => {
    const { url, ids } = await receiver();
    put('trace.out', 'trace.out');
    put('copy.out', 'trace.out');
    put('cpu.pprof', 'cpu.pprof');
    writeFileSync(join(captures, 'page.out'), '<!doctype html><title>Login</title>');
    const first = await runOnce(url);
    expect(first.code).toBe(1);
    expect(ids.length).toBeGreaterThan(100);
    expect(new Set(ids).size).toBe(ids.length);
    const noted = outcomes();
    expect(noted).toContainEqual(
      expect.objectContaining({ file: 'page.out', outcome: 'rejected', reason: expect.stringContaining('HTML') }),
    );
    expect(noted).toContainEqual(expect.objectContaining({ outcome: 'begun', companions: [expect.stringMatching(/^[0-9a-f]{64}$/)] }));
    expect(noted).toContainEqual(expect.objectContaining({ outcome: 'exported', accepted: ids.length, rejected: 0 }));
    appendFileSync(join(state, 'captures.jsonl'), '{"file":"cut o');
    const again = await runOnce(url);
    expect(again.code).toBe(0);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('goes on after SIGKILL in the middle and sends nothing twice that was accepted', async () => {
    let isHanging = true;
    let isHung = false;
    const { url, ids } = await receiver(({ position }, response) => {
      if (isHanging && position > 0) {
        isHung = true;
      } else {
        accept(response);
      }
    });
    put('a.trace', 'trace.out');
    put('a.pprof', 'cpu.pprof');
    copyFileSync(join(service, '../go1.26-datadog/trace.out'), join(captures, 'b.trace'));
    const child = start(url);
    await until(() => isHung);
    child.kill('SIGKILL');
    await once(child, 'close');
    const before = ids.length;
    isHanging = false;
    // What comes later must not change what is sent.
    put('b.pprof', 'cpu.pprof');
    expect((await runOnce(url)).code).toBe(0);
    expect(before).toBeGreaterThan(0);
    expect(ids.length).toBeGreaterThan(before);
    expect(new Set(ids).size).toBe(ids.length);
    expect(outcomes()).toContainEqual(expect.objectContaining({ file: 'b.trace', outcome: 'exported', accepted: ids.length - before }));
  });

  it('leaves a growing file until it is whole, tries again while the receiver is down, and stops on SIGTERM', async () => {
    let isDown = true;
    const { url, ids } = await receiver((_, response) => {
      if (isDown) {
        response.writeHead(403).end();
      } else {
        accept(response);
      }
    });
    const whole = readFileSync(join(service, 'trace.out'));
    const file = join(captures, 'grown.trace');
    let written = Math.floor(whole.length / 2);
    writeFileSync(file, whole.subarray(0, written));
    const child = start(url);
    for (let step = 0; step < 60; step++) {
      const next = Math.min(whole.length - 1, written + 7);
      appendFileSync(file, whole.subarray(written, next));
      written = next;
      await new Promise((done) => setTimeout(done, 50));
    }
    expect(stub?.requests).toEqual([]);
    appendFileSync(file, whole.subarray(written));
    await until(() => (stub?.requests.length ?? 0) > 0);
    isDown = false;
    await until(() => outcomes().some((entry) => (entry as { outcome: string }).outcome === 'exported'));
    expect(new Set(ids).size).toBe(ids.length);
    expect(outcomes().filter((entry) => (entry as { outcome: string }).outcome !== 'begun')).toEqual([
      expect.objectContaining({ file: 'grown.trace', outcome: 'exported', accepted: ids.length }),
    ]);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('tells how it is and what it did to who asks over HTTP, and notes what is too large', async () => {
    const { url } = await receiver();
    put('a.trace', 'trace.out');
    writeFileSync(join(captures, 'large.trace'), new Uint8Array(2e6));
    const address = `127.0.0.1:${await freePort()}`;
    const ask = async (path: string) => {
      const response = await fetch(`http://${address}${path}`);
      return { status: response.status, text: await response.text() };
    };
    const child = start(url, '--listen', address, '--max-bytes', '1000000');
    const isNoted = (file: string): boolean => linesOf(readNoted()).some((noted) => noted['file'] === file && noted['outcome'] !== 'begun');
    await until(() => isNoted('a.trace') && isNoted('large.trace'));
    expect(await ask('/healthz')).toEqual({ status: 200, text: 'ok\n' });
    const { text } = await ask('/metrics');
    expect(text).toMatch(/^gclens_watch_captures_total\{outcome="exported"\} 1$/m);
    expect(text).toMatch(/^gclens_watch_captures_total\{outcome="tooLarge"\} 1$/m);
    expect(outcomes()).toContainEqual(expect.objectContaining({ file: 'large.trace', outcome: 'tooLarge' }));

    renameSync(captures, `${captures}.gone`);
    for (let status = 200; status !== 503;) {
      ({ status } = await ask('/healthz'));
    }
    renameSync(`${captures}.gone`, captures);
    for (let status = 503; status !== 200;) {
      ({ status } = await ask('/healthz'));
    }
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('exports what a web server lists, and tells why one cannot be read', async () => {
    const { url, ids } = await receiver();
    put('trace.out', 'trace.out');
    put('cpu.pprof', 'cpu.pprof');
    // As nginx with autoindex_format json.
    const server = createServer((request, response) => {
      const isWanted = request.headers.authorization === `Basic ${Buffer.from('me:secret').toString('base64')}`;
      const path = new URL(request.url ?? '', 'http://here').pathname;
      if (!isWanted) {
        response.writeHead(401).end();
      } else if (path === '/captures/') {
        const entries = readdirSync(captures).map((name) => ({ name, type: 'file', mtime: 'Mon, 23 Nov 2026 10:00:00 GMT', size: 1 }));
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(entries));
      } else {
        response.writeHead(200).end(readFileSync(join(captures, path.slice('/captures/'.length))));
      }
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const { port } = server.address() as AddressInfo;
      source = `http://me:secret@127.0.0.1:${port}/captures/`;
      expect((await runOnce(url)).code).toBe(0);
      expect(ids.length).toBeGreaterThan(100);
      expect(outcomes()).toContainEqual(expect.objectContaining({ file: 'trace.out', outcome: 'exported', accepted: ids.length }));
      source = `http://me:wrong@127.0.0.1:${port}/captures/`;
      const child = start(url, '--once');
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      expect(await once(child, 'close')).toEqual([1, null]);
      expect(said).toContain('401');
      expect(said).not.toContain('wrong');
    } finally {
      server.close();
    }
  });
});
