import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { bytes as asBytes } from '../../src/base';
import { gunzip, openCapture } from '../../src/capture';
import { buildFlameTree, decodeProfile, filterSamples, formatTop, labelValues, parseSelector, profileStacks } from '../../src/pprof';
import { expectReadableError, random } from './fuzzing';

const fixtures = join(__dirname, '../fixtures/pprof');
const seeds = readdirSync(fixtures).filter((name) => /^(odd|synth)-.*|go-(heap-delta|cpu-labels|mutex)\.pb\.gz$/.test(name));

/** A copy with a few bytes changed, cut, doubled or blown up. */
function mutate(original: Uint8Array, below: (limit: number) => number): Uint8Array {
  let bytes = original.slice();
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

async function useProfile(bytes: Uint8Array): Promise<void> {
  const profile = await decodeProfile(bytes);
  profile.sampleTypes.forEach((_, sampleType) => {
    const tree = buildFlameTree(profileStacks(profile, { sampleType }), { maxNodes: 20 });
    expect(tree.length).toBeLessThanOrEqual(20);
    formatTop(profile, { sampleType });
    labelValues(profile, sampleType);
  });
  filterSamples(profile, parseSelector('{route=~".*", span_id!=""}'));
}

describe('damaged profiles', () => {
  it.each(seeds)('of %s end in a profile or a readable error', async (name) => {
    const below = random(name.length * 1009);
    const { bytes } = await openCapture(readFileSync(join(fixtures, name)), name);
    for (let round = 0; round < 400; round++) {
      await expectReadableError(() => useProfile(mutate(bytes, below)));
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
    const below = random(7);
    const stored = new Uint8Array(readFileSync(join(fixtures, 'go-mutex.pb.gz')));
    for (let round = 0; round < 400; round++) {
      await expectReadableError(async () => {
        const { bytes } = await gunzip(mutate(stored, below), { maxBytes: asBytes(2 ** 16) });
        expect(bytes.length).toBeLessThanOrEqual(2 ** 16);
      });
    }
  });
});

describe('any bytes', () => {
  it('are told what they seem to be', async () => {
    const below = random(11);
    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from({ length: below(64) }, () => below(256));
      await expectReadableError(() => openCapture(bytes, 'bytes'));
      await expectReadableError(() => useProfile(bytes));
    }
  });
});
