import type { WorkOptions } from '../../base';
import { checkPath, decodePath, fileNameOf, readBody, refuseForeign, request, type Sha256 } from '../../capture';
import type { CaptureFile, Decoder } from '../../worker';
import { askedOf, type Connection } from './connection';
import { SharedTasks } from './sharedTask';

/** What stays loaded. */
const maxCachedBytes = 256 * 2 ** 20;

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

/** Files below the data source's URL. What did not change, by its ETag or by the listing, is not loaded again. */
export class RemoteFiles {
  /** The one used last is last. */
  private readonly cached = new Map<string, Cached>();
  private readonly loading = new SharedTasks<Cached>();

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

  private async fetch(path: string, version: string | null, known: Cached | undefined, work: Required<WorkOptions>): Promise<Cached> {
    const { ask, settings } = this.connection;
    const name = fileNameOf(path);
    const asked = { ...askedOf(this.connection), name: decodePath(path.replace(/\?.*$/s, '')) };
    const etag = known?.etag ?? undefined;
    const headers: Record<string, string> = etag === undefined ? {} : { 'If-None-Match': etag };
    const good = await request(ask, { method: 'GET', path, headers, signal: work.signal }, asked, known === undefined ? [] : [304]);
    if (good.answer.status === 304 && known !== undefined) {
      return { ...known, version };
    }
    const bytes = await readBody(good.answer, { ...work, name, maxBytes: settings.maxBytes });
    refuseForeign(good, bytes, asked);
    const file = new Blob([bytes]);
    // Messages name the path: several files may have the same name.
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
