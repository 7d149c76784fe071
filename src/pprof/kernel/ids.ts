// Rows by 64-bit id. Small ids lead straight to their row; once there is one that is large against the number of rows, all are hashed, so that sparse
// ids of the whole range are told apart and memory is bounded by the number of rows.
import { allocate, allocateZeroed } from './memory';

/** Words of a table: how many rows there can be, how many there are, the direct entries and how many, the slots and how many less one, the ids. */
const capacityOf: usize = 0;
const lengthOf: usize = 4;
const directOf: usize = 8;
const directSizeOf: usize = 12;
const slotsOf: usize = 16;
const slotMaskOf: usize = 20;
const idsOf: usize = 24;

export const mappingIds: usize = memory.data(28);
export const locationIds: usize = memory.data(28);
export const functionIds: usize = memory.data(28);

/** Differs from run to run, so that no file can be made whose ids all meet in one slot. */
let seed: u32 = 0;

export function seedIds(value: u32): void {
  seed = value;
}

/** Empties a table and makes room for this many rows. */
export function prepareIds(table: usize, capacity: u32): void {
  const directSize = capacity * 2 + 16;
  store<u32>(table, capacity, capacityOf);
  store<u32>(table, 0, lengthOf);
  store<usize>(table, allocateZeroed(directSize << 2), directOf);
  store<u32>(table, directSize, directSizeOf);
}

/** Gives the next row this id, which is not 0; false when another row has it. */
export function addId(table: usize, low: u32, high: u32): bool {
  const row = load<u32>(table, lengthOf);
  store<u32>(table, row + 1, lengthOf);
  const directSize = load<u32>(table, directSizeOf);
  if (high === 0 && low < directSize) {
    const entry = load<usize>(table, directOf) + (low << 2);
    const isNew = load<u32>(entry) === 0;
    store<u32>(entry, row + 1);
    return isNew;
  }
  if (directSize !== 0) {
    leaveDirect(table);
  }
  return insert(table, row, low, high);
}

export function prepareMappings(count: u32): void {
  prepareIds(mappingIds, count);
}

/** Gives the next mapping its id; false when another has it. */
export function addMapping(low: u32, high: u32): bool {
  return addId(mappingIds, low, high);
}

/** Row + 1 of an id, 0 when there is none. */
export function findId(table: usize, low: u32, high: u32): u32 {
  const directSize = load<u32>(table, directSizeOf);
  if (directSize !== 0) {
    return high === 0 && low < directSize ? load<u32>(load<usize>(table, directOf) + (low << 2)) : 0;
  }
  return load<u32>(findSlot(table, low, high));
}

/** Entries by id: row + 1, 0 for none; of `directSize` ids. */
export function directEntries(table: usize): usize {
  return load<usize>(table, directOf);
}

export function directSize(table: usize): u32 {
  return load<u32>(table, directSizeOf);
}

function leaveDirect(table: usize): void {
  const capacity = load<u32>(table, capacityOf);
  let slots: u32 = 16;
  while (slots < capacity * 2) {
    slots *= 2;
  }
  store<usize>(table, allocateZeroed(slots << 2), slotsOf);
  store<u32>(table, slots - 1, slotMaskOf);
  store<usize>(table, allocate(capacity << 3), idsOf);
  const size = load<u32>(table, directSizeOf);
  store<u32>(table, 0, directSizeOf);
  const direct = load<usize>(table, directOf);
  for (let id: u32 = 0; id < size; id++) {
    const row = load<u32>(direct + (id << 2));
    if (row !== 0) {
      insert(table, row - 1, id, 0);
    }
  }
}

function insert(table: usize, row: u32, low: u32, high: u32): bool {
  const slot = findSlot(table, low, high);
  if (load<u32>(slot) !== 0) {
    return false;
  }
  store<u32>(slot, row + 1);
  const id = load<usize>(table, idsOf) + (row << 3);
  store<u32>(id, low);
  store<u32>(id, high, 4);
  return true;
}

/** The slot that holds the row of an id, or the free one where it would be. */
function findSlot(table: usize, low: u32, high: u32): usize {
  const slots = load<usize>(table, slotsOf);
  const mask = load<u32>(table, slotMaskOf);
  const ids = load<usize>(table, idsOf);
  let slot = hash(low, high) & mask;
  let row = load<u32>(slots + (slot << 2));
  while (row !== 0) {
    const id = ids + ((row - 1) << 3);
    if (load<u32>(id) === low && load<u32>(id, 4) === high) {
      break;
    }
    slot = (slot + 1) & mask;
    row = load<u32>(slots + (slot << 2));
  }
  return slots + (slot << 2);
}

function hash(low: u32, high: u32): u32 {
  let mixed = (low ^ seed) * 0x9e3779b1;
  mixed = ((mixed ^ (mixed >>> 15)) + high) * 0x85ebca6b;
  mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
  return mixed ^ (mixed >>> 16);
}
