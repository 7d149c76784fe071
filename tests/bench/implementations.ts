import { gunzipSync } from 'node:zlib';

import { gunzip } from '../../src/capture';
import { readGzipHeader } from '../../src/capture/gzipHeader';
import { Inflater, type StepOutcome } from '../../src/capture/inflater';
import { decodeTrace, indexTrace } from '../../src/gotrace';
import { TraceKernel } from '../../src/gotrace/traceKernel';
import { buildFlameTree, decodeProfile, profileStacks } from '../../src/pprof';
import { prepareDecoding } from '../../src/worker/prepareDecoding';
import { forbidWasm } from './forbidWasm';

/**
 * Prepares a run over a file: what is not measured happens here. A run gives how many events, samples, bytes or nodes came out, and its time where only a part of
 * what it does counts.
 */
type Implementation = (file: Uint8Array) => Promise<Run> | Run;
type Run = () => Promise<Outcome> | Outcome;
export type Outcome = number | { readonly count: number; readonly ms: number };

/** Rows of the largest flame graph: everything. */
const allNodes = 2 ** 31;

/** Readers by name. What only some of them need is loaded by those: it would count for the memory of the others. */
export const implementations: Readonly<Record<string, Implementation>> = {
  'trace-wasm': (file) => prepared(() => overInflated(file, traceRun)),
  'trace-javascript': (file) => {
    forbidWasm();
    return prepared(() => overInflated(file, traceRun));
  },
  'trace-halves': async (file) => {
    const { prepareHalves } = await import('./halves');
    return prepared(() => overInflated(file, prepareHalves));
  },
  'order-wasm': (file) => overInflated(file, orderRun),
  'order-javascript': (file) => withoutWasm(() => overInflated(file, orderRun)),
  'trace-index': (file) => overInflated(file, (bytes) => () => indexTrace(bytes).generations.length),
  answers: async (file) => {
    const { analyzeTrace } = await import('../../src/correlate');
    const { buildFrames, views } = await import('../../src/frames');
    const trace = await decodeTrace(inflate(file));
    return async () => {
      const analyzed = await analyzeTrace(trace);
      const capture = { kind: 'trace' as const, name: 'trace', sha256: '0'.repeat(64) as never, analyzed };
      let frames = 0;
      for (const view of views) {
        frames += countFrames(() => buildFrames([capture], { version: 1, view, captures: [] }, { refId: 'A' }).length);
      }
      return frames;
    };
  },
  'profile-wasm': (file) => prepared(() => overInflated(file, profileRun)),
  'profile-javascript': (file) => {
    forbidWasm();
    return prepared(() => overInflated(file, profileRun));
  },
  'profile-to-tree': (file) =>
    prepared(() => async () => {
      const { bytes } = await gunzip(file);
      return toTree(await decodeProfile(bytes));
    }),
  tree: async (file) => {
    const profile = await decodeProfile(inflate(file));
    return () => toTree(profile);
  },
  protobufjs: async (file) => {
    const { loadProfileMessage } = await import('./protobufjsProfile');
    const message = loadProfileMessage();
    return overInflated(file, (bytes) => () => message.countSamples(bytes));
  },
  'pprof-format': async (file) => {
    const { Profile } = await import('pprof-format');
    return overInflated(file, (bytes) => () => Profile.decode(bytes).sample.length);
  },
  'protobuf-es': async (file) => {
    const { countSamplesByProtobufEs } = await import('./protobufEsProfile');
    return overInflated(file, (bytes) => () => countSamplesByProtobufEs(bytes));
  },
  'gunzip-wasm': (file) => gunzipRun(file),
  'inflate-wasm': inflateRun,
  'gunzip-javascript': (file) => withoutWasm(() => gunzipRun(file)),
  zlib: (file) => () => gunzipSync(file, { chunkSize: 2 ** 24 }).length,
  fflate: async (file) => {
    const { decompressSync } = await import('fflate');
    return () => decompressSync(file).length;
  },
  pako: async (file) => {
    const { ungzip } = await import('pako');
    return () => ungzip(file).length;
  },
  'decompression-stream': (file) => () => countDecompressed(file),
};

/** As the worker does at its start, while nobody asks yet. */
async function prepared(prepare: () => Run): Promise<Run> {
  await prepareDecoding();
  return prepare();
}

function traceRun(bytes: Uint8Array): Run {
  return async () => (await decodeTrace(bytes)).events.length;
}

/** Of decoding a trace what the C program does: batches to rows in order, in columns. Not its tables, nor finding its generations. */
function orderRun(bytes: Uint8Array): Run {
  const clock = new Clock();
  clock.time('beginEvents');
  clock.time('order');
  clock.time('takeRows');
  return async () => {
    clock.ms = 0;
    const { events } = await decodeTrace(bytes);
    return { count: events.length, ms: clock.ms };
  };
}

/** Sums the time in some of the kernel's steps. */
class Clock {
  ms = 0;

  time(step: 'beginEvents' | 'order' | 'takeRows'): void {
    const { prototype } = TraceKernel;
    const original = prototype[step] as (...args: unknown[]) => unknown;
    const add = (ms: number): void => {
      this.ms += ms;
    };
    Object.assign(prototype, {
      [step](this: TraceKernel, ...args: unknown[]): unknown {
        const start = performance.now();
        const result = original.apply(this, args);
        add(performance.now() - start);
        return result;
      },
    });
  }
}

function profileRun(bytes: Uint8Array): Run {
  return async () => (await decodeProfile(bytes)).samples.length;
}

function gunzipRun(file: Uint8Array): Run {
  return async () => (await gunzip(file)).bytes.length;
}

/** Of gunzip what the C program does: inflate and checksum of one member, into memory that every run uses again. */
function inflateRun(file: Uint8Array): Run {
  const inflater = Inflater.start('wasm');
  const output = new Uint8Array(inflate(file).length);
  const header = readGzipHeader(file, 0, (from, to) => inflater.crc32(from, to));
  if (header === 'cut' || 'damage' in header) {
    throw new Error('the file is no gzip');
  }
  return () => {
    inflater.open(file);
    inflater.begin(header.end);
    let length = 0;
    let outcome: StepOutcome = 'more';
    while (outcome === 'more') {
      outcome = inflater.step();
      const piece = inflater.output();
      output.set(piece, length);
      length += piece.length;
    }
    const expected = new DataView(file.buffer, file.byteOffset + inflater.position).getUint32(0, true);
    if (outcome !== 'finished' || expected !== inflater.checksum()) {
      throw new Error('the file is damaged');
    }
    return length;
  };
}

function toTree(profile: Awaited<ReturnType<typeof decodeProfile>>): number {
  const sampleType = profile.defaultSampleType;
  return buildFlameTree(profileStacks(profile, { sampleType }), { maxNodes: allNodes }).length;
}

/** Views that a capture cannot answer are no frames. */
function countFrames(build: () => number): number {
  try {
    return build();
  } catch {
    return 0;
  }
}

function withoutWasm(prepare: () => Run): Run {
  forbidWasm();
  return prepare();
}

function overInflated(file: Uint8Array, prepare: (bytes: Uint8Array) => Run): Run {
  return prepare(inflate(file));
}

function inflate(file: Uint8Array): Uint8Array {
  return file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file) : file;
}

async function countDecompressed(file: Uint8Array): Promise<number> {
  const stream = new Blob([Uint8Array.from(file)]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  let count = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    count += value?.length ?? 0;
  }
  return count;
}
