import { groupBy } from '../base';
import { mapOps, type MapInterval, type MapOp } from '../runtime';
import type { AnalyzedTrace } from './capture';
import type { MapWork } from './mapWork';
import { type StackSites, stackSitesOf } from './stackSite';

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
  const { regions } = trace.facts;
  const sites = stackSitesOf(trace.trace);
  const samplesOf = groupBy(samples, ({ region }) => regions.at(region)?.type ?? null);
  const tallies = tallyIntervals(trace, sites);
  return tallies
    .map((tally): MapRegionType => {
      const inside = tally.evidence === 'region' ? (samplesOf.get(tally.name) ?? []) : [];
      const [line] = [...tally.lines].sort((a, b) => b[1] - a[1])[0] ?? [null];
      const { name, evidence, count, cut, totalNs, longestNs } = tally;
      return {
        name,
        evidence,
        line,
        count,
        cut,
        totalNs,
        longestNs,
        samples: Object.fromEntries(
          mapOps
            .map((op) => [op, inside.reduce((sum, sample) => sum + (sample.op === op ? sample.count : 0), 0)] as const)
            .filter(([, samplesOfOp]) => samplesOfOp > 0),
        ),
      };
    })
    .sort((a, b) => b.totalNs - a.totalNs || b.count - a.count);
}

/** Intervals of one name and evidence, added up. */
interface Tally {
  readonly name: string;
  readonly evidence: MapInterval['evidence'];
  count: number;
  cut: number;
  totalNs: number;
  longestNs: number;
  /** By line that begins them. */
  readonly lines: Map<string | null, number>;
}

/** In the order of their first intervals. */
function tallyIntervals({ trace, facts }: AnalyzedTrace, sites: StackSites): Tally[] {
  const { mapIntervals } = facts;
  const tallies = new Map<string, Tally>();
  for (let row = 0; row < mapIntervals.length; row++) {
    const interval = mapIntervals.at(row);
    if (interval === undefined) {
      continue;
    }
    const { evidence, name, startNs, endNs, event, cutStart, cutEnd } = interval;
    const key = `${evidence}\0${name}`;
    const tally = tallies.get(key) ?? {
      name,
      evidence,
      count: 0,
      cut: 0,
      totalNs: 0,
      longestNs: 0,
      lines: new Map<string | null, number>(),
    };
    tallies.set(key, tally);
    tally.count++;
    tally.cut += cutStart || cutEnd ? 1 : 0;
    tally.totalNs += endNs - startNs;
    tally.longestNs = Math.max(tally.longestNs, endNs - startNs);
    const line = event === null ? null : sites.at(trace.events.stackAt(event)).line;
    tally.lines.set(line, (tally.lines.get(line) ?? 0) + 1);
  }
  return [...tallies.values()];
}
