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

/** Stretches that a series is divided into, to pass over most of them; and each of these into shorter ones, a power of two so that their edges are exact. */
const maxBands = 1000;
const cellsPerBand = 16;

/** Minimum mutator utilisation: for a window of time, the least share that the program had of the processors in any such window of the trace. */
export class MmuCurve {
  private readonly series: readonly Series[];
  /** By window: several ask for the same. */
  private readonly known = new Map<number, LeastUtilisation>();

  constructor(utilisation: readonly UtilisationSteps[]) {
    // Ps that never worked for the GC, of which a trace may claim any number, follow one another.
    this.series = utilisation.filter((steps, n) => !isSame(steps, utilisation[n - 1])).map((steps) => new Series(steps));
  }

  /** From the first to the last moment of all series; 0 without any. */
  get durationNs(): number {
    const start = this.series.reduce((least, { startNs }) => Math.min(least, startNs), Infinity);
    const end = this.series.reduce((most, { endNs }) => Math.max(most, endNs), -Infinity);
    return end > start ? end - start : 0;
  }

  /** @param windowNs whole nanoseconds; a series that is shorter counts as a whole */
  least(windowNs: number): LeastUtilisation {
    let least = this.known.get(windowNs);
    if (least === undefined) {
      least = { windowNs, utilisation: windowNs > 0 ? 1 : 0, startNs: this.series[0]?.startNs ?? 0 };
      for (const series of this.series) {
        least = series.least(windowNs, least);
      }
      this.known.set(windowNs, least);
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

function isSame({ timeNs, share }: UtilisationSteps, other: UtilisationSteps | undefined): boolean {
  return (
    timeNs.length === other?.timeNs.length && timeNs.every((time, step) => time === other.timeNs[step] && share[step] === other.share[step])
  );
}

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
  /** By band: the least share in it. */
  private readonly lows: Float64Array;
  /** By cell: the integral up to its start, also of the cell behind the last. */
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
    const cellNs = this.bandNs / cellsPerBand;
    this.integrals = Float64Array.from({ length: this.bandCount * cellsPerBand + 1 }, (_, cell) => {
      const cellStartNs = this.startNs + cell * cellNs;
      return this.integralAt(this.stepAt(cellStartNs), cellStartNs);
    });
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
    // Nothing is lower than nothing.
    if (lengthNs <= 0 || known.utilisation === 0) {
      return known;
    }
    const bands = Math.min(this.bandCount, this.bandOf(this.endNs - lengthNs) + 1);
    let lowest = 0;
    for (let band = 1, bound = this.boundOf(0, lengthNs); band < bands; band++) {
      const other = this.boundOf(band, lengthNs);
      lowest = other < bound ? band : lowest;
      bound = Math.min(other, bound);
    }
    // The worst band first: what is found there rules out most of the others.
    let least = this.leastFrom(lowest, lengthNs, known);
    for (let band = 0; band < bands; band++) {
      least = this.leastFrom(band, lengthNs, least);
    }
    return least;
  }

  /** What no window that begins in a band is below: bands that all of them cover count as they are, those at the edges as bad as they can be. */
  private boundOf(band: number, lengthNs: number): number {
    const firstWhole = band + 1;
    const lastNs = this.startNs + band * this.bandNs + lengthNs;
    const behindWhole = Math.max(firstWhole, Math.min(this.bandCount, this.bandOf(lastNs)));
    const whole = (this.integrals[behindWhole * cellsPerBand] ?? 0) - (this.integrals[firstWhole * cellsPerBand] ?? 0);
    const wholeNs = Math.min(lengthNs, (behindWhole - firstWhole) * this.bandNs);
    // The rest lies in this band and in up to two behind the whole ones.
    const low = Math.min(this.lows[band] ?? 1, this.lows[behindWhole] ?? 1, this.lows[behindWhole + 1] ?? 1);
    return (whole + low * (lengthNs - wholeNs)) / lengthNs;
  }

  /** Whether all windows that begin in a band have more than that: those that begin in a cell have what is in the cells that all of them cover. */
  private hasMore(band: number, lengthNs: number, utilisation: number): boolean {
    const { integrals } = this;
    const span = Math.floor((lengthNs / this.bandNs) * cellsPerBand);
    // And more than rounding may add to or take from integrals.
    const enough = utilisation * lengthNs + 1 + this.endNs * 1e-9;
    let cell = band * cellsPerBand;
    const endCell = cell + cellsPerBand;
    while (cell < endCell && (integrals[cell + span] ?? Infinity) - (integrals[cell + 1] ?? Infinity) > enough) {
      cell++;
    }
    return cell === endCell;
  }

  /** The lower of what is known and the least of the windows that begin in a band; it is where one of their edges meets a step. */
  private leastFrom(band: number, lengthNs: number, known: LeastUtilisation): LeastUtilisation {
    if (this.boundOf(band, lengthNs) >= known.utilisation || this.hasMore(band, lengthNs, known.utilisation)) {
      return known;
    }
    const { timeNs } = this;
    const bandStartNs = this.startNs + band * this.bandNs;
    const untilNs = Math.min(bandStartNs + this.bandNs, this.endNs - lengthNs);
    let least = known;
    let startNs = Math.min(bandStartNs, untilNs);
    let left = this.stepAt(startNs);
    let right = this.stepAt(startNs + lengthNs);
    let nextLeftNs = timeNs[left + 1] ?? Infinity;
    let nextRightNs = (timeNs[right + 1] ?? Infinity) - lengthNs;
    for (;;) {
      const utilisation = (this.integralAt(right, startNs + lengthNs) - this.integralAt(left, startNs)) / lengthNs;
      if (utilisation < least.utilisation) {
        least = { ...known, utilisation: Math.max(0, utilisation), startNs };
      }
      if (startNs >= untilNs) {
        return least;
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

  /** @param step the one that holds at the time */
  private integralAt(step: number, timeNs: number): number {
    return (this.sums[step] ?? 0) + (this.share[step] ?? 0) * (timeNs - (this.timeNs[step] ?? 0));
  }
}
