import type { Capture } from '..';
import { allocatesNothing } from '../allocatingOperation';
import { readMapWork } from '../mapWork';
import { type MapWorkLine, mostSampled } from './cpuWork';

/** The function that allocated most since the process began. */
export interface MostAllocating {
  readonly function: string;
  /** Its line with most bytes. */
  readonly line: string;
  readonly bytes: number;
  /** Part of all bytes. */
  readonly share: number;
  /** The map operation that CPU samples found it at most, of those that allocate; null without such samples. */
  readonly mapWork: MapWorkLine | null;
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
  return { function: most.name, line: line.line, bytes: most.bytes, share: most.bytes / total, mapWork: mostSampled(own) };
}

function sum<Row>(rows: readonly Row[], valueOf: (row: Row) => number): number {
  return rows.reduce((total, row) => total + valueOf(row), 0);
}
