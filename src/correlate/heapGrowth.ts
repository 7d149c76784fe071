import type { HeapSeries } from '../runtime';
import { markedBytesOf } from './heapPacing';

/** How the heap without garbage went on from cycle to cycle. */
export interface HeapGrowth {
  /** Median of what was live when the first third of the cycles had marked, in bytes. */
  readonly firstBytes: number;
  /** The same of the last third. */
  readonly lastBytes: number;
  /** Part of all pairs of cycles of which the later one found more: 1 where it always grew, about 0.5 where it only varies. */
  readonly risingShare: number;
}

/** Fewer cycles rise one after the other by chance: five do in one of 120 cases. */
const fewestCycles = 5;
/** Pairs are as many as the square: of more cycles than these, as many are taken at equal distances. */
const mostCycles = 1000;

/** Reads the growth from the series of the live heap; null of fewer than five cycles. */
export function heapGrowth(heap: HeapSeries): HeapGrowth | null {
  const marked = thinOut(markedBytesOf(heap));
  if (marked.length < fewestCycles) {
    return null;
  }
  const third = Math.ceil(marked.length / 3);
  return {
    firstBytes: medianOf(marked.slice(0, third)),
    lastBytes: medianOf(marked.slice(-third)),
    risingShare: risingShareOf(marked),
  };
}

function thinOut(marked: readonly number[]): readonly number[] {
  const step = Math.ceil(marked.length / mostCycles);
  return marked.filter((_, cycle) => cycle % step === 0);
}

function risingShareOf(marked: readonly number[]): number {
  let rising = 0;
  marked.forEach((bytes, cycle) => {
    for (let before = 0; before < cycle; before++) {
      rising += (marked[before] ?? Infinity) < bytes ? 1 : 0;
    }
  });
  return rising / ((marked.length * (marked.length - 1)) / 2);
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
