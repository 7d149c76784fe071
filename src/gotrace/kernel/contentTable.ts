// Entries by the hash of their content: a hash table whose entries never move. An entry begins with the next one of its bucket, its hash and its index, counted
// from 0 in order of arrival; what follows is the user's.

import { allocate, allocateZeroed, release } from './memory';

const entryNext: usize = 0;
const entryHash: usize = 4;
const entryIndex: usize = 8;
/** Where the user's part of an entry begins. */
export const entryStart: usize = 12;

// A table's head, in static memory.
const tableBuckets: usize = 0;
const tableLog2: usize = 4;
const tableCount: usize = 8;
/** Where the next entry goes, and the end of its block. */
const tableNext: usize = 12;
const tableEnd: usize = 16;
export const contentTableBytes: i32 = 20;

const smallestBucketsLog2: u32 = 8;
const smallestBlockLog2: u32 = 11;
const largestBlockLog2: u32 = 20;

/** How many entries of a bucket are worth a look. Only contents made to collide take more; they may then have several indexes. */
export const longestSearch = 1000;

/** Begins an empty table; its memory of before is forgotten, not given back. */
export function startContents(table: usize): void {
  store<usize>(table, allocateZeroed(smallestBucketsLog2 + 2), tableBuckets);
  store<u32>(table, smallestBucketsLog2, tableLog2);
  store<u32>(table, 0, tableCount);
  store<usize>(table, 0, tableNext);
  store<usize>(table, 0, tableEnd);
}

export function entriesOf(table: usize): u32 {
  return load<u32>(table, tableCount);
}

function bucketOf(table: usize, hash: u32): usize {
  return load<usize>(table, tableBuckets) + (((hash >>> (32 - load<u32>(table, tableLog2))) as usize) << 2);
}

/** The first entry that may have this hash; 0 when there is none. */
export function firstEntry(table: usize, hash: u32): usize {
  return load<usize>(bucketOf(table, hash));
}

/** The entry to look at after another. */
export function nextEntry(entry: usize): usize {
  return load<usize>(entry, entryNext);
}

export function hashOf(entry: usize): u32 {
  return load<u32>(entry, entryHash);
}

export function indexOf(entry: usize): u32 {
  return load<u32>(entry, entryIndex);
}

/** Adds an entry, whose own part has `bytes` undefined bytes. */
export function addEntry(table: usize, hash: u32, bytes: usize): usize {
  const count = load<u32>(table, tableCount);
  if (count >= (1 as u32) << load<u32>(table, tableLog2)) {
    growBuckets(table);
  }
  const entry = takeEntry(table, entryStart + bytes, count);
  store<u32>(entry, hash, entryHash);
  store<u32>(entry, count, entryIndex);
  insert(table, entry);
  store<u32>(table, count + 1, tableCount);
  return entry;
}

function insert(table: usize, entry: usize): void {
  const bucket = bucketOf(table, load<u32>(entry, entryHash));
  store<usize>(entry, load<usize>(bucket), entryNext);
  store<usize>(bucket, entry);
}

function takeEntry(table: usize, entryBytes: usize, count: u32): usize {
  let entry = load<usize>(table, tableNext);
  if (entry + entryBytes > load<usize>(table, tableEnd)) {
    const log2 = blockLog2((count as usize) * entryBytes);
    entry = allocate(log2);
    store<usize>(table, entry + ((1 as usize) << log2), tableEnd);
  }
  store<usize>(table, entry + entryBytes, tableNext);
  return entry;
}

/** Size of a new block beside blocks of `bytes` in all. */
export function blockLog2(bytes: usize): u32 {
  let log2 = smallestBlockLog2;
  while (log2 < largestBlockLog2 && (1 as usize) << log2 < bytes) {
    log2++;
  }
  return log2;
}

function growBuckets(table: usize): void {
  const old = load<usize>(table, tableBuckets);
  const log2 = load<u32>(table, tableLog2);
  store<usize>(table, allocateZeroed(log2 + 3), tableBuckets);
  store<u32>(table, log2 + 1, tableLog2);
  const end = old + ((4 as usize) << log2);
  for (let bucket = old; bucket < end; bucket += 4) {
    let entry = load<usize>(bucket);
    while (entry != 0) {
      const next = load<usize>(entry, entryNext);
      insert(table, entry);
      entry = next;
    }
  }
  release(old, log2 + 2);
}
