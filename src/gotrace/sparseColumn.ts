import { GrowingColumn, newFloat64, newUint32 } from '../base';
import type { BegunTask, RowLookup, StringIndex } from './trace';

/** Few rows, in rising order. */
class SparseRows {
  private readonly rows = new GrowingColumn(newUint32, 16);

  /** @param row a later one than all before */
  add(row: number): void {
    this.rows.push(row);
  }

  /** The place of a row among the few; -1 when it is none of them. */
  find(row: number): number {
    const { rows } = this;
    let from = 0;
    let to = rows.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (rows.at(middle) < row) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from < rows.length && rows.at(from) === row ? from : -1;
  }
}

/** Small numbers of few rows, in order of their rows. */
export class SparseColumn<Value extends number> implements RowLookup<Value> {
  private readonly rows = new SparseRows();
  private readonly values = new GrowingColumn(newUint32, 16);

  /** @param row a later one than all before */
  set(row: number, value: Value): void {
    this.rows.add(row);
    this.values.push(value);
  }

  get(row: number): Value | undefined {
    const place = this.rows.find(row);
    return place === -1 ? undefined : (this.values.at(place) as Value);
  }
}

/** What began the tasks that end in few rows, in order of their rows. */
export class SparseTasks implements RowLookup<BegunTask> {
  private readonly rows = new SparseRows();
  private readonly parents = new GrowingColumn(newFloat64, 16);
  private readonly types = new GrowingColumn(newUint32, 16);
  private readonly bigParents = new Map<number, bigint>();

  /** @param row a later one than all before */
  set(row: number, { parent, bigParent, type }: BegunTask): void {
    this.rows.add(row);
    this.parents.push(parent);
    this.types.push(type);
    if (bigParent !== undefined) {
      this.bigParents.set(row, bigParent);
    }
  }

  get(row: number): BegunTask | undefined {
    const place = this.rows.find(row);
    if (place === -1) {
      return undefined;
    }
    const bigParent = this.bigParents.get(row);
    const begun = { parent: this.parents.at(place), type: this.types.at(place) as StringIndex };
    return bigParent === undefined ? begun : { ...begun, bigParent };
  }
}
