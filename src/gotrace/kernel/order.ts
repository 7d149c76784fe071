// Merges the threads' events into one legal history. Which event may come next is decided by the rules of go-execution-trace.md section 3.4; most events go the
// short way of `shortWay.ts`, the others one by one.

import { EventType } from '../eventType';
import { generationThreads, sampleAddresses, sampleTicks, startTime } from './batches';
import { scale } from './clock';
import { argumentCounts, beginCursors, enterBatch, goOn, headTime, mostArguments, startCursors } from './cursor';
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
  sortFrontier,
  startFrontier,
} from './frontier';
import { beginIds, checkIds, hasInvalidId } from './ids';
import { offsetOf, turnTo } from './input';
import { searchSteps, startOpen } from './open';
import { failWith } from './report';
import {
  contextOf,
  excess,
  goroutineCode,
  isNone,
  sampledGoroutineOf,
  threadArgs,
  threadEnd,
  threadIsKnown,
  threadType,
} from './resources';
import { clockHasOverflown, dropRows, emit, fullRows, rowCount } from './rows';
import { Advance, beginInitial, beginRules, startRules } from './rules';
import { advance } from './scheduling';
import { Failure, noOffset, Status } from './shared';
import { Stop, takeShortWay } from './shortWay';
import { sortByTime } from './sorting';
import { stackOf } from './stacks';
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
}

/** Steps of searches after which a trace counts as too disordered. Real ones need next to none. */
const mostSteps: u32 = 0x7fffffff;
const noTime: i64 = i64.MAX_VALUE;

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
      // The careful way looks at it after each event.
      return isCareful || excess() == Failure.None ? Status.Full : Status.Careless;
    }
    let isFine: bool;
    // Times that never come compare as later.
    if (sampleTime < frontierTime(0)) {
      isFine = emitSample();
    } else if (frontierLength() == 0) {
      return Status.Done;
    } else {
      beginInitial();
      isFine = isCareful ? giveTurn() : giveTurns();
    }
    if (!isFine) {
      return isCareful ? Status.Failed : Status.Careless;
    }
  }
  return Status.More;
}

/** Threads go on the short way, until an event has to go the long way. */
function giveTurns(): bool {
  const stop = takeShortWay(sampleTime);
  if (stop == Stop.Unusual) {
    return giveTurn();
  }
  if (stop == Stop.GoOn) {
    const thread = frontierThread(0);
    return endTurn(0, turnAfter(goOn(thread, load<usize>(thread, threadType), frontierTime(0))));
  }
  return true;
}

/** The thread with the earliest event takes it. */
function giveTurn(): bool {
  turnTime = frontierTime(0);
  const turn = takeEvent(frontierThread(0));
  return turn == Turn.Blocked ? giveTurnToAnother() : endTurn(0, turn);
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
  turnTo(frontierThread(0));
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
  turnTo(thread);
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

/** After the thread went on, see `goOn`. */
function turnAfter(status: Status): Turn {
  turnTime = headTime();
  return status == Status.Failed || takeOverlong() ? Turn.Failed : status == Status.Done ? Turn.Ended : Turn.Over;
}

function emitSample(): bool {
  const record = load<usize>(dataOf(sampleAddresses) + ((sample as usize) << 2));
  readVarint(record + 1); // ticks
  const start = varintEnd();
  const threadLow = readVarint(start);
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
  const code = hasGoroutine ? load<u32>(sampledGoroutineOf(goroutineLow, goroutineHigh), goroutineCode) : 0;
  emit(EventType.CPUSample, sampleTime, code, contextOf(threadLow, threadHigh, procLow, procHigh), offsetOf(start));
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
