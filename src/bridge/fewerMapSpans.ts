import { groupBy } from '../base';
import type { MapWork } from './mapSpans';

/** Receivers and viewers take some thousand spans of a trace well; one request may walk a map in every iteration of a loop. */
const maxMapSpans = 1000;

/**
 * Map work of one request within the limit: of more than {@link maxMapSpans} pieces the longest stay, and the others become one piece for each name and
 * evidence, which lasts from the first of them to the last and says how many it stands for and how long they took together.
 */
export function limitMapWork(work: readonly MapWork[], limit = maxMapSpans): readonly MapWork[] {
  if (work.length <= limit) {
    return work;
  }
  const longestFirst = [...work].sort((a, b) => durationOf(b) - durationOf(a) || a.startNs - b.startNs);
  const kept = new Set(longestFirst.slice(0, limit));
  const others = work.filter((piece) => !kept.has(piece));
  const groups = groupBy(others, (piece) => `${piece.name} ${String(piece.attributes['gclens.map.evidence'])}`);
  return [...work.filter((piece) => kept.has(piece)), ...[...groups].map(([key, pieces]) => merge(key, pieces))];
}

function merge(key: string, pieces: readonly MapWork[]): MapWork {
  const [first] = pieces;
  const evidence = first?.attributes['gclens.map.evidence'];
  const samples = sum(pieces.map(({ attributes }) => Number(attributes['gclens.map.samples'] ?? 0)));
  return {
    name: first?.name ?? '',
    position: `merged ${key}`,
    op: first?.op ?? null,
    startNs: pieces.reduce((earliest, { startNs }) => Math.min(earliest, startNs), Infinity),
    endNs: pieces.reduce((latest, { endNs }) => Math.max(latest, endNs), -Infinity),
    attributes: {
      ...(evidence === undefined ? {} : { 'gclens.map.evidence': evidence }),
      ...(first?.op == null ? {} : { 'gclens.map.op': first.op }),
      ...(samples > 0 ? { 'gclens.map.samples': samples } : {}),
      'gclens.merged.spans': pieces.length,
      'gclens.merged.total_ns': sum(pieces.map(durationOf)),
    },
  };
}

function durationOf({ startNs, endNs }: MapWork): number {
  return endNs - startNs;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
