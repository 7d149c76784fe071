import { groupBy } from '../base';
import { type CostClass, type CostInterval, countUpTo, type StopTheWorld } from '../runtime';

/** Classes that become one span for each cycle. */
export const aggregatedClasses = ['assist', 'assistWait', 'sweep', 'runnableInMark'] as const satisfies readonly CostClass[];
export type AggregatedClass = (typeof aggregatedClasses)[number];

/** A stop-the-world as one request felt it: the time in which its goroutine would have run. */
export interface StopFelt {
  readonly stop: StopTheWorld;
  /** Row of facts.stops. */
  readonly row: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** All stretches of one class in one cycle, put together. Its duration is their exact sum. */
export interface Aggregate {
  readonly class: AggregatedClass;
  /** Row of facts.gcCycles of the last cycle that began before, -1 without. */
  readonly cycle: number;
  readonly intervals: number;
  readonly longestNs: number;
  /** Begin of the longest stretch. */
  readonly longestStartNs: number;
  readonly firstNs: number;
  readonly lastNs: number;
  readonly totalNs: number;
}

/** Where an aggregate is drawn. */
export interface PlacedAggregate {
  readonly aggregate: Aggregate;
  /** 0 but where stop-the-worlds leave no room for the aggregate in one piece. */
  readonly part: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** The stop-the-worlds that a request felt, in time order, disjoint; their durations add up to its `stwGC` and `stwOther`. */
export function stopsFelt(intervals: readonly CostInterval[], stops: readonly StopTheWorld[]): StopFelt[] {
  const felt = new Map<number, { startNs: number; totalNs: number }>();
  for (const interval of intervals) {
    if (interval.class !== 'stwGC' && interval.class !== 'stwOther') {
      continue;
    }
    for (let fromNs: number = interval.startNs; fromNs < interval.endNs;) {
      const row = stops.findLastIndex(
        (stop) => stop.isGc === (interval.class === 'stwGC') && stop.startNs <= fromNs && stop.endNs > fromNs,
      );
      const toNs = Math.min(interval.endNs, stops[row]?.endNs ?? interval.endNs);
      const known = felt.get(row);
      felt.set(row, { startNs: known?.startNs ?? fromNs, totalNs: (known?.totalNs ?? 0) + toNs - fromNs });
      fromNs = toNs;
    }
  }
  return [...felt]
    .flatMap(([row, { startNs, totalNs }]) => {
      const stop = stops[row];
      return stop === undefined ? [] : [{ stop, row, startNs, endNs: startNs + totalNs }];
    })
    .sort((a, b) => a.startNs - b.startNs);
}

/** Puts the stretches of each aggregated class together by cycle. @param cycleStartNs rising */
export function aggregate(intervals: readonly CostInterval[], cycleStartNs: readonly number[]): Aggregate[] {
  const aggregates = new Map<string, Aggregate>();
  for (const interval of intervals) {
    const name = aggregatedClasses.find((candidate) => candidate === interval.class);
    if (name === undefined) {
      continue;
    }
    for (let fromNs: number = interval.startNs; fromNs < interval.endNs;) {
      const cycle = countUpTo(cycleStartNs, fromNs) - 1;
      const toNs = Math.min(interval.endNs, cycleStartNs[cycle + 1] ?? Infinity);
      const key = `${name} ${cycle}`;
      aggregates.set(key, extend(aggregates.get(key) ?? empty(name, cycle, fromNs), fromNs, toNs));
      fromNs = toNs;
    }
  }
  return [...aggregates.values()];
}

function empty(name: AggregatedClass, cycle: number, firstNs: number): Aggregate {
  return { class: name, cycle, intervals: 0, longestNs: 0, longestStartNs: firstNs, firstNs, lastNs: firstNs, totalNs: 0 };
}

function extend(known: Aggregate, fromNs: number, toNs: number): Aggregate {
  const isLongest = toNs - fromNs > known.longestNs;
  return {
    ...known,
    intervals: known.intervals + 1,
    longestNs: isLongest ? toNs - fromNs : known.longestNs,
    longestStartNs: isLongest ? fromNs : known.longestStartNs,
    lastNs: toNs,
    totalNs: known.totalNs + toNs - fromNs,
  };
}

/**
 * Places aggregates so that neither they nor the stop-the-worlds overlap: each begins with its first stretch or, where that time is taken, behind what takes it.
 * All of it stays inside of the request: before any moment there is at most as much placed as was really spent, so nothing is pushed beyond the last stretch.
 */
export function placeAggregates(aggregates: readonly Aggregate[], stops: readonly StopFelt[]): PlacedAggregate[] {
  const placed: PlacedAggregate[] = [];
  let cursorNs = -Infinity;
  for (const group of groupByCycle(aggregates)) {
    for (const part of placeWhole(group, stops, cursorNs) ?? placeInParts(group, stops, cursorNs)) {
      placed.push(part);
      cursorNs = Math.max(cursorNs, part.endNs);
    }
  }
  return placed;
}

function groupByCycle(aggregates: readonly Aggregate[]): Aggregate[][] {
  const sorted = [...aggregates].sort((a, b) => a.firstNs - b.firstNs);
  return [...groupBy(sorted, ({ cycle }) => cycle).values()];
}

/** Each aggregate in one piece, behind a stop-the-world where it does not fit before; null when that would reach beyond the last stretch. */
function placeWhole(group: readonly Aggregate[], stops: readonly StopFelt[], fromNs: number): PlacedAggregate[] | null {
  const lastNs = group.reduce((latest, item) => Math.max(latest, item.lastNs), -Infinity);
  const placed: PlacedAggregate[] = [];
  let cursorNs = fromNs;
  for (const item of group) {
    let startNs = Math.max(cursorNs, item.firstNs);
    for (const stop of stops) {
      if (stop.endNs > startNs && stop.startNs < startNs + item.totalNs) {
        startNs = stop.endNs;
      }
    }
    cursorNs = startNs + item.totalNs;
    if (cursorNs > lastNs) {
      return null;
    }
    placed.push({ aggregate: item, part: 0, startNs, endNs: cursorNs });
  }
  return placed;
}

/** Each aggregate in the free time between stop-the-worlds. */
function placeInParts(group: readonly Aggregate[], stops: readonly StopFelt[], fromNs: number): PlacedAggregate[] {
  const placed: PlacedAggregate[] = [];
  let cursorNs = fromNs;
  for (const item of group) {
    cursorNs = Math.max(cursorNs, item.firstNs);
    let part = 0;
    for (let leftNs = item.totalNs; leftNs > 0;) {
      const stop = stops.find(({ endNs }) => endNs > cursorNs);
      const roomNs = (stop?.startNs ?? Infinity) - cursorNs;
      if (stop !== undefined && roomNs <= 0) {
        cursorNs = stop.endNs;
        continue;
      }
      const endNs = cursorNs + Math.min(leftNs, roomNs);
      placed.push({ aggregate: item, part: part++, startNs: cursorNs, endNs });
      leftNs -= endNs - cursorNs;
      cursorNs = endNs;
    }
  }
  return placed;
}
