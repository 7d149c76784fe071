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
    const counts = new Float64Array(pausePhases.length * width);
    counter.addTo(counts, 'before', beforeNs, from);
    counter.addTo(counts, 'within', from, to);
    counter.addTo(counts, 'after', to, afterNs);
    counter.addTo(counts, 'elsewhere', earliest, beforeNs);
    counter.addTo(counts, 'elsewhere', afterNs, latest);
    return counts;
  });
  const groups = groupNeighbours(surroundings);
  const whole = sumOf(groups);
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

/** Where what is counted stands among the counts of a phase. */
const place = { wallNs: 0, samples: 1, regionStarts: 2, regionNs: 3 } as const;
type Count = keyof typeof place;
const width = 4;

/** Counts by phase, `width` each. */
type Counts = Float64Array;

function countOf(counts: Counts, phase: PausePhase, count: Count): number {
  return counts[placeOf(phase, count)] ?? 0;
}

function placeOf(phase: PausePhase, count: Count): number {
  return pausePhases.indexOf(phase) * width + place[count];
}

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

  addTo(counts: Counts, phase: PausePhase, fromNs: number, toNs: number): void {
    if (toNs <= fromNs) {
      return;
    }
    const add = (count: Count, value: number) => {
      counts[placeOf(phase, count)] = countOf(counts, phase, count) + value;
    };
    const within = (times: Float64Array) => countBelow(times, toNs) - countBelow(times, fromNs);
    add('wallNs', toNs - fromNs);
    add('samples', within(this.sampleNs));
    add('regionStarts', within(this.regionStartNs));
    add('regionNs', this.regions.within(fromNs, toNs));
  }
}

function groupNeighbours(surroundings: readonly Counts[]): readonly Counts[] {
  const size = Math.ceil(surroundings.length / mostGroups);
  return size === 1
    ? surroundings
    : Array.from({ length: Math.ceil(surroundings.length / size) }, (_, k) => sumOf(surroundings.slice(k * size, (k + 1) * size)));
}

/** @param drawn which of them count, each as often as it is named; all once without */
function sumOf(groups: readonly Counts[], drawn?: Uint32Array): Counts {
  const sums = new Float64Array(pausePhases.length * width);
  for (let n = 0; n < (drawn ?? groups).length; n++) {
    const group = groups[drawn?.[n] ?? n];
    for (let k = 0; group !== undefined && k < sums.length; k++) {
      sums[k] = (sums[k] ?? 0) + (group[k] ?? 0);
    }
  }
  return sums;
}

interface Lifts {
  readonly samples: Readonly<Record<PausePhase, number[]>>;
  readonly regions: Readonly<Record<PausePhase, number[]>>;
}

const fewestPauses = 5;

function resampledLifts(groups: readonly Counts[], pauses: number): Lifts {
  const none = () => ({ before: [], within: [], after: [], elsewhere: [] });
  const lifts: Lifts = { samples: none(), regions: none() };
  if (pauses < fewestPauses) {
    return lifts;
  }
  for (const drawn of resamples(groups.length, resampleCount, seededRandom(2))) {
    const whole = sumOf(groups, drawn);
    for (const phase of pausePhases) {
      lifts.samples[phase].push(liftOf(whole, phase, 'samples') ?? NaN);
      lifts.regions[phase].push(liftOf(whole, phase, 'regionNs') ?? NaN);
    }
  }
  return lifts;
}

function liftOf(whole: Counts, phase: PausePhase, count: Count): number | null {
  const hereNs = countOf(whole, phase, 'wallNs');
  const elsewhereNs = countOf(whole, 'elsewhere', 'wallNs');
  const rate = elsewhereNs === 0 ? 0 : countOf(whole, 'elsewhere', count) / elsewhereNs;
  return phase === 'elsewhere' || hereNs === 0 || rate === 0 ? null : countOf(whole, phase, count) / hereNs / rate;
}

function activityOf(phase: PausePhase, whole: Counts, lifts: Lifts): PhaseActivity {
  const wallNs = countOf(whole, phase, 'wallNs');
  const samples = countOf(whole, phase, 'samples');
  const regionStarts = countOf(whole, phase, 'regionStarts');
  const perMs = (value: number) => (wallNs === 0 ? 0 : value / (wallNs / 1e6));
  const lift = liftOf(whole, phase, 'samples');
  const regionLift = liftOf(whole, phase, 'regionNs');
  return {
    wallNs,
    samples,
    samplesPerMs: perMs(samples),
    lift,
    liftInterval: lift === null ? null : middle95(lifts.samples[phase]),
    regionStarts,
    regionStartsPerMs: perMs(regionStarts),
    goroutinesInRegions: wallNs === 0 ? 0 : countOf(whole, phase, 'regionNs') / wallNs,
    regionLift,
    regionLiftInterval: regionLift === null ? null : middle95(lifts.regions[phase]),
  };
}
