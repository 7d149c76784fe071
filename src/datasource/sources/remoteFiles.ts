import type { WorkOptions } from '../../base';
import { type Asked, checkPath, decodePath, fileNameOf, readBody, readStart, refuseForeign, request, type Sha256 } from '../../capture';
import { type CaptureFile, type Decoder, type TimeOfStart, timeOfStart } from '../../worker';
import { askedOf, type Connection } from './connection';
import { SharedTasks } from './sharedTask';

/** What stays loaded. */
const maxCachedBytes = 256 * 2 ** 20;
/** Of a file whose time is wanted. */
const startBytes = 16_384;

/** A file with what it says of itself. */
export interface LoadedFile extends CaptureFile {
  /** When it was recorded, Unix time, where it says so. */
  readonly recordedUnixMs?: number | undefined;
}

interface Cached {
  readonly name: string;
  readonly file: Blob;
  readonly sha256: Sha256;
  readonly etag: string | null;
  readonly recordedUnixMs: number | undefined;
  /** As the listing told it. */
  readonly version: string | null;
}

/** What the first bytes of a file said, as long as its ETag is the same. */
interface KnownStart {
  readonly etag: string;
  readonly time: TimeOfStart;
}

/** Files below the data source's URL. What did not change, by its ETag or by the listing, is not loaded again. */
export class RemoteFiles {
  /** The one used last is last. */
  private readonly cached = new Map<string, Cached>();
  private readonly loading = new SharedTasks<Cached>();
  private readonly starts = new Map<string, KnownStart>();

  constructor(
    private readonly connection: Connection,
    private readonly decoder: Decoder,
  ) {}

  /**
   * @param path below the URL, percent-encoded, with its query string
   * @param version of the file where a listing told it: the cached file is then good without asking
   * @throws GclensError that names the file
   */
  async load(path: string, version: string | null, options: WorkOptions = {}): Promise<LoadedFile> {
    const checked = checkPath(path);
    const known = this.cached.get(checked);
    if (known !== undefined && version !== null && known.version === version) {
      return this.use(checked, known);
    }
    const key = `${checked} ${version ?? ''}`;
    return this.use(checked, await this.loading.join(key, (work) => this.fetch(checked, version, known, work), options));
  }

  /**
   * When a file was recorded, by its first bytes alone; servers that know no ranges are not heard to the end.
   * @param path as for {@link load}
   * @throws GclensError that names the file
   */
  async time(path: string, { signal }: WorkOptions = {}): Promise<TimeOfStart> {
    const checked = checkPath(path);
    const known = this.starts.get(checked);
    const headers: Record<string, string> = {
      Range: `bytes=0-${startBytes - 1}`,
      ...(known === undefined ? {} : { 'If-None-Match': known.etag }),
    };
    const asked = this.askedOf(checked);
    const wanted = { method: 'GET' as const, path: checked, headers, signal };
    const good = await request(this.connection.ask, wanted, asked, known === undefined ? [] : [304]);
    const start = await readStart(good.answer, startBytes);
    if (good.answer.status === 304 && known !== undefined) {
      return known.time;
    }
    refuseForeign(good, start, asked);
    const time = await timeOfStart(start);
    const etag = good.answer.header('etag');
    if (etag !== null) {
      this.starts.set(checked, { etag, time });
    }
    return time;
  }

  /** Messages name the path: several files may have the same name. */
  private askedOf(path: string): Asked {
    return { ...askedOf(this.connection), name: decodePath(path.replace(/\?.*$/s, '')) };
  }

  private async fetch(path: string, version: string | null, known: Cached | undefined, work: Required<WorkOptions>): Promise<Cached> {
    const { ask, settings } = this.connection;
    const name = fileNameOf(path);
    const asked = this.askedOf(path);
    const etag = known?.etag ?? undefined;
    const headers: Record<string, string> = etag === undefined ? {} : { 'If-None-Match': etag };
    const good = await request(ask, { method: 'GET', path, headers, signal: work.signal }, asked, known === undefined ? [] : [304]);
    if (good.answer.status === 304 && known !== undefined) {
      return { ...known, version };
    }
    const bytes = await readBody(good.answer, { ...work, name, maxBytes: settings.maxBytes });
    refuseForeign(good, bytes, asked);
    const file = new Blob([bytes]);
    const { sha256, recordedUnixMs } = await this.decoder.identify(file, asked.name, work);
    return { name, file, sha256, etag: good.answer.header('etag'), recordedUnixMs, version };
  }

  private use(path: string, file: Cached): LoadedFile {
    this.cached.delete(path);
    this.cached.set(path, file);
    let total = [...this.cached.values()].reduce((sum, cached) => sum + cached.file.size, 0);
    for (const [key, cached] of this.cached) {
      if (total <= maxCachedBytes || this.cached.size === 1) {
        break;
      }
      total -= cached.file.size;
      this.cached.delete(key);
    }
    return { name: file.name, file: file.file, sha256: file.sha256, recordedUnixMs: file.recordedUnixMs };
  }
}
