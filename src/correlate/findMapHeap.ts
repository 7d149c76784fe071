import type { Profile } from '../pprof';
import type { Capture } from './capture';
import { isAllocationProfile } from './allocationProfile';
import { mapLeaks, type MapLeak } from './mapLeaks';
import { mapOwners, type MapOwner, type MapTypeMemory } from './mapOwners';
import { mapStatSeries } from './mapStats';
import { readMapWork } from './mapWork';

/** Memory of maps by who owns it, with the leak patterns that are seen. */
export interface MapHeap {
  /** The heap profile it is told from; null without one. */
  readonly profile: Profile | null;
  readonly owners: readonly MapOwner[];
  readonly leaks: readonly MapLeak[];
  /** Whether CPU samples tell which lines fill maps. */
  readonly hasSamples: boolean;
  /** Whether what grew is known. */
  readonly hasEarlier: boolean;
}

/** Profiles of one moment are taken one after the other; further apart they are two moments. */
const apartNs = 1_000_000_000n;

/**
 * The memory of maps of one process. Of several heap profiles the last one is told of, and the first is what it is compared with.
 * @param earlier captures of the same process before
 * @param types what the alloc/free experiment says of maps, see `mapTypeMemory`
 */
export function findMapHeap(captures: readonly Capture[], earlier: readonly Capture[] = [], types: readonly MapTypeMemory[] = []): MapHeap {
  const heaps = heapProfiles(captures);
  const profile = heaps.at(-1) ?? null;
  const before = heapProfiles(earlier)[0] ?? heaps.find(({ timeUnixNs }) => profile !== null && profile.timeUnixNs - timeUnixNs >= apartNs);
  const work = readMapWork(captures);
  const owners = profile === null ? [] : mapOwners(profile, work, before ?? null);
  const series = work.trace === null ? [] : mapStatSeries(work.trace);
  return {
    profile,
    owners,
    leaks: mapLeaks({ owners, series, types }),
    hasSamples: work.evidence !== 'none',
    hasEarlier: before !== undefined,
  };
}

function heapProfiles(captures: readonly Capture[]): Profile[] {
  return captures
    .flatMap((capture) => (capture.kind === 'pprof' && isAllocationProfile(capture.profile) ? [capture.profile] : []))
    .sort((a, b) => (a.timeUnixNs < b.timeUnixNs ? -1 : a.timeUnixNs > b.timeUnixNs ? 1 : 0));
}
