import { GrowingColumn, newFloat64, newUint32 } from '../base';
import { type Exact, exactOfHalves, highHalf, lowHalf } from './wire';

/** Ids of goroutines, procs or threads by row: numbers, and beside them what is exact once there is an id that no number holds. */
export class IdColumn {
  private readonly ids = new GrowingColumn(newFloat64, 16);
  private exact: { readonly low: GrowingColumn<Uint32Array<ArrayBuffer>>; readonly high: GrowingColumn<Uint32Array<ArrayBuffer>> } | null =
    null;

  get length(): number {
    return this.ids.length;
  }

  /** The ids as numbers. */
  get numbers(): ArrayLike<number> {
    return this.ids.view;
  }

  /** Forgets the ids, and keeps their memory. */
  clear(): void {
    this.ids.length = 0;
    this.exact = null;
  }

  append(id: Exact): void {
    if (typeof id === 'bigint' && this.exact === null) {
      this.beginExact();
    }
    this.ids.push(Number(id));
    this.exact?.low.push(lowHalf(id));
    this.exact?.high.push(highHalf(id));
  }

  /** @param row below `length` */
  at(row: number): number {
    return this.ids.at(row);
  }

  exactAt(row: number): Exact {
    return this.exact === null ? this.ids.at(row) : exactOfHalves(this.exact.low.at(row), this.exact.high.at(row));
  }

  private beginExact(): void {
    this.exact = { low: new GrowingColumn(newUint32, this.length), high: new GrowingColumn(newUint32, this.length) };
    for (let row = 0; row < this.length; row++) {
      this.exact.low.push(lowHalf(this.ids.at(row)));
      this.exact.high.push(highHalf(this.ids.at(row)));
    }
  }
}
