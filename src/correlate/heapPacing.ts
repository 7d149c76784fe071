import { countUpTo, type GcCycle, type HeapSeries, type RuntimeFacts } from '../runtime';

/** How the heap's goal and the starts of GC cycles lie to each other: what GOGC seems to be, and whether a memory limit starts cycles. */
export interface HeapPacing {
  /**
   * What GOGC seems to be, in percent: the median of goal / live heap - 1 at the moments the goal was set. Null where GC has no goal (GOGC=off) or the trace
   * has no goals.
   */
  readonly gogc: number | null;
  /** Cycles that the heap started, with a goal or without one known at their start. */
  readonly heapCycles: number;
  /** Of these, those that no goal explains: there was none (GOGC=off), or the heap was far from it. Only a memory limit starts such cycles. */
  readonly limitCycles: number;
  /** The most that was live when a cycle had marked, in bytes; null where the trace does not say. */
  readonly markedMaxBytes: number | null;
}

/** The pacer starts a cycle when at least 0.7 of the way from the marked heap to the goal is gone (Go runtime/mgcpacer.go); below this it was not the pacer. */
const earlyStart = 0.5;
/** Below this heap the steps of the live heap in a trace are too coarse to say how far a cycle's start was from the goal. */
const tooSmallBytes = 8e6;

/** Reads the pacing from the series of the live heap and the goal. */
export function heapPacing({ gcCycles, heap }: Pick<RuntimeFacts, 'gcCycles' | 'heap'>): HeapPacing {
  const heapCycles = gcCycles.filter(({ trigger, cutStart }) => trigger === 'heap' && !cutStart);
  return {
    gogc: gogcOf(heap),
    markedMaxBytes: markedMaxOf(heap),
    heapCycles: heapCycles.length,
    limitCycles: heapCycles.filter((cycle) => isStartedByLimit(cycle, heap)).length,
  };
}

/** Goals that are set before the first live heap is known say nothing. */
function gogcOf(heap: HeapSeries): number | null {
  const percents = Array.from(heap.goalNs, (timeNs, row) => ((heap.goalBytes[row] ?? NaN) / liveAt(heap, timeNs) - 1) * 100)
    .filter((percent) => percent > 0)
    .sort((a, b) => a - b);
  return percents[percents.length >> 1] ?? null;
}

/** What was live when each cycle had marked: then the goal is set; from then on the heap counts what is allocated, garbage or not. */
export function markedBytesOf(heap: HeapSeries): number[] {
  return Array.from(heap.goalNs, (timeNs) => liveAt(heap, timeNs)).filter((bytes) => !Number.isNaN(bytes));
}

function markedMaxOf(heap: HeapSeries): number | null {
  const marked = markedBytesOf(heap);
  return marked.length === 0 ? null : marked.reduce((most, bytes) => Math.max(most, bytes), 0);
}

/** Whether a memory limit began a cycle that the heap began: no goal explains it. */
export function isStartedByLimit({ startNs }: GcCycle, heap: HeapSeries): boolean {
  const row = countUpTo(heap.goalNs, startNs) - 1;
  const goal = heap.goalBytes[row];
  const live = liveAt(heap, startNs);
  if (goal === undefined || Number.isNaN(live)) {
    return false;
  }
  if (Number.isNaN(goal)) {
    return true;
  }
  const marked = liveAt(heap, heap.goalNs[row] ?? 0);
  return goal - marked > tooSmallBytes && (live - marked) / (goal - marked) < earlyStart;
}

/** The last value at or before a moment; NaN before the first. */
function liveAt({ liveNs, liveBytes }: HeapSeries, timeNs: number): number {
  return liveBytes[countUpTo(liveNs, timeNs) - 1] ?? NaN;
}
