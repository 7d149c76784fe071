// Merges the threads' events into one legal history. Which event may come next is decided by the rules of go-execution-trace.md section 3.4; those of the events
// that are common are here, in the loop that takes most of the time.

import { EventType } from '../eventType';
import { generationThreads, sampleAddresses, sampleTicks, startTime } from './batches';
import { scale } from './clock';
import { argumentCounts, beginCursors, enterBatch, goOn, headTime, mostArguments, scaleShort, shortDeltas, startCursors } from './cursor';
import { eventType, failEvent, readArguments, setEvent } from './event';
import {
  beginFrontier,
  frontierLength,
  frontierThread,
  frontierTime,
  insertThread,
  moveFirstOn,
  moveOn,
  removeThread,
  secondTime,
  sortFrontier,
  startFrontier,
} from './frontier';
import { isInTable } from './idMap';
import { findRecord } from './idTable';
import { beginIds, checkIds, hasInvalidId, knownStacks, knownStrings } from './ids';
import { hasOpen, searchSteps, startOpen } from './open';
import { failWith, offsetOf } from './report';
import {
  contextOf,
  excess,
  goroutineCode,
  goroutineOf,
  goroutines,
  goRunnable,
  goRunning,
  goSyscall,
  goWaiting,
  isNone,
  threadArgs,
  threadContext,
  threadEnd,
  threadGoroutine,
  threadIsKnown,
  threadProc,
  threadType,
  withoutGoroutine,
} from './resources';
import {
  block,
  clockHasOverflown,
  dropRows,
  emit,
  fullRows,
  isInLap,
  lastRowTime,
  mostShortContext,
  rowCount,
  setRows,
  sinceLap,
  startOfLap,
} from './rows';
import { Advance, beginInitial, beginRules, startRules } from './rules';
import {
  advance,
  beginSyscall,
  endSyscall,
  hasStatus,
  isDue,
  isProcDue,
  isProcInSyscall,
  moveGoroutine,
  setGone,
  setStatus,
} from './scheduling';
import { contextColumn, Failure, goroutineColumn, noOffset, offsetColumn, Status, timeColumn, typeColumn } from './shared';
import { sortByTime } from './sorting';
import { stackIds, stackOf, stringIds } from './stacks';
import { readVarint, takeOverlong, varintEnd, varintHigh } from './varint';
import { dataOf, lengthOf } from './vector';

/** What became of a thread's turn. */
enum Turn {
  /** It has another event, which comes later or is not possible yet. */
  Over,
  /** Its event is not possible yet, and it had none before it in this turn. */
  Blocked,
  /** It has no more events. */
  Ended,
  Failed,
  /** Its event is not for the short way. */
  Unusual,
}

/** What ended the short way. */
enum Stop {
  /** An event that is not for it. */
  Unusual,
  /** The next event is later than it may go. */
  Over,
  /** The next event has to be read the long way: its delta is long, or it is in another batch. */
  LongDelta,
  BatchEnd,
}

/** Steps of searches after which a trace counts as too disordered. Real ones need next to none. */
const mostSteps: u32 = 0x7fffffff;
const noTime: i64 = i64.MAX_VALUE;
/** What a varint of three bytes can hold. */
const longestThreeBytes: u32 = 0x1fffff;

let isCareful: bool = false;
let steps: u32 = 0;
/** The CPU sample to come, and its time. */
let sample: u32 = 0;
let sampleTime: i64 = noTime;
/** Time of the event at which a turn begins, and then of the one at which it ended. */
let turnTime: i64 = 0;

/** @param careful see `startCursors` */
export function startOrder(careful: bool): void {
  isCareful = careful;
  steps = 0;
  startCursors(careful);
  startFrontier();
  startRules();
  startOpen();
}

/** Begins the generation whose tables are complete; its first row is the Sync. @param number see `beginRules` */
export function beginOrder(number: u32): Status {
  beginRules(number);
  beginIds();
  beginCursors();
  takeOverlong();
  const count = lengthOf(generationThreads) >>> 2;
  beginFrontier(count);
  for (let n: u32 = 0; n < count; n++) {
    const thread = load<usize>(dataOf(generationThreads) + ((n as usize) << 2));
    store<usize>(thread, 0, threadEnd);
    const status = enterBatch(thread, 0);
    if (status == Status.Failed) {
      return isCareful ? Status.Failed : Status.Careless;
    }
    if (status == Status.More) {
      insertThread(headTime(), thread);
    }
  }
  beginSamples();
  emitSync(startTime());
  return Status.More;
}

