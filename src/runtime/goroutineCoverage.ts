import { remember } from '../base';
import { resized } from './columns';
import type { AssistTable, RegionTable } from './facts';
import { Coverage } from './intervals';
import { Slots } from './slots';

/** Intervals on goroutines in order of their start. */
interface OnGoroutines {
  readonly length: number;
  readonly goroutine: Float64Array;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
}

/**
 * How much of each stretch of time some rows of a table cover, added up over goroutines; nested and overlapping rows of one goroutine count once.
 * @param isWanted by row
 */
export function coverageByGoroutine({ length, goroutine, startNs, endNs }: OnGoroutines, isWanted: (row: number) => boolean): Coverage {
  const goroutines = new Slots();
  /** By slot: how far its rows reach so far. */
  let reachNs = new Float64Array(64).fill(-Infinity);
  const fromNs = new Float64Array(length);
  const toNs = new Float64Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (!isWanted(row)) {
      continue;
    }
    const slot = goroutines.slotOf(goroutine[row] ?? 0);
    if (slot >= reachNs.length) {
      reachNs = resized(reachNs, slot * 2).fill(-Infinity, slot);
    }
    const from = Math.max(startNs[row] ?? 0, reachNs[slot] ?? -Infinity);
    const to = endNs[row] ?? 0;
    if (to > from) {
      fromNs[count] = from;
      toNs[count++] = to;
      reachNs[slot] = to;
    }
  }
  return new Coverage(fromNs.subarray(0, count), toNs.subarray(0, count));
}

/** How much of each stretch of time map regions cover, as {@link coverageByGoroutine} adds them up. */
export const mapRegionCoverage = remember((regions: RegionTable) => coverageByGoroutine(regions, (row) => regions.isMap[row] === 1));

/** How much of each stretch of time mark assists cover, each counted. */
export const assistCoverage = remember(({ startNs, endNs }: AssistTable) => new Coverage(startNs, endNs));
