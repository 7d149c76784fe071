// Stacks are told apart by the bytes of their location ids before any id is read: a stack that many samples share is decoded once.
import { bufferRows, makeColumn, prepareTable, setRowCount, Table } from './columns';
import { fail, Failure, Message } from './failure';
import { directEntries, directSize, findId, locationIds } from './ids';
import { allocate } from './memory';
import { cursor, high, low, readTag, readVarint, skipValue } from './wire';

/** How the bytes of a stack are to be read. */
export const enum Form {
  /** Location ids, packed. */
  Packed,
  /** Fields of a sample, all of them location ids. */
  Fields,
  /** A whole sample; its ids lie in several places and are not compared with others. */
  Sample,
}

/** Samples whose stack is not found within so many slots get one of their own, so that no file can make the search slow. */
const mostProbes: u32 = 32;
/** Samples whose stacks are looked for together. */
const groupSize: u32 = 64;
const fewestSlots: u32 = 256;
const slotGrowth: u32 = 2;

/** Of each stack, 16 bytes: where its bytes begin and end, their form, the hash of bytes and form. */
let stacks: usize = 0;
/** How many entries come before each stack. */
let starts: usize = 0;
let stackCount: u32 = 0;
let entryCount: u32 = 0;
/** Of each sample of the buffer, 16 bytes: where the bytes of its stack begin and end, their form, their hash. */
let found: usize = 0;
/** Open addressing, 16 bytes: where the bytes of a stack begin and end, stack + 1 or 0, the hash of bytes and form. */
let slots: usize = 0;
let slotMask: u32 = 0;
/** Slots that there is room for. */
let slotCapacity: u32 = 0;

/**
 * Makes room for as many stacks as there are samples. It is only written to as stacks are found, for memory that nobody has written to costs nothing.
 * @param bufferSamples how many samples there are at once at most
 */
export function prepareStacks(samples: u32, bufferSamples: u32): void {
  stacks = allocate(samples << 4);
  starts = allocate((samples + 1) << 2);
  found = allocate(bufferSamples << 4);
  let size = fewestSlots;
  while (size * 3 < samples * 4) {
    size *= slotGrowth;
  }
  slots = allocate(size << 4);
  slotCapacity = size;
  clearSlots(fewestSlots);
  stackCount = 0;
  entryCount = 0;
}

/** Notes the stack of a sample of the buffer. */
export function noteStack(row: u32, start: usize, end: usize, form: Form): void {
  const note = found + (row << 4);
  store<usize>(note, start);
  store<usize>(note, end, 4);
  store<u32>(note, form, 8);
  store<u32>(note, form === Form.Sample ? 0 : hashBytes(start, end) ^ form, 12);
}

function clearSlots(size: u32): void {
  memory.fill(slots, 0, size << 4);
  slotMask = size - 1;
}

/** Makes sure that there are free slots for the stacks of a group: a quarter, once there are as many as there is room for. */
function makeSlots(): void {
  const size = slotMask + 1;
  if (size < slotCapacity && (stackCount + groupSize) * 4 > size * 3) {
    clearSlots(size * slotGrowth);
    for (let stack: u32 = 0; stack < stackCount; stack++) {
      restoreSlot(stack);
    }
  }
}

function restoreSlot(stack: u32): void {
  const known = stacks + (stack << 4);
  if (load<u32>(known, 8) !== Form.Sample) {
    const hash = load<u32>(known, 12);
    let slot = hash & slotMask;
    for (let probe: u32 = 0; probe < mostProbes; probe++) {
      const address = slots + (slot << 4);
      if (load<u32>(address, 8) === 0) {
        fillSlot(address, load<usize>(known), load<usize>(known, 4), stack, hash);
        return;
      }
      slot = (slot + 1) & slotMask;
    }
  }
}

function fillSlot(address: usize, start: usize, end: usize, stack: u32, hash: u32): void {
  store<usize>(address, start);
  store<usize>(address, end, 4);
  store<u32>(address, stack + 1, 8);
  store<u32>(address, hash, 12);
}

