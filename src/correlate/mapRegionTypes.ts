import { groupBy } from '../base';
import { mapOps, noEvent, type MapInterval, type MapOp } from '../runtime';
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
  return tallyIntervals(trace)
    .map((tally): MapRegionType => {
      const inside = tally.evidence === 'region' ? (samplesOf.get(tally.name) ?? []) : [];
      const { name, evidence, count, cut, totalNs, longestNs } = tally;
      return {
        name,
        evidence,
        line: mostLine(tally.stacks, sites),
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
  /** By stack that begins them: how many; 0 where no event does. */
  readonly stacks: Map<number, number>;
}

/** In the order of their first intervals. */
function tallyIntervals({ trace, facts: { mapIntervals, regions, logs } }: AnalyzedTrace): Tally[] {
  const tallies = new Map<string, Tally>();
  const ofRegionType = new Map<number, Tally>();
  const { startNs, endNs, isLog, source: sources } = mapIntervals;
  for (let row = 0; row < mapIntervals.length; row++) {
    const source = sources[row] ?? 0;
    const isRegion = isLog[row] !== 1;
    const type = regions.type[source] ?? 0;
    let tally = isRegion ? ofRegionType.get(type) : undefined;
    if (tally === undefined) {
      const interval = mapIntervals.at(row);
      if (interval === undefined) {
        continue;
      }
      tally = tallyOf(interval, tallies);
      if (isRegion) {
        ofRegionType.set(type, tally);
      }
    }
    const lengthNs = (endNs[row] ?? 0) - (startNs[row] ?? 0);
    const event = (isRegion ? regions.beginEvent[source] : logs.event[source]) ?? noEvent;
    const stack = event === noEvent ? 0 : trace.events.stackAt(event);
    tally.count++;
    tally.cut += isRegion && regions.cut[source] !== 0 ? 1 : 0;
    tally.totalNs += lengthNs;
    tally.longestNs = Math.max(tally.longestNs, lengthNs);
    tally.stacks.set(stack, (tally.stacks.get(stack) ?? 0) + 1);
  }
  return [...tallies.values()];
}

/** That of the intervals with the same name and evidence. */
function tallyOf({ evidence, name }: MapInterval, tallies: Map<string, Tally>): Tally {
  const key = `${evidence}\0${name}`;
  const known = tallies.get(key) ?? { name, evidence, count: 0, cut: 0, totalNs: 0, longestNs: 0, stacks: new Map<number, number>() };
  tallies.set(key, known);
  return known;
}

/** The line that begins most. */
function mostLine(stacks: ReadonlyMap<number, number>, sites: StackSites): string | null {
  const lines = new Map<string | null, number>();
  for (const [stack, count] of stacks) {
    const { line } = sites.at(stack);
    lines.set(line, (lines.get(line) ?? 0) + count);
  }
  return [...lines].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
