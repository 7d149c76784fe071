import { compareText, groupBy } from '../../base';
import type { FoundFile } from './listFiles';
import { timeOfName } from './timeOfName';

/** Files that one process wrote at one moment. */
export interface Moment {
  readonly unixMs: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Newest first. */
  readonly files: readonly FoundFile[];
}

/** Files of one moment are written within so long: a profile and a trace of the same seconds end together. */
const togetherMs = 2500;
/** Labels that tell files of one moment apart, not processes. */
const kindLabels: ReadonlySet<string> = new Set(['kind', 'type', 'profile', 'ext', 'file', 'name']);

/**
 * Groups files by process (labels of the path and folder, times left out) and moment, newest first. Of several files of a sort in one moment the one nearest to it is taken;
 * files without any time are of one moment, the oldest.
 */
export function groupMoments(files: readonly FoundFile[]): readonly Moment[] {
  const moments: Moment[] = [];
  for (const [, ofProcess] of groupBy(files, processOf)) {
    const newestFirst = [...ofProcess].sort((a, b) => timeOf(b) - timeOf(a) || compareText(a.path, b.path));
    let group: FoundFile[] = [];
    const close = () => {
      const [newest] = group;
      if (newest !== undefined) {
        moments.push({ unixMs: timeOf(newest), labels: newest.labels, files: firstOfSort(group) });
      }
    };
    for (const file of newestFirst) {
      const [newest] = group;
      if (newest !== undefined && timeOf(newest) - timeOf(file) > togetherMs) {
        close();
        group = [];
      }
      group.push(file);
    }
    close();
  }
  return moments.sort((a, b) => b.unixMs - a.unixMs);
}

function firstOfSort(group: readonly FoundFile[]): FoundFile[] {
  const seen = new Set<string>();
  return group.filter((file) => {
    const sort = sortOf(file);
    const isFirst = !seen.has(sort);
    seen.add(sort);
    return isFirst;
  });
}

function timeOf({ unixMs }: FoundFile): number {
  return unixMs ?? 0;
}

/** Labels name a process; where there are none, the folder does, without a time in it. */
function processOf({ path, labels }: FoundFile): string {
  const own = Object.entries(labels).filter(([name]) => !kindLabels.has(name));
  if (own.length > 0) {
    return JSON.stringify(own);
  }
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const time = timeOfName(folder);
  return time === undefined ? folder : folder.slice(0, time.start) + folder.slice(time.end);
}

/** What of a name is not a number: `cpu-#.pprof`. */
function sortOf({ path }: FoundFile): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\d+/g, '#');
}
