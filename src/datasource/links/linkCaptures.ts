import type { CaptureRef } from '../../frames';
import type { CaptureFile } from '../../worker';

/** Longer queries do not survive as part of an address. */
const longestReference = 8192;

/**
 * What links from a view name to find its captures again. Where a reference finds something else each time (a live capture, the newest drop), the files that were
 * found, if this browser keeps them. Empty where captures are embedded in the query and too large for an address.
 */
export async function linkCaptures(
  refs: readonly CaptureRef[],
  files: readonly CaptureFile[],
  isKept: (file: CaptureFile) => Promise<boolean>,
): Promise<readonly CaptureRef[]> {
  const changes = refs.some(({ by }) => by === 'live' || by === 'latest');
  if (changes && files.every(({ sha256 }) => sha256 !== undefined)) {
    const kept = await Promise.all(files.map(isKept));
    if (kept.every(Boolean)) {
      return files.flatMap(({ sha256, name }) => (sha256 === undefined ? [] : [{ by: 'sha256' as const, sha256, name }]));
    }
  }
  return JSON.stringify(refs).length > longestReference ? [] : refs;
}
