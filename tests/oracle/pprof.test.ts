import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { GclensError } from '../../src/base';
import { openCapture } from '../../src/capture';
import {
  buildFlameTree,
  decodeProfile,
  formatTags,
  formatTop,
  formatTraces,
  type Profile,
  profileStacks,
  usualTopFractions,
} from '../../src/pprof';
import { formatRaw } from './formatRaw';
import { isLenient } from './leniences';

/** Answers of `go tool pprof` (Go 1.26.8) to profiles of many makers; the shared folder holds more than the copy. */
const shared = join(__dirname, '../../../shared/fixtures');
const hasShared = existsSync(join(shared, 'pprof'));
const profiles = hasShared ? join(shared, 'pprof') : join(__dirname, '../fixtures/pprof');
const malformed = join(profiles, 'malformed');
const services = join(shared, 'services');

interface Reference {
  /** Exit code of the official tool. */
  readonly rc: number;
  readonly outputs?: Readonly<Record<string, { readonly sha256: string }>>;
}

const reference = (JSON.parse(readFileSync(join(profiles, 'reference.json'), 'utf8')) as { files: Record<string, Reference> }).files;
const files = Object.keys(reference).filter((file) => existsSync(join(profiles, file)) && reference[file]?.rc === 0);

const opened = new Map<string, Promise<Profile>>();

/** Each file is decoded once for all that is asked of it. */
function open(path: string): Promise<Profile> {
  const profile = opened.get(path) ?? decode(path);
  opened.set(path, profile);
  return profile;
}

async function decode(path: string): Promise<Profile> {
  const { info, bytes } = await openCapture(readFileSync(path), path);
  expect(info.kind).toBe('pprof');
  return decodeProfile(bytes);
}

/** Values beyond 2^53 are rounded in trees. */
const isExact = (profile: Profile, sampleType: number): boolean => sumAbsolute(profile, sampleType) < 2 ** 53;

function sumAbsolute({ samples }: Profile, sampleType: number): number {
  return samples.values[sampleType]!.reduce((sum, value) => sum + Math.abs(value), 0);
}

describe('go tool pprof -top', () => {
  it.each(files)('prints the same for %s', async (file) => {
    const profile = await open(join(profiles, file));
    profile.sampleTypes.forEach((_, sampleType) => {
      for (const [kind, fractions] of [
        ['top', usualTopFractions],
        ['topall', {}],
      ] as const) {
        const path = join(profiles, 'ref', `${file}.${kind}.${sampleType}.txt`);
        if (existsSync(path)) {
          expect(formatTop(profile, { sampleType, ...fractions })).toBe(readFileSync(path, 'utf8'));
        }
      }
    });
  });
});

describe('go tool pprof -raw', () => {
  it.each(files)('has the same values, addresses, lines, labels and mappings for %s', async (file) => {
    const raw = formatRaw(await open(join(profiles, file)), sparseIds(file));
    expectSameText(raw, join(profiles, 'ref', `${file}.raw.txt`), reference[file]?.outputs?.['raw']?.sha256);
  });
});

/** Ids that do not count 1, 2, 3 …, by row. */
function sparseIds(file: string): Parameters<typeof formatRaw>[1] {
  return /^(odd|synth-labels)/.test(file) ? { locations: ['1099511627776'], mappings: ['7'] } : undefined;
}

/** Compares with the text where it is kept, else with its hash. */
function expectSameText(text: string, path: string, sha256: string | undefined): void {
  if (existsSync(path)) {
    expect(text).toBe(readFileSync(path, 'utf8'));
  } else {
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
  }
}

describe('go tool pprof -tags and -traces', () => {
  it.each(files)('print the same for %s', async (file) => {
    const profile = await open(join(profiles, file));
    const { defaultSampleType: sampleType } = profile;
    const outputs = reference[file]?.outputs;
    expectSameText(formatTags(profile, { sampleType }), join(profiles, 'ref', `${file}.tags.txt`), outputs?.['tags']?.sha256);
    const traces = [...formatTraces(profile, { sampleType })].join('');
    expectSameText(traces, join(profiles, 'ref', `${file}.traces.txt`), outputs?.['traces']?.sha256);
  });
});

describe('flame trees', () => {
  it.each(files)('hold every value of %s, pruned or not', async (file) => {
    const profile = await open(join(profiles, file));
    profile.sampleTypes.forEach((_, sampleType) => {
      const stacks = profileStacks(profile, { sampleType });
      const total = stacks.weight.reduce((sum, weight) => sum + weight, 0);
      for (const maxNodes of [10, 500, 1_000_000]) {
        const tree = buildFlameTree(stacks, { maxNodes });
        expect(tree.length).toBeLessThanOrEqual(maxNodes);
        if (isExact(profile, sampleType)) {
          expect(tree.value[0]).toBe(total);
          expect(tree.self.reduce((sum, self) => sum + self, 0)).toBe(total);
        }
      }
    });
  });
});

describe('damaged and foreign files', () => {
  const expected = (JSON.parse(readFileSync(join(malformed, 'expected.json'), 'utf8')) as { files: Record<string, { accepted: boolean }> })
    .files;

  it.each(Object.entries(expected).filter(([file]) => existsSync(join(malformed, file))))(
    '%s: the verdict of the official tool',
    async (file, { accepted }) => {
      const verdict = await open(join(malformed, file)).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (accepted) {
        expect(verdict).toBeNull();
      } else if (!isLenient(file)) {
        expect(verdict).toBeInstanceOf(GclensError);
        expect((verdict as GclensError).message).not.toContain('\n');
      }
    },
  );
});

const profilesOfServices = hasShared
  ? (JSON.parse(readFileSync(join(services, 'reference.json'), 'utf8')) as ServicesReference).profiles
  : {};

interface ServicesReference {
  readonly profiles: Record<string, ServiceProfile>;
}

interface ServiceProfile {
  readonly top?: Record<string, string>;
  readonly tags?: string;
  readonly raw?: { readonly sha256: string };
  readonly traces?: { readonly sha256: string };
}

(hasShared ? describe : describe.skip)('profiles of services (skipped without the shared fixtures)', () => {
  it.each(Object.entries(profilesOfServices).concat(hasShared ? [] : [['none', {}]]))(
    '%s',
    async (file, { top = {}, tags, raw, traces }) => {
      const folder = join(services, dirname(file));
      const profile = await open(join(services, file));
      const { defaultSampleType } = profile;
      for (const [type, path] of Object.entries(top)) {
        const sampleType = profile.sampleTypes.findIndex((candidate) => candidate.type === type);
        expect(formatTop(profile, { sampleType, ...usualTopFractions, maxRows: 40 })).toBe(readFileSync(join(folder, path), 'utf8'));
      }
      if (tags !== undefined) {
        expect(formatTags(profile, { sampleType: defaultSampleType })).toBe(readFileSync(join(folder, tags), 'utf8'));
      }
      expectSameText(formatRaw(profile), '', raw?.sha256);
      expectSameText([...formatTraces(profile, { sampleType: defaultSampleType })].join(''), '', traces?.sha256);
    },
  );
});
