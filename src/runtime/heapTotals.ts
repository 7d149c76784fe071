import type { HeapType } from '../gotrace';
import type { HeapObjects } from './heapObjects';
import { countBelow } from './intervals';

/** How many objects, and how large their slots are together. */
export interface HeapTotal {
  objects: number;
  bytes: number;
}

/** What objects of one type came and went since the trace began, and what of them is there. */
export interface HeapTypeTotals {
  readonly type: HeapType;
  readonly allocated: Readonly<HeapTotal>;
  readonly freed: Readonly<HeapTotal>;
  readonly live: Readonly<HeapTotal>;
}

/**
 * Objects by type at a moment of the trace, most live bytes first.
 * @param atNs the end of the trace when absent
 */
export function heapByType({ objects, types }: HeapObjects, atNs = Number.MAX_VALUE): HeapTypeTotals[] {
  const totals = types.map((type) => ({ type, allocated: noObjects(), freed: noObjects(), live: noObjects() }));
  for (let row = 0; row < objects.length; row++) {
    const allocatedNs = objects.allocatedNs[row] ?? 0;
    const bytes = objects.bytes[row] ?? 0;
    const ofType = totals[objects.type[row] ?? 0];
    if (ofType === undefined || allocatedNs > atNs) {
      continue;
    }
    if (allocatedNs > -Infinity) {
      add(ofType.allocated, bytes);
    }
    add((objects.freedNs[row] ?? 0) <= atNs ? ofType.freed : ofType.live, bytes);
  }
  return totals
    .filter(({ freed, live }) => freed.objects + live.objects > 0)
    .sort((a, b) => b.live.bytes - a.live.bytes || b.allocated.bytes - a.allocated.bytes || b.live.objects - a.live.objects);
}

/** Sums over all types. */
export function sumHeap(types: readonly HeapTypeTotals[]): Omit<HeapTypeTotals, 'type'> {
  const sums = { allocated: noObjects(), freed: noObjects(), live: noObjects() };
  for (const totals of types) {
    for (const name of ['allocated', 'freed', 'live'] as const) {
      sums[name].objects += totals[name].objects;
      sums[name].bytes += totals[name].bytes;
    }
  }
  return sums;
}

/**
 * Bytes of all objects at each of some moments.
 * @param timesNs rising
 */
export function liveBytesAt({ objects }: HeapObjects, timesNs: Float64Array): Float64Array {
  const live = new Float64Array(timesNs.length);
  const change = (timeNs: number, bytes: number) => {
    const from = countBelow(timesNs, timeNs);
    live[from] = (live[from] ?? 0) + bytes;
  };
  for (let row = 0; row < objects.length; row++) {
    change(objects.allocatedNs[row] ?? 0, objects.bytes[row] ?? 0);
    change(objects.freedNs[row] ?? 0, -(objects.bytes[row] ?? 0));
  }
  for (let moment = 1; moment < live.length; moment++) {
    live[moment] = (live[moment] ?? 0) + (live[moment - 1] ?? 0);
  }
  return live;
}

function noObjects(): HeapTotal {
  return { objects: 0, bytes: 0 };
}

function add(total: HeapTotal, bytes: number): void {
  total.objects++;
  total.bytes += bytes;
}
