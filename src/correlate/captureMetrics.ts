import { isCpuProfile, sumOfType } from '../pprof';
import {
  assistCoverage,
  Coverage,
  countBelow,
  countUpTo,
  mapOps,
  mapRegionCoverage,
  rowsWhere,
  runningMaximum,
  type RuntimeFacts,
  valuesAt,
} from '../runtime';
import { isAllocationProfile } from './allocationProfile';
import type { AnalyzedTrace, Capture } from './capture';
import { profileMapWork } from './profileMapWork';
import { outermostTasks } from './requestAt';
import { type RequestTime, requestTimeOf } from './requestParts';

/** What is counted in a slice of a trace's time, so that slices can be drawn anew. */
export interface Slice {
  readonly wallNs: number;
  /** Requests: outermost tasks, by how much of each lies in the slice. */
  readonly requests: number;
  readonly gcCycles: number;
  readonly allocatedBytes: number;
  readonly stopNs: number;
  readonly assistNs: number;
  readonly assists: number;
  readonly taskNs: number;
  readonly gcTaxNs: number;
  readonly mapRegionNs: number;
  readonly samples: number;
  readonly mapSamples: number;
  readonly iterateSamples: number;
}

/** A capture as it is compared with another. */
export interface CaptureMetrics {
  /** Files that it was made from. */
  readonly names: readonly string[];
  /** Null without a trace. */
  readonly trace: {
    readonly slices: readonly Slice[];
    readonly pausesNs: readonly number[];
    readonly hasSamples: boolean;
    readonly hasMapRegions: boolean;
  } | null;
  /** CPU samples of a CPU profile, where there is no trace with samples. */
  readonly profile: { readonly samples: number; readonly mapSamples: number; readonly gcSamples: number } | null;
  /** Bytes and objects since the start of the process, by an allocs or heap profile. */
  readonly allocated: { readonly bytes: number; readonly objects: number; readonly inuseBytes: number } | null;
}

/** What the captures of one process say for a comparison. */
export function captureMetrics(captures: readonly Capture[]): CaptureMetrics {
  const trace = captures.find((capture) => capture.kind === 'trace')?.analyzed ?? null;
  const profiles = captures.flatMap((capture) => (capture.kind === 'pprof' ? [capture.profile] : []));
  const cpu = profiles.find(isCpuProfile);
  const allocs = profiles.find(isAllocationProfile);
  return {
    names: captures.map(({ name }) => name),
    trace:
      trace === null
        ? null
        : {
            slices: sliceTrace(trace),
            pausesNs: trace.facts.stops.filter(({ isGc }) => isGc).map(({ startNs, endNs }) => endNs - startNs),
            hasSamples: trace.facts.samples.length > 0,
            hasMapRegions: trace.facts.regions.isMap.includes(1),
          },
    profile: cpu === undefined || (trace !== null && trace.facts.samples.length > 0) ? null : countProfile(cpu),
    allocated:
      allocs === undefined
        ? null
        : {
            bytes: sumOfType(allocs, 'alloc_space') ?? 0,
            objects: sumOfType(allocs, 'alloc_objects') ?? 0,
            inuseBytes: sumOfType(allocs, 'inuse_space') ?? 0,
          },
  };
}

type CpuProfile = Parameters<typeof profileMapWork>[0];

function countProfile(profile: CpuProfile): NonNullable<CaptureMetrics['profile']> {
  const { samples, mapSamples, total, markTotal, assistTotal } = profileMapWork(profile);
  return { samples, mapSamples, gcSamples: total === 0 ? 0 : Math.round((samples * (markTotal + assistTotal)) / total) };
}

/** A slice is to hold some GC cycles, and there are to be enough slices to draw from. */
const mostSlices = 40;
const fewestSlices = 8;
const shortestSliceNs = 20e6;

function sliceTrace(analyzed: AnalyzedTrace): Slice[] {
  const { facts } = analyzed;
  const wallNs = facts.endNs - facts.startNs;
  const length = Math.max(fewestSlices, Math.min(mostSlices, Math.floor(wallNs / shortestSliceNs)));
  const counter = new SliceCounter(facts, requestTimeOf(analyzed));
  return wallNs <= 0
    ? []
    : Array.from({ length }, (_, k) => counter.within(facts.startNs + (wallNs * k) / length, facts.startNs + (wallNs * (k + 1)) / length));
}

class SliceCounter {
  private readonly requests: WeightedSpans;
  private readonly tax: WeightedSpans;
  private readonly tasks: WeightedSpans;
  private readonly assists: Coverage;
  private readonly stops: Coverage;
  private readonly mapRegions: Coverage;
  private readonly cycleStarts: Float64Array;
  private readonly samples: Record<'all' | 'maps' | 'iterate', Float64Array>;
  private readonly allocations: { readonly at: Float64Array; readonly bytes: Float64Array };

