// The threads by the time of their next event: a binary min-heap. Its exact shape decides the order of events with equal times, so it moves entries the way the
// official reader does (go-execution-trace.md section 3.2).

import { allocate, release } from './memory';
import { sortByTime } from './sorting';

/** Times, and behind the last one two that never come. */
let times: usize = 0;
let threads: usize = 0;
let log2: u32 = 0;
let length: u32 = 0;

export function startFrontier(): void {
  log2 = 0;
  length = 0;
}

/** Begins an empty heap for up to `most` threads. */
export function beginFrontier(most: u32): void {
  if (log2 == 0 || (1 as u32) << log2 < most + 2) {
    if (log2 != 0) {
      release(times, log2 + 3);
      release(threads, log2 + 2);
    }
    log2 = max(6, 32 - clz(most + 1));
    times = allocate(log2 + 3);
    threads = allocate(log2 + 2);
  }
  length = 0;
  close();
}

function close(): void {
  const end = times + ((length as usize) << 3);
  store<i64>(end, i64.MAX_VALUE);
  store<i64>(end, i64.MAX_VALUE, 8);
}

export function frontierLength(): u32 {
  return length;
}

export function frontierTime(index: u32): i64 {
  return load<i64>(times + ((index as usize) << 3));
}

export function frontierThread(index: u32): usize {
  return load<usize>(threads + ((index as usize) << 2));
}

function set(index: u32, time: i64, thread: usize): void {
  store<i64>(times + ((index as usize) << 3), time);
  store<usize>(threads + ((index as usize) << 2), thread);
}

/** The earliest time at which another than the first is to be looked at. */
export function secondTime(): i64 {
  const left = frontierTime(1);
  const right = frontierTime(2);
  return left < right ? left : right;
}

export function insertThread(time: i64, thread: usize): void {
  const index = length++;
  set(index, time, thread);
  close();
  siftUp(index);
}

/** The first thread moved on to a later event, and is the first still. */
export function setFirstTime(time: i64): void {
  store<i64>(times, time);
}

/** The first thread moved on to a later event. */
export function moveFirstOn(time: i64): void {
  store<i64>(times, time);
  siftDown(0);
}

/** The thread at `index` moved on to a later event. */
export function moveOn(index: u32, time: i64): void {
  store<i64>(times + ((index as usize) << 3), time);
  if (siftUp(index) == index) {
    siftDown(index);
  }
}

/** The thread at `index` has no more events. */
export function removeThread(index: u32): void {
  for (let at = index; at > 0;) {
    const parent = (at - 1) >>> 1;
    const time = frontierTime(at);
    const thread = frontierThread(at);
    set(at, frontierTime(parent), frontierThread(parent));
    set(parent, time, thread);
    at = parent;
  }
  length--;
  set(0, frontierTime(length), frontierThread(length));
  close();
  siftDown(0);
}

/** A sorted array is still a heap, and can be walked in order of time. */
export function sortFrontier(): void {
  sortByTime(times, threads, length);
}

function siftUp(start: u32): u32 {
  const time = frontierTime(start);
  const thread = frontierThread(start);
  let index = start;
  while (index > 0) {
    const parent = (index - 1) >>> 1;
    if (frontierTime(parent) <= time) {
      break;
    }
    set(index, frontierTime(parent), frontierThread(parent));
    index = parent;
  }
  set(index, time, thread);
  return index;
}

function siftDown(start: u32): void {
  const firstTime = times;
  const firstThread = threads;
  const count = length;
  const time = frontierTime(start);
  const thread = frontierThread(start);
  let index = start;
  for (;;) {
    let child: u32 = 2 * index + 1;
    if (child >= count) {
      break;
    }
    // Without a branch: which child is earlier is anybody's guess.
    const left = load<i64>(firstTime + ((child as usize) << 3));
    const right = load<i64>(firstTime + ((child as usize) << 3), 8);
    const isRight: bool = right < left;
    const childTime = select(right, left, isRight);
    if (childTime >= time) {
      break;
    }
    child += isRight as u32;
    store<i64>(firstTime + ((index as usize) << 3), childTime);
    store<usize>(firstThread + ((index as usize) << 2), load<usize>(firstThread + ((child as usize) << 2)));
    index = child;
  }
  set(index, time, thread);
}
