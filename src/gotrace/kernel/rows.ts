// What comes out: rows of events in blocks, which are taken when they are full.

import { put } from './report';
import {
  blockBytes,
  contextColumn,
  contextHighColumn,
  Extra,
  goroutineColumn,
  offsetColumn,
  Report,
  rowsPerBlock,
  timeColumn,
  typeColumn,
} from './shared';
import { clear, extend, startVector, vectorBytes } from './vector';

/** Rows after which a block counts as full: one event makes up to three. */
export const fullRows: u32 = (rowsPerBlock as u32) - 3;

/** Rows at which the high half of the time changes, and its value from there on. */
export const newLaps: usize = memory.data(vectorBytes);
/** Extras that were not taken yet: row, kind, three numbers. */
export const newExtras: usize = memory.data(vectorBytes);

/** Where the rows of the block are; high halves of contexts are zero where none was needed. */
export const block: usize = memory.data(blockBytes);
/** The last time that may pass without a look at the lap's end: as many nanoseconds before it as times of a block can be pushed forward, and more. */
export const longestInLap: u32 = 0xfffeffff;
/** Contexts up to this have no high half. */
export const mostShortContext: u32 = 0xffff;

let hasHighContexts: bool = true;
/** Rows in the block. */
let count: u32 = 0;
/** Rows in the blocks before. */
let taken: u32 = 0;
/** Time of the last row. The official reader's clock starts at 0. */
let lastTime: i64 = 0;
/** Time of the first row; rows have the time since then, in two halves. */
let origin: i64 = 0;
/** First time with the high half of the last row's. */
let lapStart: i64 = 0;
/** First time with another high half. */
let lapEnd: i64 = 0;
let hasOverflown: bool = false;

export function startRows(): void {
  count = 0;
  taken = 0;
  lastTime = 0;
  lapStart = 0;
  lapEnd = 0;
  clearHighContexts();
  hasOverflown = false;
  startVector(newLaps);
  startVector(newExtras);
}

export function rowCount(): u32 {
  return count;
}

export function lastRowTime(): i64 {
  return lastTime;
}

/** First time of the lap: rows hold their times since then. */
export function startOfLap(): i64 {
  return lapStart;
}

/** Nanoseconds from the start of the lap to a time; `longestInLap` for times after that. The time must not be before the lap. */
export function sinceLap(time: i64): u32 {
  const passed = (time - lapStart) as u64;
  return passed > (longestInLap as u64) ? longestInLap : (passed as u32);
}

/** Whether a time is in the lap, and so is every time up to `longestInLap`. */
export function isInLap(time: i64): bool {
  return ((time - lapStart) as u64) <= (longestInLap as u64);
}

/** Takes over the count of rows and the time of the last, since the start of the lap, from who wrote rows without `emit`. */
export function setRows(rows: u32, sinceStart: u32): void {
  count = rows;
  lastTime = lapStart + (sinceStart as i64);
}

/** Takes rows back. */
export function dropRows(rows: u32): void {
  count = rows;
}

/** Forgets the rows that were taken. */
export function clearRows(): void {
  taken += count;
  count = 0;
  clear(newLaps);
  clear(newExtras);
  clearHighContexts();
}

function clearHighContexts(): void {
  if (hasHighContexts) {
    hasHighContexts = false;
    memory.fill(block + contextHighColumn, 0, blockBytes - contextHighColumn);
  }
}

/** Whether a row came at the last moment that int64 can hold: the next one would come before it. */
export function clockHasOverflown(): bool {
  return hasOverflown;
}

/** Called for the row of number `row` of the block, whose time has another high half than the one before. */
function beginLap(row: u32, time: i64): void {
  if (taken + row == 0) {
    origin = time;
    put(Report.OriginLow, time as u32);
    put(Report.OriginHigh, (time >>> 32) as u32);
  }
  const high = ((time - origin) >>> 32) as u32;
  const lap = extend(newLaps, 8);
  store<u32>(lap, taken + row);
  store<u32>(lap, high, 4);
  lapStart = origin + ((high as i64) << 32);
  lapEnd = lapStart + 0x100000000;
  // Times are below 2^63, but the end of their last lap may not be.
  if (lapEnd <= time) {
    lapEnd = i64.MAX_VALUE;
    hasOverflown = hasOverflown || time == i64.MAX_VALUE;
  }
}

/** Appends a row; its time is pushed forward so that times strictly rise. */
export function emit(type: u32, time: i64, goroutine: u32, context: u32, offset: u32): void {
  lastTime = time > lastTime ? time : lastTime + 1;
  if (lastTime >= lapEnd) {
    beginLap(count, lastTime);
  }
  const words = block + ((count as usize) << 2);
  store<u32>(words, (lastTime - lapStart) as u32, timeColumn);
  store<u32>(words, goroutine, goroutineColumn);
  store<u32>(words, offset, offsetColumn);
  const halves = block + ((count as usize) << 1);
  store<u16>(halves, context as u16, contextColumn);
  if (context > mostShortContext) {
    hasHighContexts = true;
    store<u16>(halves, (context >>> 16) as u16, contextHighColumn);
  }
  store<u8>(block + (count as usize), type as u8, typeColumn);
  count++;
}

/** Adds what the row to come knows beyond its bytes. */
export function emitExtra(kind: Extra, first: u32, second: u32, third: u32): void {
  const extra = extend(newExtras, 20);
  store<u32>(extra, taken + count);
  store<u32>(extra, kind as u32, 4);
  store<u32>(extra, first, 8);
  store<u32>(extra, second, 12);
  store<u32>(extra, third, 16);
}
