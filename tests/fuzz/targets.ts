import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { encodeTrace } from '../../src/gotrace/encodeTrace.testing';
import { Chance } from './chance';
import { checkFacts, checkFrames, type Companions } from './check/analysis';
import { checkGzip } from './check/gzip';
import { checkProfile } from './check/profile';
import { checkTrace } from './check/trace';
import { makeTrace } from './makeTrace';
import { mutateBytes } from './mutate/anyBytes';
import { makeForeign } from './mutate/foreign';
import { mutateGzip } from './mutate/gzip';
import { mutateLegacy } from './mutate/legacy';
import { mutateProfile } from './mutate/profile';
import { mutateTraceV1 } from './mutate/traceV1';
import { mutateTraceV2 } from './mutate/traceV2';
import type { OfficialTools } from './official';

/** What is fuzzed: where its inputs come from, how they are changed, what has to hold. */
export interface Target {
  readonly fixtures: readonly string[];
  /** The input of a case; everything in it follows from the chance. */
  make(fixture: string, chance: Chance): Uint8Array;
  /** @returns what became of it. @throws what must not be */
  check(bytes: Uint8Array, official: OfficialTools | null): Promise<string>;
  /** Bytes that a process may take more for this input, by the budgets of gclens. */
  memoryBound(bytes: Uint8Array): number;
}

const copies = join(import.meta.dirname, '../fixtures');
const shared = join(import.meta.dirname, '../../../shared/fixtures');
const mebibyte = 2 ** 20;

/** Made from the chance alone, not read from a file. */
const madeTrace = 'made';
const madeHuge = 'made with huge ids';

const read = new Map<string, Uint8Array>();

/** The bytes of a fixture, decompressed unless it is a profile's own gzip. */
export function readFixture(name: string): Uint8Array {
  const known = read.get(name);
  if (known !== undefined) {
    return known;
  }
  const path = existsSync(join(copies, name)) ? join(copies, name) : join(shared, name);
  const stored = new Uint8Array(readFileSync(path));
  const bytes = new Uint8Array(
    name.endsWith('.test')
      ? encodeTrace(
          Buffer.from(stored)
            .toString('utf8')
            .replace(/[^]*-- trace --\n/, ''),
        )
      : stored[0] === 0x1f && stored[1] === 0x8b
        ? gunzipSync(stored)
        : stored,
  );
  read.set(name, bytes);
  return bytes;
}

function list(folder: string, wanted: RegExp, mostBytes: number): string[] {
  const found = [copies, ...(process.env.GCLENS_FUZZ_COPIES_ONLY === undefined ? [shared] : [])]
    .filter((root) => existsSync(join(root, folder)))
    .flatMap((root) =>
      readdirSync(join(root, folder))
        .filter((name) => wanted.test(name) && statSync(join(root, folder, name)).size <= mostBytes)
        .map((name) => relative(root, join(root, folder, name))),
    );
  // A copy that is compressed is the same fixture.
  return [...new Set(found)].filter((name) => !found.includes(`${name}.gz`));
}

const official = list('trace/official', /\.test$/, mebibyte);
const recorded = list('trace/recorded', /\.trace(\.gz)?$/, 400_000).filter((name) => !/1\.(19|20|21)/.test(name));
const damaged = list('trace/malformed', /^(base-gens|small-bitflip-1|generations-swapped)\.trace(\.gz)?$/, mebibyte);
const oldTraces = [...list('trace/v1', /\.trace(\.gz)?$/, 400_000), ...list('trace/recorded', /1\.(19|20)\.trace(\.gz)?$/, 400_000)];
const profiles = list('pprof', /\.(pb|pb\.gz|pgo)$/, 100_000);
const legacyProfiles = list('pprof', /\.(contention|cpu|heap|all|txt)$/, 300_000);
const services = ['go1.23-none', 'go1.26-datadog', 'go1.26-traceparent'].map((name) => `services/${name}/trace.out`);

