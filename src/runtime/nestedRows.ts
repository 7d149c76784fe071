import { remember } from '../base';
import { NONE } from '../gotrace';
import { lastBegun, type RowGroups, rowsBy } from './rowGroups';

/** Half-open intervals on goroutines in order of their start; of those that begin at once, the outer ones first. */
export type NestedColumns = Readonly<{ goroutine: Float64Array; startNs: Float64Array; endNs: Float64Array }>;

/** Of rows on goroutines, the one that began last among those around a moment: built in n, asked in log n and the depth of nesting. */
export class NestedRows {
  private readonly groups: RowGroups;
  /** By row: the row of its goroutine that it begins in, -1 for none. */
  private readonly holder: Int32Array;
  /** By row: latest end of it and those before it on its goroutine: where it is past, none of them holds the moment. */
  private readonly latestEndNs: Float64Array;

  constructor(private readonly table: NestedColumns) {
    this.groups = rowsBy(table.goroutine);
    this.holder = new Int32Array(table.endNs.length);
    this.latestEndNs = table.endNs.slice();
    for (let group = 0; group < this.groups.length; group++) {
      this.nest(group);
    }
  }

  private nest(group: number): void {
    const { holder, latestEndNs } = this;
    const { rows, start } = this.groups;
    const behind = start[group + 1] ?? 0;
    for (let place = start[group] ?? 0, previous = -1; place < behind; place++) {
      const row = rows[place] ?? 0;
      latestEndNs[row] = Math.max(latestEndNs[row] ?? 0, latestEndNs[previous] ?? -Infinity);
      holder[row] = this.holderAt(previous, this.table.startNs[row] ?? 0);
      previous = row;
    }
  }

  /** -1 for none: also where the goroutine is not known, as that of a row may be. */
  innermostAt(goroutine: number, timeNs: number): number {
    const group = goroutine === NONE ? -1 : this.groups.indexOf(goroutine);
    const place = lastBegun(this.groups, group, this.table.startNs, timeNs);
    return place < (this.groups.start[group] ?? 0) ? -1 : this.holderAt(this.groups.rows[place] ?? -1, timeNs);
  }

  /** The next one outwards of a row that holds a moment, -1 for none. */
  around(row: number, timeNs: number): number {
    return this.holderAt(this.holder[row] ?? -1, timeNs);
  }

  /** The innermost row around a moment that is wanted, from a row around it outwards; -1 for none. */
  firstFrom(row: number, timeNs: number, isWanted: (row: number) => boolean): number {
    let at = row;
    while (at >= 0 && !isWanted(at)) {
      at = this.around(at, timeNs);
    }
    return at;
  }

  /** From a row outwards. Who holds a moment and began before the row also holds its beginning, so the chain of `holder` leads there. */
  private holderAt(row: number, timeNs: number): number {
    let at = (this.latestEndNs[row] ?? -Infinity) <= timeNs ? -1 : row;
    while (at >= 0 && (this.table.endNs[at] ?? Infinity) <= timeNs) {
      at = this.holder[at] ?? -1;
    }
    return at;
  }
}

/** {@link NestedRows} of a table, for all who ask. */
export const nestedRowsOf = remember((table: NestedColumns) => new NestedRows(table));
