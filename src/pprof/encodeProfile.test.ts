import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openCapture } from '../capture';
import { decodeProfile } from './decodeProfile';
import { encodeProfile } from './encodeProfile';
import { encodeProfile as encodeByHand } from './encodeProfile.testing';
import type { Profile } from './profile';

const folder = join(__dirname, '../../tests/fixtures/pprof');
const files = readdirSync(folder).filter((name) => /\.(pb|pb\.gz)$/.test(name));

/** The profile with each sample's own locations: equal stacks may stand in one row or in two. */
function withStacksOfSamples({ samples: { stack, ...samples }, stacks, ...rest }: Profile) {
  const locations = Array.from(stack, (row) => [...stacks.location.subarray(stacks.locationStart[row], stacks.locationStart[row + 1])]);
  return { ...rest, samples, locations };
}

describe('encodeProfile', () => {
  it.each(files)('writes what decodes to the same profile: %s', async (name) => {
    const { bytes } = await openCapture(readFileSync(join(folder, name)), name);
    const profile = await decodeProfile(bytes);
    expect(withStacksOfSamples(await decodeProfile(encodeProfile(profile)))).toEqual(withStacksOfSamples(profile));
  });

  it('adds the strings that a changed head needs, and knows the sample type shown first', async () => {
    const sampleTypes = [
      ['alloc', 'bytes'],
      ['inuse', 'bytes'],
    ] as const;
    const profile = await decodeProfile(encodeByHand({ sampleTypes, samples: [{ stack: ['main'], values: [1, -2] }] }));
    const changed = {
      ...profile,
      defaultSampleType: 0,
      comments: ['one', 'two'],
      docUrl: 'https://example.com',
      timeUnixNs: 1n,
      durationNs: 5e9,
    };
    const { comments, docUrl, defaultSampleType, timeUnixNs, durationNs, samples } = await decodeProfile(encodeProfile(changed));
    expect({ comments, docUrl, defaultSampleType, timeUnixNs, durationNs }).toEqual({
      comments: ['one', 'two'],
      docUrl: 'https://example.com',
      defaultSampleType: 0,
      timeUnixNs: 1n,
      durationNs: 5e9,
    });
    expect(samples.values.map((column) => [...column])).toEqual([[1], [-2]]);
  });
});
