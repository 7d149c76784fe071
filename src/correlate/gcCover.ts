import { countUpTo, type RuntimeFacts, unionOf } from '../runtime';

/** Tells whether a GC cycle runs at a moment. */
export function inGcCycles({ gcCycles }: Pick<RuntimeFacts, 'gcCycles'>): (timeNs: number) => boolean {
  const { start, end } = unionOf(
    gcCycles.map(({ startNs }) => startNs),
    gcCycles.map(({ endNs }) => endNs),
  );
  return (timeNs) => timeNs < (end[countUpTo(start, timeNs) - 1] ?? -Infinity);
}
