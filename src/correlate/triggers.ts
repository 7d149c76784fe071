import { groupBy } from '../base';
import { NONE, type Trace } from '../gotrace';
import { classifyMapOp, countUpTo, framesOfStack, siteOf, type GcCycle, type IntervalSet, type RuntimeFacts } from '../runtime';
import type { AnalyzedTrace } from './capture';
import { mapRegionsByGoroutine } from './mapRegions';

/** What ties the start of a GC cycle to maps, and by which evidence. */
export type MapTie = 'operation' | 'region' | 'function' | null;

/**
 * By cycle, what the goroutine that started it was doing: a map operation that allocated (its stack), something inside a map region, or something in a
 * function whose map work samples have seen. A cycle has one trigger and says little about who filled the heap before.
 */
export function mapTiesOf({ trace, facts, mapSites }: Pick<AnalyzedTrace, 'trace' | 'facts' | 'mapSites'>): MapTie[] {
  const starters = startersOf(facts);
  const regions = mapRegionsByGoroutine(facts);
  const mapFunctions = new Set(mapSites.map(({ site }) => functionOfSite(site)));
  return facts.gcCycles.map((cycle, k) => {
    const frames = framesOfStack(trace, cycle.stack);
    if (classifyMapOp(frames.map((frame) => frame.function)) !== null) {
      return 'operation';
    }
    const around = regions.get(starters[k] ?? NONE);
    if (around !== undefined && isInside(around, cycle.startNs)) {
      return 'region';
    }
    return cycle.site !== null && mapFunctions.has(functionOfSite(cycle.site)) ? 'function' : null;
  });
}

/** By cycle: the goroutine that began it, which is the one that stopped the world for it first. */
function startersOf({ gcCycles, stops }: RuntimeFacts): (number | undefined)[] {
  const sweepStops = stops.filter((stop) => stop.reason === 'GC sweep termination');
  let next = 0;
  return gcCycles.map((cycle) => {
    while ((sweepStops[next]?.startNs ?? Infinity) < cycle.startNs) {
      next++;
    }
    const stop = sweepStops[next];
    return stop !== undefined && stop.startNs < cycle.endNs && !cycle.cutStart ? stop.goroutine : undefined;
  });
}

function isInside(intervals: IntervalSet, timeNs: number): boolean {
  const i = countUpTo(intervals.start, timeNs) - 1;
  return timeNs < (intervals.end[i] ?? -Infinity);
}

function functionOfSite(site: string): string {
  return site.slice(0, site.lastIndexOf(' '));
}

/** A line with how often, and for how long, something happened there. */
export interface SiteCount {
  readonly site: string;
  readonly count: number;
  readonly totalNs: number;
}

/** Lines that started cycles, most first. */
export function triggerSites(cycles: readonly GcCycle[]): SiteCount[] {
  return countSites(cycles.flatMap(({ site }) => (site === null ? [] : [{ site, ns: 0 }])));
}

/** Lines that had to assist the collector, longest first. */
export function assistSites(trace: Trace, { assists }: RuntimeFacts): SiteCount[] {
  const siteOfStack = new Map<number, string | null>();
  const found: { site: string; ns: number }[] = [];
  for (let row = 0; row < assists.length; row++) {
    const stack = assists.stack[row] ?? 0;
    let site = siteOfStack.get(stack);
    if (site === undefined) {
      site = siteOf(framesOfStack(trace, stack));
      siteOfStack.set(stack, site);
    }
    if (site !== null) {
      found.push({ site, ns: (assists.endNs[row] ?? 0) - (assists.startNs[row] ?? 0) });
    }
  }
  return countSites(found);
}

function countSites(found: readonly { site: string; ns: number }[]): SiteCount[] {
  return [...groupBy(found, ({ site }) => site)]
    .map(([site, hits]) => ({ site, count: hits.length, totalNs: hits.reduce((sum, hit) => sum + hit.ns, 0) }))
    .sort((a, b) => b.totalNs - a.totalNs || b.count - a.count);
}
