import { type GcCycle, RowGroups } from '../runtime';
import { AllocationKind, countKinds } from './allocationEvents';
import { countRequests, type RequestCount, type SiteSources, votesByName } from './allocationSites';
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
export function causesOfCycles(sources: SiteSources): CycleCause[] {
  const { analyzed, events, sites, ties } = sources;
  const byCycle = new RowGroups(events.cycle);
  return analyzed.facts.gcCycles.map((cycle, position) => {
    const own = byCycle.rowsOf(position);
    const total = own.reduce((sum, event) => sum + (events.votes[event] ?? 0), 0);
    const tied = own.reduce((sum, event) => sum + (ties[event] === null ? 0 : (events.votes[event] ?? 0)), 0);
    const trigger = own.find((event) => events.kind[event] === AllocationKind.Trigger);
    const { assists, samples } = countKinds(own.map((event) => events.kind[event] ?? 0));
    return {
      seq: cycle.seq,
      trigger: cycle.trigger,
      startedAt: cycle.stack === 0 ? null : sites.at(cycle.stack).line,
      mapTie: ties[trigger ?? -1] ?? null,
      // What a memory limit began, or assists that did no work, are no votes.
      sites: total === 0 ? [] : sharesOfLines(own, total, sources),
      mapShare: total === 0 ? null : tied / total,
      evidence: { assists, samples },
      requests: countRequests(own, sources).slice(0, shownRequests),
    };
  });
}

/** Lines of some events, most votes first, few. */
function sharesOfLines(rows: Uint32Array, total: number, { events, sites }: SiteSources): CycleCause['sites'] {
  const votesOfStacks = Array.from(rows, (event) => [events.stack[event] ?? 0, events.votes[event] ?? 0] as const);
  return votesByName(votesOfStacks, (stack) => sites.at(stack).line)
    .map(([line, votes]) => ({ line, share: votes / total }))
    .slice(0, shownSites);
}
