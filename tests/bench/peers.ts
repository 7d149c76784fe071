import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { inflatedPath } from './inputs';
import { here } from './machine';
import type { Measurement } from './measure';
import { buildC, buildGo } from './programs';

/** Something that reads a file: gclens in one of its forms, or a program to compare it with. */
export interface Peer {
  readonly name: string;
  /** Measures in a fresh process. @throws Error that says what is missing on this machine */
  measure(file: string, runs: number): Measurement;
}

const maxOutputBytes = 2 ** 26;

function nodePeer(name: string, implementation: string): Peer {
  return {
    name,
    measure: (file, runs) => {
      const args = [
        '--import',
        'tsx',
        '--expose-gc',
        '--max-old-space-size=12000',
        join(here, 'measure.ts'),
        implementation,
        file,
        String(runs),
      ];
      return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: maxOutputBytes })) as Measurement;
    },
  };
}

/** A program that prints {count, ms}; it gets the file decompressed unless it decompresses itself. */
function program(name: string, command: () => readonly [string, ...string[]], readsGzip = false): Peer {
  return {
    name,
    measure: (file, runs) => {
      const [binary, ...args] = command();
      const given = args.map((arg) => (arg === '$runs' ? String(runs) : arg));
      const output = execFileSync(binary, [...given, readsGzip ? file : inflatedPath(file)], {
        encoding: 'utf8',
        maxBuffer: maxOutputBytes,
      });
      const { count, events, samples, ms } = JSON.parse(output) as { count?: number; events?: number; samples?: number; ms: number[] };
      return { count: count ?? events ?? samples ?? 0, ms, peakRssBytes: Number.NaN };
    },
  };
}

export const peers = {
  trace: nodePeer('gclens', 'trace-wasm'),
  traceFallback: nodePeer('gclens, without WASM', 'trace-javascript'),
  traceHalves: nodePeer('gclens: half of the generations in each of two threads, an upper bound', 'trace-halves'),
  traceOrder: nodePeer('gclens: order alone', 'order-wasm'),
  traceOrderFallback: nodePeer('gclens: order alone, without WASM', 'order-javascript'),
  goReader: program('Go: x/exp/trace Reader', () => [buildGo('reader'), '-runs', '$runs']),
  cOrder: program('C -O3: order alone', () => [buildC('order'), '$runs']),
  traceIndex: nodePeer('gclens: index', 'trace-index'),
  answers: nodePeer('gclens: facts and all frames', 'answers'),
  profile: nodePeer('gclens', 'profile-wasm'),
  profileFallback: nodePeer('gclens, without WASM', 'profile-javascript'),
  profileToTree: nodePeer('gclens: gzip to nested set', 'profile-to-tree'),
  tree: nodePeer('gclens: tree', 'tree'),
  goParse: program('Go: ParseUncompressed', () => [buildGo('pprofparse'), '-runs', '$runs']),
  protobufjs: nodePeer('protobufjs', 'protobufjs'),
  pprofFormat: nodePeer('pprof-format', 'pprof-format'),
  protobufEs: nodePeer('protobuf-es', 'protobuf-es'),
  cColumns: program('C -O3: columns', () => [buildC('profile'), 'columns', '$runs']),
  cTree: program('C -O3: tree', () => [buildC('profile'), 'tree', '$runs']),
  gunzip: nodePeer('gclens', 'gunzip-wasm'),
  inflate: nodePeer('gclens: inflate alone, into memory used before', 'inflate-wasm'),
  gunzipFallback: nodePeer('gclens, without WASM', 'gunzip-javascript'),
  zlib: nodePeer('node:zlib', 'zlib'),
  fflate: nodePeer('fflate', 'fflate'),
  pako: nodePeer('pako', 'pako'),
  decompressionStream: nodePeer('DecompressionStream (Node)', 'decompression-stream'),
  libdeflate: program('libdeflate', () => [buildC('gunzip', ['deflate']), '$runs'], true),
} as const satisfies Record<string, Peer>;

export type PeerName = keyof typeof peers;
