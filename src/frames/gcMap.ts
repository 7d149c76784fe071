import { type Notice, ns } from '../base';
import { type AnalyzedTrace, answer, type Capture } from '../correlate';
import {
  assistCoverage,
  countBelow,
  type Coverage,
  coverageByGoroutine,
  mapRegionCoverage,
  mapOps,
  type MapInterval,
  type MapIntervalTable,
  type RuntimeFacts,
} from '../runtime';
import type { FrameContext, Reading } from './context';
import type { Field } from './frame';
import { gcRegionFrames } from './gcRegions';
import { type FieldConfig, type FrameDraft, numberField } from './makeFrame';
import type { ViewQuery } from './query';
import { TimeAxis } from './timeAxis';
import { chooseWindow, sliverNotices, type Window } from './window';

/** Points of a series: more than a panel has pixels is lost on the way to the screen. */
const maxPoints = 600;
const maxHeapPoints = 4000;
/** A bucket of CPU samples is this many sampling periods at least: below, a share jumps between nothing and everything. */
const periodsPerBucket = 5;

/**
 * GC against map activity on one time axis: map regions, map logs and mark assists as the number of goroutines in them at a time (100 % is one
 * goroutine all the time), map samples as share of one CPU, heap live and goal in steps; GC cycles and stop-the-worlds as annotation frames. The first
 * frame's `meta.custom.answer` holds what the captures say in words.
 */
export function gcMapFrames(captures: readonly Capture[], analyzed: AnalyzedTrace, query: ViewQuery, context: FrameContext): FrameDraft[] {
  const { reading } = context;
  const { facts } = analyzed;
  // A trace that is still being read has the axis that it will have: only what is right of its last event is missing.
  const extent = { ...facts, endNs: reading === undefined ? facts.endNs : ns(Math.max(facts.endNs, reading.endNs)) };
  const axis = new TimeAxis(extent, query.timeUnit);
  const { window: wanted, notices } = chooseWindow(extent, axis, context);
  const window: PartlyReadWindow = { ...wanted, toNs: Math.min(wanted.toNs, facts.endNs), wholeNs: wanted.toNs - wanted.fromNs };
  if (window.toNs <= window.fromNs && reading !== undefined) {
    return [];
  }
  const activity = activityFrame(analyzed, axis, window, query.timeUnit);
  return [
    {
      ...activity,
      meta: {
        ...activity.meta,
        custom: reading === undefined ? { answer: answer(captures) } : { reading: describeReading(extent, facts.endNs, axis) },
      },
      notices: reading === undefined ? [...axis.notices, ...notices, ...sliverNotices(axis, context)] : [readingNotice(reading)],
    },
    ...sampleFrames(analyzed, axis, window),
    ...heapFrames(analyzed, axis, window),
    ...gcRegionFrames(analyzed, axis),
  ];
}

type Extent = Pick<RuntimeFacts, 'startNs' | 'endNs'>;

/** The part of the trace that is shown, and how long it is when all of it is read: buckets keep their width. */
interface PartlyReadWindow extends Window {
  readonly wholeNs: number;
}

/** What a page shows of a trace that is still being read; times on the axis. */
interface PartOfTrace {
  /** The whole trace; whole milliseconds, as the series have them. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What is right of this is not read yet. */
  readonly readToMs: number;
}

function describeReading({ startNs, endNs }: Extent, readToNs: number, axis: TimeAxis): PartOfTrace {
  const wholeMs = (timeNs: number) => Math.floor(axis.toMs(timeNs));
  return { fromMs: wholeMs(startNs), toMs: wholeMs(endNs), readToMs: axis.toMs(readToNs) };
}

function readingNotice({ generation, generations }: Reading): Notice {
  return {
    severity: 'info',
    text: `Still reading: generation ${generation} of ${generations}. What is said of the whole trace comes at its end.`,
  };
}

/** Buckets of equal width; the last may be cut by the end of the window. */
class Buckets {
  readonly startNs: readonly number[];

  constructor(
    private readonly window: Window,
    private readonly widthNs: number,
  ) {
    const length = Math.max(1, Math.ceil((window.toNs - window.fromNs) / widthNs));
    this.startNs = Array.from({ length }, (_, bucket) => window.fromNs + bucket * widthNs);
  }

