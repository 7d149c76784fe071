import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { GclensError } from '../../src/base';
import { openCapture } from '../../src/capture';
import {
  buildFlameTree,
  decodeProfile,
  formatPercentage,
  formatTop,
  formatValue,
  labelValues,
  type Profile,
  profileStacks,
  usualTopFractions,
} from '../../src/pprof';
import { isLenient } from './leniences';

/** Answers of `go tool pprof` (Go 1.26.8) to profiles of many makers; the shared folder holds more than the copy. */
const shared = join(__dirname, '../../../shared/fixtures');
const hasShared = existsSync(join(shared, 'pprof'));
const profiles = hasShared ? join(shared, 'pprof') : join(__dirname, '../fixtures/pprof');
const malformed = join(profiles, 'malformed');
const services = join(shared, 'services');

const isProto = (name: string): boolean => /\.(pb|pb\.gz|pgo)$/.test(name);
const files = readdirSync(profiles).filter(isProto);

async function open(path: string): Promise<Profile> {
  const { info, bytes } = await openCapture(readFileSync(path), path);
  expect(info.kind).toBe('pprof');
  return decodeProfile(bytes);
}

/** Beyond 2^53 the official tool itself wraps around; gclens says so in a notice. */
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
        const reference = join(profiles, 'ref', `${file}.${kind}.${sampleType}.txt`);
        if (existsSync(reference) && isExact(profile, sampleType)) {
          expect(formatTop(profile, { sampleType, ...fractions })).toBe(readFileSync(reference, 'utf8'));
        }
      }
    });
  });
});

describe('go tool pprof -tags', () => {
  it.each(files)('lists the same for %s', async (file) => {
    expectSameTags(await open(join(profiles, file)), join(profiles, 'ref', `${file}.tags.txt`));
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
  readonly profiles: Record<string, { readonly top?: Record<string, string>; readonly tags?: string }>;
}

(hasShared ? describe : describe.skip)('profiles of services (skipped without the shared fixtures)', () => {
  it.each(Object.entries(profilesOfServices).concat(hasShared ? [] : [['none', {}]]))('%s', async (file, { top = {}, tags }) => {
    const folder = join(services, dirname(file));
    const profile = await open(join(services, file));
    for (const [type, reference] of Object.entries(top)) {
      const sampleType = profile.sampleTypes.findIndex((candidate) => candidate.type === type);
      expect(formatTop(profile, { sampleType, ...usualTopFractions, maxRows: 40 })).toBe(readFileSync(join(folder, reference), 'utf8'));
    }
    if (tags !== undefined) {
      expectSameTags(profile, join(folder, tags));
    }
  });
});

function expectSameTags(profile: Profile, reference: string): void {
  const lines = readFileSync(reference, 'utf8')
    .split('\n')
    .flatMap((line) => line.trim() || []);
  expect(listTags(profile, profile.defaultSampleType)).toEqual(lines);
}

function listTags(profile: Profile, sampleType: number): string[] {
  const total = sumAbsolute(profile, sampleType);
  const unit = profile.sampleTypes[sampleType]?.unit ?? '';
  const format = (value: number): string => formatValue(value, unit, 'minimum');
  const share = (value: number): string => (total > 0 ? ` (${formatPercentage(value, total)})` : '');
  return [...labelValues(profile)].sort(byName).flatMap(([key, values]) => {
    const sum = [...values.values()].reduce((all, { weight }) => all + weight, 0);
    const byWeight = [...values].sort((a, b) => Math.abs(b[1].weight) - Math.abs(a[1].weight) || byName(a, b));
    return [
      `${key}: Total ${format(sum)} of ${format(total)}${share(sum)}`,
      ...byWeight.map(([value, { weight }]) => `${format(weight)}${share(weight)}: ${value}`),
    ];
  });
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
