import type { Sha256 } from '../capture';
import type { CaptureRef } from '../frames';
import type { PageState } from './pageState';

/** Captures that a link names, as a query names them. */
export function refsOfCaptures(captures: NonNullable<PageState['captures']>): readonly CaptureRef[] {
  return captures === 'sample' ? [{ by: 'sample' }] : captures.map((sha256) => ({ by: 'sha256', sha256 }));
}

/** Hashes of the captures that a query names; none for the sample. */
export function sha256sOf(refs: readonly CaptureRef[]): readonly Sha256[] {
  return refs.flatMap((ref) => (ref.by === 'sha256' ? [ref.sha256] : []));
}