  /** A value of each bucket per nanosecond of its width. */
  rates(valueWithin: (fromNs: number, toNs: number) => number): number[] {
    return this.startNs.map((fromNs) => {
      const toNs = Math.min(fromNs + this.widthNs, this.window.toNs);
      return toNs > fromNs ? valueWithin(fromNs, toNs) / (toNs - fromNs) : 0;
    });
  }
}

/** The smallest of 1, 2, 5, 10, 20 … that is not below `least`. */
function niceWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((digit) => digit * power).find((width) => width >= least) ?? least;
}

function activityFrame(analyzed: AnalyzedTrace, axis: TimeAxis, window: PartlyReadWindow, timeUnit: ViewQuery['timeUnit']): FrameDraft {
  const { assists, mapIntervals, regions } = analyzed.facts;
  const finestNs = timeUnit === 'stretched' ? 1e3 : 1e6;
  const buckets = new Buckets(window, niceWidth(Math.max(finestNs, window.wholeNs / maxPoints)));
  const coverage = assistCoverage(assists);
  return {
    name: 'GC against map activity',
    meta: { preferredVisualisationType: 'graph' },
    fields: [
      axis.field('time', buckets.startNs),
      mapField('region', mapRegionCoverage(regions), buckets),
      ...logFields(mapIntervals, buckets),
      seriesField(
        'mark assists',
        buckets.rates((fromNs, toNs) => coverage.within(fromNs, toNs)),
        {
          description:
            'Goroutines inside GC mark assists; 100 % is one all the time. Whole assists, on and off the CPU. Evidence: trace events.',
          unit: 'percentunit',
          color: fixedColor('orange'),
        },
      ),
    ],
  };
}

const mapEvidence = {
  region: { name: 'map regions', text: 'Goroutines inside user regions whose type names maps', color: 'blue' },
  log: { name: 'map logs', text: 'Goroutines between user logs that begin and end map work', color: 'purple' },
} as const;

/** None where there are none; regions always stand, so that "no map regions" is seen too. */
function logFields(intervals: MapIntervalTable, buckets: Buckets): Field[] {
  // A log that has no partner is an instant.
  const isInterval = (row: number) => intervals.isLog[row] === 1 && (intervals.endNs[row] ?? 0) > (intervals.startNs[row] ?? 0);
  return intervals.isLog.some((_, row) => isInterval(row)) ? [mapField('log', coverageByGoroutine(intervals, isInterval), buckets)] : [];
}

function mapField(evidence: MapInterval['evidence'], coverage: Coverage, buckets: Buckets): Field {
  const { name, text, color } = mapEvidence[evidence];
  return seriesField(
    name,
    buckets.rates((fromNs, toNs) => coverage.within(fromNs, toNs)),
    {
      description: `${text}; 100 % is one goroutine all the time. Evidence: ${evidence}s.`,
      unit: 'percentunit',
      color: fixedColor(color),
      custom: { fillOpacity: 20 },
    },
  );
}

function sampleFrames({ facts }: AnalyzedTrace, axis: TimeAxis, window: PartlyReadWindow): FrameDraft[] {
  const { samples } = facts;
  if (samples.length === 0) {
    return [];
  }
  const least = Math.max(periodsPerBucket * samples.periodNs, window.wholeNs / maxPoints);
  const buckets = new Buckets(window, niceWidth(least));
  const mapTimes = samples.timeNs.filter((_, row) => (samples.mapOp[row] ?? -1) >= 0);
  const iterateTimes = samples.timeNs.filter((_, row) => mapOps[samples.mapOp[row] ?? -1] === 'iterate');
  const share = (times: Float64Array) =>
    buckets.rates((fromNs, toNs) => (countBelow(times, toNs) - countBelow(times, fromNs)) * samples.periodNs);
  const evidence = `Evidence: ${mapTimes.length} of ${samples.length} CPU samples, one each ${samples.periodNs / 1e6} ms.`;
  return [
    {
      name: 'map samples',
      meta: { preferredVisualisationType: 'graph' },
      fields: [
        axis.field('time', buckets.startNs),
        seriesField('map samples', share(mapTimes), {
          description: `CPU time in map operations by samples; 100 % is one CPU. ${evidence}`,
          unit: 'percentunit',
          color: fixedColor('green'),
        }),
        seriesField('map iteration samples', share(iterateTimes), {
          description: `CPU time in map iteration by samples; 100 % is one CPU. ${evidence}`,
          unit: 'percentunit',
          color: fixedColor('dark-green'),
        }),
      ],
    },
  ];
}

