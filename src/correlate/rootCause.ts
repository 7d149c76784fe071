import { NONE } from '../gotrace';
import type { Profile } from '../pprof';
import { type AllocationEvents, allocationEvents, countKinds } from './allocationEvents';
import { allocationsByLine, isAllocationProfile } from './allocationProfile';
import { type AllocationSite, rankAllocationSites, type SiteSources } from './allocationSites';
import type { AnalyzedTrace, Capture } from './capture';
import { causesOfCycles, type CycleCause } from './cycleCauses';
import { ServedRequests } from './goroutineMakers';
import { type MapTies, mapTiesIn } from './mapTies';
import { rememberLast } from './rememberLast';
import { requestLookupOf } from './requestAt';
import { requestTimeOf } from './requestParts';
import { stackSitesOf } from './stackSite';
import { joinedCaptures } from './strangers';
import { splitTime, type TimeSplit } from './timeSplit';
import type { MapTie } from './triggers';

/** Why GC ran in a trace, what it cost the requests, and what else took their time. */
export interface RootCause {
  readonly verdict: Verdict;
  readonly cost: GcCost;
  /** What the lines are ranked by, and how much of it there is. */
  readonly evidence: {
    readonly triggers: number;
    readonly assists: number;
    readonly samples: number;
    /** How many of them are draws of an allocating line: not the starts of cycles that a memory limit began. */
    readonly draws: number;
    /** Whether an allocs or heap profile is joined by line. */
    readonly hasAllocationProfile: boolean;
  };
  /** Part of the allocation that drives GC which has any evidence of maps, by the strongest of each vote; 0 without votes. */
  readonly mapShare: Readonly<Record<'operation' | 'region' | 'function' | 'all', number>>;
  /** Lines that drive GC, the one that does most first. */
  readonly sites: readonly AllocationSite[];
  /** One for each GC cycle. */
  readonly cycles: readonly CycleCause[];
  /** Where the time of the requests went, by type. */
  readonly time: readonly TimeSplit[];
}

/**
 * `no GC`: no cycle ran. `unread`: none in what could be read of a damaged trace. `not GC`: cycles ran, but took little of what the requests took. `forced`, `timer`: most cycles were called for, or due after two
 * minutes. `map operations`: most of the allocation is made by map operations themselves. `map code`: by code that works on maps. `allocation`: by other
 * code. `unknown`: the trace does not show who allocates.
 */
export type Verdict = 'no GC' | 'unread' | 'not GC' | 'forced' | 'timer' | 'map operations' | 'map code' | 'allocation' | 'unknown';

/** What GC cost. */
export interface GcCost {
  /** Part of the tasks' time that GC took (facts.md section 7), parts of requests on other goroutines counted beside them; null without tasks. */
  readonly requestShare: number | null;
  /** Part of the time that a cycle ran. */
  readonly cycleShare: number;
  readonly cycles: number;
  readonly stopNs: number;
  readonly longestStopNs: number;
  /** Whole assists, on and off the CPU. */
  readonly assistNs: number;
}

/** Below this part of the requests' time GC is not what a request is slow for. */
export const smallGcShare = 0.05;

/**
 * The root cause of GC in a trace. Shares are votes: see `rankAllocationSites`.
 * @param profiles of the same process; the first allocs or heap profile among them is joined by line
 */
export function findRootCause(analyzed: AnalyzedTrace, profiles: readonly Profile[] = []): RootCause {
  return rememberedCause({ analyzed, profiles });
}

interface CauseSources {
  readonly analyzed: AnalyzedTrace;
  readonly profiles: readonly Profile[];
}

const rememberedCause = rememberLast(seekRootCause, ({ analyzed, profiles }) => [analyzed, ...profiles]);

