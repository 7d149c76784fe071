import type { Notice } from '../base';
import type { CaptureFile } from '../worker';

/** Files of a query, and what a reader must know of how they were found. */
export interface FoundFiles {
  readonly files: readonly CaptureFile[];
  readonly notices: readonly Notice[];
}

export const nothingFound: FoundFiles = { files: [], notices: [] };
