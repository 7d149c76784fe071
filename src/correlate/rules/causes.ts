import { groupBy } from '../../base';
import type { StringIndex } from '../../gotrace';
import { framesOfStack, mapOps, type MapOp, RowGroups } from '../../runtime';
import { allocationEvents } from '../allocationEvents';
import { collectorWorkOf } from '../collectorFunctions';
import type { AllocationSite } from '../allocationSites';
import type { AnalyzedTrace, Capture } from '..';
import { allocatesNothing } from '../allocatingOperation';
import type { RootCause } from '../rootCause';
import { functionsSeen, type SeenWork } from '../seenMapWork';
import { functionAt, type IterationPath, stackSitesOf } from '../stackSite';
import { type MapTie, strongestTie } from '../triggers';
import { endpointsByLabel } from './endpointLabels';

/** A function whose allocations drive the GC, with what ties it to maps. */
export interface Cause {
  readonly function: string;
  /** Its lines by their part of what drives the GC, most first. */
  readonly sites: readonly AllocationSite[];
  readonly share: number;
  /** Its part of the votes when each counts once: the time of assists, by which `share` weighs them, is also the time of those who had to wait for a P. */
  readonly voteShare: number;
  /** Lower end of the 95 % interval of `share`, from the intervals of its lines; null of fewer than three GC cycles. */
  readonly shareLow: number | null;
  /** The votes when each counts once. */
  readonly votes: number;
  readonly triggers: number;
  /** How many cycles would have begun there if its part of them were `share`. */
  readonly expectedTriggers: number;
  readonly assists: number;
  readonly assistNs: number;
  readonly samples: number;
  /** Part of its votes that has evidence of maps, and the strongest of these. */
  readonly mapShare: number;
  readonly mapTie: MapTie;
  /** The map operation that goes on there, and how that is known; null where maps are not in sight. */
  readonly mapWork: MapWork | null;
  /** CPU samples of the trace of the function at work, outside of the allocator and the collector: how many chances there were to see map work in it. */
  readonly functionSamples: number;
  /** Requests that were served there, most events first; type null stands for goroutines that worked for no task and have no labels. */
  readonly requests: readonly { readonly type: string | null; readonly events: number }[];
  /** Bytes allocated since the process began, by an allocs or heap profile; null without one. */
  readonly allocBytes: number | null;
  readonly allocShare: number | null;
}

/** A map operation of a function. */
export interface MapWork {
  /** `other` where only a region tells of it, by a name that is no operation's. */
  readonly op: MapOp | 'other';
  /** The program's line that asks for it; null where only a region tells of it. */
  readonly line: string | null;
  /** Which way it goes, where it is an iteration. */
  readonly iteration: IterationPath | null;
  readonly evidence: 'operation' | 'region' | 'samples' | 'preemptions' | 'caller';
  /** CPU samples in it. */
  readonly samples: number;
  /** How often a goroutine was preempted in it. */
  readonly preemptions: number;
  /** Type of the region around it, null without. */
  readonly region: string | null;
}

/** Functions that drive the GC, the one that does most first. */
export function causesOf(analyzed: AnalyzedTrace, { sites, evidence: { draws: votes } }: RootCause, captures: readonly Capture[]): Cause[] {
  const functions = [...groupBy(sites, (site) => site.function)];
  const served = functions.some(([, own]) => isForNoTask(own)) ? endpointsByLabel(analyzed, captures) : undefined;
  const regions = regionsOfLines(analyzed);
  const atWork = samplesAtWork(analyzed);
  const seen = functionsSeen(analyzed.facts.samples, analyzed.trace);
  const triggers = sites.reduce((total, site) => total + site.triggers, 0);
  return functions
    .map(([name, own]): Cause => {
      const sum = (valueOf: (site: AllocationSite) => number) => own.reduce((total, site) => total + valueOf(site), 0);
      const share = sum((site) => site.share);
      const mapTie = strongestTie((tie) => own.some((site) => site.mapTie === tie));
      return {
        function: name,
        sites: own,
        share,
        shareLow: own.some((site) => site.interval !== null) ? sum((site) => site.interval?.low ?? 0) : null,
        votes: sum((site) => site.draws),
        voteShare: votes === 0 ? 0 : sum((site) => site.draws) / votes,
        triggers: sum((site) => site.triggers),
        expectedTriggers: share * triggers,
        assists: sum((site) => site.assists),
        assistNs: sum((site) => site.assistNs),
        samples: sum((site) => site.samples),
        mapShare: share === 0 ? 0 : sum((site) => site.share * site.mapShare) / share,
        mapTie,
        mapWork: mapTie === null ? null : mapWorkOf(seen.get(name)?.works ?? [], own, regions),
        functionSamples: atWork.get(name) ?? 0,
        requests: requestsOf(own, served?.get(name)),
        allocBytes: own.some((site) => site.allocBytes !== null) ? sum((site) => site.allocBytes ?? 0) : null,
        allocShare: own.some((site) => site.allocShare !== null) ? sum((site) => site.allocShare ?? 0) : null,
      };
    })
    .sort((a, b) => b.share - a.share);
}

