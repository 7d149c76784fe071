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

/** Labels of several captures as one list: keys by name, counts summed up. */
export function mergeLabels(all: readonly Labels[]): Labels {
  if (all.length === 1 && all[0] !== undefined) {
    return all[0];
  }
  const byKey = new Map<string, Map<string, number>>();
  for (const { key, values } of all.flat()) {
    const counts = byKey.get(key) ?? new Map<string, number>();
    byKey.set(key, counts);
    values.forEach(({ value, count }) => counts.set(value, (counts.get(value) ?? 0) + count));
  }
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, counts]) => ({ key, values: [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count) }));
}

/** The values of a view's own columns, or of its object columns' members, under the names that its selector knows; names without values too. */
export function valuesOfColumns(frames: readonly Frame[], names: readonly string[]): Labels {
  return names.map((key) => {
    const counts = new Map<string, number>();
    for (const { name, values } of frames.flatMap(({ fields }) => fields)) {
      for (const value of values) {
        const found: unknown = name === key ? value : isRecord(value) ? value[key] : undefined;
        if (typeof found === 'string' || typeof found === 'number') {
          counts.set(String(found), (counts.get(String(found)) ?? 0) + 1);
        }
      }
    }
    return { key, values: [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count) };
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
