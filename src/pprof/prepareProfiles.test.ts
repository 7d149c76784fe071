import { prepareProfiles } from './prepareProfiles';

describe('prepareProfiles', () => {
  it('decodes the profile that it brings along', async () => {
    await expect(prepareProfiles()).resolves.toBeUndefined();
  });
});
