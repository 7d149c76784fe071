import type { Capture } from './capture';
import { type CaptureMetrics, captureMetrics, type Slice } from './captureMetrics';
import { type Interval95, middle95, seededRandom } from './resample';

/** How two captures differ in one figure. */
export interface ComparedMetric {
  readonly name: MetricName;
  readonly label: string;
  readonly unit: MetricUnit;
  readonly per: 'second' | 'request' | null;
  readonly baseline: number | null;
  readonly value: number | null;
  /** `value` by `baseline`; null where either is unknown or the baseline is 0. */
  readonly ratio: number | null;
  /** 95 % interval of the ratio; null where it cannot be told. */
  readonly interval: Interval95 | null;
  readonly direction: 'up' | 'down' | 'same';
  /** Whether less of it is better; null where that depends. */
  readonly isLessBetter: boolean | null;
  /** Whether the difference is larger than what the captures differ by within themselves, see {@link compareCaptures}; null where they do not tell. */
  readonly isBeyondNoise: boolean | null;
  readonly evidence: string;
}

export type MetricUnit = 'count' | 'bytes' | 'ns' | 'share';

/** All figures that captures are compared by. */
export const metricNames = [
  'requests',
  'gcCycles',
  'gcCyclesPerRequest',
  'allocatedBytes',
  'allocatedBytesPerRequest',
  'stopNs',
  'stopNsPerRequest',
  'meanPauseNs',
  'maxPauseNs',
  'assistNs',
  'assistNsPerRequest',
  'gcTaxShare',
  'mapShare',
  'iterateShare',
  'mapRegionNsPerRequest',
  'processBytes',
  'inuseBytes',
  'gcShare',
] as const;
export type MetricName = (typeof metricNames)[number];

/** Two captures side by side. */
export interface Comparison {
  readonly baseline: { readonly names: readonly string[]; readonly wallNs: number | null; readonly requests: number | null };
  readonly value: { readonly names: readonly string[]; readonly wallNs: number | null; readonly requests: number | null };
  readonly metrics: readonly ComparedMetric[];
  /** What the captures lack for more. */
  readonly missing: readonly string[];
}

const drawCount = 600;
/** Fewer of what is counted than these on both sides tell nothing, however often they are drawn. */
const fewEvents = 5;

/**
 * Compares captures of one process with a baseline. Figures stand for each second and for each request, so captures of other length can be compared.
 *
 * What is noise is told by the captures themselves: each trace is cut into 8 to 40 slices of equal time, which are drawn anew with replacement 600 times on either
 * side, and the ratio of the figures is taken each time; the middle 95 % of the ratios is the interval, and a difference is beyond noise where it does not
 * hold 1. Requests, bytes and times of one slice are drawn together, so what depends on the load cancels out. The mean pause draws pauses; the longest one is
 * compared by dealing all pauses of both captures out anew 600 times: it is beyond noise where fewer than 5 in 100 deals differ as much. Slices that are not
 * independent, as those of a service that warms up, make the interval too narrow; what changed between the captures beside the code is not in it at all.
 * Shares of CPU profiles without a trace have binomial intervals.
 */
export function compareCaptures(value: readonly Capture[], baseline: readonly Capture[]): Comparison {
  const sides: Sides = { baseline: captureMetrics(baseline), value: captureMetrics(value) };
  const missing = missingOf(sides);
  return {
    baseline: describeSide(sides.baseline),
    value: describeSide(sides.value),
    metrics: [...ratioMetrics(sides), ...pauseMetrics(sides), ...profileMetrics(sides)].sort(
      (a, b) => metricNames.indexOf(a.name) - metricNames.indexOf(b.name),
    ),
    missing,
  };
}

interface Sides {
  readonly baseline: CaptureMetrics;
  readonly value: CaptureMetrics;
}

function describeSide({ names, trace }: CaptureMetrics): Comparison['value'] {
  return {
    names,
    wallNs: trace === null ? null : sumOf(trace.slices, 'wallNs'),
    requests: trace === null ? null : sumOf(trace.slices, 'requests'),
  };
}