/** Puts the rows of the stacks that were noted into a column. */
export function internStacks(rows: u32, column: usize): void {
  for (let group: u32 = 0; group < rows; group += groupSize) {
    makeSlots();
    const end = min(group + groupSize, rows);
    for (let row = group; row < end; row++) {
      touchSlot(load<u32>(found + (row << 4), 12));
    }
    for (let row = group; row < end; row++) {
      const note = found + (row << 4);
      store<u32>(column + (row << 2), internStack(load<usize>(note), load<usize>(note, 4), load<u32>(note, 8), load<u32>(note, 12)));
    }
  }
}

/** Keeps the compiler from leaving out what is read for its own sake. */
let touched: u32 = 0;

export function touchedBits(): u32 {
  return touched;
}

/**
 * Reads the slot where a search will begin and the bytes it leads to. The memory of many samples is fetched at once in this way, which it is not when each
 * search waits for its own.
 */
function touchSlot(hash: u32): void {
  const bytes = load<usize>(slots + ((hash & slotMask) << 4));
  touched ^= load<u32>(bytes, 0, 1) ^ load<u32>(bytes, 64, 1);
}

function internStack(start: usize, end: usize, form: Form, hash: u32): u32 {
  if (form === Form.Sample) {
    return addStack(start, end, form, hash);
  }
  let slot = hash & slotMask;
  for (let probe: u32 = 0; probe < mostProbes; probe++) {
    const address = slots + (slot << 4);
    const stack = load<u32>(address, 8);
    if (stack === 0) {
      fillSlot(address, start, end, stackCount, hash);
      return addStack(start, end, form, hash);
    }
    const known = load<usize>(address);
    if (load<u32>(address, 12) === hash && load<usize>(address, 4) - known === end - start && equalBytes(known, start, end)) {
      return stack - 1;
    }
    slot = (slot + 1) & slotMask;
  }
  return addStack(start, end, form, hash);
}

function addStack(start: usize, end: usize, form: Form, hash: u32): u32 {
  const stack = stacks + (stackCount << 4);
  store<usize>(stack, start);
  store<usize>(stack, end, 4);
  store<u32>(stack, form, 8);
  store<u32>(stack, hash, 12);
  store<u32>(starts + (stackCount << 2), entryCount);
  entryCount += form === Form.Packed ? countVarints(start, end) : countIds(start, end);
  return stackCount++;
}

/** Two mixes side by side, so that one waits less for the other; bytes are read four at a time wherever they lie. */
function hashBytes(start: usize, end: usize): u32 {
  let even: u32 = u32(end - start);
  let odd: u32 = 0x2545f491;
  let at = start;
  while (at + 8 <= end) {
    even = (even ^ load<u32>(at, 0, 1)) * 0x9e3779b1;
    odd = (odd ^ load<u32>(at, 4, 1)) * 0x85ebca6b;
    even ^= even >>> 15;
    odd ^= odd >>> 13;
    at += 8;
  }
  if (at + 4 <= end) {
    odd = (odd ^ load<u32>(at, 0, 1)) * 0x85ebca6b;
    odd ^= odd >>> 13;
    at += 4;
  }
  even = (even ^ lastBytes(at, end)) * 0x9e3779b1;
  return even ^ (even >>> 15) ^ (odd * 0xc2b2ae35);
}

/** The up to three bytes from `at` to `end`, zeros behind them. */
function lastBytes(at: usize, end: usize): u32 {
  return load<u32>(at, 0, 1) & ((1 << (u32(end - at) << 3)) - 1);
}

function equalBytes(known: usize, start: usize, end: usize): bool {
  let other = known;
  let at = start;
  while (at + 4 <= end) {
    if (load<u32>(at, 0, 1) !== load<u32>(other, 0, 1)) {
      return false;
    }
    at += 4;
    other += 4;
  }
  return lastBytes(at, end) === lastBytes(other, other + (end - at));
}

