import { RangeCollector } from './rangeCollector';

function rangesOf(fill: (ranges: RangeCollector) => void): [number, number, number][] {
  const ranges = new RangeCollector(100);
  fill(ranges);
  const { length, startNs, endNs, key } = ranges.finish(200);
  return Array.from({ length }, (_, row) => [key[row]!, startNs[row]!, endNs[row]!]);
}

describe('RangeCollector', () => {
  it('begins ranges that were open before with the trace, and sorts them first', () => {
    expect(
      rangesOf((ranges) => {
        ranges.begin(1, 110, 0);
        ranges.active(2);
        ranges.end(2, 120);
        ranges.end(1, 130);
      }),
    ).toEqual([
      [2, 100, 120],
      [1, 110, 130],
    ]);
  });

  it('ends with the trace what never ends', () => {
    expect(rangesOf((ranges) => ranges.begin(1, 150, 0))).toEqual([[1, 150, 200]]);
  });

  it('takes an active event of a later generation as the same range going on', () => {
    expect(
      rangesOf((ranges) => {
        ranges.begin(1, 110, 0);
        ranges.active(1);
        ranges.end(1, 130);
      }),
    ).toEqual([[1, 110, 130]]);
  });

  it('takes the first end of a key without a begin as a range from before, further ones as nothing', () => {
    expect(
      rangesOf((ranges) => {
        ranges.end(2 ** 60, 110);
        ranges.end(2 ** 60, 120);
      }),
    ).toEqual([[2 ** 60, 100, 110]]);
  });
});
