import { countUpTo, type RowGroups, rowsBy, unionOf, valuesAt, type IntervalSet, type RuntimeFacts } from '../runtime';

/** So few are looked at one by one: a table for each of many goroutines would cost more. */
const fewRows = 16;

/** Tells whether a goroutine is inside a map region; what is known of a goroutine is made when it is asked for. */
export class MapRegionLookup {
  private readonly byGoroutine: RowGroups;
  private readonly setOf = new Map<number, IntervalSet>();

  constructor(private readonly facts: Pick<RuntimeFacts, 'regions'>) {
    this.byGoroutine = rowsBy(facts.regions.goroutine);
  }

  isInside(goroutine: number, timeNs: number): boolean {
    const { isMap, startNs, endNs } = this.facts.regions;
    const rows = this.byGoroutine.rowsOf(goroutine);
    if (rows.length <= fewRows) {
      return rows.some((row) => isMap[row] === 1 && (startNs[row] ?? 0) <= timeNs && timeNs < (endNs[row] ?? 0));
    }
    let set = this.setOf.get(goroutine);
    if (set === undefined) {
      set = this.unionOn(goroutine);
      this.setOf.set(goroutine, set);
    }
    return timeNs < (set.end[countUpTo(set.start, timeNs) - 1] ?? -Infinity);
  }

  private unionOn(goroutine: number): IntervalSet {
    const { isMap, startNs, endNs } = this.facts.regions;
    const rows = this.byGoroutine.rowsOf(goroutine).filter((row) => isMap[row] === 1);
    return unionOf(valuesAt(startNs, rows), valuesAt(endNs, rows));
  }
}
