import { decodeProfile } from './decodeProfile';
import { makeExampleProfile } from './exampleProfile';
import { labelValues } from './labels';

describe('makeExampleProfile', () => {
  it('makes a profile with stacks of all depths and both kinds of labels', async () => {
    const profile = await decodeProfile(makeExampleProfile());
    expect(profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual(['samples/count', 'cpu/nanoseconds']);
    expect(profile.samples.length).toBeGreaterThan(500);
    expect([...labelValues(profile).keys()].sort()).toEqual(['bytes', 'example']);
  });
});
