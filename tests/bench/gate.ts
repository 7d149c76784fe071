/**
 * `npm run bench:gate`, a step of `npm test`: a floor under gclens' speed that needs no Go. Ratios of CPU time inside one process, interleaved, medians; the
 * floors lie far below what a quiet machine shows, so that only a real loss falls through.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { gunzip } from '../../src/capture';
import { decodeTrace } from '../../src/gotrace';
import { decodeProfile } from '../../src/pprof';
import { root } from './machine';
import { loadProfileMessage } from './protobufjsProfile';
import { median } from './statistics';

interface Floor {
  readonly claim: string;
  /** gclens is at least so many times as fast as the other. */
  readonly least: number;
  own(): Promise<unknown>;
  other(): unknown;
}

const fixtures = join(root, 'tests', 'fixtures', 'services', 'go1.26-traceparent');
const profileFile = readFileSync(join(fixtures, 'heap.pprof'));
const profile = gunzipSync(profileFile);
const trace = readFileSync(join(fixtures, 'trace.out'));
const protobufjs = loadProfileMessage();

const floors: readonly Floor[] = [
  {
    claim: 'profiles: decodeProfile against protobufjs',
    least: 0.5,
    own: () => decodeProfile(profile),
    other: () => protobufjs.countSamples(profile),
  },
  {
    claim: 'traces: decodeTrace against a plain loop over the varints of the file',
    least: 0.15,
    own: () => decodeTrace(trace),
    other: () => sumVarints(trace),
  },
  {
    claim: 'gzip: gunzip against node:zlib',
    least: 0.4,
    own: () => gunzip(profileFile),
    other: () => gunzipSync(profileFile),
  },
];

/** The fixed loop. */
function sumVarints(bytes: Uint8Array): number {
  let sum = 0;
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) {
      sum += value;
      value = 0;
      scale = 1;
    }
  }
  return sum;
}

const warmRuns = 20;
const rounds = 9;
/** Runs of one round, so that the clock of CPU time, which ticks in microseconds at best, sees enough. */
const runsEach = 5;

async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let run = 0; run < runsEach; run++) {
    await work();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / runsEach;
}

async function measureRatio({ own, other }: Floor): Promise<number> {
  for (let run = 0; run < warmRuns; run++) {
    await own();
    other();
  }
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const otherMs = await cpuMs(other);
    ratios.push(otherMs / (await cpuMs(own)));
  }
  return median(ratios);
}

for (const floor of floors) {
  let ratio = await measureRatio(floor);
  if (ratio < floor.least) {
    ratio = Math.max(ratio, await measureRatio(floor));
  }
  process.stdout.write(`${floor.claim}: ${ratio.toPrecision(3)}x, at least ${floor.least}x\n`);
  if (ratio < floor.least) {
    process.exitCode = 1;
  }
}
