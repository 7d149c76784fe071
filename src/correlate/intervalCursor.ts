import { countUpTo, type IntervalSet } from '../runtime';

/** Goes forward over disjoint intervals: at the first that ends after the time sought. */
export class IntervalCursor {
  private at = 0;

  constructor(private readonly set: IntervalSet) {}

  /** Infinity behind the last interval. */
  get startNs(): number {
    return this.set.start[this.at] ?? Infinity;
  }

  get endNs(): number {
    return this.set.end[this.at] ?? Infinity;
  }

  seek(timeNs: number): void {
    if ((this.set.end[this.at] ?? Infinity) <= timeNs) {
      this.at = countUpTo(this.set.end, timeNs);
    }
  }
}
