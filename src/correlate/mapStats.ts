import { groupBy } from '../base';
import type { AnalyzedTrace } from './capture';

/**
 * What a `map.stats` log says of a map: JSON with its `name` and `count`, of classic maps `B`, `buckets`, `noverflow`, `oldbuckets`, `nevacuate`, of Swiss maps
 * `dirlen`, `globalDepth`. Programs write them with the helpers of `maptrace`, or by themselves.
 */
export interface MapStat {
  readonly timeNs: number;
  readonly count: number;
  /** Buckets of a classic map, tables of a Swiss one; null where the log does not say. A map without a table has 0. */
  readonly tables: number | null;
  /** Entries that fit before the map grows again: 6.5 a bucket, 896 a table of 1024 slots; null where the log does not say, a lower bound for small tables. */
  readonly capacity: number | null;
  /** Of classic maps: base-2 logarithm of the number of buckets. */
  readonly b: number | null;
  /** Of classic maps: old buckets, while they are evacuated, and how many of them are done. */
  readonly oldBuckets: number | null;
  readonly evacuated: number | null;
  readonly overflowBuckets: number | null;
}

/** The logs of one map, by its name, in order of time. */
export interface MapStatSeries {
  readonly name: string;
  readonly kind: 'classic' | 'swiss' | null;
  readonly stats: readonly MapStat[];
  /** How often the map was seen larger by a step, in buckets or tables. */
  readonly growths: number;
  /** How often another map took its name: its count and its tables fell. */
  readonly resets: number;
  /** Whether old buckets were being evacuated at some of the moments. */
  readonly wasEvacuating: boolean;
}

/** Longer messages are no `map.stats`. */
const longestMessage = 4096;

/** Series of `map.stats` logs, those with most logs first. Logs that do not parse say nothing. */
export function mapStatSeries({ trace, facts }: Pick<AnalyzedTrace, 'trace' | 'facts'>): MapStatSeries[] {
  const category = trace.strings.find('map.stats');
  if (category === undefined) {
    return [];
  }
  const found: ReadStat[] = [];
  const { logs } = facts;
  for (let row = 0; row < logs.length; row++) {
    const log = logs.category[row] === category ? logs.at(row) : undefined;
    if (log !== undefined && trace.strings.bytesOf(log.message).length <= longestMessage) {
      const read = readStat(trace.strings.textOf(log.message), log.timeNs);
      if (read !== null) {
        found.push(read);
      }
    }
  }
  return [...groupBy(found, ({ name }) => name)]
    .map(([name, own]) => seriesOf(name, own))
    .sort((a, b) => b.stats.length - a.stats.length || (a.name < b.name ? -1 : 1));
}

interface ReadStat {
  readonly name: string;
  readonly kind: MapStatSeries['kind'];
  readonly stat: MapStat;
}

function readStat(message: string, timeNs: number): ReadStat | null {
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null || !('count' in json)) {
    return null;
  }
  const members = json as Readonly<Record<string, unknown>>;
  const count = countOf(members, 'count');
  if (count === null) {
    return null;
  }
  const b = countOf(members, 'B');
  const buckets = countOf(members, 'buckets') ?? (b === null ? null : 2 ** Math.min(b, 52));
  const directory = countOf(members, 'dirlen');
  const kind = buckets !== null ? 'classic' : directory !== null || members.kind === 'swiss' ? 'swiss' : null;
  return {
    name: typeof members.name === 'string' ? members.name : '',
    kind,
    stat: {
      timeNs,
      count,
      tables: buckets ?? directory,
      capacity: buckets !== null ? Math.max(8, buckets * 6.5) : directory === null ? null : Math.max(8, directory * 896),
      b,
      oldBuckets: countOf(members, 'oldbuckets'),
      evacuated: countOf(members, 'nevacuate'),
      overflowBuckets: countOf(members, 'noverflow'),
    },
  };
}

function countOf(members: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = members[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function seriesOf(name: string, own: readonly ReadStat[]): MapStatSeries {
  const stats = own.map(({ stat }) => stat);
  let [growths, resets] = [0, 0];
  stats.forEach((stat, k) => {
    const before = stats[k - 1];
    if (before !== undefined && stat.tables !== null && before.tables !== null) {
      growths += stat.tables > before.tables ? 1 : 0;
      resets += stat.tables < before.tables && stat.count < before.count ? 1 : 0;
    }
  });
  return {
    name,
    kind: own.find(({ kind }) => kind !== null)?.kind ?? null,
    stats,
    growths,
    resets,
    wasEvacuating: stats.some(({ oldBuckets }) => (oldBuckets ?? 0) > 0),
  };
}