/** The row that begins a generation, or ends the trace. */
export function emitSync(time: i64): void {
  emit(EventType.Sync, time, 0, 0, noOffset);
}

function beginSamples(): void {
  const count = lengthOf(sampleAddresses) >>> 2;
  const times = dataOf(sampleTicks);
  for (let n: usize = 0; n < (count as usize) << 3; n += 8) {
    store<i64>(times + n, scale(load<u32>(times + n), load<u32>(times + n, 4)));
  }
  sortByTime(times, dataOf(sampleAddresses), count);
  sample = 0;
  seekSample();
}

function seekSample(): void {
  const hasSample = sample << 2 < lengthOf(sampleAddresses);
  sampleTime = hasSample ? load<i64>(dataOf(sampleTicks) + ((sample as usize) << 3)) : noTime;
}

/** Gives turns to threads, up to `turns` times; done at the end of the generation. */
export function order(turns: u32): Status {
  for (let n: u32 = 0; n < turns; n++) {
    if (rowCount() >= fullRows) {
      return Status.Full;
    }
    let isFine: bool;
    // Times that never come compare as later.
    if (sampleTime < frontierTime(0)) {
      isFine = emitSample();
    } else if (frontierLength() == 0) {
      return Status.Done;
    } else {
      isFine = giveTurn();
    }
    if (!isFine) {
      return isCareful ? Status.Failed : Status.Careless;
    }
  }
  return Status.More;
}

/** The thread with the earliest event goes on until another one's is earlier. */
function giveTurn(): bool {
  beginInitial();
  const thread = frontierThread(0);
  const second = secondTime();
  const most = second < sampleTime ? second : sampleTime;
  const firstRow = rowCount();
  turnTime = frontierTime(0);
  let turn: Turn;
  do {
    turn = isShortWay(thread) ? takeShortWay(thread, sinceLap(turnTime), sinceLap(most)) : Turn.Unusual;
    if (turn == Turn.Unusual) {
      turn = takeEvent(thread);
    }
  } while (turn == Turn.Over && !isCareful && turnTime <= most && rowCount() < fullRows);
  if (turn != Turn.Blocked) {
    return endTurn(0, turn);
  }
  return rowCount() == firstRow ? giveTurnToAnother() : endTurn(0, Turn.Over);
}

/** Clocks of threads disagree: the first one in order of time whose event is possible goes next. Rare. */
function giveTurnToAnother(): bool {
  sortFrontier();
  const count = frontierLength();
  steps += count;
  for (let index: u32 = 1; index < count; index++) {
    turnTime = frontierTime(index);
    const turn = takeEvent(frontierThread(index));
    if (turn != Turn.Blocked) {
      return endTurn(index, turn);
    }
    steps++;
  }
  setEvent(load<usize>(frontierThread(0), threadType));
  failEvent(Failure.NoOrder);
  return false;
}

/** False when the trace is broken. */
function endTurn(index: u32, turn: Turn): bool {
  if (turn == Turn.Over) {
    if (index == 0) {
      moveFirstOn(turnTime);
    } else {
      moveOn(index, turnTime);
    }
  } else if (turn == Turn.Ended) {
    removeThread(index);
  }
  return turn != Turn.Failed;
}

/** Tries the thread's next event, whatever it is; its time is `turnTime`. */
function takeEvent(thread: usize): Turn {
  store<u32>(thread, 1, threadIsKnown);
  const firstRow = rowCount();
  setEvent(load<usize>(thread, threadType));
  const type = eventType();
  const count: u32 = load<u8>(argumentCounts + (type as usize));
  if (count > mostArguments) {
    failEvent(Failure.UnreadableType);
    return Turn.Failed;
  }
  const end = readArguments(load<usize>(thread, threadArgs), count);
  const advanced = advance(thread, turnTime);
  if (advanced != Advance.Yes) {
    return advanced == Advance.NotYet ? Turn.Blocked : Turn.Failed;
  }
  const turn = turnAfter(goOn(thread, end, turnTime));
  if (turn != Turn.Failed) {
    checkIds(type);
  }
  if (turn == Turn.Failed || hasInvalidId()) {
    dropRows(firstRow);
    return Turn.Failed;
  }
  const failure = excess();
  if (failure != Failure.None) {
    failEvent(failure);
    return Turn.Failed;
  }
  if (clockHasOverflown()) {
    failEvent(Failure.ClockOverflow);
    return Turn.Failed;
  }
  if (steps + searchSteps() > mostSteps) {
    failEvent(Failure.TooDisordered);
    return Turn.Failed;
  }
  return turn;
}