function missingOf({ baseline, value }: Sides): string[] {
  const missing: string[] = [];
  if (baseline.trace === null || value.trace === null) {
    missing.push('GC cycles, pauses, assists and bytes over time come from execution traces: give one on both sides.');
  } else if (sumOf(baseline.trace.slices, 'requests') === 0 || sumOf(value.trace.slices, 'requests') === 0) {
    missing.push('Figures by request need tasks: let the service make one for each request with runtime/trace.NewTask.');
  }
  return missing;
}

/** A figure as the quotient of two counts of slices. */
interface RatioMetric {
  readonly name: MetricName;
  readonly label: string;
  readonly unit: MetricUnit;
  readonly per: ComparedMetric['per'];
  readonly of: keyof Slice;
  readonly by: keyof Slice;
  readonly factor: number;
  /** What of it must be there often enough. */
  readonly events: keyof Slice;
  readonly isLessBetter: boolean | null;
  readonly evidence: string;
  readonly isKnown?: (trace: NonNullable<CaptureMetrics['trace']>) => boolean;
}

const perSecond = { per: 'second', by: 'wallNs', factor: 1e9 } as const;
const perRequest = { per: 'request', by: 'requests', factor: 1 } as const;
const ofWhole = { per: null, factor: 1, unit: 'share' } as const;
const hasSamples = ({ hasSamples: has }: NonNullable<CaptureMetrics['trace']>) => has;

const figures: readonly RatioMetric[] = [
  {
    name: 'requests',
    label: 'requests',
    unit: 'count',
    ...perSecond,
    of: 'requests',
    events: 'requests',
    isLessBetter: false,
    evidence: 'tasks',
  },
  {
    name: 'gcCycles',
    label: 'GC cycles',
    unit: 'count',
    ...perSecond,
    of: 'gcCycles',
    events: 'gcCycles',
    isLessBetter: true,
    evidence: 'trace events',
  },
  {
    name: 'gcCyclesPerRequest',
    label: 'GC cycles',
    unit: 'count',
    ...perRequest,
    of: 'gcCycles',
    events: 'gcCycles',
    isLessBetter: true,
    evidence: 'trace events',
  },
  {
    name: 'allocatedBytes',
    label: 'allocated',
    unit: 'bytes',
    ...perSecond,
    of: 'allocatedBytes',
    events: 'gcCycles',
    isLessBetter: true,
    evidence: 'rises of the live heap',
  },
  {
    name: 'allocatedBytesPerRequest',
    label: 'allocated',
    unit: 'bytes',
    ...perRequest,
    of: 'allocatedBytes',
    events: 'requests',
    isLessBetter: true,
    evidence: 'rises of the live heap',
  },
  {
    name: 'stopNs',
    label: 'stopped by GC',
    unit: 'ns',
    ...perSecond,
    of: 'stopNs',
    events: 'gcCycles',
    isLessBetter: true,
    evidence: 'trace events',
  },
  {
    name: 'stopNsPerRequest',
    label: 'stopped by GC',
    unit: 'ns',
    ...perRequest,
    of: 'stopNs',
    events: 'gcCycles',
    isLessBetter: true,
    evidence: 'trace events',
  },
  {
    name: 'assistNs',
    label: 'mark assists, on and off the CPU',
    unit: 'ns',
    ...perSecond,
    of: 'assistNs',
    events: 'assists',
    isLessBetter: true,
    evidence: 'trace events',
  },
  {
    name: 'assistNsPerRequest',
    label: 'mark assists, on and off the CPU',
    unit: 'ns',
    ...perRequest,
    of: 'assistNs',
    events: 'assists',
    isLessBetter: true,
    evidence: 'trace events',
  },
  {
    name: 'gcTaxShare',
    label: 'GC tax of the tasks’ time',
    ...ofWhole,
    of: 'gcTaxNs',
    by: 'taskNs',
    events: 'requests',
    isLessBetter: true,
    evidence: 'trace events',
  },
  {
    name: 'mapShare',
    label: 'CPU samples in map operations',
    ...ofWhole,
    of: 'mapSamples',
    by: 'samples',
    events: 'mapSamples',
    isLessBetter: null,
    evidence: 'CPU samples',
    isKnown: hasSamples,
  },
  {
    name: 'iterateShare',
    label: 'CPU samples in iterations of maps',
    ...ofWhole,
    of: 'iterateSamples',
    by: 'samples',
    events: 'iterateSamples',
    isLessBetter: null,
    evidence: 'CPU samples',
    isKnown: hasSamples,
  },
  {
    name: 'mapRegionNsPerRequest',
    label: 'time in map regions',
    unit: 'ns',
    ...perRequest,
    of: 'mapRegionNs',
    events: 'requests',
    isLessBetter: true,
    evidence: 'regions',
    isKnown: ({ hasMapRegions }) => hasMapRegions,
  },
];

