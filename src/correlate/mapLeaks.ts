import type { MapOp } from '../runtime';
import type { MapOwner, MapTypeMemory } from './mapOwners';
import type { MapStatSeries } from './mapStats';
import { bytesText, count, list, percent } from './words';

/** A way in which maps hold or waste memory that is known from other programs. */
export type MapLeakKind = 'made again and again' | 'grows' | 'never shrinks' | 'many pointers';

/** One sign of it. */
export interface MapLeak {
  readonly kind: MapLeakKind;
  /** The line that owns the map, the map's name in `map.stats` logs, or its type. */
  readonly subject: string;
  /** The numbers that say so, in words. */
  readonly evidence: string;
  /** By what: a heap profile, `map.stats` logs, the alloc/free experiment. */
  readonly source: 'heap profile' | 'map.stats logs' | 'alloc/free experiment';
  /** Low where the map is only guessed, or where it could be the program's purpose. */
  readonly confidence: 'high' | 'low';
  /** Bytes that are held or were wasted; null where the source does not say. */
  readonly bytes: number | null;
}

/** What leaks are looked for in. */
export interface LeakSources {
  readonly owners: readonly MapOwner[];
  readonly series: readonly MapStatSeries[];
  readonly types: readonly MapTypeMemory[];
}

/** Less than this is not worth a word. */
const fewBytes = 1 << 20;
const manyObjects = 10_000;

/** Known leak patterns, those with most bytes first. */
export function mapLeaks({ owners, series, types }: LeakSources): MapLeak[] {
  return [
    ...owners.flatMap(madeAgain),
    ...owners.flatMap(grownOwner),
    ...owners.flatMap(pointerOwner),
    ...series.flatMap(seriesLeaks),
    ...types.flatMap(pointerType),
  ].sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0));
}

function confidenceOf({ evidence }: MapOwner): MapLeak['confidence'] {
  return evidence === 'block sizes' ? 'low' : 'high';
}

/** Operations that allocate what a map itself is made of; storing in a map that has room allocates keys, values and entries of a sync.Map at most. */
const making: readonly MapOp[] = ['make', 'grow', 'clone'];
/** Blocks smaller than this on average are keys and values, not groups and tables. */
const smallBlockBytes = 96;

function madeAgain(owner: MapOwner): MapLeak[] {
  const wasted = owner.allocBytes - owner.inuseBytes;
  const least = owner.evidence === 'block sizes' ? 8 * fewBytes : fewBytes;
  const isMade = owner.evidence === 'block sizes' || making.some((op) => owner.ops.includes(op));
  return !isMade ||
    wasted < least ||
    owner.allocBytes < 10 * Math.max(1, owner.inuseBytes) ||
    owner.allocBytes < smallBlockBytes * owner.allocObjects
    ? []
    : [
        {
          kind: 'made again and again',
          subject: owner.line,
          evidence: `${bytesText(owner.allocBytes)} in ${count(Math.round(owner.allocObjects), 'block')} allocated since the start, ${bytesText(owner.inuseBytes)} of it still in use`,
          source: 'heap profile',
          confidence: confidenceOf(owner),
          bytes: wasted,
        },
      ];
}

function grownOwner(owner: MapOwner): MapLeak[] {
  const grown = owner.grownBytes ?? 0;
  return grown < fewBytes || grown < owner.inuseBytes / 4
    ? []
    : [
        {
          kind: 'grows',
          subject: owner.line,
          evidence: `${bytesText(owner.inuseBytes)} in use, ${bytesText(grown)} more than in the earlier heap profile`,
          source: 'heap profile',
          confidence: confidenceOf(owner),
          bytes: grown,
        },
      ];
}

/** Blocks larger than this on average are the tables of the maps, whose number says nothing of pointers. */
const largeBlockBytes = 512;

function pointerOwner(owner: MapOwner): MapLeak[] {
  const objects = Math.round(owner.inuseObjects);
  return objects < manyObjects || owner.inuseBytes > largeBlockBytes * objects
    ? []
    : [
        {
          kind: 'many pointers',
          subject: owner.line,
          evidence: `${count(objects, 'object')} of ${bytesText(owner.inuseBytes / Math.max(1, objects))} each in use on the line of the map: every GC cycle marks them one by one`,
          source: 'heap profile',
          confidence: confidenceOf(owner),
          bytes: owner.inuseBytes,
        },
      ];
}

function pointerType({ type, value, key, hasPointers, liveBytes }: MapTypeMemory): MapLeak[] {
  return !hasPointers || liveBytes < fewBytes
    ? []
    : [
        {
          kind: 'many pointers',
          subject: type,
          evidence: `${bytesText(liveBytes)} of groups with ${list([key, value].filter(holdsPointers))}, which the collector looks into`,
          source: 'alloc/free experiment',
          confidence: 'high',
          bytes: liveBytes,
        },
      ];
}

/** Whether values of a type hold pointers, by its name; of named structs it cannot be told, so they count. */
function holdsPointers(type: string): boolean {
  return !/^(?:u?int(?:8|16|32|64)?|uintptr|float(?:32|64)|complex(?:64|128)|bool|\[\d+\](?:u?int\d*|float\d+|bool))$/.test(type);
}

const fewStats = 4;
/** Below this many entries a map is small whatever it does. */
const manyEntries = 1000;

function seriesLeaks({ name, stats, resets }: MapStatSeries): MapLeak[] {
  const [first, last] = [stats[0], stats.at(-1)];
  if (first === undefined || last === undefined || stats.length < fewStats) {
    return [];
  }
  const most = stats.reduce((max, stat) => (stat.count > max.count ? stat : max));
  const base = { subject: name, source: 'map.stats logs', bytes: null } as const;
  const leaks: MapLeak[] = [];
  if (resets >= 3 && most.count >= manyEntries) {
    leaks.push({
      ...base,
      kind: 'made again and again',
      evidence: `filled from empty ${resets + 1} times, to ${most.count.toLocaleString('en-US')} entries`,
      confidence: 'high',
    });
  }
  if (
    resets === 0 &&
    last.count >= manyEntries &&
    last.count >= 1.5 * first.count &&
    risesMostly(stats.map(({ count: entries }) => entries))
  ) {
    leaks.push({
      ...base,
      kind: 'grows',
      evidence: `from ${first.count.toLocaleString('en-US')} to ${last.count.toLocaleString('en-US')} entries, and never fewer`,
      confidence: last.count >= 3 * first.count ? 'high' : 'low',
    });
  }
  if (
    resets === 0 &&
    most.count >= manyEntries &&
    last.count <= most.count / 2 &&
    last.tables !== null &&
    last.tables >= (most.tables ?? 0)
  ) {
    const room =
      last.capacity === null ? '' : `, room for ${last.capacity.toLocaleString('en-US')}: ${percent(last.count / last.capacity)} used`;
    leaks.push({
      ...base,
      kind: 'never shrinks',
      evidence: `${last.count.toLocaleString('en-US')} entries of ${most.count.toLocaleString('en-US')} are left in the same ${count(last.tables, 'table')}${room}`,
      confidence: 'high',
    });
  }
  return leaks;
}

function risesMostly(values: readonly number[]): boolean {
  const falls = values.filter((value, k) => k > 0 && value < (values[k - 1] ?? 0)).length;
  return falls <= values.length / 20;
}