/** Whether the thread has a proc, and its next event a time for which 32 bits are enough. */
function isShortWay(thread: usize): bool {
  return (
    !isCareful &&
    load<usize>(thread, threadProc) != 0 &&
    isInLap(turnTime) &&
    isInLap(lastRowTime()) &&
    shortDeltas() > longestThreeBytes &&
    load<u32>(thread, threadContext) <= mostShortContext
  );
}

/** Whether the generation has a stack of this id; @param dense see `knownStacks` */
function hasStack(id: u32, dense: u32): bool {
  return id <= dense || isInTable(stackIds, id);
}

/** Whether the generation has a string of this id; @param dense see `knownStrings` */
function hasString(id: u32, dense: u32): bool {
  return id <= dense || isInTable(stringIds, id);
}

/**
 * Puts out the events of the first thread up to the time `most`, as long as they are of the most common kinds and nothing about them is unusual: an event that
 * may have to wait or to fail, or names what may not exist, is left to `takeEvent`. Most of the time goes by in this loop. It works with times since the start of
 * the lap, keeps nothing in memory that changes from event to event, and calls nothing: what is long or rare ends it.
 */
function takeShortWay(thread: usize, start: u32, most: u32): Turn {
  const strings = knownStrings();
  const stacks = knownStacks();
  const end = load<usize>(thread, threadEnd);
  const proc = load<usize>(thread, threadProc);
  const context = load<u32>(thread, threadContext);
  const held = load<usize>(thread, threadGoroutine);
  let goroutine = held == 0 ? withoutGoroutine : held;
  let type = load<usize>(thread, threadType);
  let next = load<usize>(thread, threadArgs);
  let time = start;
  let last = sinceLap(lastRowTime());
  let row = rowCount();
  let delta: u32 = 0;
  let stop = Stop.Unusual;
  while (row < fullRows) {
    const kind: u32 = load<u8>(type);
    const count: u32 = load<u8>(argumentCounts + (kind as usize));
    let at = next;
    let a0: u32 = 0;
    let a1: u32 = 0;
    let a2: u32 = 0;
    // One varint read, of up to four bytes, is written out for each argument: a call for each costs a third of the time.
    if (count != 0) {
      a0 = load<u8>(at++);
      if (a0 >= 0x80) {
        const second: u32 = load<u8>(at++);
        a0 = (a0 & 0x7f) | (second << 7);
        if (second >= 0x80) {
          const third: u32 = load<u8>(at++);
          a0 = (a0 & 0x3fff) | (third << 14);
          if (third >= 0x80) {
            const fourth: u32 = load<u8>(at++);
            a0 = (a0 & 0x1fffff) | (fourth << 21);
            if (fourth >= 0x80) {
              break;
            }
          }
        }
      }
      if (count != 1) {
        a1 = load<u8>(at++);
        if (a1 >= 0x80) {
          const second: u32 = load<u8>(at++);
          a1 = (a1 & 0x7f) | (second << 7);
          if (second >= 0x80) {
            const third: u32 = load<u8>(at++);
            a1 = (a1 & 0x3fff) | (third << 14);
            if (third >= 0x80) {
              const fourth: u32 = load<u8>(at++);
              a1 = (a1 & 0x1fffff) | (fourth << 21);
              if (fourth >= 0x80) {
                break;
              }
            }
          }
        }
        if (count != 2) {
          a2 = load<u8>(at++);
          if (a2 >= 0x80) {
            const second: u32 = load<u8>(at++);
            a2 = (a2 & 0x7f) | (second << 7);
            if (second >= 0x80) {
              const third: u32 = load<u8>(at++);
              a2 = (a2 & 0x3fff) | (third << 14);
              if (third >= 0x80) {
                break;
              }
            }
          }
        }
      }
    }
    // The row as `emit` makes it; it counts when the event turns out to be possible.
    const rowTime = time > last ? time : last + 1;
    const words = block + ((row as usize) << 2);
    store<u32>(words, rowTime, timeColumn);
    store<u32>(words, load<u32>(goroutine, goroutineCode), goroutineColumn);
    store<u32>(words, offsetOf(type), offsetColumn);
    store<u16>(block + ((row as usize) << 1), context as u16, contextColumn);
    store<u8>(block + (row as usize), kind as u8, typeColumn);
    if (kind == EventType.GoStart) {
      const started = findRecord(goroutines, a0, 0);
      if (goroutine != withoutGoroutine || !isDue(started, goRunnable, a1)) {
        break;
      }
      moveGoroutine(started, goRunning, a1);
      goroutine = started;
    } else if (kind == EventType.GoBlock || kind == EventType.GoStop) {
      if (!hasStatus(goroutine, goRunning) || !hasString(a0, strings) || !hasStack(a1, stacks)) {
        break;
      }
      setStatus(goroutine, kind == EventType.GoStop ? goRunnable : goWaiting);
      goroutine = withoutGoroutine;
    } else if (kind == EventType.GoUnblock) {
      const unblocked = findRecord(goroutines, a0, 0);
      if (!isDue(unblocked, goWaiting, a1) || !hasStack(a2, stacks)) {
        break;
      }
      moveGoroutine(unblocked, goRunnable, a1);
    } else if (kind == EventType.GoSyscallBegin) {
      if (!hasStatus(goroutine, goRunning) || !isProcDue(proc, a0) || !hasStack(a1, stacks)) {
        break;
      }
      beginSyscall(goroutine, proc, a0);
    } else if (kind == EventType.GoSyscallEnd) {
      if (!hasStatus(goroutine, goSyscall) || !isProcInSyscall(proc)) {
        break;
      }
      endSyscall(goroutine, proc);
    } else if (kind == EventType.GoDestroy) {
      if (!hasStatus(goroutine, goRunning) || hasOpen(goroutine)) {
        break;
      }
      setGone(goroutine);
      goroutine = withoutGoroutine;
    } else if (kind == EventType.UserLog) {
      let stack: u32 = load<u8>(at++);
      if (stack >= 0x80) {
        const second: u32 = load<u8>(at++);
        stack = (stack & 0x7f) | (second << 7);
        if (second >= 0x80) {
          break;
        }
      }
      if (goroutine == withoutGoroutine || !hasString(a1, strings) || !hasString(a2, strings) || !hasStack(stack, stacks)) {
        break;
      }
    } else if (kind != EventType.HeapAlloc) {
      break;
    }
    row++;
    last = rowTime;
    // On to the thread's next event.
    type = at;
    if (at >= end) {
      stop = Stop.BatchEnd;
      break;
    }
    delta = load<u8>(at + 1);
    at += 2;
    if (delta >= 0x80) {
      const second: u32 = load<u8>(at++);
      delta = (delta & 0x7f) | (second << 7);
      if (second >= 0x80) {
        const third: u32 = load<u8>(at++);
        delta = (delta & 0x3fff) | (third << 14);
        if (third >= 0x80) {
          stop = Stop.LongDelta;
          break;
        }
      }
    }
    next = at;
    const passed = scaleShort(delta);
    if (passed > most - time) {
      stop = Stop.Over;
      break;
    }
    time += passed;
  }
  store<u32>(thread, 1, threadIsKnown);
  store<usize>(thread, goroutine == withoutGoroutine ? 0 : goroutine, threadGoroutine);
  setRows(row, last);
  turnTime = startOfLap() + (time as i64);
  if (stop >= Stop.LongDelta) {
    return turnAfter(goOn(thread, type, turnTime));
  }
  store<usize>(thread, type, threadType);
  store<usize>(thread, next, threadArgs);
  if (stop == Stop.Over) {
    turnTime += scaleShort(delta) as i64;
    return Turn.Over;
  }
  return Turn.Unusual;
}

