import { warnOfLimits } from './receiverLimits';

const total = { count: 1, examples: ['ab'], latestUnixMs: 1_000_000 };

describe('warnOfLimits', () => {
  it('says nothing of fresh small traces', () => {
    expect(warnOfLimits({ ...total, largest: { traceId: 'ab', spans: 10, estimatedBytes: 3000 } }, 1_060_000)).toEqual([]);
    expect(warnOfLimits({ count: 0, examples: [], largest: null, latestUnixMs: null }, 1e12)).toEqual([]);
  });

  it('warns of a trace that Tempo would cut, of one that viewers are slow with, and of old spans', () => {
    const warn = (spans: number, estimatedBytes: number, nowMs: number) =>
      warnOfLimits({ ...total, largest: { traceId: 'ab', spans, estimatedBytes } }, nowMs);
    expect(warn(20_000, 5_500_000, 1_000_000)).toEqual([expect.stringMatching(/^trace ab has about 5\.5 MB: Tempo drops/)]);
    expect(warn(20_000, 4_000_000, 1_000_000)).toEqual([expect.stringMatching(/^trace ab has 20000 spans/)]);
    expect(warn(10, 100, 1_000_000 + 5 * 3_600_000)).toEqual([expect.stringMatching(/^the spans are 5 hours old/)]);
  });
});
