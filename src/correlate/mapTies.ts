import { remember } from '../base';
import { allocatesNothing, allocatingOperation, type CallingMapWork } from './allocatingOperation';
import type { AnalyzedTrace } from './capture';
import { type RequestLookup, requestLookupOf } from './requestAt';
import { functionsSeen, type SeenFunction, type SeenWork } from './seenMapWork';
import { type StackSite, type StackSites, stackSitesOf } from './stackSite';
import type { MapTie } from './triggers';
import { WalkingCallers } from './walkingCallers';

/**
 * What ties something that happened to maps, strongest evidence first: its stack, the map region it lies in, samples or preemptions of the same function that walk or
 * fill a map (what a map operation calls back counts as such) or, as a large part of what it does, look entries up.
 */
export class MapTies {
  private readonly lookup: RequestLookup;
  private readonly callers: WalkingCallers;
  private readonly functions: ReadonlyMap<string, SeenFunction>;

  constructor(
    { trace, facts }: Pick<AnalyzedTrace, 'trace' | 'facts'>,
    private readonly sites: StackSites,
  ) {
    this.lookup = requestLookupOf(facts);
    this.callers = new WalkingCallers({ trace, facts }, sites);
    this.functions = functionsSeen(facts.samples, trace);
  }

  /** @param region row of the innermost region around it, -1 without */
  tieOf(stack: number, region: number, timeNs: number): MapTie {
    const site = this.sites.at(stack);
    if (allocatingOperation(site) !== null) {
      return 'operation';
    }
    if (this.lookup.isInMapRegion(region, timeNs)) {
      return 'region';
    }
    const isOfMap = (site.mapOp !== null && site.isMapCallback) || this.isOfMap(site) || this.walkAround(stack) !== null;
    return isOfMap ? 'function' : null;
  }

  /** The walk over a map whose steps call what a stack allocates; null where none is known. */
  walkAround(stack: number): CallingMapWork | null {
    return this.callers.walkAround(stack);
  }

  /** The line of a walk of which it cannot be told whether its steps call what a stack allocates; null without. */
  walkPerhapsAround(stack: number): string | null {
    return this.callers.walkPerhapsAround(stack);
  }

  private isOfMap({ function: name, line }: StackSite): boolean {
    const { samples, works } = this.functions.get(name) ?? { samples: 0, works: [] };
    const lookups = works.filter(({ op }) => allocatesNothing(op));
    const count = (some: readonly SeenWork[]) => some.reduce((sum, work) => sum + work.samples, 0);
    const [all, onLine] = [count(lookups), count(lookups.filter((work) => work.line === line))];
    return (
      lookups.length < works.length ||
      (onLine >= fewLookups && onLine >= manyOnLine * samples) ||
      (all >= fewLookups && all >= manyLookups * samples)
    );
  }
}

/** Lookups say that an allocation is about the map where they are this part of what the function does, less on its own line, and not by chance. */
const manyLookups = 1 / 3;
const manyOnLine = 1 / 10;
const fewLookups = 5;

/** What ties what happened in a trace to maps, for all who ask. */
export const mapTiesIn = remember(
  (analyzed: Pick<AnalyzedTrace, 'trace' | 'facts'>) => new MapTies(analyzed, stackSitesOf(analyzed.trace)),
);
