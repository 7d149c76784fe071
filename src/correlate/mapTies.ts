import { remember } from '../base';
import { mapOps } from '../runtime';
import { allocatesNothing, allocatingOperation, type CallingMapWork, isLibrarysOwn } from './allocatingOperation';
import type { AnalyzedTrace } from './capture';
import { mapPreemptions } from './mapPreemptions';
import { type RequestLookup, requestLookupOf } from './requestAt';
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
    this.functions = seenFunctions(facts, sites, mapPreemptions(trace));
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

  private isOfMap({ function: name, line }: StackSite): boolean {
    const sampled = this.functions.get(name);
    if (sampled === undefined || sampled.isBuilding) {
      return sampled !== undefined;
    }
    const onLine = sampled.lookupsOfLine.get(line ?? '') ?? 0;
    return (
      (onLine >= fewLookups && onLine >= manyOnLine * sampled.samples) ||
      (sampled.lookups >= fewLookups && sampled.lookups >= manyLookups * sampled.samples)
    );
  }
}

/** What CPU samples and preemptions show of the map work of one function. */
interface SeenFunction {
  /** Samples on lines of the function, map work or not. */
  samples: number;
  /** Whether some walk, fill, grow, make or copy a map. */
  isBuilding: boolean;
  /** Those that look up, delete or clear, also by line. */
  lookups: number;
  readonly lookupsOfLine: Map<string, number>;
}

/** Lookups say that an allocation is about the map where they are this part of what the function does, less on its own line, and not by chance. */
const manyLookups = 1 / 3;
const manyOnLine = 1 / 10;
const fewLookups = 5;

function seenFunctions(
  { samples }: AnalyzedTrace['facts'],
  sites: StackSites,
  preemptions: ReturnType<typeof mapPreemptions>,
): Map<string, SeenFunction> {
  const functions = new Map<string, SeenFunction>();
  const known = (name: string) => {
    const found = functions.get(name) ?? { samples: 0, isBuilding: false, lookups: 0, lookupsOfLine: new Map<string, number>() };
    functions.set(name, found);
    return found;
  };
  for (let row = 0; row < samples.length; row++) {
    const site = sites.at(samples.stack[row] ?? 0);
    const { function: name, mapFunction, mapLine } = site;
    known(name).samples++;
    const op = mapOps[samples.mapOp[row] ?? -1];
    if (op === undefined || isLibrarysOwn(site)) {
      continue;
    }
    const asking = known(mapFunction);
    if (allocatesNothing(op)) {
      asking.lookups++;
      asking.lookupsOfLine.set(mapLine ?? '', (asking.lookupsOfLine.get(mapLine ?? '') ?? 0) + 1);
    } else {
      asking.isBuilding = true;
    }
  }
  for (const stack of preemptions.keys()) {
    known(sites.at(stack).mapFunction).isBuilding = true;
  }
  return functions;
}

/** What ties what happened in a trace to maps, for all who ask. */
export const mapTiesIn = remember(
  (analyzed: Pick<AnalyzedTrace, 'trace' | 'facts'>) => new MapTies(analyzed, stackSitesOf(analyzed.trace)),
);
