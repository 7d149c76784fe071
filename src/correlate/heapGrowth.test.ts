import { heapGrowth } from './heapGrowth';

/** A heap of which each cycle marks as much as is given, and that doubles before the next. */
function heapOf(marked: readonly number[]) {
  return {
    liveNs: Float64Array.from(marked.flatMap((_, cycle) => [10 * cycle, 10 * cycle + 5])),
    liveBytes: Float64Array.from(marked.flatMap((bytes) => [bytes, 2 * bytes])),
    goalNs: Float64Array.from(marked.keys(), (cycle) => 10 * cycle),
    goalBytes: Float64Array.from(marked, (bytes) => 2 * bytes),
    lastGoalBytes: null,
  };
}

describe('heapGrowth', () => {
  it('takes the medians of the first and the last third, and counts the pairs that rise', () => {
    expect(heapGrowth(heapOf([10, 20, 30, 40, 50, 60]))).toEqual({ firstBytes: 20, lastBytes: 60, risingShare: 1 });
    expect(heapGrowth(heapOf([60, 50, 40, 30, 20, 10]))).toMatchObject({ risingShare: 0 });
    expect(heapGrowth(heapOf([10, 20, 30, 40, 60, 50]))).toMatchObject({ risingShare: 14 / 15 });
  });

  it('does not count a heap as risen that stays', () => {
    expect(heapGrowth(heapOf([10, 10, 10, 10, 10]))).toMatchObject({ risingShare: 0 });
  });

  it('says nothing of fewer than five cycles', () => {
    expect(heapGrowth(heapOf([10, 20, 30, 40]))).toBeNull();
  });

  it('reads as much of a hundred thousand cycles as of a thousand', () => {
    const rising = Array.from({ length: 1e5 }, (_, cycle) => cycle);
    expect(heapGrowth(heapOf(rising))).toMatchObject({ risingShare: 1, lastBytes: 83300 });
  });
});
