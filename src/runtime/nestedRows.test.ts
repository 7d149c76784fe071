import fc from 'fast-check';

import { NONE } from '../gotrace';
import { type NestedColumns, nestedRowsOf } from './nestedRows';

type Interval = readonly [goroutine: number, startNs: number, endNs: number];

/** Rows in order of their start, outer ones first. */
function nestedColumns(intervals: readonly Interval[]): NestedColumns {
  const sorted = [...intervals].sort((a, b) => a[1] - b[1] || b[2] - a[2]);
  const column = (member: 0 | 1 | 2) => Float64Array.from(sorted, (interval) => interval[member]);
  return { goroutine: column(0), startNs: column(1), endNs: column(2) };
}

describe('NestedRows', () => {
  it('finds the rows around a moment from the innermost outwards, as looking at all of them does', () => {
    const interval = fc
      .tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 12 }))
      .map(([goroutine, startNs, length]): Interval => [goroutine, startNs, startNs + length]);
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12 }), fc.integer({ min: 0, max: 45 }), (intervals, timeNs) => {
        const { goroutine, startNs, endNs } = nestedColumns(intervals);
        const holds = (row: number) => goroutine[row] === 1 && startNs[row]! <= timeNs && timeNs < endNs[row]!;
        const expected = [...goroutine.keys()].filter(holds).reverse();
        const nested = nestedRowsOf({ goroutine, startNs, endNs });
        const found: number[] = [];
        for (let row = nested.innermostAt(1, timeNs); row >= 0; row = nested.around(row, timeNs)) {
          found.push(row);
        }
        expect(found).toEqual(expected);
      }),
    );
  });

  it('knows what a row begins in', () => {
    const nested = nestedRowsOf(
      nestedColumns([
        [1, 10, 20],
        [1, 10, 50],
        [1, 0, 100],
      ]),
    );
    expect([0, 1, 2].map((row) => nested.around(row, row === 0 ? 0 : 10))).toEqual([-1, 0, 1]);
    expect(nested.innermostAt(1, 60)).toBe(0);
    expect(nested.innermostAt(2, 60)).toBe(-1);
  });

  it('finds nothing for a goroutine that is not known', () => {
    expect(nestedRowsOf(nestedColumns([[NONE, 0, 100]])).innermostAt(NONE, 50)).toBe(-1);
  });
});