/** After the thread went on, see `goOn`. */
function turnAfter(status: Status): Turn {
  turnTime = headTime();
  return status == Status.Failed || takeOverlong() ? Turn.Failed : status == Status.Done ? Turn.Ended : Turn.Over;
}

function emitSample(): bool {
  const record = load<usize>(dataOf(sampleAddresses) + ((sample as usize) << 2));
  readVarint(record + 1); // ticks
  const threadLow = readVarint(varintEnd());
  const threadHigh = varintHigh();
  const procLow = readVarint(varintEnd());
  const procHigh = varintHigh();
  const goroutineLow = readVarint(varintEnd());
  const goroutineHigh = varintHigh();
  const stackLow = readVarint(varintEnd());
  if (stackOf(stackLow, varintHigh()) == 0) {
    setEvent(record);
    failWith(0, stackLow, varintHigh());
    failEvent(Failure.UnknownStack);
    return false;
  }
  const hasGoroutine = (goroutineLow | goroutineHigh) != 0 && !isNone(goroutineLow, goroutineHigh);
  const code = hasGoroutine ? load<u32>(goroutineOf(goroutineLow, goroutineHigh), goroutineCode) : 0;
  emit(EventType.CPUSample, sampleTime, code, contextOf(threadLow, threadHigh, procLow, procHigh), offsetOf(record));
  const failure = excess();
  if (failure != Failure.None) {
    setEvent(record);
    failEvent(failure);
    return false;
  }
  sample++;
  seekSample();
  return true;
}