function ratioMetrics({ baseline, value }: Sides): ComparedMetric[] {
  if (baseline.trace === null || value.trace === null) {
    return [];
  }
  const [before, after] = [baseline.trace, value.trace];
  const draws = drawSlices(before.slices, after.slices);
  return figures.flatMap((figure): ComparedMetric[] => {
    const isKnown = figure.isKnown ?? (() => true);
    if (!isKnown(before) && !isKnown(after)) {
      return [];
    }
    const figureOf = (slices: Totals) => (slices[figure.by] === 0 ? null : (slices[figure.of] / slices[figure.by]) * figure.factor);
    const [a, b] = [totalsOf(before.slices), totalsOf(after.slices)];
    const events = a[figure.events] + b[figure.events];
    const ratios = draws.map(([x, y]) => quotient(figureOf(y), figureOf(x)) ?? NaN);
    const interval = events < fewEvents ? null : middle95(ratios);
    return [compared(figure, isKnown(before) ? figureOf(a) : null, isKnown(after) ? figureOf(b) : null, interval)];
  });
}

type Totals = Readonly<Record<keyof Slice, number>>;

function totalsOf(slices: readonly Slice[]): Totals {
  return slices.reduce<Record<keyof Slice, number>>((sum, slice) => addSlice(sum, slice), emptySlice());
}

function emptySlice(): Record<keyof Slice, number> {
  return {
    wallNs: 0,
    requests: 0,
    gcCycles: 0,
    allocatedBytes: 0,
    stopNs: 0,
    assistNs: 0,
    assists: 0,
    taskNs: 0,
    gcTaxNs: 0,
    mapRegionNs: 0,
    samples: 0,
    mapSamples: 0,
    iterateSamples: 0,
  };
}

function addSlice(sum: Record<keyof Slice, number>, slice: Slice): Record<keyof Slice, number> {
  for (const name of sliceMembers) {
    sum[name] += slice[name];
  }
  return sum;
}

const sliceMembers: readonly (keyof Slice)[] = [
  'wallNs',
  'requests',
  'gcCycles',
  'allocatedBytes',
  'stopNs',
  'assistNs',
  'assists',
  'taskNs',
  'gcTaxNs',
  'mapRegionNs',
  'samples',
  'mapSamples',
  'iterateSamples',
];

function sumOf(slices: readonly Slice[], name: keyof Slice): number {
  return slices.reduce((sum, slice) => sum + slice[name], 0);
}

/** Totals of slices drawn anew on both sides. */
function drawSlices(before: readonly Slice[], after: readonly Slice[]): (readonly [Totals, Totals])[] {
  const random = seededRandom(3);
  const draw = (slices: readonly Slice[]) => {
    const sum = emptySlice();
    for (let k = 0; k < slices.length; k++) {
      const slice = slices[Math.floor(random() * slices.length)];
      if (slice !== undefined) {
        addSlice(sum, slice);
      }
    }
    return sum;
  };
  return Array.from({ length: drawCount }, () => [draw(before), draw(after)] as const);
}

function quotient(value: number | null, by: number | null): number | null {
  return value === null || by === null || by === 0 ? null : value / by;
}

type Figure = Pick<ComparedMetric, 'name' | 'label' | 'unit' | 'per' | 'isLessBetter' | 'evidence'>;

/** @param isBeyondNoise what the interval says when absent */
function compared(
  { name, label, unit, per, isLessBetter, evidence }: Figure,
  baseline: number | null,
  value: number | null,
  interval: Interval95 | null,
  isBeyondNoise: boolean | null = interval === null ? null : interval.low > 1 || interval.high < 1,
): ComparedMetric {
  const direction = baseline === null || value === null || baseline === value ? 'same' : value > baseline ? 'up' : 'down';
  return {
    name,
    label,
    unit,
    per,
    baseline,
    value,
    ratio: quotient(value, baseline),
    interval,
    direction,
    isLessBetter,
    isBeyondNoise,
    evidence,
  };
}