function seekRootCause({ analyzed, profiles }: CauseSources): RootCause {
  const sites = stackSitesOf(analyzed.trace);
  const allocs = profiles.find(isAllocationProfile);
  const requests = requestLookupOf(analyzed.facts);
  const events = allocationEvents(analyzed, sites);
  const mapTies = mapTiesIn(analyzed);
  const sources: SiteSources = {
    analyzed,
    sites,
    events,
    walkAround: (stack) => mapTies.walkAround(stack),
    walkPerhapsAround: (stack) => mapTies.walkPerhapsAround(stack),
    ties: tiesOf(events, mapTies),
    requests: requestsOf(events, new ServedRequests(analyzed.trace.events, analyzed.facts.tasks, requests)),
    allocations: allocs === undefined ? null : allocationsByLine(allocs),
  };
  const tied = { operation: 0, region: 0, function: 0, all: 0 };
  let total = 0;
  for (let row = 0; row < events.length; row++) {
    const tie = sources.ties[row] ?? null;
    const votes = events.votes[row] ?? 0;
    total += votes;
    if (tie !== null) {
      tied[tie] += votes;
      tied.all += votes;
    }
  }
  const shareOf = (votes: number) => (total === 0 ? 0 : votes / total);
  const mapShare = {
    operation: shareOf(tied.operation),
    region: shareOf(tied.region),
    function: shareOf(tied.function),
    all: shareOf(tied.all),
  };
  const time = splitTime(analyzed, requests);
  const cost = costOf(analyzed);
  return {
    verdict: verdictOf(analyzed, cost, mapShare, events.length),
    cost,
    evidence: {
      ...countKinds(events.kind),
      draws: events.isDraw.reduce((sum, isDraw) => sum + isDraw, 0),
      hasAllocationProfile: allocs !== undefined,
    },
    mapShare,
    sites: rankAllocationSites(sources),
    cycles: causesOfCycles(sources),
    time,
  };
}

/** By event. */
function tiesOf({ length, stack, region, timeNs }: AllocationEvents, ties: MapTies): MapTie[] {
  const found: MapTie[] = [];
  for (let row = 0; row < length; row++) {
    found.push(ties.tieOf(stack[row] ?? 0, region[row] ?? -1, timeNs[row] ?? 0));
  }
  return found;
}

/** By event; -1 without. */
function requestsOf({ length, goroutine, region, timeNs }: AllocationEvents, served: ServedRequests): Int32Array {
  const found = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    found[row] = served.at(goroutine[row] ?? NONE, timeNs[row] ?? 0, region[row] ?? -1);
  }
  return found;
}

/**
 * {@link findRootCause} of captures, by the profiles among them that belong to the trace; null where there is no trace.
 * @param joinAnyway whether also profiles of another process or moment count
 */
export function rootCauseOf(captures: readonly Capture[], joinAnyway = false): RootCause | null {
  const trace = captures.find((capture) => capture.kind === 'trace');
  const joined = joinedCaptures(captures, joinAnyway).flatMap((capture) => (capture.kind === 'pprof' ? [capture.profile] : []));
  return trace === undefined ? null : findRootCause(trace.analyzed, joined);
}

function costOf(analyzed: AnalyzedTrace): GcCost {
  const { facts, overlap } = analyzed;
  const requests = requestTimeOf(analyzed);
  const [totalNs, taxNs] = [sumOf(requests.totalNs), sumOf(requests.gcTaxNs)];
  const stops = facts.stops.filter(({ isGc }) => isGc).map(({ startNs, endNs }) => endNs - startNs);
  const wallNs = overlap.cycleWallNs + overlap.outsideWallNs;
  return {
    requestShare: totalNs === 0 ? null : taxNs / totalNs,
    cycleShare: wallNs === 0 ? 0 : overlap.cycleWallNs / wallNs,
    cycles: facts.gcCycles.length,
    stopNs: stops.reduce((sum, ns) => sum + ns, 0),
    longestStopNs: stops.reduce((most, ns) => Math.max(most, ns), 0),
    assistNs: facts.assists.endNs.reduce((sum, end, row) => sum + end - (facts.assists.startNs[row] ?? 0), 0),
  };
}

function sumOf(column: Float64Array): number {
  return column.reduce((sum, ns) => sum + ns, 0);
}

/** Whether no time passes in a trace: it tells of nothing, not that nothing happened. */
export function holdsNothing({ facts }: Pick<AnalyzedTrace, 'facts'>): boolean {
  return facts.endNs <= facts.startNs;
}

/** What is not in a damaged trace may have been in what could not be read. */
export function isReadWhole(analyzed: Pick<AnalyzedTrace, 'trace' | 'facts'>): boolean {
  return analyzed.trace.damage === null && !holdsNothing(analyzed);
}

function verdictOf(analyzed: AnalyzedTrace, { requestShare, cycles }: GcCost, mapShare: RootCause['mapShare'], votes: number): Verdict {
  if (cycles === 0) {
    return isReadWhole(analyzed) ? 'no GC' : 'unread';
  }
  if (requestShare !== null && requestShare < smallGcShare) {
    return 'not GC';
  }
  const began = (trigger: string) => analyzed.facts.gcCycles.filter((cycle) => cycle.trigger === trigger).length;
  const known = cycles - began('unknown');
  if (began('forced') * 2 > known) {
    return 'forced';
  }
  if (began('periodic') * 2 > known) {
    return 'timer';
  }
  if (votes === 0) {
    return 'unknown';
  }
  return mapShare.operation > 0.5 ? 'map operations' : mapShare.all > 0.5 ? 'map code' : 'allocation';
}
