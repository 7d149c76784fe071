import { remember } from '../base';
import type { AnalyzedTrace } from './capture';
import { MapRegionLookup } from './mapRegions';
import { type StackSites, stackSitesOf } from './stackSite';
import type { MapTie } from './triggers';

/** Something that a goroutine did at a moment, with its stack. */
interface Happening {
  readonly stack: number;
  readonly goroutine: number;
  readonly timeNs: number;
}

/**
 * What ties something that happened to maps, strongest evidence first: its stack, the map region it lies in, map samples in the same function, which what a
 * map operation calls back counts as.
 */
export class MapTies {
  private readonly regions: MapRegionLookup;
  private readonly functions: ReadonlySet<string>;

  constructor(
    { facts }: Pick<AnalyzedTrace, 'facts'>,
    private readonly sites: StackSites,
  ) {
    this.regions = new MapRegionLookup(facts);
    this.functions = functionsWithMapSamples(facts, sites);
  }

  tieOf({ stack, goroutine, timeNs }: Happening): MapTie {
    const site = this.sites.at(stack);
    if (site.mapOp !== null && !site.isMapCallback) {
      return 'operation';
    }
    if (goroutine >= 0 && this.regions.isInside(goroutine, timeNs)) {
      return 'region';
    }
    return site.mapOp !== null || this.functions.has(site.function) ? 'function' : null;
  }
}

function functionsWithMapSamples({ samples }: AnalyzedTrace['facts'], sites: StackSites): Set<string> {
  const functions = new Set<string>();
  for (let row = 0; row < samples.length; row++) {
    if ((samples.mapOp[row] ?? -1) >= 0) {
      functions.add(sites.at(samples.stack[row] ?? 0).mapFunction);
    }
  }
  return functions;
}

/** What ties what happened in a trace to maps, for all who ask. */
export const mapTiesIn = remember(
  (analyzed: Pick<AnalyzedTrace, 'trace' | 'facts'>) => new MapTies(analyzed, stackSitesOf(analyzed.trace)),
);
