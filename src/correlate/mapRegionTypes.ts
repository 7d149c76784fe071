import { groupBy } from '../base';
import { mapOps, type MapInterval, type MapOp } from '../runtime';
import type { MapWork } from './mapWork';
import { StackSites } from './stackSite';

/** Map activity that a program says itself, by the name it gives it: regions, and pairs of logs. */
export interface MapRegionType {
  readonly name: string;
  readonly evidence: MapInterval['evidence'];
  /** The program's line that begins most of them; null where no stack tells. */
  readonly line: string | null;
  readonly count: number;
  /** Those that the trace cuts: they were longer than it shows. */
  readonly cut: number;
  readonly totalNs: number;
  readonly longestNs: number;
  /** CPU samples in map operations inside of regions of this type, by operation. */
  readonly samples: Readonly<Partial<Record<MapOp, number>>>;
}

/** What a trace's regions and logs say of map activity, longest in sum first; logs without a partner last no time, and count. */
export function mapRegionTypesOf({ trace, samples }: MapWork): MapRegionType[] {
  if (trace === null) {
    return [];
  }
  const { mapIntervals, regions } = trace.facts;
  const sites = new StackSites(trace.trace);
  const samplesOf = groupBy(samples, ({ region }) => regions.at(region)?.type ?? null);
  const rows = Array.from({ length: mapIntervals.length }, (_, row) => mapIntervals.at(row)).filter((interval) => interval !== undefined);
  return [...groupBy(rows, ({ evidence, name }) => `${evidence}\0${name}`).values()]
    .flatMap((own): MapRegionType[] => {
      const [first] = own;
      if (first === undefined) {
        return [];
      }
      const inside = first.evidence === 'region' ? (samplesOf.get(first.name) ?? []) : [];
      const lines = groupBy(own, ({ event }) => (event === null ? null : sites.at(trace.trace.events.stackAt(event)).line));
      const [line] = [...lines].sort((a, b) => b[1].length - a[1].length)[0] ?? [null];
      return [
        {
          name: first.name,
          evidence: first.evidence,
          line,
          count: own.length,
          cut: own.filter(({ cutStart, cutEnd }) => cutStart || cutEnd).length,
          totalNs: own.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0),
          longestNs: own.reduce((most, { startNs, endNs }) => Math.max(most, endNs - startNs), 0),
          samples: Object.fromEntries(
            mapOps
              .map((op) => [op, inside.reduce((sum, sample) => sum + (sample.op === op ? sample.count : 0), 0)] as const)
              .filter(([, count]) => count > 0),
          ),
        },
      ];
    })
    .sort((a, b) => b.totalNs - a.totalNs || b.count - a.count);
}
