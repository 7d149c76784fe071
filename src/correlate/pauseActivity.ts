import { type Coverage, countBelow, mapOps, mapRegionCoverage, type RuntimeFacts, unionOf } from '../runtime';
import type { AnalyzedTrace } from './capture';
import { type Interval95, middle95, resamples, seededRandom } from './resample';

/** Map iteration around stop-the-worlds, against the rest of the trace. */
export interface PauseActivity {
  readonly pauses: number;
  readonly reasons: readonly string[];
  /** How far before and after a pause is looked: as long as pauses are apart on the middle, a quarter of it, 5 ms at most. */
  readonly windowNs: number;
  /** Each: in the window before, within, in the window after, and all the time that is in none of them. */
  readonly phases: Readonly<Record<PausePhase, PhaseActivity>>;
}

export const pausePhases = ['before', 'within', 'after', 'elsewhere'] as const;
export type PausePhase = (typeof pausePhases)[number];

/** What happens while a phase lasts. */
export interface PhaseActivity {
  readonly wallNs: number;
  /** CPU samples in iterations of maps, and for each millisecond. */
  readonly samples: number;
  readonly samplesPerMs: number;
  /** How many times as many a millisecond as `elsewhere`; null where that has none, and of `elsewhere` itself. */
  readonly lift: number | null;
  /** 95 % interval of the lift, see {@link pauseActivity}; null with the lift, and of fewer than 5 pauses. */
  readonly liftInterval: Interval95 | null;
  /** Map regions that began, for each millisecond, and goroutines that were in one at a time. */
  readonly regionStarts: number;
  readonly regionStartsPerMs: number;
  readonly goroutinesInRegions: number;
  readonly regionLift: number | null;
  readonly regionLiftInterval: Interval95 | null;
}

const mostWindowNs = 5e6;
const resampleCount = 400;
/** More pauses than these are drawn in groups of neighbours. */
const mostGroups = 500;

/**
 * How often maps are iterated around stop-the-worlds, told by CPU samples in iterations and by map regions. The lift is the rate in a phase by the rate elsewhere.
 * Its interval comes from drawing the pauses anew, each with what surrounds it up to the middle between it and its neighbours: what happens around one pause is not
 * independent, so counting samples alone would be too sure.
 */
export function pauseActivity({ facts }: Pick<AnalyzedTrace, 'facts'>): PauseActivity | null {
  const { start, end } = unionOf(
    facts.stops.map(({ startNs }) => startNs),
    facts.stops.map(({ endNs }) => endNs),
  );
  if (start.length === 0) {
    return null;
  }
  const windowNs = windowOf(start, end);
  const counter = new ActivityCounter(facts);
  const surroundings = Array.from(start, (from, k) => {
    const to = end[k] ?? from;
    const earliest = k === 0 ? facts.startNs : ((end[k - 1] ?? 0) + from) / 2;
    const latest = k + 1 === start.length ? facts.endNs : (to + (start[k + 1] ?? to)) / 2;
    const beforeNs = Math.max(earliest, from - windowNs);
    const afterNs = Math.min(latest, to + windowNs);
    return {
      before: counter.within(beforeNs, from),
      within: counter.within(from, to),
      after: counter.within(to, afterNs),
      elsewhere: sumCounts([counter.within(earliest, beforeNs), counter.within(afterNs, latest)]),
    };
  });
  const groups = groupNeighbours(surroundings);
  const whole = sumGroups(groups, null);
  const lifts = resampledLifts(groups, start.length);
  const phases = Object.fromEntries(pausePhases.map((phase) => [phase, activityOf(phase, whole, lifts)])) as Record<
    PausePhase,
    PhaseActivity
  >;
  return { pauses: start.length, reasons: [...new Set(facts.stops.map(({ reason }) => reason))].sort(), windowNs, phases };
}

function windowOf(start: Float64Array, end: Float64Array): number {
  const gaps = Float64Array.from(start.subarray(1), (from, k) => from - (end[k] ?? from)).sort();
  const middle = gaps[gaps.length >> 1] ?? mostWindowNs * 4;
  return Math.max(1, Math.min(mostWindowNs, middle / 4));
}

/** Counts of one stretch of time, or of several. */
interface Counts {
  readonly wallNs: number;
  readonly samples: number;
  readonly regionStarts: number;
  readonly regionNs: number;
}

type Surroundings = Readonly<Record<PausePhase, Counts>>;

class ActivityCounter {
  private readonly sampleNs: Float64Array;
  private readonly regionStartNs: Float64Array;
  private readonly regions: Coverage;

