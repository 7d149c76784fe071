import { remember } from '../base';
import { type MapOp, mapOps } from '../runtime';
import type { AnalyzedTrace } from './capture';
import { type RequestLookup, requestLookupOf } from './requestAt';
import { type IterationPath, type StackSite, type StackSites, stackSitesOf } from './stackSite';
import type { MapTie } from './triggers';

/**
 * What ties something that happened to maps, strongest evidence first: its stack, the map region it lies in, samples of the same function that walk or fill a
 * map (what a map operation calls back counts as such) or, as a large part of what it does, look entries up.
 */
export class MapTies {
  private readonly lookup: RequestLookup;
  private readonly functions: ReadonlyMap<string, SampledFunction>;

  constructor(
    { facts }: Pick<AnalyzedTrace, 'facts'>,
    private readonly sites: StackSites,
  ) {
    this.lookup = requestLookupOf(facts);
    this.functions = sampledFunctions(facts, sites);
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
    return (site.mapOp !== null && site.isMapCallback) || this.isOfMap(site) ? 'function' : null;
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

/** What CPU samples show of the map work of one function. */
interface SampledFunction {
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

function sampledFunctions({ samples }: AnalyzedTrace['facts'], sites: StackSites): Map<string, SampledFunction> {
  const functions = new Map<string, SampledFunction>();
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
  return functions;
}

/** A map operation, and which way it goes where it is an iteration. */
export type DirectedMapOp = Readonly<{ op: MapOp; iteration: IterationPath | null }>;

/** The map operation that what a stack allocates is part of; null where that is about something else: a function that is called back, what a library looks up for itself. */
export function allocatingOperation(site: StackSite): DirectedMapOp | null {
  if (site.libraryWalk !== null) {
    return { op: 'iterate', iteration: site.libraryWalk };
  }
  return site.mapOp === null || site.isMapCallback || isLibrarysOwn(site) ? null : { op: site.mapOp, iteration: site.iteration };
}

/** Whether a map operation is one beside which what is allocated may be about something else: a function that looks a session up and makes a buffer. */
export function allocatesNothing(op: MapOp): boolean {
  return op === 'access' || op === 'delete' || op === 'clear';
}

/**
 * Whether another of Go's packages looks something up for itself, as encoding/json does in its sync.Map of types for each value: that says nothing of the maps of
 * who called it. Walking and filling are work on the caller's map.
 */
export function isLibrarysOwn({ mapOp, mapSite, mapLine, iteration }: StackSite): boolean {
  return mapOp !== null && mapSite !== mapLine && iteration === null && (mapOp === 'syncmap' || allocatesNothing(mapOp));
}

/** What ties what happened in a trace to maps, for all who ask. */
export const mapTiesIn = remember(
  (analyzed: Pick<AnalyzedTrace, 'trace' | 'facts'>) => new MapTies(analyzed, stackSitesOf(analyzed.trace)),
);