/** @param labelled CPU samples by endpoint: told where no task tells any */
function requestsOf(sites: readonly AllocationSite[], labelled: ReadonlyMap<string, number> | undefined): Cause['requests'] {
  const told = groupBy(
    sites.flatMap((site) => site.requests),
    ({ type }) => type,
  );
  const requests =
    labelled !== undefined && isForNoTask(sites)
      ? [...labelled].map(([type, events]) => ({ type, events }))
      : [...told].map(([type, own]) => ({ type, events: own.reduce((sum, { events }) => sum + events, 0) }));
  return requests.sort((a, b) => b.events - a.events);
}

function isForNoTask(sites: readonly AllocationSite[]): boolean {
  return sites.every(({ requests }) => requests.every(({ type }) => type === null));
}

/** What less of a function's allocations is part of is not what they are about. */
const leastOfOperation = 0.25;

/**
 * The map operation of a function: the one that its allocations are part of, unless that is few of them and another was seen; else the one that CPU samples saw in it
 * most often, but lookups and the like, which allocate nothing, only where there is no other; else the one that calls it, the one that goroutines were preempted
 * in, what the region around them is called.
 */
function mapWorkOf(seen: readonly SeenWork[], sites: readonly AllocationSite[], regions: ReadonlyMap<string, string>): MapWork | null {
  const region = sites.map(({ line }) => regions.get(line)).find((type) => type !== undefined) ?? null;
  const share = sites.reduce((sum, site) => sum + site.share, 0);
  const shareOfOperations = sites.reduce((sum, site) => sum + site.share * site.mapOpShare, 0);
  const isMinor = seen.length > 0 && shareOfOperations < leastOfOperation * share;
  const allocating = isMinor ? undefined : sites.find(({ mapOp }) => mapOp !== null);
  const wanted = seen.filter(({ op }) => op === allocating?.mapOp);
  const most = seen.find(({ op }) => !allocatesNothing(op)) ?? seen[0];
  if (allocating?.mapOp !== null && allocating !== undefined) {
    return {
      op: allocating.mapOp,
      line: wanted[0]?.line ?? allocating.line,
      iteration: allocating.iteration,
      evidence: 'operation',
      samples: wanted.reduce((sum, { samples }) => sum + samples, 0),
      preemptions: wanted.reduce((sum, { preemptions }) => sum + preemptions, 0),
      region,
    };
  }
  if (most !== undefined && most.samples > 0) {
    return { ...most, evidence: 'samples', region };
  }
  const calling = sites.find(({ calledBy }) => calledBy !== null)?.calledBy ?? null;
  if (calling !== null) {
    return { ...calling, samples: 0, preemptions: 0, region };
  }
  if (most !== undefined) {
    return { ...most, evidence: 'preemptions', region };
  }
  return region === null
    ? null
    : { op: operationOf(region), line: null, iteration: null, evidence: 'region', samples: 0, preemptions: 0, region };
}

/** `iterate` of `map.iterate`. */
function operationOf(region: string): MapOp | 'other' {
  const words = region.toLowerCase().split(/[^a-z]+/);
  return mapOps.find((op) => words.includes(op)) ?? 'other';
}

/** By function, closures counted as the function that holds them: CPU samples of what it does, not of what its allocations cost. */
function samplesAtWork({ trace, facts }: AnalyzedTrace): Map<string, number> {
  const sites = stackSitesOf(trace);
  const byStack = new RowGroups(facts.samples.stack);
  const counts = new Map<string, number>();
  for (let n = 0; n < byStack.length; n++) {
    const stack = byStack.keyAt(n);
    const frames = framesOfStack(trace, stack);
    const isAtWork = !sites.at(stack).allocates && !frames.some((frame) => collectorWorkOf(frame.function) !== null);
    const functions = new Set(isAtWork ? frames.map((_, at) => functionAt(frames, at)) : []);
    for (const name of functions) {
      counts.set(name, (counts.get(name) ?? 0) + byStack.rowsAt(n).length);
    }
  }
  return counts;
}

/** By line: the type of the map region in which its allocations were seen most often. */
function regionsOfLines({ trace, facts }: AnalyzedTrace): Map<string, string> {
  const sites = stackSitesOf(trace);
  const counts = new Map<string, Map<number, number>>();
  const events = allocationEvents({ facts }, sites);
  for (let event = 0; event < events.length; event++) {
    const { line } = sites.at(events.stack[event] ?? 0);
    const region = events.region[event] ?? -1;
    if (line !== null && region >= 0 && facts.regions.isMap[region] === 1) {
      const types = counts.get(line) ?? new Map<number, number>();
      const type = facts.regions.type[region] ?? 0;
      counts.set(line, types.set(type, (types.get(type) ?? 0) + 1));
    }
  }
  return new Map(
    [...counts].map(([line, types]) => {
      const [most = [0, 0]] = [...types].sort((a, b) => b[1] - a[1]);
      return [line, trace.strings.textOf(most[0] as StringIndex)];
    }),
  );
}
