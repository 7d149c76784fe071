import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { GclensError, bytes as asBytes } from '../../src/base';
import { gunzip, openCapture } from '../../src/capture';
import { buildFlameTree, decodeProfile, filterSamples, formatTop, labelValues, parseSelector, profileStacks } from '../../src/pprof';

const fixtures = join(__dirname, '../fixtures/pprof');
const seeds = readdirSync(fixtures).filter((name) => /^(odd|synth)-.*|go-(heap-delta|cpu-labels|mutex)\.pb\.gz$/.test(name));

/** Numbers that follow from the seed alone (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy with a few bytes changed, cut, doubled or blown up. */
function mutate(original: Uint8Array, next: () => number): Uint8Array {
  let bytes = original.slice();
  const below = (limit: number): number => Math.floor(next() * limit);
  for (let count = 1 + below(4); count > 0; count--) {
    const at = below(bytes.length);
    const length = below(24);
    switch (below(5)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 2:
        bytes = bytes.slice(0, at + 1);
        break;
      case 3:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at, at + length), ...bytes.subarray(at)]);
        break;
      default:
        bytes.fill(0xff, at, at + (length % 11));
    }
  }
  return bytes;
}

function useProfile(bytes: Uint8Array): void {
  const profile = decodeProfile(bytes);
  profile.sampleTypes.forEach((_, sampleType) => {
    const tree = buildFlameTree(profileStacks(profile, { sampleType }), { maxNodes: 20 });
    expect(tree.length).toBeLessThanOrEqual(20);
    formatTop(profile, { sampleType });
    labelValues(profile, sampleType);
  });
  filterSamples(profile, parseSelector('{route=~".*", span_id!=""}'));
}

/** Runs it, and lets nothing out but the error that users see. */
async function expectReadableError(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GclensError)) {
      throw error;
    }
    expect(error.message).not.toContain('\n');
  }
}

describe('damaged profiles', () => {
  it.each(seeds)('of %s end in a profile or a readable error', async (name) => {
    const next = random(name.length * 1009);
    const { bytes } = await openCapture(readFileSync(join(fixtures, name)), name);
    for (let round = 0; round < 400; round++) {
      await expectReadableError(() => useProfile(mutate(bytes, next)));
    }
  });

  it('that are cut anywhere end in a profile or a readable error', async () => {
    const { bytes } = await openCapture(readFileSync(join(fixtures, 'synth-labels.pb.gz')), 'synth-labels');
    for (let length = 0; length < bytes.length; length++) {
      await expectReadableError(() => useProfile(bytes.subarray(0, length)));
    }
  });
});

describe('damaged gzip files', () => {
  it('end in bytes or a readable error, within the cap', async () => {
    const next = random(7);
    const stored = new Uint8Array(readFileSync(join(fixtures, 'go-mutex.pb.gz')));
    for (let round = 0; round < 400; round++) {
      await expectReadableError(async () => {
        const { bytes } = await gunzip(mutate(stored, next), { maxBytes: asBytes(2 ** 16) });
        expect(bytes.length).toBeLessThanOrEqual(2 ** 16);
      });
    }
  });
});

describe('any bytes', () => {
  it('are told what they seem to be', async () => {
    const next = random(11);
    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from({ length: Math.floor(next() * 64) }, () => Math.floor(next() * 256));
      await expectReadableError(() => openCapture(bytes, 'bytes'));
      await expectReadableError(() => useProfile(bytes));
    }
  });
});

describe('any selector', () => {
  it('is read or refused with a position', async () => {
    const next = random(13);
    const parts = [
      '{',
      '}',
      'a',
      '=',
      '!=',
      '=~',
      '!~',
      '"',
      "'",
      '`',
      ',',
      ' ',
      '(',
      ')',
      '[',
      ']',
      '*',
      '+',
      '\\',
      '\\\\',
      '{2}',
      '.',
      '|',
      '^',
      '$',
      'ä',
      '😀',
      '(?i)',
      '\\d',
      '-',
    ];
    for (let round = 0; round < 20000; round++) {
      const inner = Array.from({ length: Math.floor(next() * 10) }, () => parts[Math.floor(next() * parts.length)]).join('');
      const text = next() < 0.5 ? inner : `{a=~\`${inner.replaceAll('`', '')}\`}`;
      await expectReadableError(() => void parseSelector(text).matchers.forEach(({ regex }) => regex?.matchesWhole('a(b)*😀')));
    }
  });
});
