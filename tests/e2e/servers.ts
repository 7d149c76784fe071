import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { freePort } from '../receivers/freePort';
import { encodeTrace } from './encodeTrace';

const root = resolve(import.meta.dirname, '../..');
export const recorded = join(root, 'tests/fixtures/services/go1.26-traceparent');

/** Something that a data source's URL can lead to. */
export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The example service under a light load of its own. @throws where Go is missing */
export async function startShop(): Promise<RunningServer> {
  const folder = join(root, 'node_modules/.cache/gclens/service');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'shop');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: join(root, 'src/maptrace/example') });
  const shop = spawn(program, ['-address', '127.0.0.1:0', '-debug-address', '127.0.0.1:0', '-load', '20', '-for', '10m'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, GOMAXPROCS: '2' },
  });
  const address = await new Promise<string>((found, failed) => {
    let said = '';
    shop.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, named] = /\/debug\/pprof on (\S+)\n/.exec(said) ?? [];
      if (named !== undefined) {
        found(named);
      }
    });
    shop.once('exit', () => failed(new Error(`the shop ended: ${said}`)));
  });
  return { url: `http://${address}/debug/pprof`, stop: () => end(shop) };
}

/** One recorded capture, as `{service}/{pod}/{time}.*`. */
function oneCapture(folder: string): void {
  const captures = join(folder, 'shop/shop-1');
  mkdirSync(captures, { recursive: true });
  cpSync(join(recorded, 'trace.out'), join(captures, '2026-11-23T11-10-42Z.trace'));
  cpSync(join(recorded, 'cpu.pprof'), join(captures, '2026-11-23T11-10-42Z.pprof'));
}

/** nginx over a directory, with one recorded capture unless it is filled otherwise. @throws where nginx is missing */
export async function startListing(fill: (folder: string) => void = oneCapture): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gclens-listing-'));
  mkdirSync(join(folder, 'data/captures'), { recursive: true });
  fill(join(folder, 'data/captures'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; events {} http { access_log off; ${temporary} server { listen 127.0.0.1:${port}; root ${folder}/data; autoindex on; autoindex_format json; } }`,
  );
  const nginx = spawn('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/captures/`;
  await waitFor(url, nginx);
  return {
    url,
    stop: async () => {
      await end(nginx);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Answers as a test wants. */
export async function startStub(answer: (url: string, response: ServerResponse, method: string) => void): Promise<RunningServer> {
  const server = createServer((request, response) => {
    answer(request.url ?? '', response, request.method ?? '');
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, stop: () => close(server) };
}

/** Answers as Tempo does when it is asked for a trace: with the recorded application's own spans. */
export async function startTempo(): Promise<RunningServer> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [, version, traceId] = /^\/api\/(v2\/)?traces\/([0-9a-f]+)/.exec(request.url ?? '') ?? [];
    const trace = traceId === undefined ? undefined : encodeTrace(join(recorded, 'spans.otlp.json'), traceId, version !== undefined);
    if (/^\/api\/(?:v2\/)?search\/tags/.test(request.url ?? '')) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"scopes":[],"tagNames":[]}');
      return;
    }
    if (trace === undefined) {
      response.writeHead(404).end('trace not found');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/protobuf' }).end(trace);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((listening) =>
    server.listen(0, '127.0.0.1', () => {
      listening((server.address() as AddressInfo).port);
    }),
  );
}

async function waitFor(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (child.exitCode !== null) {
      throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    }
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) {
      return;
    }
    await new Promise((waited) => setTimeout(waited, 50));
  }
  throw new Error(`${url} does not answer`);
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((ended) => {
    child.once('exit', () => ended());
    child.kill('SIGTERM');
  });
}
