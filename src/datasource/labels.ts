import type { Frame } from '../frames';

/** Label keys with their values, most frequent first; what a selector can name. */
export type Labels = readonly { readonly key: string; readonly values: readonly { readonly value: string; readonly count: number }[] }[];

/** Reads the frames of the view `labels`: fields `key`, `value` and `count`, a row for each value. */
export function labelsOf(frames: readonly Frame[]): Labels {
  const byKey = new Map<string, { value: string; count: number }[]>();
  for (const frame of frames) {
    const [keys, values, counts] = ['key', 'value', 'count'].map((name) => frame.fields.find((field) => field.name === name)?.values ?? []);
    keys?.forEach((key, row) => {
      const list = byKey.get(String(key)) ?? [];
      byKey.set(String(key), list);
      list.push({ value: String(values?.[row]), count: Number(counts?.[row] ?? 0) });
    });
  }
  return [...byKey].map(([key, values]) => ({ key, values: values.sort((a, b) => b.count - a.count) }));
}
