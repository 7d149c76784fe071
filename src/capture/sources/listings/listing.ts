/** A file as a listing shows it. */
export interface ListedFile {
  /** Below the base address, decoded, without a slash at its start. */
  readonly path: string;
  /** Null where the listing does not say. */
  readonly sizeBytes: number | null;
  /** When it was written, Unix time; null where the listing does not say. */
  readonly modifiedUnixMs: number | null;
  /** Differs when the content does, as far as the listing tells; null where it tells nothing. */
  readonly version: string | null;
}

export type ListingKind = 'json-index' | 'html-index' | 'webdav' | 's3';

/** How messages call what answered. */
export const listingKindNames: Readonly<Record<ListingKind, string>> = {
  'json-index': 'a directory listing as JSON (nginx autoindex)',
  'html-index': 'a directory listing as HTML',
  webdav: 'a WebDAV folder',
  s3: 'an S3 bucket',
};

/** One answer: what lies in a folder, or below a prefix of a bucket. */
export interface Listing {
  readonly kind: ListingKind;
  readonly files: readonly ListedFile[];
  /** Paths of folders in it, without a slash at their ends. */
  readonly folders: readonly string[];
  /** Asks for the rest of a bucket; null where this is all. */
  readonly continuation: string | null;
}

/** A listing that is whole with one answer. */
export function wholeListing(kind: ListingKind, files: readonly ListedFile[], folders: readonly string[]): Listing {
  return { kind, files, folders, continuation: null };
}

/** A name in a folder, `''` being the top. */
export function pathIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Percent-decoded, or as it is where that is damaged. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A decoded path as it stands in an address. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Unix time of a date in a listing, null where it is none. A date without a zone is taken as UTC. */
export function parseDate(text: string | undefined): number | null {
  const unixMs = Date.parse(text ?? '');
  return Number.isNaN(unixMs) ? null : unixMs;
}

/** Null for what is no count of bytes. */
export function parseSize(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

export function makeVersion(sizeBytes: number | null, modifiedUnixMs: number | null): string | null {
  return modifiedUnixMs === null ? null : `${sizeBytes ?? '?'}:${modifiedUnixMs}`;
}
