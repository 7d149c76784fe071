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

/** A profile has more of something than is read: it is one of the format that was tried, and no other. */
export class OverLimit extends GclensError {}

/** @throws OverLimit when a table has more rows than any real profile */
export function checkTableSize(table: keyof typeof largestTable, rows: number, offset?: number): void {
  if (rows > largestTable[table]) {
    throw tooManyRows(table, offset);
  }
}

/**
 * Bytes of memory that a row takes, where it may take far more than its bytes in a file: a value of one byte takes eight, a location id four, an empty string
 * a pointer and where it stands. Real samples have a stack beside their values, real stacks repeat, real strings differ from each other.
 */
const rowBytes = { 'sample values': 8, strings: 16, 'stack entries': 4 } as const;

/** A file may ask for three times its size, and for this much whatever its size. */
const densestRatio = 3;
const spareBytes = 48 * 2 ** 20;

/** @throws OverLimit when a table needs so much more memory than the file that no program writes it. @param extraBytes what it needs beside its rows */
export function checkDensity(table: keyof typeof rowBytes, rows: number, fileBytes: number, extraBytes = 0): void {
  if (rows * rowBytes[table] + extraBytes > fileBytes * densestRatio + spareBytes) {
    throw new OverLimit(`${rows} ${table} in ${fileBytes} bytes, as no program writes`);
  }
}

export function tooManyRows(table: keyof typeof largestTable, offset?: number): OverLimit {
  return new OverLimit(`more than ${largestTable[table]} ${table}, as no program writes`, offset === undefined ? {} : { offset });
}
