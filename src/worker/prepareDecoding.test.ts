import { prepareDecoding } from './prepareDecoding';

describe('prepareDecoding', () => {
  it('goes on until it is told to end', async () => {
    const all = await prepareDecoding();
    expect(all).toBeGreaterThan(1);
    const preparing = new AbortController();
    setTimeout(() => {
      preparing.abort();
    });
    expect(await prepareDecoding(preparing.signal)).toBeLessThan(all);
    expect(await prepareDecoding(AbortSignal.abort())).toBe(0);
  });
});
