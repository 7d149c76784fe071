import { groupBy } from '../base';
import type { GcCycle } from '../runtime';
import type { AllocationEvent } from './allocationEvents';
import { countRequests, type RequestCount, type SiteSources, voteWeights } from './allocationSites';
import type { MapTie } from './triggers';

/** What drove one GC cycle. */
export interface CycleCause {
  readonly seq: number;
  readonly trigger: GcCycle['trigger'];
  /** The program's line at the start of the cycle; null where the stack shows none. */
  readonly startedAt: string | null;
  /** What ties that start to maps. */
  readonly mapTie: MapTie;
  /** Lines by their part of the votes of this cycle, most first, few: see `rankAllocationSites`. */
  readonly sites: readonly { readonly line: string; readonly share: number }[];
  /** Votes that rest on maps by any evidence, as part of all; null where there are none. */
  readonly mapShare: number | null;
  /** What the shares are made from: assists within the cycle and samples in the allocator since the one before began. */
  readonly evidence: { readonly assists: number; readonly samples: number };
  /** Requests whose goroutines gave those votes. */
  readonly requests: readonly RequestCount[];
}

const shownSites = 5;
const shownRequests = 5;

/** One for each GC cycle. */
export function causesOfCycles(events: readonly AllocationEvent[], sources: SiteSources): CycleCause[] {
  const { analyzed, sites, tieOf } = sources;
  const weigh = voteWeights(events);
  const byCycle = groupBy(events, ({ cycle }) => cycle);
  return analyzed.facts.gcCycles.map((cycle, position) => {
    const own = byCycle.get(position) ?? [];
    const total = own.reduce((sum, event) => sum + weigh(event), 0);
    const tied = own.reduce((sum, event) => sum + (tieOf(event) === null ? 0 : weigh(event)), 0);
    const trigger = own.find(({ kind }) => kind === 'trigger');
    return {
      seq: cycle.seq,
      trigger: cycle.trigger,
      startedAt: cycle.stack === 0 ? null : sites.at(cycle.stack).line,
      mapTie: trigger === undefined ? null : tieOf(trigger),
      // What a memory limit began, or assists that did no work, are no votes.
      sites: [...groupBy(total === 0 ? [] : own, ({ stack }) => sites.at(stack).line)]
        .flatMap(([line, of]) => (line === null ? [] : [{ line, share: of.reduce((sum, event) => sum + weigh(event), 0) / total }]))
        .sort((a, b) => b.share - a.share)
        .slice(0, shownSites),
      mapShare: total === 0 ? null : tied / total,
      evidence: {
        assists: own.filter(({ kind }) => kind === 'assist').length,
        samples: own.filter(({ kind }) => kind === 'sample').length,
      },
      requests: countRequests(own, sources).slice(0, shownRequests),
    };
  });
}
