import { type DataFrame, FieldType } from '@grafana/data';

import type { TimeSpan } from './pageState';

/** From the first to the last time of any series; undefined without one. */
export function spanOf(series: readonly DataFrame[]): TimeSpan | undefined {
  const times = series.flatMap(({ fields }) =>
    fields.filter(({ type }) => type === FieldType.time).map(({ values }): readonly number[] => values),
  );
  const fromMs = Math.min(...times.map((values) => values[0] ?? Infinity));
  const toMs = Math.max(...times.map((values) => values.at(-1) ?? -Infinity));
  return fromMs < toMs ? { fromMs, toMs } : undefined;
}

/** A span with some of its surroundings, so that it is seen where it begins and ends. */
export function spanAround({ fromMs, toMs }: TimeSpan): TimeSpan {
  const margin = Math.max(1, (toMs - fromMs) / 4);
  return { fromMs: Math.floor(fromMs - margin), toMs: Math.ceil(toMs + margin) };
}
