/**
 * One measurement in a process of its own: `measure.ts IMPLEMENTATION FILE RUNS` prints a line of JSON. The first run is the first call of a fresh
 * process, what a user sees; the rest are warm.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { Profile as PprofFormatProfile } from 'pprof-format';

import { decodeTrace } from '../../src/gotrace';
import { decodeProfile } from '../../src/pprof';
import { loadProfileMessage } from './protobufjsProfile';

type Implementation = (bytes: Uint8Array) => Promise<number> | number;

const implementations: Readonly<Record<string, () => Implementation>> = {
  'gclens-trace': () => async (bytes) => (await decodeTrace(bytes)).events.length,
  'gclens-pprof': () => async (bytes) => (await decodeProfile(bytes)).samples.length,
  protobufjs: () => {
    const message = loadProfileMessage();
    return (bytes) => message.countSamples(bytes);
  },
  'pprof-format': () => (bytes) => PprofFormatProfile.decode(bytes).sample.length,
};

export interface Measurement {
  readonly count: number;
  readonly ms: readonly number[];
  readonly peakRssBytes: number;
}

async function measure(name: string, file: string, runs: number): Promise<Measurement> {
  const prepare = implementations[name];
  if (prepare === undefined) {
    throw new Error(`unknown implementation ${name}`);
  }
  const bytes = readBytes(file);
  const implementation = prepare();
  const ms: number[] = [];
  let count = 0;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    count = await implementation(bytes);
    ms.push(performance.now() - start);
  }
  return { count, ms, peakRssBytes: process.resourceUsage().maxRSS * 1024 };
}

function readBytes(file: string): Uint8Array {
  const raw = readFileSync(file);
  return raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
}

const [name = '', file = '', runs = '5'] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await measure(name, file, Number(runs)))}\n`);