function pauseMetrics({ baseline, value }: Sides): ComparedMetric[] {
  if (baseline.trace === null || value.trace === null) {
    return [];
  }
  const [before, after] = [baseline.trace.pausesNs, value.trace.pausesNs];
  const random = seededRandom(4);
  const isTold = before.length >= fewEvents && after.length >= fewEvents;
  const ratios = isTold ? Array.from({ length: drawCount }, () => mean(redraw(after, random)) / mean(redraw(before, random))) : [];
  const common = { unit: 'ns', per: null, isLessBetter: true, evidence: 'trace events' } as const;
  const known = (pauses: readonly number[], of: (pauses: readonly number[]) => number) => (pauses.length === 0 ? null : of(pauses));
  return [
    compared({ name: 'meanPauseNs', label: 'mean GC pause', ...common }, known(before, mean), known(after, mean), middle95(ratios)),
    compared(
      { name: 'maxPauseNs', label: 'longest GC pause', ...common },
      known(before, longest),
      known(after, longest),
      null,
      isTold ? differsMoreThanDealt(before, after, random) : null,
    ),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function longest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function redraw(values: readonly number[], random: () => number): number[] {
  return values.map(() => values[Math.floor(random() * values.length)] ?? 0);
}

/** Whether the longest of two lists differ more than in 95 of 100 random deals of all their values. */
function differsMoreThanDealt(before: readonly number[], after: readonly number[], random: () => number): boolean {
  const seen = Math.abs(Math.log(longest(after) / longest(before)));
  const all = [...before, ...after];
  let asFar = 0;
  for (let deal = 0; deal < drawCount; deal++) {
    for (let k = all.length - 1; k > 0; k--) {
      const other = Math.floor(random() * (k + 1));
      [all[k], all[other]] = [all[other] ?? 0, all[k] ?? 0];
    }
    asFar += Math.abs(Math.log(longest(all.slice(before.length)) / longest(all.slice(0, before.length)))) >= seen ? 1 : 0;
  }
  return asFar / drawCount < 0.05;
}

function profileMetrics({ baseline, value }: Sides): ComparedMetric[] {
  const metrics: ComparedMetric[] = [];
  if (baseline.profile !== null && value.profile !== null) {
    const [a, b] = [baseline.profile, value.profile];
    const share = { unit: 'share', per: null, evidence: 'samples of the CPU profiles' } as const;
    metrics.push(
      shares(
        { ...share, name: 'mapShare', label: 'CPU samples in map operations', isLessBetter: null },
        a.mapSamples,
        a.samples,
        b.mapSamples,
        b.samples,
      ),
    );
    metrics.push(
      shares(
        { ...share, name: 'gcShare', label: 'CPU samples in the garbage collector', isLessBetter: true },
        a.gcSamples,
        a.samples,
        b.gcSamples,
        b.samples,
      ),
    );
  }
  if (baseline.allocated !== null && value.allocated !== null) {
    const bytes = { unit: 'bytes', per: null, isLessBetter: true } as const;
    const [a, b] = [baseline.allocated, value.allocated];
    metrics.push(
      compared(
        { ...bytes, name: 'processBytes', label: 'allocated since the process began', evidence: 'allocs profile' },
        a.bytes,
        b.bytes,
        null,
      ),
    );
    metrics.push(compared({ ...bytes, name: 'inuseBytes', label: 'in use', evidence: 'heap profile' }, a.inuseBytes, b.inuseBytes, null));
  }
  return metrics;
}

/** Shares of counted samples: the ratio's interval is that of two binomial shares, on a logarithmic scale. */
function shares(figure: Figure, hitsBefore: number, before: number, hitsAfter: number, after: number): ComparedMetric {
  const [a, b] = [before === 0 ? null : hitsBefore / before, after === 0 ? null : hitsAfter / after];
  const ratio = quotient(b, a);
  const isTold = ratio !== null && ratio > 0 && hitsBefore + hitsAfter >= fewEvents;
  const spread = isTold ? 1.96 * Math.sqrt(1 / hitsBefore - 1 / before + 1 / hitsAfter - 1 / after) : 0;
  const interval = isTold ? { low: ratio * Math.exp(-spread), high: ratio * Math.exp(spread) } : null;
  return compared(figure, a, b, interval);
}
