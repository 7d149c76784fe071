import type { AnalyzedTrace, CycleActivity, GcCycle } from '../correlate';
import type { StopTheWorld } from '../runtime';
import { booleanField, type FrameDraft, numberField, otherField, stringField, timeField } from './makeFrame';
import type { TimeAxis } from './timeAxis';

/** A stretch of the trace's time that is marked. */
export interface Region {
  readonly startNs: number;
  readonly endNs: number;
  readonly title: string;
  readonly text: string;
  readonly tags: readonly string[];
  readonly color: string;
  readonly id: string;
  /** seq of a GC cycle. */
  readonly cycle: number | null;
}

/** GC cycles and stop-the-worlds as regions of the panel that shows the series; none where there are none. */
export function gcRegionFrames(analyzed: AnalyzedTrace, axis: TimeAxis): FrameDraft[] {
  return [...regionFrame('GC cycles', cycleRegions(analyzed), axis), ...regionFrame('stop-the-worlds', stopRegions(analyzed), axis)];
}

export function cycleRegions({ facts, cycles }: AnalyzedTrace): Region[] {
  return facts.gcCycles.map((cycle, row) => cycleRegion(cycle, cycles[row]));
}

export function stopRegions({ facts }: AnalyzedTrace): Region[] {
  return facts.stops.map(stopRegion);
}

function cycleRegion(cycle: GcCycle, activity: CycleActivity | undefined): Region {
  const { seq, startNs, endNs, trigger, site } = cycle;
  return {
    startNs,
    endNs,
    title: `GC cycle ${seq}`,
    text: [
      formatMs(endNs - startNs),
      `${trigger} trigger${site === null ? '' : ` at ${site}`}`,
      ...(activity === undefined
        ? []
        : [
            `map regions ${formatMs(activity.mapRegionNs)}`,
            `map samples ${activity.mapSamples} of ${activity.samples}`,
            `${activity.assistCount} assists ${formatMs(activity.assistNs)}`,
          ]),
    ].join(', '),
    tags: ['GC', trigger],
    color: 'orange',
    id: `gc-${seq}`,
    cycle: seq,
  };
}

function stopRegion({ reason, isGc, startNs, endNs }: StopTheWorld, row: number): Region {
  return {
    startNs,
    endNs,
    title: `stop-the-world (${reason})`,
    text: formatMs(endNs - startNs),
    tags: ['STW', reason],
    color: isGc ? 'red' : 'purple',
    id: `stw-${row}`,
    cycle: null,
  };
}

/** Fields by the names that Grafana's panels look for. Edges keep their fractions of a millisecond: a stop is often shorter than one. */
export function regionFrame(name: string, regions: readonly Region[], axis: TimeAxis): FrameDraft[] {
  return regions.length === 0
    ? []
    : [
        {
          name,
          meta: { dataTopic: 'annotations' },
          fields: [
            timeField(
              'time',
              regions.map(({ startNs }) => axis.toMs(startNs)),
            ),
            timeField(
              'timeEnd',
              regions.map(({ endNs }) => axis.toMs(endNs)),
            ),
            booleanField(
              'isRegion',
              regions.map(() => true),
            ),
            stringField(
              'title',
              regions.map(({ title }) => title),
            ),
            stringField(
              'text',
              regions.map(({ text }) => text),
            ),
            otherField(
              'tags',
              regions.map(({ tags }) => [...tags]),
            ),
            stringField(
              'color',
              regions.map(({ color }) => color),
            ),
            stringField(
              'id',
              regions.map(({ id }) => id),
            ),
            numberField(
              'cycle',
              regions.map(({ cycle }) => cycle),
            ),
          ],
        },
      ];
}

function formatMs(durationNs: number): string {
  return `${(durationNs / 1e6).toFixed(durationNs < 1e5 ? 3 : 1)} ms`;
}
