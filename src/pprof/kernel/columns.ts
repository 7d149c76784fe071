// What the host fetches: rows of tables, a buffer full at a time, so that a table never lies in memory twice.
import { allocate } from './memory';

/** Tables that are handed over in buffers. */
export const enum Table {
  Functions,
  Locations,
  Lines,
  /** Stacks, first labels, then the values of each sample type. */
  Samples,
  Labels,
  StackEntries,
}

/** Rows of a full buffer. */
export const bufferRows: u32 = 8192;

const tables = 6;
/** Words by table: the rows that the last call has put into its buffers; then where the addresses of these are, a word a column. */
const desk: usize = memory.data(48);

/** Where the host looks after each call. */
export function deskAt(): usize {
  return desk;
}

/** Makes the buffers of a table's columns ready to be made. */
export function prepareTable(table: Table, columns: u32): void {
  setRowCount(table, 0);
  store<usize>(desk + ((tables + table) << 2), allocate(columns << 2));
}

/** Makes the buffer of a column. */
export function makeColumn(table: Table, column: u32, bytes: u32): usize {
  const start = allocate(bytes);
  store<usize>(load<usize>(desk + ((tables + table) << 2)) + (column << 2), start);
  return start;
}

export function setRowCount(table: Table, count: u32): void {
  store<u32>(desk + (table << 2), count);
}

/** Whether the bytes of a buffer, which begins at a whole word, are all zero. */
export function isZero(start: usize, length: u32): bool {
  const end = start + length;
  let at = start;
  while (at + 16 <= end) {
    if ((load<u32>(at) | load<u32>(at, 4) | load<u32>(at, 8) | load<u32>(at, 12)) !== 0) {
      return false;
    }
    at += 16;
  }
  while (at < end) {
    if (load<u8>(at) !== 0) {
      return false;
    }
    at++;
  }
  return true;
}
