import { GrowingColumn, newFloat64 } from '../base';
import { addInt64, type Int64 } from './int64';

/** Values of one sample type while samples are added. */
export class ValueColumn {
  private readonly column = new GrowingColumn(newFloat64, 1024);
  /** Exact values of the rows whose value is no safe integer. */
  private readonly large = new Map<number, bigint>();

  /** How many values are beyond 2^53. */
  get inexact(): number {
    return this.large.size;
  }

  push(value: Int64): void {
    if (typeof value === 'bigint') {
      this.large.set(this.column.length, value);
    }
    this.column.push(Number(value));
  }

  at(row: number): Int64 {
    return this.large.get(row) ?? this.column.at(row);
  }

  add(row: number, value: Int64): void {
    const sum = addInt64(this.at(row), value);
    if (typeof sum === 'bigint') {
      this.large.set(row, sum);
    } else {
      this.large.delete(row);
    }
    this.column.set(row, Number(sum));
  }

  take(): Float64Array {
    return this.column.take();
  }

  /** All values exactly; null where the numbers of `take` are exact. */
  takeExact(): BigInt64Array | null {
    return this.large.size === 0 ? null : BigInt64Array.from({ length: this.column.length }, (_, row) => BigInt(this.at(row)));
  }
}
