import { GclensError, type Notice, type WorkOptions } from '../../base';
import {
  encodePath,
  type FoundFile,
  groupMoments,
  listFiles,
  type ListingKind,
  listingKindNames,
  type Moment,
  parsePathPattern,
} from '../../capture';
import type { StoreRef, TimeRangeMs } from '../../frames';
import type { CaptureFile } from '../../worker';
import type { FoundFiles } from '../foundFiles';
import { askedOf, type Connection } from './connection';
import type { LoadedFile, RemoteFiles } from './remoteFiles';
import { SharedTask } from './sharedTask';

/** All panels of a refresh share one listing. */
const listingAgeMs = 10_000;
/** Nothing in range, but this near to it: clocks may differ. */
const nearMs = 15 * 60_000;

/** Files that are asked for their time. */
const mostAsked = 10;

/** What a listing gave. */
export interface ListedMoments {
  readonly kind: ListingKind;
  /** Newest first. */
  readonly moments: readonly Moment[];
  /** Labels that the pattern names. */
  readonly labelNames: readonly string[];
  readonly notices: readonly Notice[];
}

/** Captures of a store that lists its files. */
export class StoreCaptures {
  private readonly listings = new Map<string, { readonly task: SharedTask<ListedMoments>; readonly startedAtMs: number }>();
  private kind: ListingKind | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly files: RemoteFiles,
  ) {}

  /** The files of the newest moment, of all or in the range. @throws GclensError that says what there is instead */
  async find(ref: StoreRef, range: TimeRangeMs | undefined, options: WorkOptions = {}): Promise<FoundFiles> {
    const { moments, notices } = await this.list(ref, options);
    const moment = ref.pick === 'latest' || range === undefined ? moments[0] : moments.find((one) => isIn(one, range));
    if (moment === undefined) {
      const found = range === undefined ? undefined : await this.findByContent(moments, range, options);
      if (found !== undefined) {
        return { files: found, notices };
      }
      throw nothingThere(moments, this.globOf(ref), range);
    }
    const { files, failures } = await this.loadAll(moment, options);
    if (files.length === 0) {
      throw failures[0] ?? nothingThere(moments, this.globOf(ref), range);
    }
    return {
      files,
      notices: [...notices, ...failures.map(({ message }): Notice => ({ severity: 'error', text: message }))],
      refs: moment.files.map(({ path }) => ({ by: 'url', path: encodePath(path) })),
    };
  }

  /** Files whose time neither path nor listing tells are asked themselves, a few of them. */
  private async findByContent(
    moments: readonly Moment[],
    range: TimeRangeMs,
    options: WorkOptions,
  ): Promise<readonly CaptureFile[] | undefined> {
    const unknown = moments.find(({ unixMs }) => unixMs === 0);
    if (unknown === undefined) {
      return undefined;
    }
    const near: FoundFile[] = [];
    for (const file of unknown.files.slice(0, mostAsked)) {
      near.push(...((await this.canLieIn(range, file, options)) ? [file] : []));
    }
    const { files } = await this.loadAll({ ...unknown, files: near }, options);
    const inRange = files.filter(({ recordedUnixMs }) => recordedUnixMs !== undefined && isIn({ unixMs: recordedUnixMs }, range));
    return inRange.length === 0 ? undefined : inRange;
  }

  /** By the first bytes of a file, where they tell; what can be told by nothing less is loaded. */
  private async canLieIn(range: TimeRangeMs, { path }: FoundFile, options: WorkOptions): Promise<boolean> {
    try {
      const { unixMs, isCertain } = await this.files.time(encodePath(path), options);
      return !isCertain || (unixMs !== undefined && isIn({ unixMs }, range));
    } catch (error) {
      if (!(error instanceof GclensError)) {
        throw error;
      }
      return false;
    }
  }

  /** A file that cannot be read spoils nothing of the others. */
  private async loadAll(
    moment: Moment,
    options: WorkOptions,
  ): Promise<{ readonly files: readonly LoadedFile[]; readonly failures: readonly GclensError[] }> {
    const files: LoadedFile[] = [];
    const failures: GclensError[] = [];
    for (const { path, version } of moment.files) {
      try {
        files.push(await this.files.load(encodePath(path), version, options));
      } catch (error) {
        if (!(error instanceof GclensError)) {
          throw error;
        }
        failures.push(error);
      }
    }
    return { files, failures };
  }

  /** What the store has. Shared by all who ask within a few seconds. @throws GclensError */
  async list(ref: Pick<StoreRef, 'glob' | 'labels'>, options: WorkOptions = {}): Promise<ListedMoments> {
    const labels = this.labelsOf(ref);
    const glob = this.globOf(ref);
    const key = JSON.stringify([glob, labels]);
    const known = this.listings.get(key);
    if (known !== undefined && !known.task.isAbandoned && Date.now() - known.startedAtMs < listingAgeMs) {
      return known.task.join(options);
    }
    const task = new SharedTask((work) => this.ask(glob, labels, work));
    this.listings.set(key, { task, startedAtMs: Date.now() });
    task.result.catch(() => {
      if (this.listings.get(key)?.task === task) {
        this.listings.delete(key);
      }
    });
    return task.join(options);
  }

  private async ask(
    glob: string | undefined,
    labels: Readonly<Record<string, string>>,
    work: Required<WorkOptions>,
  ): Promise<ListedMoments> {
    const pattern = parsePathPattern(glob, labels);
    const isNarrow = pattern.labelNames.some((name) => Object.hasOwn(labels, name));
    const { kind, files, notices } = await listFiles(this.connection.ask, pattern, askedOf(this.connection), {
      ...work,
      kind: this.kind,
      isNarrow,
    });
    this.kind = kind;
    return { kind, moments: groupMoments(files), labelNames: pattern.labelNames, notices };
  }

  private globOf({ glob }: Pick<StoreRef, 'glob'>): string | undefined {
    return glob === undefined || glob === '' ? this.connection.settings.glob : glob;
  }

  /** An empty value, as of a variable without one, asks for any. */
  private labelsOf({ labels = {} }: Pick<StoreRef, 'labels'>): Readonly<Record<string, string>> {
    return { ...this.connection.settings.labels, ...labels };
  }
}