function heapFrames({ facts }: AnalyzedTrace, axis: TimeAxis, window: Window): FrameDraft[] {
  const { liveNs, liveBytes, goalNs, goalBytes } = facts.heap;
  return [
    ...heapFrame('heap live', thinSteps(liveNs, liveBytes, window), axis, 'Bytes of heap objects as the trace reports them', 'light-blue'),
    ...heapFrame(
      'heap goal',
      thinSteps(goalNs, goalBytes, window),
      axis,
      'Heap size at which the next GC cycle is to end',
      'semi-dark-red',
    ),
  ];
}

function heapFrame(name: string, steps: Steps, axis: TimeAxis, description: string, color: string): FrameDraft[] {
  return steps.timesNs.length === 0
    ? []
    : [
        {
          name,
          meta: { preferredVisualisationType: 'graph' },
          fields: [
            axis.field('time', steps.timesNs),
            seriesField(name, steps.values, {
              description,
              unit: 'bytes',
              color: fixedColor(color),
              custom: { axisPlacement: 'right', fillOpacity: 0 },
            }),
          ],
        },
      ];
}

interface Steps {
  readonly timesNs: number[];
  /** Null: from here on there is no value. */
  readonly values: (number | null)[];
}

/**
 * The steps within a window and the one that leads into it; where there are too many, first, smallest, largest and last of each of many slices. The last
 * holds until the end of the window.
 */
function thinSteps(times: Float64Array, values: Float64Array, { fromNs, toNs }: Window): Steps {
  const first = Math.max(0, countBelow(times, fromNs) - 1);
  const end = countBelow(times, toNs + 1);
  const kept = end - first <= maxHeapPoints ? undefined : extremes(values, first, end, Math.floor(maxHeapPoints / 4));
  const rows = kept ?? Array.from({ length: Math.max(0, end - first) }, (_, k) => first + k);
  const timesNs = rows.map((row) => times[row] ?? 0);
  const stepValues = rows.map((row) => {
    const value = values[row] ?? NaN;
    return Number.isNaN(value) ? null : value;
  });
  const last = stepValues.at(-1);
  return last === undefined ? { timesNs, values: stepValues } : { timesNs: [...timesNs, toNs], values: [...stepValues, last] };
}

function extremes(values: Float64Array, first: number, end: number, slices: number): number[] {
  const rows = new Set<number>();
  const width = (end - first) / slices;
  for (let slice = 0; slice < slices; slice++) {
    const from = first + Math.floor(slice * width);
    const to = Math.max(from + 1, first + Math.floor((slice + 1) * width));
    let [lowest, highest] = [from, from];
    for (let row = from; row < to; row++) {
      lowest = (values[row] ?? 0) < (values[lowest] ?? 0) ? row : lowest;
      highest = (values[row] ?? 0) > (values[highest] ?? 0) ? row : highest;
    }
    [from, lowest, highest, to - 1].forEach((row) => rows.add(row));
  }
  return [...rows].sort((a, b) => a - b);
}

/** A series drawn in steps: each value holds until the next. */
function seriesField(
  name: string,
  values: readonly (number | null)[],
  config: FieldConfig & Pick<Required<FieldConfig>, 'description'>,
): Field {
  const custom = { drawStyle: 'line', lineInterpolation: 'stepAfter', lineWidth: 1, fillOpacity: 0, showPoints: 'never', ...config.custom };
  return numberField(name, values, { ...config, displayName: name, custom });
}

function fixedColor(fixedColor: string): NonNullable<FieldConfig['color']> {
  return { mode: 'fixed', fixedColor };
}
