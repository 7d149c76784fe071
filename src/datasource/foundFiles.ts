import type { Notice } from '../base';
import type { CaptureRef } from '../frames';
import type { CaptureFile } from '../worker';

/** Files of a query, and what a reader must know of how they were found. */
export interface FoundFiles {
  readonly files: readonly CaptureFile[];
  readonly notices: readonly Notice[];
  /** What names exactly these files again, where the reference that found them may find others another time. */
  readonly refs?: readonly CaptureRef[];
}

export const nothingFound: FoundFiles = { files: [], notices: [] };
