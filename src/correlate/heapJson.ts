import type { Trace } from '../gotrace';
import { heapByType, type HeapObjects, type HeapTotal, liveBytesAt, type RuntimeFacts, sumHeap } from '../runtime';

/** Objects of one type as facts list them. */
export interface HeapTypeJson {
  readonly type: string;
  readonly sizeBytes: number;
  readonly pointerBytes: number;
  readonly allocated: Readonly<HeapTotal>;
  readonly freed: Readonly<HeapTotal>;
  readonly live: Readonly<HeapTotal>;
}

/** What the alloc/free experiment says of the heap: sums since the trace began, what is live at its end, and the live bytes in between. */
export interface HeapObjectsJson {
  readonly allocated: Readonly<HeapTotal>;
  readonly freed: Readonly<HeapTotal>;
  readonly live: Readonly<HeapTotal>;
  /** Stacks of goroutines at the end. */
  readonly stacks: { readonly count: number; readonly bytes: number };
  readonly tinyAllocations: number;
  readonly liveOverTime: readonly { readonly timeNs: bigint; readonly bytes: number }[];
  readonly types: readonly HeapTypeJson[];
}

/** Moments for which the live bytes are given. */
const moments = 100;

/** The heap of a trace of the alloc/free experiment in the shape of {@link HeapObjectsJson}. */
export function toHeapJson(trace: Trace, { startNs, endNs }: RuntimeFacts, heap: HeapObjects): HeapObjectsJson {
  const types = heapByType(heap);
  const timesNs = Float64Array.from({ length: moments }, (_, k) => Math.round(startNs + ((endNs - startNs) * (k + 1)) / moments));
  const bytes = liveBytesAt(heap, timesNs);
  return {
    ...sumHeap(types),
    stacks: liveStacks(heap),
    tinyAllocations: heap.tinyAllocations,
    liveOverTime: Array.from(timesNs, (timeNs, k) => ({ timeNs: trace.originNs + BigInt(timeNs), bytes: bytes[k] ?? 0 })),
    types: types.map(({ type, ...totals }) => ({
      type: type.name,
      sizeBytes: type.sizeBytes,
      pointerBytes: type.pointerBytes,
      ...totals,
    })),
  };
}

function liveStacks({ stacks }: HeapObjects): HeapObjectsJson['stacks'] {
  const total = { count: 0, bytes: 0 };
  for (let row = 0; row < stacks.length; row++) {
    if (stacks.freedNs[row] === Infinity) {
      total.count++;
      total.bytes += stacks.bytes[row] ?? 0;
    }
  }
  return total;
}
