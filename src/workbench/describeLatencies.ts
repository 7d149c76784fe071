import { formatNs } from './format';

/**
 * How many there are and how long most often, for those who do not see the picture.
 * @param fromNs beginning of each cell's latencies; a heat map has a cell for each moment
 */
export function describeLatencies(fromNs: readonly number[], toNs: readonly number[], counts: readonly number[]): string {
  const byLatency = new Map<number, { readonly endNs: number; readonly count: number }>();
  fromNs.forEach((startNs, cell) => {
    const before = byLatency.get(startNs)?.count ?? 0;
    byLatency.set(startNs, { endNs: toNs[cell] ?? startNs, count: before + (counts[cell] ?? 0) });
  });
  const [...rows] = byLatency;
  const total = rows.reduce((sum, [, { count }]) => sum + count, 0);
  const [startNs, { endNs }] = rows.reduce((most, row) => (row[1].count > most[1].count ? row : most), [0, { endNs: 0, count: 0 }]);
  return `${total}, most often ${formatNs(startNs)} to ${formatNs(endNs)}, the longest up to ${formatNs(Math.max(...toNs))}`;
}
