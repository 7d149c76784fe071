import { countUpTo, type IntervalSet } from './intervals';

/** Stands in disjoint intervals at the first that ends after the time sought; near in time it gets there at once. */
export class IntervalCursor {
  /** Infinity behind the last interval. */
  startNs = Infinity;
  endNs = Infinity;
  private previousEndNs = -Infinity;

  constructor(private set: IntervalSet) {
    this.use(set);
  }

  /** Goes over other intervals from here on. */
  use(set: IntervalSet): void {
    this.set = set;
    this.goTo(0);
  }

  seek(timeNs: number): void {
    if (this.endNs <= timeNs || timeNs < this.previousEndNs) {
      this.goTo(countUpTo(this.set.end, timeNs));
    }
  }

  private goTo(at: number): void {
    this.startNs = this.set.start[at] ?? Infinity;
    this.endNs = this.set.end[at] ?? Infinity;
    this.previousEndNs = this.set.end[at - 1] ?? -Infinity;
  }
}
