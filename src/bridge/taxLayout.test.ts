import fc from 'fast-check';

import { ns } from '../base';
import type { StackIndex } from '../gotrace';
import type { CostClass, CostInterval, StopTheWorld } from '../runtime';
import { aggregate, aggregatedClasses, placeAggregates, stopsFelt } from './taxLayout';

function stop(startNs: number, endNs: number, isGc = true): StopTheWorld {
  const reason = isGc ? 'GC mark termination' : 'read mem stats';
  return { reason, isGc, startNs: ns(startNs), endNs: ns(endNs), goroutine: 1, stack: 0 as StackIndex, cutStart: false, cutEnd: false };
}

function interval(name: CostClass, startNs: number, endNs: number): CostInterval {
  return { class: name, startNs: ns(startNs), endNs: ns(endNs) };
}

describe('stopsFelt', () => {
  it('gives each stop-the-world its part, without the time in which the goroutine waited', () => {
    const intervals = [interval('stwGC', 10, 12), interval('waiting', 12, 15), interval('stwGC', 15, 18), interval('stwOther', 30, 31)];
    expect(stopsFelt(intervals, [stop(8, 18), stop(29, 31, false)])).toEqual([
      expect.objectContaining({ row: 0, startNs: 10, endNs: 15 }),
      expect.objectContaining({ row: 1, startNs: 30, endNs: 31 }),
    ]);
  });

  it('keeps stop-the-worlds apart that follow each other at once', () => {
    expect(stopsFelt([interval('stwGC', 0, 10)], [stop(0, 4), stop(4, 10)]).map(({ startNs, endNs }) => [startNs, endNs])).toEqual([
      [0, 4],
      [4, 10],
    ]);
  });
});

describe('aggregate', () => {
  it('makes one aggregate of a class for each cycle', () => {
    const intervals = [interval('assist', 10, 12), interval('running', 12, 20), interval('assist', 20, 25), interval('assist', 105, 106)];
    expect(aggregate(intervals, [0, 100])).toEqual([
      { class: 'assist', cycle: 0, intervals: 2, longestNs: 5, longestStartNs: 20, firstNs: 10, lastNs: 25, totalNs: 7 },
      { class: 'assist', cycle: 1, intervals: 1, longestNs: 1, longestStartNs: 105, firstNs: 105, lastNs: 106, totalNs: 1 },
    ]);
  });

  it('cuts a stretch where the next cycle begins, and knows time before the first cycle', () => {
    expect(aggregate([interval('sweep', 90, 110)], [100]).map(({ cycle, totalNs }) => [cycle, totalNs])).toEqual([
      [-1, 10],
      [0, 10],
    ]);
  });
});

/** A task's time, class by class, with a stop-the-world for each stretch of one. */
const timeline = fc
  .array(
    fc.tuple(fc.constantFrom<CostClass>('running', 'waiting', 'stwGC', 'stwOther', ...aggregatedClasses), fc.integer({ min: 1, max: 50 })),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((stretches) => {
    let nowNs = 0;
    return stretches.map(([name, lengthNs]) => interval(name, nowNs, (nowNs += lengthNs)));
  });

describe('placeAggregates', () => {
  it('leaves sums as they are, overlaps nothing, and stays within the task', () => {
    fc.assert(
      fc.property(timeline, fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { maxLength: 4 }), (intervals, cycles) => {
        const stops = intervals
          .filter((item) => item.class.startsWith('stw'))
          .map((item) => stop(item.startNs, item.endNs, item.class === 'stwGC'));
        const felt = stopsFelt(intervals, stops);
        const placed = placeAggregates(
          aggregate(
            intervals,
            cycles.sort((a, b) => a - b),
          ),
          felt,
        );
        for (const name of aggregatedClasses) {
          const expected = intervals.filter((item) => item.class === name).reduce((sum, item) => sum + item.endNs - item.startNs, 0);
          expect(placed.filter((item) => item.aggregate.class === name).reduce((sum, item) => sum + item.endNs - item.startNs, 0)).toBe(
            expected,
          );
        }
        const drawn = [...felt, ...placed].sort((a, b) => a.startNs - b.startNs);
        drawn.forEach((item, k) => expect(item.startNs).toBeGreaterThanOrEqual(drawn[k - 1]?.endNs ?? 0));
        expect(drawn.at(-1)?.endNs ?? 0).toBeLessThanOrEqual(intervals.at(-1)?.endNs ?? 0);
      }),
    );
  });

  it('moves an aggregate behind a stop-the-world rather than cutting it', () => {
    const intervals = [
      interval('assist', 0, 1),
      interval('stwGC', 1, 2),
      interval('assist', 2, 3),
      interval('running', 3, 9),
      interval('assist', 9, 10),
    ];
    const placed = placeAggregates(aggregate(intervals, [0]), stopsFelt(intervals, [stop(1, 2)]));
    expect(placed.map(({ startNs, endNs, part }) => [startNs, endNs, part])).toEqual([[2, 5, 0]]);
  });

  it('cuts it where there is no room', () => {
    const intervals = [interval('assist', 0, 5), interval('stwGC', 5, 6), interval('assist', 6, 10)];
    const placed = placeAggregates(aggregate(intervals, [0]), stopsFelt(intervals, [stop(5, 6)]));
    expect(placed.map(({ startNs, endNs, part }) => [startNs, endNs, part])).toEqual([
      [0, 5, 0],
      [6, 10, 1],
    ]);
  });
});
