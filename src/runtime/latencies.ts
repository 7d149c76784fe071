import { GoClass, latencyPhases, type LatencyPhase, type Latencies, type RuntimeFacts } from './facts';
import { rowAt } from './goroutineTimelines';
import { orderBy } from './intervals';

/** Buckets an octave: a duration is known to 1/16. */
const bucketsPerOctave = 16;
/** Durations below this are buckets of their own; from here on an octave has `bucketsPerOctave`. */
const exactLimit = 2 * bucketsPerOctave;
/** Durations are below 2^53. */
const bucketCount = (53 - 3) * bucketsPerOctave;

/** Steps of time of the heat map, and its rows: two an octave. */
const stepCount = 240;
const bucketsPerRow = bucketsPerOctave / 2;
export const latencyRows = bucketCount / bucketsPerRow;

/** The bucket of a duration in whole nanoseconds. */
function bucketOf(durationNs: number): number {
  if (durationNs < exactLimit) {
    return durationNs;
  }
  if (durationNs < 2 ** 31) {
    const shift = 27 - Math.clz32(durationNs);
    return shift * bucketsPerOctave + (durationNs >>> shift);
  }
  const shift = 49 - Math.clz32(Math.floor(durationNs / 2 ** 22));
  return shift * bucketsPerOctave + Math.floor(durationNs / 2 ** shift);
}

/** The shortest duration of a bucket. */
function bucketStartNs(bucket: number): number {
  const shift = Math.max(0, Math.floor(bucket / bucketsPerOctave) - 1);
  return (bucket - shift * bucketsPerOctave) * 2 ** shift;
}

/** The shortest duration of a row of the heat map. */
export function latencyRowStartNs(row: number): number {
  return bucketStartNs(row * bucketsPerRow);
}

const phaseIndex: Readonly<Record<LatencyPhase, number>> = { outside: 0, mark: 1, stw: 2 };

/**
 * Collects durations that end in time order, by what the collector did meanwhile: a duration that a stop-the-world overlaps is of phase `stw`, else one
 * that a mark phase overlaps of `mark`. To be told of both as they begin and end.
 */
export class LatencyCollector {
  private readonly counts = new Uint32Array(latencyPhases.length * bucketCount);
  private readonly steps = new Uint32Array(latencyPhases.length * stepCount * latencyRows);
  private readonly totalNs = new Float64Array(latencyPhases.length);
  private readonly maxNs = new Float64Array(latencyPhases.length);
  private readonly stepNs: number;
  private step = 0;
  private nextStepNs: number;
  private isMarking = false;
  private markedUntilNs = -Infinity;
  /** Stop-the-worlds that are going on. */
  private stops = 0;
  private stoppedUntilNs = -Infinity;

  constructor(
    private readonly startNs: number,
    endNs: number,
  ) {
    this.stepNs = Math.max(1, Math.ceil((endNs + 1 - startNs) / stepCount));
    this.nextStepNs = startNs + this.stepNs;
  }

  add(durationNs: number, endNs: number): void {
    const beganNs = endNs - durationNs;
    const phase = this.stops > 0 || this.stoppedUntilNs > beganNs ? 2 : this.isMarking || this.markedUntilNs > beganNs ? 1 : 0;
    if (endNs >= this.nextStepNs) {
      this.step = Math.floor((endNs - this.startNs) / this.stepNs);
      this.nextStepNs = this.startNs + (this.step + 1) * this.stepNs;
    }
    const bucket = bucketOf(durationNs);
    const place = phase * bucketCount + bucket;
    this.counts[place] = (this.counts[place] ?? 0) + 1;
    const cell = (phase * stepCount + this.step) * latencyRows + ((bucket / bucketsPerRow) | 0);
    this.steps[cell] = (this.steps[cell] ?? 0) + 1;
    this.totalNs[phase] = (this.totalNs[phase] ?? 0) + durationNs;
    if (durationNs > (this.maxNs[phase] ?? 0)) {
      this.maxNs[phase] = durationNs;
    }
  }

  setMarking(isOn: boolean, timeNs: number): void {
    this.isMarking = isOn;
    if (!isOn) {
      this.markedUntilNs = timeNs;
    }
  }

  stopBegins(): void {
    this.stops++;
  }

  stopEnds(timeNs: number): void {
    this.stops = Math.max(0, this.stops - 1);
    this.stoppedUntilNs = timeNs;
  }

  /** A phase that has been on since the start of the trace is noticed only now. */
  allWas(phase: 'mark' | 'stw'): void {
    const target = phaseIndex[phase];
    for (let source = 0; source < target; source++) {
      moveAll(this.counts, bucketCount, source, target);
      moveAll(this.steps, stepCount * latencyRows, source, target);
      moveAll(this.totalNs, 1, source, target);
      this.maxNs[target] = Math.max(this.maxNs[target] ?? 0, this.maxNs[source] ?? 0);
      this.maxNs[source] = 0;
    }
  }