  constructor(
    private readonly facts: RuntimeFacts,
    time: RequestTime,
  ) {
    const { tasks, samples, stops, assists, gcCycles, regions } = facts;
    const outermost = outermostTasks(tasks);
    const requests = rowsWhere(tasks.length, (row) => outermost.parentOf(row) < 0);
    this.requests = new WeightedSpans(facts, requests, new Float64Array(requests.length).fill(1));
    this.tax = new WeightedSpans(facts, requests, valuesAt(time.gcTaxNs, requests));
    this.tasks = new WeightedSpans(facts, requests, valuesAt(time.totalNs, requests));
    this.assists = assistCoverage(assists);
    const gcStops = stops.filter(({ isGc }) => isGc);
    this.stops = new Coverage(
      gcStops.map(({ startNs }) => startNs),
      gcStops.map(({ endNs }) => endNs),
    );
    this.mapRegions = mapRegionCoverage(regions);
    this.cycleStarts = Float64Array.from(gcCycles.filter(({ cutStart }) => !cutStart).map(({ startNs }) => startNs));
    this.samples = {
      all: samples.timeNs,
      maps: samples.timeNs.filter((_, row) => (samples.mapOp[row] ?? -1) >= 0),
      iterate: samples.timeNs.filter((_, row) => iterateOps.has(samples.mapOp[row] ?? -1)),
    };
    this.allocations = allocationSteps(facts);
  }

  within(fromNs: number, toNs: number): Slice {
    const isLast = toNs >= this.facts.endNs;
    const count = (times: Float64Array) => (isLast ? times.length : countBelow(times, toNs)) - countBelow(times, fromNs);
    return {
      wallNs: toNs - fromNs,
      requests: this.requests.within(fromNs, toNs),
      gcCycles: count(this.cycleStarts),
      allocatedBytes: this.allocatedWithin(fromNs, isLast ? Infinity : toNs),
      stopNs: this.stops.within(fromNs, toNs),
      assistNs: this.assists.within(fromNs, toNs),
      assists: count(this.facts.assists.startNs),
      taskNs: this.tasks.within(fromNs, toNs),
      gcTaxNs: this.tax.within(fromNs, toNs),
      mapRegionNs: this.mapRegions.within(fromNs, toNs),
      samples: count(this.samples.all),
      mapSamples: count(this.samples.maps),
      iterateSamples: count(this.samples.iterate),
    };
  }

  private allocatedWithin(fromNs: number, toNs: number): number {
    const { at, bytes } = this.allocations;
    let sum = 0;
    for (let row = countBelow(at, fromNs); row < at.length && (at[row] ?? 0) < toNs; row++) {
      sum += bytes[row] ?? 0;
    }
    return sum;
  }
}

const iterateOps: ReadonlySet<number> = new Set([mapOps.indexOf('iterate'), mapOps.indexOf('syncmap')]);

/** The live heap rises by what is allocated, and falls only when a cycle ends: its rises add up to the bytes allocated. */
function allocationSteps({ heap }: RuntimeFacts): { at: Float64Array; bytes: Float64Array } {
  const rises = heap.liveBytes.map((bytes, row) => (row === 0 ? 0 : Math.max(0, bytes - (heap.liveBytes[row - 1] ?? 0))));
  return { at: heap.liveNs, bytes: rises };
}

/** Something that tasks have in whole, spread evenly over their time. */
class WeightedSpans {
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;
  private readonly rates: Float64Array;
  /** Latest end of each span and those before it: where it is past, none of them counts. */
  private readonly latestEnds: Float64Array;

  /** @param weights of each row */
  constructor({ tasks }: Pick<RuntimeFacts, 'tasks'>, rows: Uint32Array, weights: Float64Array) {
    // Tasks come in order of their start.
    this.starts = valuesAt(tasks.startNs, rows);
    this.ends = valuesAt(tasks.endNs, rows);
    this.rates = new Float64Array(rows.length);
    for (let k = 0; k < rows.length; k++) {
      const startNs = this.starts[k] ?? 0;
      const endNs = Math.max(startNs + 1, this.ends[k] ?? 0);
      this.ends[k] = endNs;
      this.rates[k] = (weights[k] ?? 0) / (endNs - startNs);
    }
    this.latestEnds = runningMaximum(this.ends);
  }

  within(fromNs: number, toNs: number): number {
    let sum = 0;
    for (let k = countUpTo(this.latestEnds, fromNs); k < this.starts.length && (this.starts[k] ?? 0) < toNs; k++) {
      const overlap = Math.min(toNs, this.ends[k] ?? 0) - Math.max(fromNs, this.starts[k] ?? 0);
      sum += overlap > 0 ? overlap * (this.rates[k] ?? 0) : 0;
    }
    return sum;
  }
}
