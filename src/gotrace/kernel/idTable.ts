// Records by uint64 id: a hash table whose records never move. A record begins with its id, low and high half, and the next record of its bucket; what follows
// is the user's, zero at first. No id makes a table larger than the number of its records does.

import { allocateZeroed, release } from './memory';

export const idLow: usize = 0;
export const idHigh: usize = 4;
const nextInBucket: usize = 8;
/** Where the user's part of a record begins. */
export const recordStart: usize = 12;

// A table's head, in static memory.
const tableBuckets: usize = 0;
const tableLog2: usize = 4;
const tableCount: usize = 8;
const tableRecordBytes: usize = 12;
/** Records that were removed. */
const tableFree: usize = 16;
/** Where the next record goes, and the end of its block. */
const tableNext: usize = 20;
const tableEnd: usize = 24;
/** The newest block; each begins with the one before and the logarithm of its size. */
const tableBlocks: usize = 28;
export const tableBytes: i32 = 32;

const blockHeadBytes: usize = 8;
const smallestBucketsLog2: u32 = 5;
const smallestBlockLog2: u32 = 10;
const largestBlockLog2: u32 = 18;

/** Odd numbers that the maker of a file does not know, so that ids cannot be chosen to fall into one bucket. */
let lowFactor: u32 = 0x9e3779b1;
let highFactor: u32 = 0x85ebca6b;

export function seedIds(low: u32, high: u32): void {
  lowFactor = low | 1;
  highFactor = high | 1;
}

/** Begins an empty table; its memory of before is forgotten, not given back. Records have `recordBytes`, a multiple of 4. */
export function startTable(table: usize, recordBytes: u32): void {
  memory.fill(table, 0, tableBytes);
  store<u32>(table, recordBytes, tableRecordBytes);
}

export function countOf(table: usize): u32 {
  return load<u32>(table, tableCount);
}

/** Ids that follow each other share a line of the processor's cache: runs of 16 are hashed, and an id's place in its run stays. */
function bucketOf(table: usize, low: u32, high: u32): usize {
  const hash = (low >>> 4) * lowFactor + high * highFactor;
  const run = hash >>> (36 - load<u32>(table, tableLog2));
  return load<usize>(table, tableBuckets) + ((((run << 4) | (low & 15)) as usize) << 2);
}

/** The record of an id; 0 when there is none. */
export function findRecord(table: usize, low: u32, high: u32): usize {
  if (load<usize>(table, tableBuckets) == 0) {
    return 0;
  }
  let record = load<usize>(bucketOf(table, low, high));
  while (record != 0 && (load<u32>(record, idLow) != low || load<u32>(record, idHigh) != high)) {
    record = load<usize>(record, nextInBucket);
  }
  return record;
}

/** Adds the record of an id that has none. */
export function addRecord(table: usize, low: u32, high: u32): usize {
  const count = load<u32>(table, tableCount);
  const log2 = load<u32>(table, tableLog2);
  if (load<usize>(table, tableBuckets) == 0 || count >= (1 as u32) << log2) {
    growBuckets(table, log2);
  }
  const record = takeRecord(table);
  store<u32>(record, low, idLow);
  store<u32>(record, high, idHigh);
  insert(table, record);
  store<u32>(table, count + 1, tableCount);
  return record;
}

function insert(table: usize, record: usize): void {
  const bucket = bucketOf(table, load<u32>(record, idLow), load<u32>(record, idHigh));
  store<usize>(record, load<usize>(bucket), nextInBucket);
  store<usize>(bucket, record);
}

function takeRecord(table: usize): usize {
  const recordBytes = load<u32>(table, tableRecordBytes) as usize;
  const free = load<usize>(table, tableFree);
  if (free != 0) {
    store<usize>(table, load<usize>(free, nextInBucket), tableFree);
    memory.fill(free, 0, recordBytes);
    return free;
  }
  let record = load<usize>(table, tableNext);
  if (record + recordBytes > load<usize>(table, tableEnd) || record == 0) {
    record = addBlock(table, recordBytes);
  }
  store<usize>(table, record + recordBytes, tableNext);
  return record;
}

/** A new block, about as large as all blocks so far. */
function addBlock(table: usize, recordBytes: usize): usize {
  const wanted = (load<u32>(table, tableCount) as usize) * recordBytes;
  let log2 = smallestBlockLog2;
  while (log2 < largestBlockLog2 && (1 as usize) << log2 < wanted) {
    log2++;
  }
  const block = allocateZeroed(log2);
  store<usize>(block, load<usize>(table, tableBlocks));
  store<u32>(block, log2, 4);
  store<usize>(table, block, tableBlocks);
  store<usize>(table, block + ((1 as usize) << log2), tableEnd);
  return block + blockHeadBytes;
}

function growBuckets(table: usize, log2: u32): void {
  const old = load<usize>(table, tableBuckets);
  const grown = old == 0 ? smallestBucketsLog2 : log2 + 1;
  store<usize>(table, allocateZeroed(grown + 2), tableBuckets);
  store<u32>(table, grown, tableLog2);
  if (old == 0) {
    return;
  }
  const end = old + ((4 as usize) << log2);
  for (let bucket = old; bucket < end; bucket += 4) {
    let record = load<usize>(bucket);
    while (record != 0) {
      const next = load<usize>(record, nextInBucket);
      insert(table, record);
      record = next;
    }
  }
  release(old, log2 + 2);
}

/** Takes the record of an id out of the table. */
export function removeRecord(table: usize, record: usize): void {
  let place = bucketOf(table, load<u32>(record, idLow), load<u32>(record, idHigh));
  while (load<usize>(place) != record) {
    place = load<usize>(place) + nextInBucket;
  }
  store<usize>(place, load<usize>(record, nextInBucket));
  store<usize>(record, load<usize>(table, tableFree), nextInBucket);
  store<usize>(table, record, tableFree);
  store<u32>(table, load<u32>(table, tableCount) - 1, tableCount);
}

/** The first of all records; 0 when there are none. */
export function firstRecord(table: usize): usize {
  return load<usize>(table, tableBuckets) == 0 ? 0 : firstFrom(table, load<usize>(table, tableBuckets));
}

/** The record after another; 0 after the last. */
export function nextRecord(table: usize, record: usize): usize {
  const next = load<usize>(record, nextInBucket);
  return next != 0 ? next : firstFrom(table, bucketOf(table, load<u32>(record, idLow), load<u32>(record, idHigh)) + 4);
}

function firstFrom(table: usize, start: usize): usize {
  const end = load<usize>(table, tableBuckets) + ((4 as usize) << load<u32>(table, tableLog2));
  for (let bucket = start; bucket < end; bucket += 4) {
    if (load<usize>(bucket) != 0) {
      return load<usize>(bucket);
    }
  }
  return 0;
}

/** Empties a table and gives its memory back. */
export function releaseTable(table: usize): void {
  if (load<usize>(table, tableBuckets) != 0) {
    release(load<usize>(table, tableBuckets), load<u32>(table, tableLog2) + 2);
  }
  let block = load<usize>(table, tableBlocks);
  while (block != 0) {
    const before = load<usize>(block);
    release(block, load<u32>(block, 4));
    block = before;
  }
  startTable(table, load<u32>(table, tableRecordBytes));
}
