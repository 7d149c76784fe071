import { NONE, type Trace } from '../gotrace';
import { framesOfStack, rowsBy, siteOf, type GcCycle, type RuntimeFacts } from '../runtime';
import type { AnalyzedTrace } from './capture';
import { startersOf } from './cycleStarters';
import { mapTiesIn } from './mapTies';
import { requestLookupOf } from './requestAt';

/** What ties the start of a GC cycle to maps, and by which evidence. */
export type MapTie = 'operation' | 'region' | 'function' | null;

/** The strongest evidence among some. */
export function strongestTie(has: (tie: MapTie) => boolean): MapTie {
  return (['operation', 'region', 'function'] as const).find(has) ?? null;
}

/**
 * By cycle, what the goroutine that started it was doing. A cycle has one trigger and says little about who filled the heap before; see `findRootCause` for
 * all that shows it.
 */
export function mapTiesOf(analyzed: Pick<AnalyzedTrace, 'trace' | 'facts'>): MapTie[] {
  const ties = mapTiesIn(analyzed);
  const lookup = requestLookupOf(analyzed.facts);
  const starters = startersOf(analyzed.facts);
  return analyzed.facts.gcCycles.map(({ stack, startNs }, k) => ties.tieOf(stack, lookup.regionAt(starters[k] ?? NONE, startNs), startNs));
}

/** A line with how often, and for how long, something happened there. */
export interface SiteCount {
  readonly site: string;
  readonly count: number;
  readonly totalNs: number;
}

/** Lines that started cycles, most first. */
export function triggerSites(cycles: readonly GcCycle[]): SiteCount[] {
  const sites = new SiteCounter();
  for (const { site } of cycles) {
    sites.add(site, 1, 0);
  }
  return sites.list();
}

/** Lines that had to assist the collector, longest first. */
export function assistSites(trace: Trace, { assists }: RuntimeFacts): SiteCount[] {
  const byStack = rowsBy(assists.stack);
  const sites = new SiteCounter();
  for (let n = 0; n < byStack.length; n++) {
    const rows = byStack.rowsAt(n);
    const totalNs = rows.reduce((sum, row) => sum + (assists.endNs[row] ?? 0) - (assists.startNs[row] ?? 0), 0);
    sites.add(siteOf(framesOfStack(trace, byStack.keyAt(n))), rows.length, totalNs);
  }
  return sites.list();
}

class SiteCounter {
  private readonly sites = new Map<string, { site: string; count: number; totalNs: number }>();

  add(site: string | null, count: number, totalNs: number): void {
    if (site !== null) {
      const known = this.sites.get(site) ?? { site, count: 0, totalNs: 0 };
      known.count += count;
      known.totalNs += totalNs;
      this.sites.set(site, known);
    }
  }

  list(): SiteCount[] {
    return [...this.sites.values()].sort((a, b) => b.totalNs - a.totalNs || b.count - a.count);
  }
}
