import { countUpTo } from './intervals';
import type { UtilisationSteps } from './mutatorUtilisation';

/** A window and the least that the program had of it. */
export interface LeastUtilisation {
  readonly windowNs: number;
  /** 0 to 1. */
  readonly utilisation: number;
  /** Where a window with so little begins. */
  readonly startNs: number;
}

/** Stretches that a series is divided into, to pass over most of them. */
const maxBands = 1000;

/** Minimum mutator utilisation: for a window of time, the least share that the program had of the processors in any such window of the trace. */
export class MmuCurve {
  private readonly series: readonly Series[];
  /** By window: several ask for the same. */
  private readonly known = new Map<number, LeastUtilisation>();

  constructor(utilisation: readonly UtilisationSteps[]) {
    this.series = utilisation.map((steps) => new Series(steps));
  }

  /** From the first to the last moment of all series; 0 without any. */
  get durationNs(): number {
    const start = Math.min(...this.series.map(({ startNs }) => startNs));
    const end = Math.max(...this.series.map(({ endNs }) => endNs));
    return end > start ? end - start : 0;
  }

  /** @param windowNs whole nanoseconds; a series that is shorter counts as a whole */
  least(windowNs: number): LeastUtilisation {
    let least = this.known.get(windowNs);
    if (least === undefined) {
      least = this.findLeast(windowNs);
      this.known.set(windowNs, least);
    }
    return least;
  }

  private findLeast(windowNs: number): LeastUtilisation {
    let least: LeastUtilisation = { windowNs, utilisation: windowNs > 0 ? 1 : 0, startNs: this.series[0]?.startNs ?? 0 };
    for (const series of windowNs > 0 ? this.series : []) {
      least = series.least(windowNs, least);
    }
    return least;
  }

  /**
   * The curve at the windows that `go tool trace` draws: a hundred, evenly on a logarithmic axis, over six orders of magnitude from the largest of 1 s, 1 ms,
   * 1 µs and 1 ns at which nothing is left to the program, but none longer than the trace.
   */
  draw(): LeastUtilisation[] {
    const { durationNs } = this;
    if (durationNs === 0) {
      return [];
    }
    let firstNs = 1e9;
    while (firstNs > 1 && this.least(firstNs).utilisation >= 0.0001) {
      firstNs /= 1000;
    }
    const [logFirst, logLast] = [Math.log(firstNs), Math.log(Math.min(firstNs * 1e6, durationNs))];
    return Array.from({ length: points }, (_, k) => this.least(Math.floor(Math.exp((k / (points - 1)) * (logLast - logFirst) + logFirst))));
  }
}

const points = 100;

/** Steps with their integral, and in bands of equal length what bounds all windows that begin in them. */
class Series {
  readonly startNs: number;
  readonly endNs: number;
  private readonly timeNs: Float64Array;
  private readonly share: Float64Array;
  /** Integral of the share up to timeNs[k]. */
  private readonly sums: Float64Array;
  private readonly bandNs: number;
  private readonly bandCount: number;
  /** By band: the least share in it; and the integral up to its start, also of the band behind the last. */
  private readonly lows: Float64Array;
  private readonly integrals: Float64Array;

  constructor({ timeNs, share }: UtilisationSteps) {
    this.timeNs = timeNs;
    this.share = share;
    this.startNs = timeNs[0] ?? 0;
    this.endNs = timeNs[timeNs.length - 1] ?? 0;
    this.sums = new Float64Array(timeNs.length);
    for (let k = 1; k < timeNs.length; k++) {
      this.sums[k] = (this.sums[k - 1] ?? 0) + (share[k - 1] ?? 0) * ((timeNs[k] ?? 0) - (timeNs[k - 1] ?? 0));
    }
    this.bandNs = Math.max(1, Math.ceil((this.endNs - this.startNs) / Math.min(maxBands, timeNs.length)));
    this.bandCount = Math.ceil((this.endNs - this.startNs) / this.bandNs);
    this.lows = new Float64Array(this.bandCount).fill(1);
    this.integrals = Float64Array.from({ length: this.bandCount + 1 }, (_, band) => this.integralTo(this.startNs + band * this.bandNs));
    for (let k = 0; k + 1 < timeNs.length; k++) {
      const lastBand = Math.min(this.bandCount - 1, this.bandOf((timeNs[k + 1] ?? 0) - 1));
      for (let band = this.bandOf(timeNs[k] ?? 0); band <= lastBand; band++) {
        this.lows[band] = Math.min(this.lows[band] ?? 1, share[k] ?? 1);
      }
    }
  }

