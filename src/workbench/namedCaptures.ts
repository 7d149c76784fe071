import type { CaptureInfo } from '../capture';
import type { GclensDataSource } from '../datasource';

interface NamedCapture {
  readonly name: string;
  readonly url: string;
}

/**
 * The captures that `gclens open` was started with, kept in this browser as if they had been dropped; none for the sample.
 * @param onError called for each file that cannot be read, also later for one that there was no room for
 */
export async function loadNamedCaptures(datasource: GclensDataSource, onError: (message: string) => void): Promise<readonly CaptureInfo[]> {
  const named = await readManifest();
  const droppedAtMs = Date.now();
  const loaded: CaptureInfo[] = [];
  for (const { name, url } of named) {
    try {
      const response = await fetch(url);
      if (!response.ok) {
        onError(`${name}: the file is gone from where gclens was started`);
        continue;
      }
      const { info, stored } = await datasource.addFile(new File([await response.blob()], name), { droppedAtMs });
      loaded.push(info);
      stored.catch((error: unknown) => {
        onError(error instanceof Error ? error.message : String(error));
      });
    } catch (error) {
      onError(error instanceof Error ? error.message : String(error));
    }
  }
  return loaded;
}

/** A page that another server gives has no manifest: it opens with the sample. */
async function readManifest(): Promise<readonly NamedCapture[]> {
  const response = await fetch('captures.json');
  if (!response.ok || !(response.headers.get('Content-Type') ?? '').startsWith('application/json')) {
    return [];
  }
  const manifest: unknown = await response.json();
  return isManifest(manifest) ? manifest.captures : [];
}

function isManifest(value: unknown): value is { captures: readonly NamedCapture[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'captures' in value &&
    Array.isArray(value.captures) &&
    value.captures.every(isNamedCapture)
  );
}

function isNamedCapture(value: unknown): value is NamedCapture {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'url' in value &&
    typeof value.name === 'string' &&
    typeof value.url === 'string'
  );
}
