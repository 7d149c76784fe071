import { type ListedFile, type Listing, makeVersion, parseDate, pathIn, wholeListing } from './listing';

/**
 * Reads what nginx answers with `autoindex_format json` (https://nginx.org/en/docs/http/ngx_http_autoindex_module.html): `name`, `type`, `mtime`, `size`.
 * @param folder that was asked for
 */
export function parseJsonIndex(body: string, folder: string): Listing | undefined {
  const entries = parseArray(body);
  if (entries?.every(isEntry) !== true) {
    return undefined;
  }
  const files: ListedFile[] = [];
  const folders: string[] = [];
  for (const { name, type, size, mtime } of entries) {
    if (type === 'directory') {
      folders.push(pathIn(folder, name));
    } else if (type === 'file') {
      const modifiedUnixMs = parseDate(mtime);
      const sizeBytes = size ?? null;
      files.push({ path: pathIn(folder, name), sizeBytes, modifiedUnixMs, version: makeVersion(sizeBytes, modifiedUnixMs) });
    }
  }
  return wholeListing('json-index', files, folders);
}

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly mtime?: string;
  readonly size?: number;
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { name, type, mtime, size }: { name?: unknown; type?: unknown; mtime?: unknown; size?: unknown } = value;
  return (
    typeof name === 'string' &&
    typeof type === 'string' &&
    (mtime === undefined || typeof mtime === 'string') &&
    (size === undefined || typeof size === 'number')
  );
}

function parseArray(body: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
