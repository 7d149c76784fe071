import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'vite';

import { root } from '../machine';

/** A loopback server for one measurement: a blank page, the worker, files by their number, and speedscope. */
export interface BenchServer {
  readonly url: string;
  /** Where a file is served. */
  offer(file: string): string;
  stop(): void;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

export async function startServer(): Promise<BenchServer> {
  const worker = await bundleWorker();
  const files: string[] = [];
  const speedscope = join(root, 'node_modules', 'speedscope', 'dist', 'release');
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/') {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>bench</title>');
    } else if (path === '/worker.js') {
      response.setHeader('Content-Type', 'text/javascript').end(worker);
    } else {
      const [, kind, name = ''] = path.split('/');
      const file = kind === 'file' ? files[Number(name)] : kind === 'speedscope' && name !== '' ? join(speedscope, name) : undefined;
      if (file === undefined || !existsSync(file)) {
        response.writeHead(404).end();
        return;
      }
      response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
      createReadStream(file).pipe(response);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    offer: (file) => `${url}/file/${files.push(file) - 1}`,
    stop: () => {
      server.close();
    },
  };
}

async function bundleWorker(): Promise<string> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: fileURLToPath(new URL('worker.ts', import.meta.url)), formats: ['iife'], name: 'bench' },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const [chunk] = [result].flat().flatMap((output) => ('output' in output ? output.output : []));
  if (chunk?.type !== 'chunk') {
    throw new Error('the worker did not become one script');
  }
  return chunk.code;
}
