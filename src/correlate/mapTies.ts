import type { AnalyzedTrace } from './capture';
import { MapRegionLookup } from './mapRegions';
import { functionOfSite, holderOf, type StackSites } from './stackSite';
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
  private readonly known = new Map<Happening, MapTie>();

  constructor(
    { facts, mapSites }: Pick<AnalyzedTrace, 'facts' | 'mapSites'>,
    private readonly sites: StackSites,
  ) {
    this.regions = new MapRegionLookup(facts);
    this.functions = new Set(mapSites.map(({ site }) => holderOf(functionOfSite(site))));
  }

  tieOf(happening: Happening): MapTie {
    let tie = this.known.get(happening);
    if (tie === undefined) {
      tie = this.find(happening);
      this.known.set(happening, tie);
    }
    return tie;
  }

  private find({ stack, goroutine, timeNs }: Happening): MapTie {
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
