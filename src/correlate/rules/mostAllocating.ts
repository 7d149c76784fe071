import { groupBy } from '../../base';
import type { Capture } from '..';
import { allocatesNothing } from '../allocatingOperation';
import { readMapWork } from '../mapWork';
import type { MapWorkLine } from './cpuWork';

/** The function that allocated most since the process began. */
export interface MostAllocating {
  readonly function: string;
  /** Its line with most bytes. */
  readonly line: string;
  readonly bytes: number;
  /** Part of all bytes. */
  readonly share: number;
  /** The map operation that CPU samples found it at most, of those that allocate; null without such samples. */
  readonly mapWork: (MapWorkLine & { readonly samples: number }) | null;
}

/** By an allocs or heap profile, and CPU samples of the same process; null without such a profile. */
export function mostAllocatingOf(captures: readonly Capture[]): MostAllocating | null {
  const { bytesOf, samples } = readMapWork(captures);
  const functions = [...(bytesOf ?? [])].map(([name, lines]) => ({ name, lines, bytes: sum(lines, ({ allocBytes }) => allocBytes) }));
  const total = sum(functions, ({ bytes }) => bytes);
  const [most] = functions.sort((a, b) => b.bytes - a.bytes);
  const [line] = [...(most?.lines ?? [])].sort((a, b) => b.allocBytes - a.allocBytes);
  if (most === undefined || line === undefined || total === 0) {
    return null;
  }
  const own = samples.filter(({ site, op }) => site.mapFunction === most.name && !allocatesNothing(op));
  const [work] = [...groupBy(own, (sample) => `${sample.op} ${sample.line}`).values()]
    .flatMap((same) => same.slice(0, 1).map((first) => ({ op: first.op, line: first.line, samples: sum(same, ({ count }) => count) })))
    .sort((a, b) => b.samples - a.samples);
  return { function: most.name, line: line.line, bytes: most.bytes, share: most.bytes / total, mapWork: work ?? null };
}

function sum<Row>(rows: readonly Row[], valueOf: (row: Row) => number): number {
  return rows.reduce((total, row) => total + valueOf(row), 0);
}