  finish(): Latencies {
    const { startNs, stepNs, counts, steps, totalNs, maxNs } = this;
    const ofPhase = (phase: LatencyPhase) => {
      const index = phaseIndex[phase];
      return {
        buckets: counts.slice(index * bucketCount, (index + 1) * bucketCount),
        steps: steps.slice(index * stepCount * latencyRows, (index + 1) * stepCount * latencyRows),
        totalNs: totalNs[index] ?? 0,
        maxNs: maxNs[index] ?? 0,
      };
    };
    return { startNs, stepNs, stepCount, outside: ofPhase('outside'), mark: ofPhase('mark'), stw: ofPhase('stw') };
  }
}

/** A part of the trace's time. */
interface Part {
  readonly fromNs: number;
  readonly toNs: number;
}

/**
 * How long tasks took, by the phase they overlap; of tasks that the trace holds from begin to end. Steps of time are those in which they ended.
 * @param part only those that end in it; the steps divide it
 */
export function taskLatencies(facts: RuntimeFacts, part: Part = wholeOf(facts)): Latencies {
  const { tasks } = facts;
  const ended = { endNs: new Array<number>(), durationNs: new Array<number>() };
  for (let row = 0; row < tasks.length; row++) {
    const endNs = tasks.endNs[row] ?? 0;
    if (tasks.cut[row] === 0 && part.fromNs <= endNs && endNs <= part.toNs) {
      ended.endNs.push(endNs);
      ended.durationNs.push(endNs - (tasks.startNs[row] ?? 0));
    }
  }
  return collect(facts, part, ended);
}

/** The same as `RuntimeFacts.schedulerLatencies`, of the goroutines that got a P in a part of the trace; the steps divide it. */
export function schedulerLatenciesWithin(facts: RuntimeFacts, part: Part): Latencies {
  const { timelines } = facts;
  const ended = { endNs: new Array<number>(), durationNs: new Array<number>() };
  for (let slot = 0; slot < timelines.goroutines.length; slot++) {
    const end = timelines.rowStart[slot + 1] ?? 0;
    // When a wait began that the trace begins in is not known.
    const first = (timelines.rowStart[slot] ?? 0) + 1;
    for (let row = Math.max(first, rowAt(timelines, slot, part.fromNs)); row + 1 < end && timelines.startNsAt(row) <= part.toNs; row++) {
      const endNs = timelines.endNsAt(row);
      const gotProc = timelines.classAt(row) === GoClass.Runnable && timelines.classAt(row + 1) === GoClass.Running;
      if (gotProc && part.fromNs <= endNs && endNs <= part.toNs) {
        ended.endNs.push(endNs);
        ended.durationNs.push(endNs - timelines.startNsAt(row));
      }
    }
  }
  return collect(facts, part, ended);
}

function wholeOf({ startNs, endNs }: RuntimeFacts): Part {
  return { fromNs: startNs, toNs: endNs };
}

/** Durations in any order, with all that the collector was told while they ended. */
function collect(
  { stops, gcCycles }: RuntimeFacts,
  { fromNs, toNs }: Part,
  { endNs, durationNs }: { readonly endNs: readonly number[]; readonly durationNs: readonly number[] },
): Latencies {
  const collector = new LatencyCollector(fromNs, toNs);
  const moments: (readonly [timeNs: number, tell: () => void])[] = [];
  for (const stop of stops) {
    moments.push([stop.startNs, () => collector.stopBegins()], [stop.endNs, () => collector.stopEnds(stop.endNs)]);
  }
  for (const { markStartNs, markEndNs } of gcCycles) {
    moments.push([markStartNs, () => collector.setMarking(true, markStartNs)], [markEndNs, () => collector.setMarking(false, markEndNs)]);
  }
  moments.sort((a, b) => a[0] - b[0]);
  let next = 0;
  for (const row of orderBy(Float64Array.from(endNs))) {
    const at = endNs[row] ?? 0;
    for (; (moments[next]?.[0] ?? Infinity) < at; next++) {
      moments[next]?.[1]();
    }
    collector.add(durationNs[row] ?? 0, at);
  }
  return collector.finish();
}

function moveAll(column: Uint32Array | Float64Array, length: number, source: number, target: number): void {
  for (let i = 0; i < length; i++) {
    column[target * length + i] = (column[target * length + i] ?? 0) + (column[source * length + i] ?? 0);
    column[source * length + i] = 0;
  }
}

/** How many durations there are in these buckets. */
export function countLatencies(buckets: Uint32Array): number {
  return buckets.reduce((sum, count) => sum + count, 0);
}

/**
 * The duration that a share of all is not above, as the middle of its bucket: within 1/32 of the true one. Null without any.
 * @param quantile 0 to 1
 */
export function latencyQuantileNs(buckets: Uint32Array, quantile: number): number | null {
  const rank = Math.max(1, Math.ceil(countLatencies(buckets) * quantile));
  let below = 0;
  for (let bucket = 0; bucket < buckets.length; bucket++) {
    below += buckets[bucket] ?? 0;
    if (below >= rank) {
      return Math.floor((bucketStartNs(bucket) + bucketStartNs(bucket + 1) - 1) / 2);
    }
  }
  return null;
}
