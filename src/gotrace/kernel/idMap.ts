// Small values by the ids of a generation's strings or stacks. The runtime numbers them from 1 up, so ids are looked up in a table; what does not fit there (any
// uint64 of a hostile file) is hashed. The table never grows past a few times the number of entries.

import {
  addRecord,
  findRecord,
  firstRecord,
  idHigh,
  idLow,
  nextRecord,
  recordStart,
  releaseTable,
  startTable,
  tableBytes,
} from './idTable';
import { allocateZeroed, release } from './memory';
import { extend } from './vector';

const mapTable: usize = 0;
const mapLog2: usize = 4;
const mapCount: usize = 8;
/** Head of the table of the other ids. */
const mapOthers: usize = 12;
export const idMapBytes: i32 = 12 + tableBytes;

const otherValue: usize = recordStart;
const otherBytes: u32 = 16;
const smallestLog2: u32 = 8;

/** Begins an empty map; its memory of before is forgotten, not given back. */
export function startIdMap(map: usize): void {
  memory.fill(map, 0, mapOthers);
  startTable(map + mapOthers, otherBytes);
}

/** The value of an id plus one; 0 when it has none. Id 0 is not in the map. */
export function lookUp(map: usize, low: u32, high: u32): u32 {
  if (high == 0 && low < idsInTable(map)) {
    const value = load<u32>(load<usize>(map, mapTable) + ((low as usize) << 2));
    if (value != 0) {
      return value;
    }
  }
  const other = findRecord(map + mapOthers, low, high);
  return other == 0 ? 0 : load<u32>(other, otherValue);
}

/** How many ids have a value. */
export function idCount(map: usize): u32 {
  return load<u32>(map, mapCount);
}

/** Whether an id has a value in the table; says nothing of the other ids. */
export function isInTable(map: usize, id: u32): bool {
  return id < idsInTable(map) && load<u32>(load<usize>(map, mapTable) + ((id as usize) << 2)) != 0;
}

function idsInTable(map: usize): u32 {
  return load<usize>(map, mapTable) == 0 ? 0 : ((1 as u32) << load<u32>(map, mapLog2)) >>> 2;
}

/** Gives a new id its value, plus one. */
export function enter(map: usize, low: u32, high: u32, value: u32): void {
  const count = load<u32>(map, mapCount) + 1;
  store<u32>(map, count, mapCount);
  if (high == 0 && low < 4 * count + 64) {
    if (low >= idsInTable(map)) {
      growTable(map, low);
    }
    store<u32>(load<usize>(map, mapTable) + ((low as usize) << 2), value);
  } else {
    store<u32>(addRecord(map + mapOthers, low, high), value, otherValue);
  }
}

/** Gives an id that is in the map another value, plus one. */
export function replace(map: usize, low: u32, high: u32, value: u32): void {
  const place = high == 0 && low < idsInTable(map) ? load<usize>(map, mapTable) + ((low as usize) << 2) : 0;
  if (place != 0 && load<u32>(place) != 0) {
    store<u32>(place, value);
  } else {
    store<u32>(findRecord(map + mapOthers, low, high), value, otherValue);
  }
}

function growTable(map: usize, low: u32): void {
  const old = load<usize>(map, mapTable);
  const oldLog2 = load<u32>(map, mapLog2);
  let log2 = old == 0 ? smallestLog2 : oldLog2 + 1;
  while (((1 as u32) << log2) >>> 2 <= low) {
    log2++;
  }
  const table = allocateZeroed(log2);
  if (old != 0) {
    memory.copy(table, old, (1 as usize) << oldLog2);
    release(old, oldLog2);
  }
  store<usize>(map, table, mapTable);
  store<u32>(map, log2, mapLog2);
}

/** Largest id up to which all ids have a value. */
export function measureDense(map: usize): u32 {
  const ids = idsInTable(map);
  let id: u32 = 1;
  while (id < ids && load<u32>(load<usize>(map, mapTable) + ((id as usize) << 2)) != 0) {
    id++;
  }
  return id - 1;
}

/** The table, by id. */
export function tableOf(map: usize): usize {
  return load<usize>(map, mapTable);
}

/** Bytes of the table up to its last value. */
export function tableLength(map: usize): u32 {
  let ids = idsInTable(map);
  while (ids > 0 && load<u32>(load<usize>(map, mapTable) + (((ids - 1) as usize) << 2)) == 0) {
    ids--;
  }
  return ids << 2;
}

/** Appends the ids that are not in the table to a vector: low, high, value plus one. */
export function listOthers(map: usize, vector: usize): void {
  let record = firstRecord(map + mapOthers);
  while (record != 0) {
    const entry = extend(vector, 12);
    store<u32>(entry, load<u32>(record, idLow));
    store<u32>(entry, load<u32>(record, idHigh), 4);
    store<u32>(entry, load<u32>(record, otherValue), 8);
    record = nextRecord(map + mapOthers, record);
  }
}

export function releaseIdMap(map: usize): void {
  if (load<usize>(map, mapTable) != 0) {
    release(load<usize>(map, mapTable), load<u32>(map, mapLog2));
  }
  memory.fill(map, 0, mapOthers);
  releaseTable(map + mapOthers);
}
