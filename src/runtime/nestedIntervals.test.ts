import fc from 'fast-check';

import { type Interval, NestedIntervals } from './nestedIntervals';

describe('NestedIntervals', () => {
  it('finds the interval that began last among those around a moment, as looking at all of them does', () => {
    const interval = fc
      .tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 12 }))
      .map(([goroutine, startNs, length]): Interval => ({ goroutine, startNs, endNs: startNs + length }));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12 }), fc.integer({ min: 0, max: 45 }), (intervals, timeNs) => {
        const holding = intervals.filter(({ goroutine, startNs, endNs }) => goroutine === 1 && startNs <= timeNs && timeNs < endNs);
        const expected = holding.length === 0 ? undefined : Math.max(...holding.map(({ startNs }) => startNs));
        expect(new NestedIntervals(intervals).innermost(1, timeNs)?.startNs).toBe(expected);
      }),
    );
  });

  it('knows what an interval begins in', () => {
    const [task, region, inner] = [
      { goroutine: 1, startNs: 0, endNs: 100 },
      { goroutine: 1, startNs: 10, endNs: 50 },
      { goroutine: 1, startNs: 10, endNs: 20 },
    ] as const;
    const intervals = new NestedIntervals<Interval>([inner, region, task]);
    expect([task, region, inner].map((interval) => intervals.around(interval))).toEqual([undefined, task, region]);
    expect(intervals.innermost(1, 60)).toBe(task);
    expect(intervals.innermost(2, 60)).toBeUndefined();
  });
});
