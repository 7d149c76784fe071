// What comes out: rows of events in blocks, which are taken when they are full.

import { allocate } from './memory';
import { put } from './report';
import {
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

/** Holds `blockBytes`. */
const blockLog2: u32 = 19;
let block: usize = 0;
/** Rows in the block. */
let count: u32 = 0;
/** Rows in the blocks before. */
let taken: u32 = 0;
/** Time of the last row. The official reader's clock starts at 0. */
let lastTime: i64 = 0;
/** Time of the first row; rows have the time since then, in two halves. */
let origin: i64 = 0;
let originLow: u32 = 0;
/** First time with another high half. */
let lapEnd: i64 = 0;
let hasOverflown: bool = false;

export function startRows(): void {
  block = allocate(blockLog2);
  count = 0;
  taken = 0;
  lastTime = 0;
  lapEnd = 0;
  hasOverflown = false;
  startVector(newLaps);
  startVector(newExtras);
}

/** Where the rows of the block are. */
export function blockOfRows(): usize {
  return block;
}

export function rowCount(): u32 {
  return count;
}

export function lastRowTime(): i64 {
  return lastTime;
}

/** First time at which `beginLap` has to be called. */
export function endOfLap(): i64 {
  return lapEnd;
}

export function lowOfOrigin(): u32 {
  return originLow;
}

/** Takes over the count of rows and the time of the last from who wrote rows without `emit`. */
export function setRows(rows: u32, time: i64): void {
  count = rows;
  lastTime = time;
}

/** Forgets the rows that were taken. */
export function clearRows(): void {
  taken += count;
  count = 0;
  clear(newLaps);
  clear(newExtras);
}

/** Whether a row came at the last moment that int64 can hold: the next one would come before it. */
export function clockHasOverflown(): bool {
  return hasOverflown;
}

/** Called for the row of number `row` of the block, whose time has another high half than the one before. */
export function beginLap(row: u32, time: i64): void {
  if (taken + row == 0) {
    origin = time;
    originLow = time as u32;
    put(Report.OriginLow, originLow);
    put(Report.OriginHigh, (time >>> 32) as u32);
  }
  const high = ((time - origin) >>> 32) as u32;
  const lap = extend(newLaps, 8);
  store<u32>(lap, taken + row);
  store<u32>(lap, high, 4);
  lapEnd = origin + (((high as i64) + 1) << 32);
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
  store<u32>(words, (lastTime as u32) - originLow, timeColumn);
  store<u32>(words, goroutine, goroutineColumn);
  store<u32>(words, offset, offsetColumn);
  const halves = block + ((count as usize) << 1);
  store<u16>(halves, context as u16, contextColumn);
  store<u16>(halves, (context >>> 16) as u16, contextHighColumn);
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
