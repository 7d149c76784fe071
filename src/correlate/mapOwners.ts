import { groupBy } from '../base';
import type { Profile } from '../pprof';
import { type HeapTypeTotals, type MapOp } from '../runtime';
import { type AllocatedAt, allocationsByLine, ProfileStackSites } from './allocationProfile';
import { mapSlotBytes } from './mapBlocks';
import type { MapWork } from './mapWork';

/**
 * How it is known that bytes are those of a map: `operation`: the profile's own stacks are in map operations (sync.Map, maps.Clone, reflect); `samples`: CPU samples
 * say that the line makes, fills or grows a map, since heap profiles hide the runtime's frames; `block sizes`: the blocks have the sizes of tables of a Swiss
 * map, which is only a hint.
 */
export type OwnerEvidence = 'operation' | 'samples' | 'block sizes';

/** A line whose map holds memory: buckets, groups, tables, and what else is allocated on the line, such as values. */
export interface MapOwner {
  readonly line: string;
  readonly function: string;
  readonly evidence: OwnerEvidence;
  /** Operations that allocate there, by CPU samples or stacks. */
  readonly ops: readonly MapOp[];
  readonly inuseBytes: number;
  readonly inuseObjects: number;
  readonly allocBytes: number;
  readonly allocObjects: number;
  /** Bytes in use more than in the earlier heap profile; null without one. */
  readonly grownBytes: number | null;
  /** Of tables of a Swiss map by their block sizes: bytes of a key and its value; null where they do not tell. */
  readonly slotBytes: number | null;
}

/** Operations that allocate what a map is made of. */
const storing: ReadonlySet<MapOp> = new Set(['grow', 'assign', 'make', 'clone', 'syncmap']);

/**
 * Lines that own maps, most bytes in use first.
 * @param heap a heap or allocs profile
 * @param earlier one of the same process before
 */
export function mapOwners(heap: Profile, work: Pick<MapWork, 'samples' | 'implementation'>, earlier: Profile | null = null): MapOwner[] {
  const sampledOps = groupBy(
    work.samples.filter(({ op }) => storing.has(op)),
    ({ line }) => line,
  );
  const direct = directOps(heap);
  const before = earlier === null ? null : new Map(allocationsByLine(earlier).map((allocated) => [allocated.line, allocated]));
  return allocationsByLine(heap)
    .flatMap((allocated): MapOwner[] => {
      const ops = direct.get(allocated.line) ?? [...new Set((sampledOps.get(allocated.line) ?? []).map(({ op }) => op))];
      const slotBytes = work.implementation === 'classic' ? null : mapSlotBytes(allocated.blockBytes);
      const evidence = direct.has(allocated.line) ? 'operation' : ops.length > 0 ? 'samples' : slotBytes !== null ? 'block sizes' : null;
      return evidence === null ? [] : [ownerOf(allocated, evidence, ops, slotBytes, before)];
    })
    .sort((a, b) => b.inuseBytes - a.inuseBytes || b.allocBytes - a.allocBytes);
}

function ownerOf(
  allocated: AllocatedAt,
  evidence: OwnerEvidence,
  ops: readonly MapOp[],
  slotBytes: number | null,
  before: ReadonlyMap<string, AllocatedAt> | null,
): MapOwner {
  const { line, function: name, inuseBytes, inuseObjects, allocBytes, allocObjects } = allocated;
  const grownBytes = before === null ? null : inuseBytes - (before.get(line)?.inuseBytes ?? 0);
  return { line, function: name, evidence, ops, inuseBytes, inuseObjects, allocBytes, allocObjects, grownBytes, slotBytes };
}

/** By line: map operations that the profile's own stacks are in. */
function directOps(profile: Profile): Map<string, MapOp[]> {
  const stacks = new ProfileStackSites(profile);
  const ops = new Map<string, MapOp[]>();
  for (let stack = 0; stack < profile.stacks.length; stack++) {
    const { line, mapOp, isMapCallback } = stacks.at(stack);
    if (line !== null && mapOp !== null && !isMapCallback && storing.has(mapOp)) {
      const known = ops.get(line) ?? [];
      ops.set(line, known.includes(mapOp) ? known : [...known, mapOp]);
    }
  }
  return ops;
}

/** Memory of maps of one type, exactly, by the alloc/free experiment. */
export interface MapTypeMemory {
  /** Type of the group or bucket, as the runtime names it: `map.group[string]*main.session`. */
  readonly type: string;
  readonly key: string;
  readonly value: string;
  /** Whether the collector has to look into the groups for pointers. */
  readonly hasPointers: boolean;
  readonly liveBytes: number;
  readonly liveObjects: number;
  readonly allocatedBytes: number;
}

/** Types of groups and buckets of maps, most live bytes first. */
export function mapTypeMemory(types: readonly HeapTypeTotals[]): MapTypeMemory[] {
  return types.flatMap(({ type, live, allocated }): MapTypeMemory[] => {
    const parts = splitMapType(type.name);
    return parts === null
      ? []
      : [
          {
            type: type.name,
            ...parts,
            hasPointers: type.pointerBytes > 0,
            liveBytes: live.bytes,
            liveObjects: live.objects,
            allocatedBytes: allocated.bytes,
          },
        ];
  });
}

/** `map.group[K]V` and `map.bucket[K]V`, also with the prefix `noalg.`; brackets of K may nest. */
function splitMapType(name: string): { key: string; value: string } | null {
  const head = /^(?:noalg\.)?map\.(?:group|bucket)\[/.exec(name)?.[0];
  if (head === undefined) {
    return null;
  }
  let depth = 1;
  for (let at = head.length; at < name.length; at++) {
    depth += name[at] === '[' ? 1 : name[at] === ']' ? -1 : 0;
    if (depth === 0) {
      return { key: name.slice(head.length, at), value: name.slice(at + 1) };
    }
  }
  return null;
}
