import { groupBy } from '../base';
import { countUpTo } from './intervals';

/** Something on a goroutine that others can lie in. */
export interface Interval {
  readonly goroutine: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** Intervals of one goroutine in order of their start, outer ones first. */
interface Lane<T> {
  readonly startNs: readonly number[];
  readonly items: readonly T[];
  /** Position of the interval that each begins in, -1 for none. */
  readonly around: readonly number[];
}

/** Finds the innermost interval of a goroutine around a moment, of many: built in n log n, asked in log n and the depth of nesting. */
export class NestedIntervals<T extends Interval> {
  private readonly lanes = new Map<number, Lane<T>>();

  constructor(intervals: readonly T[]) {
    groupBy(intervals, ({ goroutine }) => goroutine).forEach((own, goroutine) => {
      this.lanes.set(goroutine, buildLane(own));
    });
  }

  /** The interval that began last among those that hold the moment. */
  innermost(goroutine: number, timeNs: number): T | undefined {
    const lane = this.lanes.get(goroutine);
    return lane?.items[holderAt(lane, countUpTo(lane.startNs, timeNs) - 1, timeNs)];
  }

  /** What an interval of the set begins in. */
  around(interval: T): T | undefined {
    const lane = this.lanes.get(interval.goroutine);
    if (lane === undefined) {
      return undefined;
    }
    const last = countUpTo(lane.startNs, interval.startNs) - 1;
    return lane.items[lane.around[lane.items.lastIndexOf(interval, last)] ?? -1];
  }
}

function buildLane<T extends Interval>(intervals: readonly T[]): Lane<T> {
  const items = [...intervals].sort((a, b) => a.startNs - b.startNs || b.endNs - a.endNs);
  const around: number[] = [];
  const lane = { startNs: items.map(({ startNs }) => startNs), items, around };
  items.forEach(({ startNs }, position) => {
    around.push(holderAt(lane, position - 1, startNs));
  });
  return lane;
}

/**
 * The position, from `position` outwards, of the first interval that holds a moment; -1 for none. Whoever holds the moment and began before `position` did
 * also holds that beginning, so the chain of `around` leads to it.
 */
function holderAt<T extends Interval>({ items, around }: Lane<T>, position: number, timeNs: number): number {
  let at = position;
  while (at >= 0 && (items[at]?.endNs ?? Infinity) <= timeNs) {
    at = around[at] ?? -1;
  }
  return at;
}
