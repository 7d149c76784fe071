import { breathe, GclensError, isAbort, type Notice, type WorkOptions } from '../../base';
import { type Asked, explainRefusal, type Refusal } from './explainAnswer';
import { type Ask, readBody, readStart } from './http';
import {
  encodePath,
  type ListedFile,
  type Listing,
  type ListingKind,
  parseListing,
  parseS3Error,
  s3Query,
  webdavHeaders,
} from './listings';
import type { PathMatch, PathPattern } from './pathPattern';
import { request } from './request';

/** A file whose path matches, with what the path says of it. */
export interface FoundFile extends ListedFile, Pick<PathMatch, 'labels'> {
  /** From its path, else when it was written; null where neither is known. */
  readonly unixMs: number | null;
  readonly timeFrom: 'path' | 'object' | null;
}

/** What a store has. */
export interface FoundFiles {
  readonly kind: ListingKind;
  readonly files: readonly FoundFile[];
  /** What was not looked at, and why. */
  readonly notices: readonly Notice[];
}

export interface ListOptions extends WorkOptions {
  /** Answers that are read at most. */
  readonly maxAnswers?: number;
  /** What the store is, where it is known already. */
  readonly kind?: ListingKind | undefined;
  /** Only some labels are wanted: folders of others are left out. */
  readonly isNarrow?: boolean;
}

const defaultMaxAnswers = 400;
const maxListingBytes = 16 * 2 ** 20;
const atOnce = 4;
/** Files that begin with a dot, or end so, are still being written. */
const unfinished = /(^|\/)\.|\.(partial|tmp|part|crdownload)$/i;

/**
 * Lists the files of a store whose paths match, folder by folder, a bucket page by page. What the store is, is told by its first answer.
 * @throws GclensError when the first folder cannot be listed
 */
export async function listFiles(
  ask: Ask,
  pattern: PathPattern,
  asked: Omit<Asked, 'name'>,
  options: ListOptions = {},
): Promise<FoundFiles> {
  const { maxAnswers = defaultMaxAnswers, signal, onProgress } = options;
  const lister = new Lister(ask, asked, options);
  const first = await lister.first(pattern.folder);
  const files: FoundFile[] = [];
  const notices: Notice[] = [];
  const pending: Step[] = [];
  let answers = 0;
  const take = (listing: Listing, { folder }: Step) => {
    answers++;
    listing.files.flatMap((file) => foundFile(file, pattern)).forEach((file) => files.push(file));
    if (listing.continuation !== null) {
      pending.push({ folder, continuation: listing.continuation });
    }
    listing.folders
      .filter((path) => !unfinished.test(path) && pattern.canMatchBelow(path))
      .forEach((path) => pending.push({ folder: path, continuation: null }));
    onProgress?.(`listing: ${files.length} files`, answers / (answers + pending.length));
  };
  take(first, { folder: pattern.folder, continuation: null });
  while (pending.length > 0 && answers < maxAnswers) {
    await breathe(signal);
    await Promise.all(
      pending.splice(0, Math.min(atOnce, maxAnswers - answers)).map(async (step) => {
        try {
          take(await lister.next(first.kind, step), step);
        } catch (error) {
          signal?.throwIfAborted();
          if (!(error instanceof GclensError) || isAbort(error)) {
            throw error;
          }
          answers++;
          notices.push({ severity: 'warning', text: `A folder of the store was left out: ${error.message}` });
        }
      }),
    );
  }
  if (pending.length > 0) {
    notices.push({
      severity: 'warning',
      text: `The store was not listed to its end: ${maxAnswers} answers gave ${files.length} files. Name the folder or the labels more closely.`,
    });
  }
  return { kind: first.kind, files, notices };
}

function foundFile(file: ListedFile, pattern: PathPattern): FoundFile[] {
  const match = unfinished.test(file.path) ? undefined : pattern.match(file.path);
  if (match === undefined) {
    return [];
  }
  const { labels, unixMs } = match;
  const timeFrom = unixMs === null ? (file.modifiedUnixMs === null ? null : 'object') : 'path';
  return [{ ...file, labels, unixMs: unixMs ?? file.modifiedUnixMs, timeFrom }];
}

interface Step {
  readonly folder: string;
  readonly continuation: string | null;
}

/** Asks for listings of a store. */
class Lister {
  constructor(
    private readonly ask: Ask,
    private readonly asked: Omit<Asked, 'name'>,
    private readonly options: ListOptions,
  ) {}

