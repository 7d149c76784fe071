import { sumOfType } from '../../pprof';
import type { Capture } from '..';
import { findMapHeap } from '../findMapHeap';
import type { MapLeak } from '../mapLeaks';
import type { MapOwner } from '../mapOwners';

/** What captures say of the memory that maps hold. */
export interface HeapContent {
  /** By the heap profile that was taken last; null without one. */
  readonly inuseBytes: number | null;
  /** Lines that own maps, most bytes in use first. */
  readonly owners: readonly MapOwner[];
  /** Known leak patterns, those with most bytes first. */
  readonly leaks: readonly MapLeak[];
}

/** Reads heap profiles, and `map.stats` logs of the trace. */
export function heapContentOf(captures: readonly Capture[]): HeapContent {
  const { profile, owners, leaks } = findMapHeap(captures);
  return { inuseBytes: profile === null ? null : sumOfType(profile, 'inuse_space'), owners, leaks };
}

/** Whether the bytes of an owner are surely a map's, and not only of the size that a map's tables have. */
export function isSurelyMap({ evidence }: MapOwner): boolean {
  return evidence !== 'block sizes';
}