/** How many varints end between two addresses: bytes without the top bit, counted four at a time. */
function countVarints(start: usize, end: usize): u32 {
  let count: u32 = 0;
  let at = start;
  while (at + 4 <= end) {
    count += countEnds(load<u32>(at, 0, 1));
    at += 4;
  }
  const left = u32(end - at);
  return count + countEnds(lastBytes(at, end)) + left - 4;
}

/** How many bytes of a word have no top bit. */
function countEnds(word: u32): u32 {
  return (((~word >>> 7) & 0x01010101) * 0x01010101) >>> 24;
}

/** How many location ids a sample has, or a part of it. */
function countIds(start: usize, end: usize): u32 {
  let count: u32 = 0;
  let at = start;
  while (at < end) {
    const tagAt = at;
    const tag = readTag(at, end);
    const valueAt = cursor;
    at = skipValue(tag, tagAt, valueAt, end);
    if (tag === ((1 << 3) | 2)) {
      count += countVarints(cursor, at);
    } else if (tag === 1 << 3) {
      count++;
    }
  }
  return count;
}

export function stackTotal(): u32 {
  return stackCount;
}

export function entryTotal(): u32 {
  return entryCount;
}

/** Where each stack begins among the entries. */
export function stackStarts(): usize {
  store<u32>(starts + (stackCount << 2), entryCount);
  return starts;
}

let entries: usize = 0;
let stack: u32 = 0;
/** What is left of the packed ids, and of the fields around them. */
let packedAt: usize = 0;
let packedEnd: usize = 0;
let fieldsEnd: usize = 0;

/** Makes ready to read the entries of the stacks that were found. */
export function prepareEntries(): void {
  prepareTable(Table.StackEntries, 1);
  entries = makeColumn(Table.StackEntries, 0, bufferRows * 4);
  stack = 0;
  packedAt = 0;
  packedEnd = 0;
  fieldsEnd = 0;
}

/** Reads a buffer of entries; true while there are more. */
export function readEntries(): bool {
  const full = entries + (bufferRows << 2);
  let target = entries;
  while (target < full) {
    if (packedAt < packedEnd) {
      target = readPackedIds(target, full);
    } else if (packedEnd < fieldsEnd) {
      nextField();
    } else if (stack < stackCount) {
      openStack();
    } else {
      break;
    }
  }
  setRowCount(Table.StackEntries, u32(target - entries) >>> 2);
  return target === full;
}

function openStack(): void {
  const address = stacks + (stack << 4);
  packedAt = load<usize>(address);
  fieldsEnd = load<usize>(address, 4);
  packedEnd = load<u32>(address, 8) === Form.Packed ? fieldsEnd : packedAt;
  stack++;
}

/** Goes on to the ids of the next field. */
function nextField(): void {
  const tagAt = packedEnd;
  const tag = readTag(tagAt, fieldsEnd);
  const valueAt = cursor;
  packedEnd = skipValue(tag, tagAt, valueAt, fieldsEnd);
  packedAt = tag === ((1 << 3) | 2) ? cursor : tag === 1 << 3 ? valueAt : packedEnd;
}

function readPackedIds(first: usize, full: usize): usize {
  const direct = directEntries(locationIds);
  const directIds = directSize(locationIds);
  const end = packedEnd;
  let target = first;
  let at = packedAt;
  while (at < end && target < full) {
    const idAt = at;
    let id: u32 = load<u8>(at++);
    if (id > 127) {
      const second: u32 = load<u8>(at++);
      id = (id & 127) | ((second & 127) << 7);
      if (second > 127) {
        const third: u32 = load<u8>(at++);
        id |= (third & 127) << 14;
        if (third > 127) {
          id = 0xffffffff;
        }
      }
    }
    let row: u32;
    if (id < directIds && at <= end) {
      row = load<u32>(direct + (id << 2));
    } else {
      readVarint(idAt, end);
      at = cursor;
      row = findId(locationIds, low, high);
    }
    if (row === 0) {
      fail(Failure.MissingLocation, idAt, end, Message.Sample);
    }
    store<u32>(target, row - 1);
    target += 4;
  }
  packedAt = at;
  return target;
}
