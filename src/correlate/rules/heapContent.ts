import type { Profile } from '../../pprof';
import type { Capture } from '..';
import { mapLeaks, type MapLeak } from '../mapLeaks';
import { type MapOwner, mapOwners } from '../mapOwners';
import { mapStatSeries } from '../mapStats';
import { readMapWork } from '../mapWork';

/** What captures say of the memory that maps hold. */
export interface HeapContent {
  /** By the first profile that says what is in use; null without one. */
  readonly inuseBytes: number | null;
  /** Lines that own maps, most bytes in use first. */
  readonly owners: readonly MapOwner[];
  /** Known leak patterns, those with most bytes first. */
  readonly leaks: readonly MapLeak[];
}

/** Reads heap profiles, and `map.stats` logs of the trace. */
export function heapContentOf(captures: readonly Capture[]): HeapContent {
  const profile = captures.flatMap((capture) => (capture.kind === 'pprof' && typeOf(capture.profile) >= 0 ? [capture.profile] : []))[0];
  const owners = profile === undefined ? [] : mapOwners(profile, readMapWork(captures));
  const trace = captures.find((capture) => capture.kind === 'trace');
  const series = trace === undefined ? [] : mapStatSeries(trace.analyzed);
  return { inuseBytes: profile === undefined ? null : inuseOf(profile), owners, leaks: mapLeaks({ owners, series, types: [] }) };
}

/** Whether the bytes of an owner are surely a map's, and not only of the size that a map's tables have. */
export function isSurelyMap({ evidence }: MapOwner): boolean {
  return evidence !== 'block sizes';
}

function typeOf({ sampleTypes }: Profile): number {
  return sampleTypes.findIndex(({ type }) => type === 'inuse_space');
}

function inuseOf(profile: Profile): number {
  return profile.samples.values[typeOf(profile)]?.reduce((sum, bytes) => sum + bytes, 0) ?? 0;
}