  constructor({ samples, regions }: Pick<RuntimeFacts, 'samples' | 'regions'>) {
    const iterates = new Set([mapOps.indexOf('iterate'), mapOps.indexOf('syncmap')]);
    this.sampleNs = samples.timeNs.filter((_, row) => iterates.has(samples.mapOp[row] ?? -1));
    this.regionStartNs = regions.startNs.filter((_, row) => regions.isMap[row] === 1);
    this.regions = mapRegionCoverage(regions);
  }

  within(fromNs: number, toNs: number): Counts {
    if (toNs <= fromNs) {
      return noCounts;
    }
    const count = (times: Float64Array) => countBelow(times, toNs) - countBelow(times, fromNs);
    return {
      wallNs: toNs - fromNs,
      samples: count(this.sampleNs),
      regionStarts: count(this.regionStartNs),
      regionNs: this.regions.within(fromNs, toNs),
    };
  }
}

const noCounts: Counts = { wallNs: 0, samples: 0, regionStarts: 0, regionNs: 0 };

function sumCounts(counts: readonly Counts[]): Counts {
  return counts.reduce(
    (sum, each) => ({
      wallNs: sum.wallNs + each.wallNs,
      samples: sum.samples + each.samples,
      regionStarts: sum.regionStarts + each.regionStarts,
      regionNs: sum.regionNs + each.regionNs,
    }),
    noCounts,
  );
}

function groupNeighbours(surroundings: readonly Surroundings[]): Surroundings[] {
  const size = Math.ceil(surroundings.length / mostGroups);
  return size === 1
    ? [...surroundings]
    : Array.from({ length: Math.ceil(surroundings.length / size) }, (_, k) =>
        sumSurroundings(surroundings.slice(k * size, (k + 1) * size)),
      );
}

function sumSurroundings(of: readonly Surroundings[]): Surroundings {
  return {
    before: sumCounts(of.map(({ before }) => before)),
    within: sumCounts(of.map(({ within }) => within)),
    after: sumCounts(of.map(({ after }) => after)),
    elsewhere: sumCounts(of.map(({ elsewhere }) => elsewhere)),
  };
}

function sumGroups(groups: readonly Surroundings[], drawn: Uint32Array | null): Surroundings {
  return sumSurroundings(drawn === null ? groups : Array.from(drawn).flatMap((k) => groups[k] ?? []));
}

interface Lifts {
  readonly samples: Readonly<Record<PausePhase, number[]>>;
  readonly regions: Readonly<Record<PausePhase, number[]>>;
}

const fewestPauses = 5;

function resampledLifts(groups: readonly Surroundings[], pauses: number): Lifts {
  const none = () => ({ before: [], within: [], after: [], elsewhere: [] });
  const lifts: Lifts = { samples: none(), regions: none() };
  if (pauses < fewestPauses) {
    return lifts;
  }
  for (const drawn of resamples(groups.length, resampleCount, seededRandom(2))) {
    const whole = sumGroups(groups, drawn);
    for (const phase of pausePhases) {
      lifts.samples[phase].push(liftOf(whole, phase, ({ samples }) => samples) ?? NaN);
      lifts.regions[phase].push(liftOf(whole, phase, ({ regionNs }) => regionNs) ?? NaN);
    }
  }
  return lifts;
}

function liftOf(whole: Surroundings, phase: PausePhase, valueOf: (counts: Counts) => number): number | null {
  const [here, elsewhere] = [whole[phase], whole.elsewhere];
  const rate = elsewhere.wallNs === 0 ? 0 : valueOf(elsewhere) / elsewhere.wallNs;
  return phase === 'elsewhere' || here.wallNs === 0 || rate === 0 ? null : valueOf(here) / here.wallNs / rate;
}

function activityOf(phase: PausePhase, whole: Surroundings, lifts: Lifts): PhaseActivity {
  const counts = whole[phase];
  const perMs = (value: number) => (counts.wallNs === 0 ? 0 : value / (counts.wallNs / 1e6));
  const lift = liftOf(whole, phase, ({ samples }) => samples);
  const regionLift = liftOf(whole, phase, ({ regionNs }) => regionNs);
  return {
    wallNs: counts.wallNs,
    samples: counts.samples,
    samplesPerMs: perMs(counts.samples),
    lift,
    liftInterval: lift === null ? null : middle95(lifts.samples[phase]),
    regionStarts: counts.regionStarts,
    regionStartsPerMs: perMs(counts.regionStarts),
    goroutinesInRegions: counts.wallNs === 0 ? 0 : counts.regionNs / counts.wallNs,
    regionLift,
    regionLiftInterval: regionLift === null ? null : middle95(lifts.regions[phase]),
  };
}
