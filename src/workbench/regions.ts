import { type DataFrame, DataTopic } from '@grafana/data';

import { numbersOf, textsOf } from './columns';
import type { TimeSpan } from './pageState';

/** A GC cycle or a stop-the-world on the timeline. */
export interface TimelineRegion extends TimeSpan {
  readonly kind: 'cycle' | 'stop';
  /** Of a cycle: its seq. */
  readonly cycle: number | undefined;
  readonly title: string;
  readonly text: string;
  readonly color: string;
}

/** The region of one kind at a time; of several the last to begin, which is drawn on top. */
export function regionAt(
  regions: readonly TimelineRegion[],
  timeMs: number,
  reachMs: number,
  kind: TimelineRegion['kind'],
): TimelineRegion | undefined {
  return regionsAt(regions, timeMs, reachMs)
    .filter((region) => region.kind === kind)
    .at(-1);
}

/** The regions at a time, give or take `reachMs`. */
export function regionsAt(regions: readonly TimelineRegion[], timeMs: number, reachMs: number): readonly TimelineRegion[] {
  return regions.filter(({ fromMs, toMs }) => fromMs - reachMs <= timeMs && timeMs <= toMs + reachMs);
}

/** The regions among the frames of the view `gcMap`. */
export function regionsOf(frames: readonly DataFrame[]): readonly TimelineRegion[] {
  return frames.filter(isAnnotation).flatMap((frame) => {
    const [from, to, cycles] = [numbersOf(frame, 'time'), numbersOf(frame, 'timeEnd'), numbersOf(frame, 'cycle')];
    const [titles, texts, colors] = [textsOf(frame, 'title'), textsOf(frame, 'text'), textsOf(frame, 'color')];
    return from.map((fromMs, row) => {
      const cycle = cycles[row] ?? Number.NaN;
      return {
        fromMs,
        toMs: to[row] ?? fromMs,
        kind: Number.isNaN(cycle) ? 'stop' : 'cycle',
        cycle: Number.isNaN(cycle) ? undefined : cycle,
        title: titles[row] ?? '',
        text: texts[row] ?? '',
        color: colors[row] ?? '',
      } as const;
    });
  });
}

/** The series among the frames of the view `gcMap`. */
export function seriesOf(frames: readonly DataFrame[]): DataFrame[] {
  return frames.filter((frame) => !isAnnotation(frame));
}

function isAnnotation(frame: DataFrame): boolean {
  return frame.meta?.dataTopic === DataTopic.Annotations;
}
