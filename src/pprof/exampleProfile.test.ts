import { decodeProfile } from './decodeProfile';
import { makeExampleProfile } from './exampleProfile';
import { labelValues } from './labels';

describe('makeExampleProfile', () => {
  it.each([
    [false, 500],
    [true, 2000],
  ])('makes a profile with stacks of all depths and both kinds of labels, long: %s', async (isLong, samples) => {
    const profile = await decodeProfile(makeExampleProfile(isLong));
    expect(profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual(['samples/count', 'cpu/nanoseconds']);
    expect(profile.samples.length).toBeGreaterThan(samples);
    expect([...labelValues(profile).keys()].sort()).toEqual(['bytes', 'example']);
  });
});
