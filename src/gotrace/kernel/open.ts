// What a goroutine has begun and not ended: regions, one in the other, and ranges (mark assists and stop-the-worlds).

import { allocate, release } from './memory';
import { beginFailureList, listForFailure } from './report';
import { goroutineRanges, goroutineRegions } from './resources';

// A region's node; the innermost is first.
const regionOuter: usize = 0;
export const regionTaskLow: usize = 4;
export const regionTaskHigh: usize = 8;
export const regionName: usize = 12;
const regionLog2: u32 = 4;

// A goroutine's ranges: their number, the logarithm of their size in bytes, and the ranges: 1 for an assist, else the id (low, high) of the stop's kind.
const rangesCount: usize = 0;
const rangesLog2: usize = 4;
const rangesStart: usize = 8;
const rangeIsAssist: usize = 0;
const rangeLow: usize = 4;
const rangeHigh: usize = 8;
const rangeBytes: usize = 12;
const smallestRangesLog2: u32 = 5;

/** Steps of searches that are not worth a better table; hostile files make many. */
let steps: u32 = 0;

export function startOpen(): void {
  steps = 0;
}

/** Steps that searches took. */
export function searchSteps(): u32 {
  return steps;
}

/** The innermost region of a goroutine; 0 when it has none open. */
export function innermostRegion(goroutine: usize): usize {
  return load<usize>(goroutine, goroutineRegions);
}

export function pushRegion(goroutine: usize, taskLow: u32, taskHigh: u32, name: u32): void {
  const region = allocate(regionLog2);
  store<usize>(region, load<usize>(goroutine, goroutineRegions), regionOuter);
  store<u32>(region, taskLow, regionTaskLow);
  store<u32>(region, taskHigh, regionTaskHigh);
  store<u32>(region, name, regionName);
  store<usize>(goroutine, region, goroutineRegions);
}

export function popRegion(goroutine: usize): void {
  const region = load<usize>(goroutine, goroutineRegions);
  store<usize>(goroutine, load<usize>(region, regionOuter), goroutineRegions);
  release(region, regionLog2);
}

/** Whether a range is open: an assist, or a stop of this kind. */
export function hasRange(goroutine: usize, isAssist: bool, low: u32, high: u32): bool {
  const ranges = load<usize>(goroutine, goroutineRanges);
  const count: u32 = ranges == 0 ? 0 : load<u32>(ranges, rangesCount);
  for (let n: u32 = 0; n < count; n++) {
    const range = rangeAt(ranges, n);
    steps++;
    if (isAssist ? load<u32>(range, rangeIsAssist) != 0 : isStop(range, low, high)) {
      return true;
    }
  }
  return false;
}

function rangeAt(ranges: usize, n: u32): usize {
  return ranges + rangesStart + (n as usize) * rangeBytes;
}

function isStop(range: usize, low: u32, high: u32): bool {
  return load<u32>(range, rangeIsAssist) == 0 && load<u32>(range, rangeLow) == low && load<u32>(range, rangeHigh) == high;
}

export function addRange(goroutine: usize, isAssist: bool, low: u32, high: u32): void {
  let ranges = load<usize>(goroutine, goroutineRanges);
  const count: u32 = ranges == 0 ? 0 : load<u32>(ranges, rangesCount);
  if (ranges == 0 || rangesStart + ((count + 1) as usize) * rangeBytes > (1 as usize) << load<u32>(ranges, rangesLog2)) {
    ranges = growRanges(goroutine, ranges, count);
  }
  const range = rangeAt(ranges, count);
  store<u32>(range, isAssist ? 1 : 0, rangeIsAssist);
  store<u32>(range, low, rangeLow);
  store<u32>(range, high, rangeHigh);
  store<u32>(ranges, count + 1, rangesCount);
}

function growRanges(goroutine: usize, old: usize, count: u32): usize {
  const log2 = old == 0 ? smallestRangesLog2 : load<u32>(old, rangesLog2) + 1;
  const ranges = allocate(log2);
  store<u32>(ranges, count, rangesCount);
  store<u32>(ranges, log2, rangesLog2);
  if (old != 0) {
    memory.copy(ranges + rangesStart, old + rangesStart, (count as usize) * rangeBytes);
    release(old, log2 - 1);
  }
  store<usize>(goroutine, ranges, goroutineRanges);
  return ranges;
}

/** Position of the first range of a kind: an assist, or any stop; -1 when none is open. */
export function findRange(goroutine: usize, isAssist: bool): i32 {
  const ranges = load<usize>(goroutine, goroutineRanges);
  const count: u32 = ranges == 0 ? 0 : load<u32>(ranges, rangesCount);
  for (let n: u32 = 0; n < count; n++) {
    if ((load<u32>(rangeAt(ranges, n), rangeIsAssist) != 0) == isAssist) {
      return n as i32;
    }
  }
  return -1;
}

/** Id of a stop's kind. */
export function rangeKindLow(goroutine: usize, position: i32): u32 {
  return load<u32>(rangeAt(load<usize>(goroutine, goroutineRanges), position), rangeLow);
}

export function rangeKindHigh(goroutine: usize, position: i32): u32 {
  return load<u32>(rangeAt(load<usize>(goroutine, goroutineRanges), position), rangeHigh);
}

/** Lists the stops that a goroutine has begun, for a failure: ids of their kinds. */
export function listStops(goroutine: usize): void {
  const ranges = load<usize>(goroutine, goroutineRanges);
  const count: u32 = ranges == 0 ? 0 : load<u32>(ranges, rangesCount);
  beginFailureList();
  for (let n: u32 = 0; n < count; n++) {
    listForFailure(load<u32>(rangeAt(ranges, n), rangeLow), load<u32>(rangeAt(ranges, n), rangeHigh));
  }
}

/** The last range takes the place of the ended one, as in the official reader: it decides which of two stops ends next. */
export function removeRange(goroutine: usize, position: i32): void {
  const ranges = load<usize>(goroutine, goroutineRanges);
  const count = load<u32>(ranges, rangesCount) - 1;
  memory.copy(rangeAt(ranges, position), rangeAt(ranges, count), rangeBytes);
  store<u32>(ranges, count, rangesCount);
}

/** Whether a goroutine has anything open. */
export function hasOpen(goroutine: usize): bool {
  return (load<usize>(goroutine, goroutineRegions) | load<usize>(goroutine, goroutineRanges)) != 0;
}

/** Forgets everything that a goroutine has open. */
export function forgetOpen(goroutine: usize): void {
  while (load<usize>(goroutine, goroutineRegions) != 0) {
    popRegion(goroutine);
  }
  const ranges = load<usize>(goroutine, goroutineRanges);
  if (ranges != 0) {
    release(ranges, load<u32>(ranges, rangesLog2));
    store<usize>(goroutine, 0, goroutineRanges);
  }
}
