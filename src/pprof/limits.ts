import { GclensError } from '../base';

/**
 * Largest tables that are read. Far above what programs write (a profile of 300 000 samples has about 10^5 strings), and low enough that a small file
 * which decompresses to a gigabyte of two-byte messages cannot fill the memory with rows.
 */
export const largestTable = {
  'sample types': 2 ** 10,
  mappings: 2 ** 16,
  comments: 2 ** 16,
  'fields of the profile as a whole': 2 ** 18,
  functions: 2 ** 24,
  locations: 2 ** 24,
  lines: 2 ** 25,
  strings: 2 ** 24,
  samples: 2 ** 25,
  'sample values': 2 ** 27,
  'stack entries': 2 ** 28,
  labels: 2 ** 25,
} as const;

/** Longest string of a profile; a JavaScript engine cannot hold one of half a gigabyte. */
export const longestString = 2 ** 26;

/** @throws GclensError when a table has more rows than any real profile */
export function checkTableSize(table: keyof typeof largestTable, rows: number, offset?: number): void {
  if (rows > largestTable[table]) {
    throw tooManyRows(table, offset);
  }
}

export function tooManyRows(table: keyof typeof largestTable, offset?: number): GclensError {
  return new GclensError(`more than ${largestTable[table]} ${table}, as no program writes`, offset === undefined ? {} : { offset });
}