const analysed = [
  madeTrace,
  ...services,
  madeHuge,
  ...official.filter((name) => /annotations|gc-stress|task/.test(name)),
  ...oldTraces.filter((name) => /task|start_stop|http|all-/.test(name)),
  madeTrace,
];

function companionsOf(chance: Chance): Companions {
  const folder = chance.oneOf(services).replace('trace.out', '');
  const profile = readFixture(`${folder}cpu.pprof`);
  return {
    ...(chance.percent(60) ? { profile: chance.percent(50) ? profile : mutateProfile(profile, chance, profile) } : {}),
    ...(chance.percent(40) ? { appSpans: readFixture(`${folder}spans.otlp.json`) } : {}),
  };
}

function makeV2(fixture: string, chance: Chance): Uint8Array {
  const isMade = fixture === madeTrace || fixture === madeHuge;
  const original = isMade ? makeTrace(chance, fixture === madeHuge) : readFixture(fixture);
  if (isMade && chance.percent(40)) {
    return original;
  }
  return mutateTraceV2(original, chance, chance.percent(50) ? makeTrace(chance) : readFixture(chance.oneOf(official)));
}

function makeAnalysed(fixture: string, chance: Chance): Uint8Array {
  return oldTraces.includes(fixture)
    ? mutateTraceV1(readFixture(fixture), chance, readFixture(chance.oneOf(oldTraces)))
    : makeV2(fixture, chance);
}

const traceMemory = (bytes: Uint8Array): number => bytes.length * 2 + bytes.length * 16 + 150 * mebibyte;

/** All targets by name. */
export const targets: Readonly<Record<string, Target>> = {
  'trace-v2': {
    fixtures: [madeTrace, ...official, madeHuge, ...recorded, madeTrace, ...damaged, madeHuge, madeTrace],
    make: makeV2,
    check: checkTrace,
    memoryBound: traceMemory,
  },
  'trace-v1': {
    fixtures: oldTraces,
    make: (fixture, chance) => mutateTraceV1(readFixture(fixture), chance, readFixture(chance.oneOf(oldTraces))),
    check: checkTrace,
    memoryBound: traceMemory,
  },
  pprof: {
    fixtures: profiles,
    make: (fixture, chance) => mutateProfile(readFixture(fixture), chance, readFixture(chance.oneOf(profiles))),
    check: checkProfile,
    memoryBound: (bytes) => bytes.length * 5 + 64 * mebibyte,
  },
  gzip: {
    fixtures: profiles,
    make: (fixture, chance) => mutateGzip(readFixture(fixture), chance),
    check: checkGzip,
    memoryBound: (bytes) => bytes.length * 5 + 64 * mebibyte + 4 * mebibyte,
  },
  legacy: {
    fixtures: legacyProfiles,
    make: (fixture, chance) => mutateLegacy(readFixture(fixture), chance, readFixture(chance.oneOf(legacyProfiles))),
    check: checkProfile,
    memoryBound: (bytes) => bytes.length * 5 + 64 * mebibyte,
  },
  facts: {
    fixtures: analysed,
    make: makeAnalysed,
    check: (bytes) => checkFacts(bytes, companionsOf(chanceOf(bytes))),
    memoryBound: traceMemory,
  },
  frames: {
    fixtures: analysed,
    make: makeAnalysed,
    check: (bytes) => checkFrames(bytes, companionsOf(chanceOf(bytes))),
    memoryBound: traceMemory,
  },
  bytes: {
    fixtures: [...official.slice(0, 4), ...profiles.slice(0, 4), ...legacyProfiles.slice(0, 4)],
    make: (fixture, chance) => (chance.percent(50) ? mutateBytes : makeForeign)(readFixture(fixture), chance),
    check: async (bytes, tools) => `${await checkProfile(bytes, tools)}; ${await checkTrace(bytes, tools)}`,
    memoryBound: traceMemory,
  },
};

/** What lies beside a trace follows from its bytes, so that a kept file alone shows a finding again. */
function chanceOf(bytes: Uint8Array): Chance {
  return new Chance(`${bytes.length} ${bytes.slice(0, 4096).join()}`);
}
