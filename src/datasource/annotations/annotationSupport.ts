import type { AnnotationEvent, AnnotationQuery, AnnotationSupport, DataFrame } from '@grafana/data';
import { of } from 'rxjs';

import { AnnotationQueryEditor } from '../components/AnnotationQueryEditor';
import type { GclensQuery } from '../types';
import { annotationDefaults, annotationQuery } from './annotationQuery';

/**
 * GC cycles, stop-the-worlds and findings as annotations of any dashboard. The query names captures as every other; what of them lies in the dashboard's time
 * range is marked.
 */
export const annotationSupport: AnnotationSupport<GclensQuery> = {
  QueryEditor: AnnotationQueryEditor,
  getDefaultQuery: () => annotationDefaults,
  prepareQuery: ({ target }: AnnotationQuery<GclensQuery>) => annotationQuery(target),
  processEvents: (_annotation, frames) => of(frames.flatMap(eventsOf)),
};

/**
 * Grafana paints the events of one annotation query in one colour, whatever the events say, unless they have the state of an alert: then red, yellow or green. What is
 * worse than the rest takes that colour, the rest the colour that the user chose.
 */
const states: Readonly<Record<string, string>> = {
  'dark-red': 'alerting',
  red: 'alerting',
  orange: 'pending',
  yellow: 'pending',
  green: 'ok',
};

function eventsOf(frame: DataFrame): AnnotationEvent[] {
  const columns = new Map(frame.fields.map(({ name, values }) => [name, values]));
  const custom: unknown = frame.meta?.custom?.capture;
  const capture = typeof custom === 'string' ? custom.slice(0, 12) : '';
  const textAt = (name: string, row: number): string => String(columns.get(name)?.[row] ?? '');
  const timeAt = (name: string, row: number): number => Number(columns.get(name)?.[row]);
  return Array.from({ length: frame.length }, (_, row): AnnotationEvent & { newState?: string } => {
    const [time, timeEnd] = [timeAt('time', row), timeAt('timeEnd', row)];
    const color = textAt('color', row);
    const tags: unknown = columns.get('tags')?.[row];
    const cycle: unknown = columns.get('cycle')?.[row];
    const newState = typeof cycle === 'number' ? undefined : states[color];
    return {
      id: `${capture}-${textAt('id', row)}`,
      time,
      // Where both are the same Grafana draws a line instead of a region.
      timeEnd: Math.max(time, timeEnd),
      isRegion: timeEnd > time,
      title: textAt('title', row),
      text: textAt('text', row),
      tags: Array.isArray(tags) ? tags.map(String) : [],
      color,
      ...(newState === undefined ? {} : { newState }),
    };
  });
}