  /** The lower of what is known and the least of all windows here. */
  least(windowNs: number, known: LeastUtilisation): LeastUtilisation {
    const lengthNs = Math.min(windowNs, this.endNs - this.startNs);
    if (lengthNs <= 0) {
      return known;
    }
    const lastStartNs = this.endNs - lengthNs;
    const bounds = new Float64Array(Math.min(this.bandCount, this.bandOf(lastStartNs) + 1));
    let lowest = 0;
    for (let band = 0; band < bounds.length; band++) {
      bounds[band] = this.boundOf(band, lengthNs);
      lowest = (bounds[band] ?? 0) < (bounds[lowest] ?? 0) ? band : lowest;
    }
    // The worst band first: what is found there rules out most of the others.
    let least = this.leastOfBand(lowest, bounds, lastStartNs, lengthNs, known);
    for (let band = 0; band < bounds.length; band++) {
      least = this.leastOfBand(band, bounds, lastStartNs, lengthNs, least);
    }
    return least;
  }

  private leastOfBand(
    band: number,
    bounds: Float64Array,
    lastStartNs: number,
    lengthNs: number,
    known: LeastUtilisation,
  ): LeastUtilisation {
    return (bounds[band] ?? 0) < known.utilisation
      ? this.leastFrom(this.startNs + band * this.bandNs, lastStartNs, lengthNs, known)
      : known;
  }

  /** What no window that begins in a band is below: bands that all of them cover count as they are, those at the edges as bad as they can be. */
  private boundOf(band: number, lengthNs: number): number {
    const firstWhole = band + 1;
    const lastNs = this.startNs + band * this.bandNs + lengthNs;
    const behindWhole = Math.max(firstWhole, Math.min(this.bandCount, this.bandOf(lastNs)));
    const whole = (this.integrals[behindWhole] ?? 0) - (this.integrals[firstWhole] ?? 0);
    const wholeNs = Math.min(lengthNs, (behindWhole - firstWhole) * this.bandNs);
    // The rest lies in this band and in up to two behind the whole ones.
    const low = Math.min(this.lows[band] ?? 1, this.lows[behindWhole] ?? 1, this.lows[behindWhole + 1] ?? 1);
    return (whole + low * (lengthNs - wholeNs)) / lengthNs;
  }

  /** The least of the windows that begin in the band from `bandStartNs` on; it is where one of their edges meets a step. */
  private leastFrom(bandStartNs: number, lastStartNs: number, lengthNs: number, known: LeastUtilisation): LeastUtilisation {
    const { timeNs, share, sums } = this;
    const untilNs = Math.min(bandStartNs + this.bandNs, lastStartNs);
    let lowest = known.utilisation;
    let lowestStartNs = known.startNs;
    let startNs = Math.min(bandStartNs, lastStartNs);
    let left = this.stepAt(startNs);
    let right = this.stepAt(startNs + lengthNs);
    let nextLeftNs = timeNs[left + 1] ?? Infinity;
    let nextRightNs = (timeNs[right + 1] ?? Infinity) - lengthNs;
    for (;;) {
      const toRight = (sums[right] ?? 0) + (share[right] ?? 0) * (startNs + lengthNs - (timeNs[right] ?? 0));
      const toLeft = (sums[left] ?? 0) + (share[left] ?? 0) * (startNs - (timeNs[left] ?? 0));
      const utilisation = (toRight - toLeft) / lengthNs;
      if (utilisation < lowest) {
        lowest = Math.max(0, utilisation);
        lowestStartNs = startNs;
      }
      if (startNs >= untilNs) {
        return { ...known, utilisation: lowest, startNs: lowestStartNs };
      }
      // Beyond 2^53 a time less a length, plus the length, may be another time: both ends are compared as the next start was made, so that one goes on.
      startNs = Math.max(startNs, Math.min(nextLeftNs, nextRightNs, untilNs));
      while (nextLeftNs <= startNs) {
        left++;
        nextLeftNs = timeNs[left + 1] ?? Infinity;
      }
      while (nextRightNs <= startNs) {
        right++;
        nextRightNs = (timeNs[right + 1] ?? Infinity) - lengthNs;
      }
    }
  }

  private bandOf(timeNs: number): number {
    return Math.floor((timeNs - this.startNs) / this.bandNs);
  }

  /** The step that holds at a time. */
  private stepAt(timeNs: number): number {
    return Math.max(0, countUpTo(this.timeNs, timeNs) - 1);
  }

  private integralTo(timeNs: number): number {
    return this.integralAt(this.stepAt(timeNs), timeNs);
  }

  private integralAt(step: number, timeNs: number): number {
    return (this.sums[step] ?? 0) + (this.share[step] ?? 0) * (timeNs - (this.timeNs[step] ?? 0));
  }
}
