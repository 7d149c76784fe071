// Each thread's place in its batches.

import { eventBatchBytes, eventBatches } from './batches';
import { leastLongTicks, scale, wholeNsPerTick } from './clock';
import { bringEvents, releaseEvents, turnTo } from './input';
import { fail } from './report';
import { threadArgs, threadBatch, threadEnd, threadFailure, threadStart, threadType } from './resources';
import { Failure, Status } from './shared';
import { endOfVarint, readVarint, varintEnd, varintHigh } from './varint';
import { dataOf } from './vector';

/** Number of arguments after the time delta by event type; more than `mostArguments` where a type cannot stand in an event batch. */
export const argumentCounts: usize = memory.data(256);
export const mostArguments: u32 = 4;

/**
 * Whether each batch is checked before its first event. Without, an event that cannot be read is noticed when it is its turn, which is later than the official
 * reader notices it.
 */
let isCareful: bool = false;
/** Deltas below this are less than 2^32 ns; 0 where a time was near the ends of int64. */
let shortDelta: u32 = 0;
/** Nanoseconds of a tick where they are a whole number; 0 otherwise. */
let wholeNs: u32 = 0;
let head: i64 = 0;

export function startCursors(careful: bool): void {
  isCareful = careful;
}

/** Begins a generation, whose clock is set. */
export function beginCursors(): void {
  wholeNs = wholeNsPerTick();
  shortDelta = wholeNs == 0 ? leastLongTicks() : 0xffffffff / wholeNs;
}

export function shortDeltas(): u32 {
  return shortDelta;
}

/** Nanoseconds of a short delta. */
export function scaleShort(delta: u32): u32 {
  return wholeNs == 0 ? (scale(delta, 0) as u32) : delta * wholeNs;
}

/** Time of the event that `goOn` or `enterBatch` found. */
export function headTime(): i64 {
  return head;
}

/** Goes to the thread's next event, which begins at `at` where the batch does not end there, after one of the time `time`. Done when there are no more events. */
export function goOn(thread: usize, at: usize, time: i64): Status {
  if (at >= load<usize>(thread, threadEnd)) {
    return enterBatch(thread, at);
  }
  store<usize>(thread, at, threadType);
  const low = readVarint(at + 1);
  store<usize>(thread, varintEnd(), threadArgs);
  head = varintHigh() == 0 && low < shortDelta ? time + (scaleShort(low) as i64) : laterTime(thread, time, low, varintHigh());
  return Status.More;
}

/**
 * Goes to the first event of the thread's next batch with events, after `at` came to the end of the one before (0: there was none). Done when there are no more
 * events. What is left of it lies in the thread's record.
 */
export function enterBatch(thread: usize, at: usize): Status {
  turnTo(thread);
  if (at != 0 && load<u32>(thread, threadFailure) != 0) {
    return fail(load<u32>(thread, threadFailure) as Failure, at);
  }
  if (at > load<usize>(thread, threadEnd)) {
    // Only where batches were not checked.
    return fail(Failure.BrokenArgument, at);
  }
  const batch = load<u32>(thread, threadBatch);
  if (batch == 0) {
    releaseEvents(thread);
    return Status.Done;
  }
  const entry = dataOf(eventBatches) + ((batch - 1) as usize) * (eventBatchBytes as usize);
  store<u32>(thread, load<u32>(entry, 4), threadBatch);
  enterPayload(thread, load<usize>(entry));
  return readHead(thread);
}

function enterPayload(thread: usize, header: usize): void {
  const isPlain = load<u8>(header) == 1;
  readVarint(isPlain ? header + 1 : header + 2); // generation
  readVarint(varintEnd()); // thread
  const ticksLow = readVarint(varintEnd());
  const ticksHigh = varintHigh();
  const size = readVarint(varintEnd());
  const start = bringEvents(thread, varintEnd(), size);
  const time = scale(ticksLow, ticksHigh);
  watchTime(time);
  store<i64>(thread, time, threadStart);
  store<usize>(thread, start, threadType);
  store<usize>(thread, start + size, threadEnd);
  store<u32>(thread, 0, threadFailure);
  if (isCareful) {
    checkEvents(thread, start, start + size);
  }
}

/** Ends the batch before its first event that cannot be read. */
function checkEvents(thread: usize, start: usize, end: usize): void {
  for (let at = start; at < end;) {
    const event = at;
    const count: u32 = load<u8>(argumentCounts + (load<u8>(event) as usize));
    let failure: Failure = count > mostArguments ? Failure.UnreadableType : Failure.None;
    at++;
    for (let n: u32 = 0; failure == Failure.None && n <= count; n++) {
      at = endOfVarint(at, end);
      if (at == 0) {
        failure = n == 0 ? Failure.BrokenDelta : Failure.BrokenArgument;
      }
    }
    if (failure != Failure.None) {
      store<usize>(thread, event, threadEnd);
      store<u32>(thread, failure as u32, threadFailure);
      return;
    }
  }
}

function readHead(thread: usize): Status {
  const type = load<usize>(thread, threadType);
  if (type == load<usize>(thread, threadEnd)) {
    return fail(load<u32>(thread, threadFailure) as Failure, type);
  }
  const low = readVarint(type + 1);
  store<usize>(thread, varintEnd(), threadArgs);
  head = laterTime(thread, load<i64>(thread, threadStart), low, varintHigh());
  return Status.More;
}

/** Time after a delta of any size. */
function laterTime(thread: usize, time: i64, low: u32, high: u32): i64 {
  // The official reader takes time 0 for none, and begins at the batch's again.
  const later = (time == 0 ? load<i64>(thread, threadStart) : time) + scale(low, high);
  watchTime(later);
  return later;
}

/** Near the ends of int64, where a sum may pass 0, no delta is short any more. */
function watchTime(time: i64): void {
  if (time < 0 || time > 0x4000000000000000) {
    shortDelta = 0;
  }
}
