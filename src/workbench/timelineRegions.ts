import { type DataFrame, DataTopic } from '@grafana/data';

import { textsOf, numbersOf } from './columns';

/** A GC cycle or a stop-the-world on the timeline. */
export interface TimelineRegion {
  readonly fromMs: number;
  readonly toMs: number;
  readonly title: string;
  readonly text: string;
  readonly color: string;
  readonly kind: 'cycle' | 'stop';
}

/** The regions among the frames of the view `gcMap`. */
export function regionsOf(frames: readonly DataFrame[]): readonly TimelineRegion[] {
  return frames.filter(isAnnotation).flatMap((frame) => {
    const [from, to] = [numbersOf(frame, 'time'), numbersOf(frame, 'timeEnd')];
    const [titles, texts, colors] = [textsOf(frame, 'title'), textsOf(frame, 'text'), textsOf(frame, 'color')];
    return from.map((fromMs, row) => ({
      fromMs,
      toMs: to[row] ?? fromMs,
      title: titles[row] ?? '',
      text: texts[row] ?? '',
      color: colors[row] ?? '',
      kind: /cycle/i.test(titles[row] ?? '') ? 'cycle' : 'stop',
    }));
  });
}

/** The series among the frames of the view `gcMap`. */
export function seriesOf(frames: readonly DataFrame[]): DataFrame[] {
  return frames.filter((frame) => !isAnnotation(frame));
}

function isAnnotation(frame: DataFrame): boolean {
  return frame.meta?.dataTopic === DataTopic.Annotations;
}
