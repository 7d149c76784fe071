import { GclensError } from '../base';
import type { EmbeddedRef } from '../frames';
import type { CaptureFile } from '../worker';

/** What may be embedded: a dashboard is one document of at most 16 MiB in Grafana, and is sent whole with every view. */
export const maxEmbeddedBytes = 500_000;

/** A file as part of a query. Throws a GclensError above {@link maxEmbeddedBytes}. */
export async function embed(name: string, file: Blob): Promise<EmbeddedRef> {
  if (file.size > maxEmbeddedBytes) {
    throw new GclensError(`too large to be embedded (${file.size} bytes)`, {
      file: name,
      advice: `Up to ${maxEmbeddedBytes} bytes travel with a dashboard; put larger captures into a store that Grafana can reach`,
    });
  }
  return { by: 'embedded', name, data: toBase64(new Uint8Array(await file.arrayBuffer())) };
}

/** Throws a GclensError when the data are damaged. */
export function readEmbedded({ name, data }: EmbeddedRef): CaptureFile {
  try {
    return { name, file: Uint8Array.from(atob(data), (character) => character.charCodeAt(0)) };
  } catch {
    throw new GclensError('the capture embedded in this query is damaged', { file: name, advice: 'Embed it again' });
  }
}

/** Arguments of a call are bounded. */
const stepBytes = 8192;

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += stepBytes) {
    binary += String.fromCharCode(...bytes.subarray(start, start + stepBytes));
  }
  return btoa(binary);
}