  /** A server that lists directories leaves the bucket's query string alone, so that one request asks both; WebDAV without listings is asked after them. */
  async first(folder: string): Promise<Listing> {
    const { kind } = this.options;
    if (kind !== undefined) {
      return this.next(kind, { folder, continuation: null });
    }
    const answer = await this.text('GET', `${folderPath(folder)}?${this.s3Query(folder, null)}`, folder, isRefusal);
    const listing = parseListing(answer.text, folder);
    if (listing !== undefined) {
      return listing;
    }
    // A bucket took the folder for the name of an object.
    if (folder !== '' && parseS3Error(answer.text) !== undefined) {
      return this.next('s3', { folder, continuation: null });
    }
    const webdav = await this.text('PROPFIND', folderPath(folder), folder, isRefusal).catch((error: unknown) => {
      if (isAbort(error)) {
        throw error;
      }
      return undefined;
    });
    const folders = webdav === undefined ? undefined : parseListing(webdav.text, folder);
    if (folders !== undefined) {
      return folders;
    }
    if (this.asked.isProxied && (await this.isWebdav(folder))) {
      throw unlistedWebdav(folder);
    }
    if (isRefusal(answer.status)) {
      const { status, contentType, text, tookMs } = answer;
      throw explainRefusal({ status, contentType, start: new TextEncoder().encode(text), tookMs }, { ...this.asked, name: nameOf(folder) });
    }
    throw noListing(folder);
  }

  async next(kind: ListingKind, { folder, continuation }: Step): Promise<Listing> {
    const path = kind === 's3' ? `?${this.s3Query(folder, continuation)}` : folderPath(folder);
    const { text } = await this.text(kind === 'webdav' ? 'PROPFIND' : 'GET', path, folder, () => false);
    const listing = parseListing(text, folder);
    if (listing === undefined) {
      throw noListing(folder);
    }
    return listing;
  }

  /** Whether the folder says of itself that it is one of WebDAV (RFC 4918 section 10.1). */
  private async isWebdav(folder: string): Promise<boolean> {
    const { signal } = this.options;
    const answer = await this.ask({ method: 'OPTIONS', path: folderPath(folder), signal });
    await readStart(answer, 1);
    return answer.header('dav') !== null;
  }

  private s3Query(folder: string, continuation: string | null): string {
    return s3Query(folder, this.options.isNarrow !== true, continuation);
  }

  private async text(method: 'GET' | 'PROPFIND', path: string, folder: string, accepts: (status: number) => boolean): Promise<ListingText> {
    const { signal } = this.options;
    const name = nameOf(folder);
    const headers = method === 'PROPFIND' ? webdavHeaders : { Accept: 'application/json, application/xml, text/html;q=0.9, */*;q=0.1' };
    const { answer, tookMs } = await request(
      this.ask,
      { method, path, headers, signal },
      { ...this.asked, name },
      refusals.filter(accepts),
    );
    const body = await readBody(answer, { name, maxBytes: maxListingBytes, ...(signal === undefined ? {} : { signal }) });
    return { status: answer.status, contentType: answer.header('content-type') ?? '', tookMs, text: new TextDecoder().decode(body) };
  }
}

/** An answer that may be a listing. */
interface ListingText extends Omit<Refusal, 'start'> {
  readonly text: string;
}

function nameOf(folder: string): string {
  return folder === '' ? 'the top folder of the store' : folder;
}

/** Answers after which something else is tried. */
const refusals = [400, 403, 404, 405, 501];

function isRefusal(status: number): boolean {
  return refusals.includes(status);
}

function folderPath(folder: string): string {
  return folder === '' ? '' : `${encodePath(folder)}/`;
}

/** Grafana routes the methods of plain HTTP alone, and answers 404 itself to any other (pkg/web/router.go). */
function unlistedWebdav(folder: string): GclensError {
  return new GclensError('this is a WebDAV folder that a plain GET does not list, and Grafana’s proxy passes no PROPFIND', {
    file: folder === '' ? 'the URL of the store' : folder,
    advice:
      'Let the server also list the folder by GET (Apache: “Options +Indexes”, nginx: “autoindex on”); gclens watch, which asks without Grafana, reads it as it is',
  });
}

function noListing(folder: string): GclensError {
  return new GclensError('this is no listing of files', {
    file: folder === '' ? 'the URL of the store' : folder,
    advice:
      'gclens reads listings of nginx (autoindex), Apache and similar servers, WebDAV, and ListObjectsV2 of S3; the URL is that of the folder or bucket',
  });
}
