import { GclensError, toGclensError } from '../../../base';
import { gunzip, sniffCapture } from '../../../capture';
import { type Beside, decodeBeside } from '../assemble';
import { type ExportParts, isTrace, openFile } from '../exportFile';
import { nearestFirst, ofSameName } from '../neighbours';
import { folderOf, type SourceFile, stemOf, Unreachable } from '../source';
import type { Companion } from './queueJournal';

/** What lies around a trace and may be of its moment. */
export interface Around {
  readonly beside: readonly Beside[];
  /** No other trace lies in its folder. */
  readonly isOnlyTrace: boolean;
}

/** How to look around. */
export interface LookOptions {
  /** A listing of the folder that was made then or later is good enough. */
  readonly sinceUnixMs: number;
  /** A neighbour that cannot be read now is worth waiting for; without it, it is left out. */
  readonly isPatient: boolean;
}

/** So many files are read beside a trace. */
const mostBeside = 8;
/** So many files, those written nearest in time, are looked at to find them. */
const mostLookedAt = 64;
/** A trace says what it is in its first bytes, also behind the header of gzip. */
const startBytes = 4096;
/** So much is remembered of what was looked at before. */
const mostKinds = 10_000;
const mostListings = 16;

/** Finds what belongs to traces in the folders they lie in, and remembers what it saw, so that neighbours are looked at once. */
export class Surroundings {
  private readonly kinds = new Map<string, 'trace' | 'other'>();
  private readonly listings = new Map<string, { readonly fromUnixMs: number; readonly files: readonly SourceFile[] }>();

  constructor(private readonly parts: Pick<ExportParts, 'source' | 'maxBytes' | 'log'>) {}

  /**
   * What lies beside a trace: of the same name up to the first dot, and without a CPU profile among that, what was written nearest in time.
   * @throws Unreachable when the source cannot be read now
   */
  async of(file: string, { sinceUnixMs, isPatient }: LookOptions, signal: AbortSignal): Promise<Around> {
    const folder = folderOf(file);
    const named = ofSameName(file, await this.list(folder, stemOf(file), signal));
    const ofName = await this.decodeAll(named.slice(0, mostBeside), true, signal);
    if (ofName.some(({ kind }) => kind === 'profile')) {
      return { beside: ofName, isOnlyTrace: false };
    }
    const all = await this.listingOf(folder, sinceUnixMs, signal);
    const own = all.find(({ name }) => name === file);
    const others = all.filter(({ name }) => name !== file && !named.some((one) => one.name === name));
    const nearest = nearestFirst(own?.modifiedUnixMs ?? sinceUnixMs, others).slice(0, mostLookedAt);
    const candidates: SourceFile[] = [];
    let traces = 0;
    for (const one of nearest) {
      const kind = candidates.length < mostBeside ? await this.kindOf(one, isPatient, signal) : null;
      traces += kind === 'trace' ? 1 : 0;
      candidates.push(...(kind === 'other' ? [one] : []));
    }
    return {
      beside: [...ofName, ...(await this.decodeAll(candidates, isPatient, signal))],
      isOnlyTrace: traces === 0 && others.length <= mostBeside,
    };
  }

  /** What an export that began is made from. @throws Unreachable when the source cannot be read now */
  async asBefore(companions: readonly Companion[], signal: AbortSignal): Promise<Around> {
    const beside = await this.decodeAll(companions, true, signal);
    return { beside: beside.filter(({ sha256 }) => companions.some((one) => one.sha256 === sha256)), isOnlyTrace: true };
  }

  private async list(folder: string, start: string, signal: AbortSignal): Promise<readonly SourceFile[]> {
    try {
      return await this.parts.source.listFolder(folder, start, signal);
    } catch (error) {
      // That the source cannot be read now says nothing against the capture.
      throw error instanceof GclensError ? new Unreachable(error.message) : error;
    }
  }

  /** A backlog of captures of one folder needs one listing. */
  private async listingOf(folder: string, sinceUnixMs: number, signal: AbortSignal): Promise<readonly SourceFile[]> {
    const known = this.listings.get(folder);
    if (known !== undefined && known.fromUnixMs >= sinceUnixMs) {
      return known.files;
    }
    const fromUnixMs = Date.now();
    const files = await this.list(folder, '', signal);
    keepLatest(this.listings, folder, { fromUnixMs, files }, mostListings);
    return files;
  }

  private async kindOf(
    { name, version, sizeBytes }: SourceFile,
    isPatient: boolean,
    signal: AbortSignal,
  ): Promise<'trace' | 'other' | null> {
    const key = `${version}\n${name}`;
    const known = this.kinds.get(key);
    if (known !== undefined || sizeBytes === 0 || (sizeBytes ?? 0) > this.parts.maxBytes) {
      return known ?? null;
    }
    try {
      const start = await this.parts.source.readStart(name, startBytes, signal);
      const bytes = sniffCapture(start).kind === 'gzip' ? (await gunzip(start, { signal })).bytes : start;
      const { kind } = sniffCapture(bytes);
      const found = kind === 'trace-v1' || kind === 'trace-v2' ? 'trace' : 'other';
      keepLatest(this.kinds, key, found, mostKinds);
      return found;
    } catch (error) {
      return this.leaveOut(name, error, isPatient, signal);
    }
  }

  private async decodeAll(files: readonly Pick<SourceFile, 'name'>[], isPatient: boolean, signal: AbortSignal): Promise<Beside[]> {
    const beside: Beside[] = [];
    for (const { name } of files) {
      try {
        const capture = await openFile(this.parts, name, signal);
        const decoded = isTrace(capture) ? null : await decodeBeside(capture);
        beside.push(...(decoded === null ? [] : [decoded]));
      } catch (error) {
        this.leaveOut(name, error, isPatient, signal);
      }
    }
    return beside;
  }

  private leaveOut(file: string, error: unknown, isPatient: boolean, signal: AbortSignal): null {
    signal.throwIfAborted();
    if (error instanceof Unreachable && isPatient) {
      throw error;
    }
    this.parts.log('warning', 'left out', { file, reason: error instanceof Unreachable ? error.message : toGclensError(error).message });
    return null;
  }
}

/** Keeps a value under a key, and of all values only the latest. */
function keepLatest<T>(kept: Map<string, T>, key: string, value: T, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) {
    kept.delete(oldest);
  }
}
