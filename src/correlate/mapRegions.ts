import { groupBy } from '../base';
import { unionOf, type IntervalSet, type RuntimeFacts } from '../runtime';

/** The union of the map regions on each goroutine. */
export function mapRegionsByGoroutine({ regions }: RuntimeFacts): Map<number, IntervalSet> {
  const byGoroutine = groupBy(
    regions.filter((region) => region.isMap),
    (region) => region.goroutine,
  );
  return new Map(
    [...byGoroutine].map(([goroutine, own]) => [
      goroutine,
      unionOf(
        own.map((region) => region.startNs),
        own.map((region) => region.endNs),
      ),
    ]),
  );
}
