import { GclensError } from '../base';
import type { GcCycle, RuntimeFacts } from '../runtime';

/** @throws GclensError that says which cycles there are */
export function findCycle({ gcCycles }: Pick<RuntimeFacts, 'gcCycles'>, seq: number): GcCycle {
  const cycle = gcCycles.find((candidate) => candidate.seq === seq);
  if (cycle === undefined) {
    const known = gcCycles.length === 0 ? 'it has none' : `it has 0 to ${gcCycles.length - 1}`;
    throw new GclensError(`the trace has no GC cycle ${seq}; ${known}`);
  }
  return cycle;
}