function isIn({ unixMs }: Pick<Moment, 'unixMs'>, { fromMs, toMs }: TimeRangeMs): boolean {
  return unixMs >= fromMs && unixMs <= toMs;
}

function nothingThere(all: readonly Moment[], glob: string | undefined, range: TimeRangeMs | undefined): GclensError {
  const moments = all.filter(({ unixMs }) => unixMs > 0);
  const [newest] = moments;
  if (newest === undefined && all.length > 0 && range !== undefined) {
    return new GclensError(
      'no capture of the store lies in the time range: neither paths nor the listing tell times, and those in the files lie elsewhere',
      {
        advice: 'Write the time into the names of files, or pick the latest capture',
      },
    );
  }
  if (newest === undefined || range === undefined) {
    return new GclensError(`the store has no file that matches ${glob ?? '**'}`, {
      advice: 'Correct the path pattern or the labels; * stands for anything but a slash, ** also for slashes',
    });
  }
  const nearest = moments.reduce((best, one) => (distanceMs(one, range) < distanceMs(best, range) ? one : best), newest);
  const when = `the nearest of ${moments.length} is of ${new Date(nearest.unixMs).toISOString()}, ${formatDuration(distanceMs(nearest, range))} ${nearest.unixMs > range.toMs ? 'after' : 'before'} it`;
  return new GclensError(`no capture of the store lies in the time range: ${when}`, {
    advice: [
      newest.unixMs > Date.now() + 60_000
        ? `The newest capture is ${formatDuration(newest.unixMs - Date.now())} ahead of this browser’s clock: set the clocks of store and browser right, or say the zone in the names`
        : nearest === newest && distanceMs(newest, range) < nearMs
          ? 'The newest capture is near: the clocks of store and dashboard may differ, or names hold local time without a zone'
          : 'Choose a longer time range',
      'or pick the latest capture whatever the time range',
    ].join('; '),
  });
}

function distanceMs({ unixMs }: Moment, { fromMs, toMs }: TimeRangeMs): number {
  return unixMs < fromMs ? fromMs - unixMs : Math.max(0, unixMs - toMs);
}

function formatDuration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) {
    return `${Math.max(1, Math.round(ms / 1000))} s`;
  }
  return minutes < 120 ? `${minutes} min` : minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}

/** For the health check: what answered, and what it has. */
export function describeListing({ kind, moments }: ListedMoments): string {
  const files = moments.reduce((sum, moment) => sum + moment.files.length, 0);
  const newest = moments[0];
  return `The URL is ${listingKindNames[kind]} with ${files} ${files === 1 ? 'file' : 'files'} that match${newest === undefined || newest.unixMs === 0 ? '' : `, the newest of ${new Date(newest.unixMs).toISOString()}`}`;
}
