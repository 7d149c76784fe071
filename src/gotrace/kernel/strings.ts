// The strings of all generations, interned by content.

import {
  addEntry,
  blockLog2,
  contentTableBytes,
  entriesOf,
  entryStart,
  firstEntry,
  hashOf,
  indexOf,
  longestSearch,
  nextEntry,
  startContents,
} from './contentTable';
import { offsetOf } from './input';
import { allocate } from './memory';
import { clear, extend, push32, startVector, vectorBytes } from './vector';

/** Offsets and lengths of the strings that were not taken yet. */
export const newStringOffsets: usize = memory.data(vectorBytes);
export const newStringLengths: usize = memory.data(vectorBytes);

const strings: usize = memory.data(contentTableBytes);
/** Where a string's bytes are: in the generation, or kept. */
const stringBytes: usize = entryStart;
const stringLength: usize = entryStart + 4;
const ownBytes: usize = 8;

let keptBytes: usize = 0;
let nextKept: usize = 0;
let keptEnd: usize = 0;
let keepsStrings: bool = false;
/** Not known to the maker of a file. */
let seed: u32 = 0;

/** Begins with the empty string, whose index is 0. */
export function startStrings(random: u32): void {
  seed = random;
  keepsStrings = false;
  keptBytes = 0;
  nextKept = 0;
  keptEnd = 0;
  startContents(strings);
  startVector(newStringOffsets);
  startVector(newStringLengths);
  internString(0, 0);
  clearNewStrings();
}

/** How many strings there are. */
export function stringCount(): u32 {
  return entriesOf(strings);
}

/** @param keeps whether strings have to be known in later generations, whose bytes take the place of this one's */
export function beginStrings(keeps: bool): void {
  keepsStrings = keeps;
}

/** Forgets the strings that were taken. */
export function clearNewStrings(): void {
  clear(newStringOffsets);
  clear(newStringLengths);
}

/** Index of the string of `length` bytes. Up to three bytes behind it are read, too. */
export function internString(bytes: usize, length: u32): u32 {
  const hash = hashBytes(bytes, length);
  let entry = firstEntry(strings, hash);
  for (let steps = 0; entry != 0 && steps < longestSearch; steps++) {
    if (hashOf(entry) == hash && load<u32>(entry, stringLength) == length && areEqual(load<usize>(entry, stringBytes), bytes, length)) {
      return indexOf(entry);
    }
    entry = nextEntry(entry);
  }
  return addString(bytes, length, hash);
}

function addString(bytes: usize, length: u32, hash: u32): u32 {
  const entry = addEntry(strings, hash, ownBytes);
  store<usize>(entry, keepsStrings ? keep(bytes, length) : bytes, stringBytes);
  store<u32>(entry, length, stringLength);
  push32(newStringOffsets, offsetOf(bytes));
  store<u16>(extend(newStringLengths, 2), length as u16);
  return indexOf(entry);
}

function keep(bytes: usize, length: u32): usize {
  if (nextKept + length > keptEnd) {
    const log2 = blockLog2(keptBytes);
    nextKept = allocate(log2);
    keptEnd = nextKept + ((1 as usize) << log2);
  }
  const kept = nextKept;
  memory.copy(kept, bytes, length);
  nextKept += length;
  keptBytes += length;
  return kept;
}

function hashBytes(bytes: usize, length: u32): u32 {
  let hash = seed ^ length;
  const whole = bytes + (length & ~3);
  for (let at = bytes; at < whole; at += 4) {
    hash = mix(hash ^ load<u32>(at, 0, 1));
  }
  const rest = length & 3;
  if (rest != 0) {
    hash = mix(hash ^ (load<u32>(whole, 0, 1) & (((1 as u32) << (rest << 3)) - 1)));
  }
  return (hash ^ (hash >>> 15)) * 0x9e3779b1;
}

function mix(hash: u32): u32 {
  const mixed = hash * 0x85ebca6b;
  return mixed ^ (mixed >>> 13);
}

function areEqual(a: usize, b: usize, length: u32): bool {
  const whole = length & ~3;
  for (let at: u32 = 0; at < whole; at += 4) {
    if (load<u32>(a + at, 0, 1) != load<u32>(b + at, 0, 1)) {
      return false;
    }
  }
  for (let at = whole; at < length; at++) {
    if (load<u8>(a + at) != load<u8>(b + at)) {
      return false;
    }
  }
  return true;
}
