import fc from 'fast-check';

import { countBelow, countUpTo, countUpToNear, Coverage, unionOf } from './intervals';

const interval = fc.tuple(fc.nat(50), fc.nat(20)).map(([start, length]) => ({ start, end: start + length }));
const intervals = fc.array(interval, { maxLength: 30 });

describe('unionOf', () => {
  it('covers what any interval covers, in order and apart', () => {
    fc.assert(
      fc.property(intervals, (given) => {
        const union = unionOf(
          given.map((one) => one.start),
          given.map((one) => one.end),
        );
        for (let i = 0; i < union.start.length; i++) {
          expect(union.end[i]).toBeGreaterThan(union.start[i] ?? 0);
          expect(union.start[i + 1] ?? Infinity).toBeGreaterThan(union.end[i] ?? 0);
        }
        for (let t = 0; t < 75; t++) {
          const k = countUpTo(union.start, t) - 1;
          expect(t < (union.end[k] ?? -1)).toBe(given.some(({ start, end }) => start <= t && t < end));
        }
      }),
    );
  });
});

describe('Coverage', () => {
  it('adds up what lies in a stretch of time, overlapping intervals each', () => {
    fc.assert(
      fc.property(intervals, fc.nat(80), fc.nat(80), (given, from, to) => {
        const coverage = new Coverage(
          given.map((one) => one.start),
          given.map((one) => one.end),
        );
        const expected = given.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);
        expect(coverage.within(from, to)).toBe(expected);
      }),
    );
  });

  it('knows stretches before time 0', () => {
    expect(new Coverage([-1], [4]).within(-1, 10)).toBe(5);
  });
});

describe('countBelow and countUpTo', () => {
  it('differ by the equal ones', () => {
    const column = [1, 3, 3, 5];
    expect([countBelow(column, 3), countUpTo(column, 3), countBelow(column, 9), countUpTo(column, 0)]).toEqual([1, 3, 4, 0]);
  });
});

describe('countUpToNear', () => {
  it('counts as countUpTo does, wherever it begins', () => {
    const rising = [1, 3, 3, 7, 9, 12, 12, 40];
    for (let hint = -1; hint <= rising.length + 1; hint++) {
      expect([0, 1, 2, 3, 8, 12, 39, 40, 99].map((value) => countUpToNear(rising, value, hint))).toEqual([0, 1, 1, 3, 4, 7, 7, 8, 8]);
    }
  });
});
