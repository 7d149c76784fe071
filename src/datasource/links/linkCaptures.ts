import type { CaptureRef } from '../../frames';
import type { CaptureFile } from '../../worker';

/** Longer queries do not survive as part of an address. */
const longestReference = 8192;

/**
 * What links from a view name to find its captures again. Where a reference finds something else each time (a live capture, the newest drop), or is too large for
 * an address (an embedded capture), the files that were found, if this browser keeps them.
 * @param isKept whether this browser has the file, under its hash
 * @returns none where no address can carry them
 */
export async function linkCaptures(
  refs: readonly CaptureRef[],
  files: readonly CaptureFile[],
  isKept: (file: CaptureFile) => Promise<boolean>,
): Promise<readonly CaptureRef[]> {
  const isLong = JSON.stringify(refs).length > longestReference;
  const changes = refs.some(({ by }) => by === 'live' || by === 'latest');
  if ((changes || isLong) && files.every(({ sha256 }) => sha256 !== undefined)) {
    const kept = await Promise.all(files.map(isKept));
    if (kept.every(Boolean)) {
      return files.flatMap(({ sha256, name }) => (sha256 === undefined ? [] : [{ by: 'sha256' as const, sha256, name }]));
    }
  }
  return isLong ? [] : refs;
}
