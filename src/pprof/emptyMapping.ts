import type { Mapping } from './profile';

/** A mapping of which nothing is known. */
export const emptyMapping: Mapping = {
  start: 0n,
  limit: 0n,
  fileOffset: 0n,
  file: '',
  buildId: '',
  hasFunctions: false,
  hasFilenames: false,
  hasLineNumbers: false,
  hasInlineFrames: false,
};
