import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { cache, root } from './machine';
import { buildGo } from './programs';

/** A file that is measured. Large ones are made once by a program of ./peers and kept in the cache, never in the repository. */
export interface Input {
  readonly name: string;
  /** Path of the file; makes it if needed. @throws Error that says which program is missing */
  path(): string;
  /** Runs in one process: the first is the first call, the rest are warm. */
  readonly runs: number;
}

const pingpong20 = workload('pingpong-20MB.trace', ['-shape', 'pingpong', '-mb', '19'], 7);

export const inputs = {
  small: fixture('services/go1.26-traceparent/trace.out', 15),
  pingpong20,
  http27: workload('http-27MB.trace', ['-shape', 'http', '-mb', '26'], 7),
  logs32: workload('logs-32MB.trace', ['-shape', 'logs', '-mb', '31'], 7),
  pingpong160: workload('pingpong-160MB.trace', ['-shape', 'pingpong', '-mb', '158', '-procs', '16'], 4),
  http100: workload('http-100MB.trace', ['-shape', 'http', '-mb', '99'], 4),
  cpu: fixture('services/go1.26-traceparent/cpu.pprof', 15),
  allocs: fixture('services/go1.26-traceparent/allocs.pprof', 15),
  compiler: fixture('pprof/go-compiler-default-1.26.pgo', 15),
  mid: generatedProfile('mid-3MB.pb.gz', ['-samples', '28000'], 9),
  big: generatedProfile('big-57MB.pb.gz', ['-samples', '460000', '-functions', '20000', '-nodes', '120000'], 4),
  traceGzip: compressed('pingpong-20MB.trace.gz', () => pingpong20.path(), 9),
} as const satisfies Record<string, Input>;

export type InputName = keyof typeof inputs;

/** Size after decompression. */
export function inflatedBytes(file: string): number {
  return isGzip(file) ? gunzipSync(readFileSync(file)).length : statSync(file).size;
}

/** The bytes after decompression, as every decoder takes them. */
export function readInflated(file: string): Uint8Array {
  const raw = readFileSync(file);
  return isGzip(file) ? gunzipSync(raw) : raw;
}

/** Path of the file after decompression, for peers that do not decompress. */
export function inflatedPath(file: string): string {
  if (!isGzip(file)) {
    return file;
  }
  return make(`${file.split('/').slice(-2).join('-')}.raw`, (path) => {
    writeFileSync(path, readInflated(file));
  });
}

function isGzip(file: string): boolean {
  const head = new Uint8Array(2);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, head, 0, 2, 0);
  closeSync(descriptor);
  return head[0] === 0x1f && head[1] === 0x8b;
}

function fixture(path: string, runs: number): Input {
  return {
    name: path.split('/').slice(-2).join('/'),
    runs,
    path: () => {
      const candidates = [join(root, '..', 'shared', 'fixtures', path), join(root, 'tests', 'fixtures', path)];
      const found = candidates.find(existsSync);
      if (found === undefined) {
        throw new Error(`there is no fixture ${path}`);
      }
      return found;
    },
  };
}

function workload(name: string, args: readonly string[], runs: number): Input {
  return generated(name, runs, (file) => execFileSync(buildGo('workload'), [...args, '-o', file]));
}

function generatedProfile(name: string, args: readonly string[], runs: number): Input {
  return generated(name, runs, (file) => execFileSync(buildGo('ppgen'), [...args, '-o', file]));
}

function compressed(name: string, source: () => string, runs: number): Input {
  return generated(name, runs, (file) => {
    writeFileSync(file, gzipSync(readFileSync(source())));
  });
}

function generated(name: string, runs: number, write: (file: string) => void): Input {
  return { name, runs, path: () => make(name, write) };
}

function make(name: string, write: (file: string) => void): string {
  const file = join(cache, name);
  if (!existsSync(file)) {
    write(file);
  }
  return file;
}
