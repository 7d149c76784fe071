// Merges the threads' events into one legal history. Which event may come next is decided by the rules of go-execution-trace.md section 3.4; those of the events
// that are common are here, in the loop that takes most of the time.

import { EventType } from '../eventType';
import { generationThreads, sampleAddresses, sampleTicks, startTime } from './batches';
import { scale } from './clock';
import { argumentCounts, beginCursors, enterBatch, headTime, laterTime, nsPerShortTick, shortDeltas, startCursors } from './cursor';
import { args, failEvent, setEvent } from './event';
import {
  beginFrontier,
  frontierLength,
  frontierThread,
  frontierTime,
  insertThread,
  moveOn,
  removeThread,
  secondTime,
  sortFrontier,
  startFrontier,
} from './frontier';
import { findRecord, idHigh, idLow } from './idTable';
import { beginIds, checkIds, hasInvalidId, knownStacks, knownStrings } from './ids';
import { searchSteps, startOpen } from './open';
import { failWith, offsetOf } from './report';
import {
  absent,
  bindProc,
  contextOf,
  findGoroutine,
  goroutineCode,
  goroutineOf,
  goroutines,
  goroutineSequence,
  goroutineState,
  goRunnable,
  goRunning,
  goSyscall,
  goWaiting,
  isNone,
  procIdle,
  procRunning,
  procs,
  procSequence,
  procState,
  procSyscall,
  statusMask,
  threadArgs,
  threadContext,
  threadEnd,
  threadGoroutine,
  threadIsKnown,
  threadProc,
  threadType,
  withoutThread,
} from './resources';
import { beginLap, blockOfRows, clockHasOverflown, emit, endOfLap, fullRows, lastRowTime, lowOfOrigin, rowCount, setRows } from './rows';
import { Advance, advanceRare, beginInitial, beginRules, destroyGoroutine, eraOf, failContext, failState, startRules } from './rules';
import {
  contextColumn,
  contextHighColumn,
  Failure,
  goroutineColumn,
  noOffset,
  offsetColumn,
  Status,
  timeColumn,
  typeColumn,
} from './shared';
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
/** A turn that ends here is of one event: no time lies before, not even of a clock that int64 cannot hold. */
const oneEvent: i64 = i64.MIN_VALUE;

let isCareful: bool = false;
let steps: u32 = 0;
/** The CPU sample to come, and its time. */
let sample: u32 = 0;
let sampleTime: i64 = noTime;
/** Time of the event at which the turn ended. */
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
    const hasSample = sample << 2 < lengthOf(sampleAddresses);
    let isFine: bool;
    if (hasSample && (frontierLength() == 0 || sampleTime < frontierTime(0))) {
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
  const second = secondTime();
  const last = second < sampleTime ? second : sampleTime;
  const turn = takeTurn(0, isCareful ? oneEvent : last == noTime ? noTime : last + 1);
  return turn == Turn.Blocked ? giveTurnToAnother() : endTurn(0, turn);
}

/** Clocks of threads disagree: the first one in order of time whose event is possible goes next. Rare. */
function giveTurnToAnother(): bool {
  sortFrontier();
  const count = frontierLength();
  steps += count;
  for (let index: u32 = 1; index < count; index++) {
    const turn = takeTurn(index, oneEvent);
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
  if (turn == Turn.Failed || takeOverlong() || hasInvalidId()) {
    return false;
  }
  if (turn == Turn.Ended) {
    removeThread(index);
  } else {
    moveOn(index, turnTime);
  }
  if (clockHasOverflown()) {
    failEvent(Failure.ClockOverflow);
    return false;
  }
  if (steps + searchSteps() > mostSteps) {
    failEvent(Failure.TooDisordered);
    return false;
  }
  return true;
}

/** Puts out the events of the thread at `index`: the one at hand, and those that follow before `bound`. */
function takeTurn(index: u32, bound: i64): Turn {
  const thread = frontierThread(index);
  const firstRow = rowCount();
  const block = blockOfRows();
  const originLow = lowOfOrigin();
  const strings = knownStrings();
  const stacks = knownStacks();
  const tickNs = nsPerShortTick();
  const era = eraOf();
  let time = frontierTime(index);
  let type = load<usize>(thread, threadType);
  let next = load<usize>(thread, threadArgs);
  let end = load<usize>(thread, threadEnd);
  let proc = load<usize>(thread, threadProc);
  let goroutine = load<usize>(thread, threadGoroutine);
  let code: u32 = goroutine == 0 ? 0 : load<u32>(goroutine, goroutineCode);
  let context = load<u32>(thread, threadContext);
  let row = firstRow;
  let last = lastRowTime();
  let lapEnd = endOfLap();
  // eslint-disable-next-line no-useless-assignment -- AssemblyScript does not see that the loop assigns it.
  let turn = Turn.Over;
  store<u32>(thread, 1, threadIsKnown);
  for (;;) {
    const kind: u32 = load<u8>(type);
    const count: u32 = load<u8>(argumentCounts + (kind as usize));
    let at = next;
    // Arguments: low halves, and all high halves in one.
    let a0: u32 = 0;
    let a1: u32 = 0;
    let a2: u32 = 0;
    let a3: u32 = 0;
    let high0: u32 = 0;
    let high1: u32 = 0;
    let high2: u32 = 0;
    let high3: u32 = 0;
    // One varint read is written out for each argument: a call for each costs a third of the time.
    if (count != 0) {
      a0 = load<u8>(at++);
      if (a0 >= 0x80) {
        const second: u32 = load<u8>(at);
        if (second < 0x80) {
          a0 = (a0 & 0x7f) | (second << 7);
          at++;
        } else {
          a0 = readVarint(at - 1);
          high0 = varintHigh();
          at = varintEnd();
        }
      }
      if (count > 1) {
        a1 = load<u8>(at++);
        if (a1 >= 0x80) {
          const second: u32 = load<u8>(at);
          if (second < 0x80) {
            a1 = (a1 & 0x7f) | (second << 7);
            at++;
          } else {
            a1 = readVarint(at - 1);
            high1 = varintHigh();
            at = varintEnd();
          }
        }
        if (count > 2) {
          a2 = load<u8>(at++);
          if (a2 >= 0x80) {
            const second: u32 = load<u8>(at);
            if (second < 0x80) {
              a2 = (a2 & 0x7f) | (second << 7);
              at++;
            } else {
              a2 = readVarint(at - 1);
              high2 = varintHigh();
              at = varintEnd();
            }
          }
          if (count > 3) {
            a3 = readVarint(at);
            high3 = varintHigh();
            at = varintEnd();
          }
        }
      }
    }
    // What the event leaves, and whether it may name a string or stack that does not exist.
    let nextGoroutine = goroutine;
    let nextCode = code;
    let nextContext = context;
    let isOdd: bool = false;
    let advance = Advance.Yes;
    let isRare: bool = false;
    switch (kind) {
      case EventType.GoStart: {
        const started = findRecord(goroutines, a0, high0);
        const isNext =
          started != 0 &&
          load<u32>(started, goroutineState) == (era | goRunnable) &&
          load<u32>(started, goroutineSequence) + 1 == a1 &&
          high1 == 0;
        if (!isNext) {
          advance = Advance.NotYet;
        } else if (proc == 0 || goroutine != 0) {
          setEvent(type);
          advance = failContext(thread, true, false);
        } else {
          store<u32>(started, era | goRunning, goroutineState);
          store<u32>(started, a1, goroutineSequence);
          nextCode = load<u32>(started, goroutineCode);
          nextGoroutine = nextCode == 0 ? 0 : started;
        }
        break;
      }
      case EventType.GoStop:
      case EventType.GoBlock:
        isOdd = a0 > strings || a1 > stacks || (high0 | high1) != 0;
        if (goroutine == 0 || proc == 0) {
          setEvent(type);
          advance = failContext(thread, true, true);
        } else {
          const state = load<u32>(goroutine, goroutineState);
          if ((state & statusMask) != goRunning) {
            setEvent(type);
            advance = failState(goroutine, Failure.NotRunning);
          } else {
            store<u32>(goroutine, (state & ~statusMask) | (kind == EventType.GoStop ? goRunnable : goWaiting), goroutineState);
            nextGoroutine = 0;
            nextCode = 0;
          }
        }
        break;
      case EventType.GoUnblock: {
        isOdd = a2 > stacks || high2 != 0;
        const unblocked = findRecord(goroutines, a0, high0);
        const isNext =
          unblocked != 0 &&
          load<u32>(unblocked, goroutineState) == (era | goWaiting) &&
          load<u32>(unblocked, goroutineSequence) + 1 == a1 &&
          high1 == 0;
        if (isNext) {
          store<u32>(unblocked, era | goRunnable, goroutineState);
          store<u32>(unblocked, a1, goroutineSequence);
        } else {
          advance = Advance.NotYet;
        }
        break;
      }
      case EventType.HeapAlloc:
      case EventType.HeapGoal:
        if (proc == 0) {
          setEvent(type);
          advance = failContext(thread, true, false);
        }
        break;
      case EventType.GoCreate:
      case EventType.GoCreateBlocked:
        isOdd = a1 > stacks || a2 > stacks || (high1 | high2) != 0;
        if (proc == 0) {
          setEvent(type);
          advance = failContext(thread, true, false);
        } else {
          const creator = goroutine == 0 ? findGoroutine(0xffffffff, 0xffffffff) : goroutine;
          const creatorState = creator == 0 ? goRunning : load<u32>(creator, goroutineState) & statusMask;
          const created = goroutineOf(a0, high0);
          if (creatorState != goRunning && creatorState != absent) {
            setEvent(type);
            advance = failState(creator, Failure.NotRunning);
          } else if ((load<u32>(created, goroutineState) & statusMask) != absent) {
            setEvent(type);
            failWith(0, a0, high0);
            failEvent(Failure.GoExists);
            advance = Advance.Failed;
          } else {
            store<u32>(created, era | (kind == EventType.GoCreate ? goRunnable : goWaiting), goroutineState);
            store<u32>(created, 0, goroutineSequence);
          }
        }
        break;
      case EventType.GoDestroy:
        if (goroutine == 0 || proc == 0) {
          setEvent(type);
          advance = failContext(thread, true, true);
        } else if ((load<u32>(goroutine, goroutineState) & statusMask) != goRunning) {
          setEvent(type);
          advance = failState(goroutine, Failure.NotRunning);
        } else {
          destroyGoroutine(goroutine);
          nextGoroutine = 0;
          nextCode = 0;
        }
        break;
      case EventType.GoSyscallBegin:
        isOdd = a1 > stacks || high1 != 0;
        if (goroutine == 0 || proc == 0) {
          setEvent(type);
          advance = failContext(thread, true, true);
        } else {
          const state = load<u32>(goroutine, goroutineState);
          if ((state & statusMask) != goRunning) {
            setEvent(type);
            advance = failState(goroutine, Failure.NotRunning);
          } else if ((load<u32>(proc, procState) & ~statusMask) != era || load<u32>(proc, procSequence) + 1 != a0 || high0 != 0) {
            // A running proc: the sequence number can only fit or be wrong.
            setEvent(type);
            failWith(0, load<u32>(proc, procSequence), load<u32>(proc, procState) >>> 3);
            failWith(1, a0, high0);
            failEvent(Failure.ProcSequence);
            advance = Advance.Failed;
          } else {
            store<u32>(goroutine, (state & ~statusMask) | goSyscall, goroutineState);
            store<u32>(proc, era | procSyscall, procState);
            store<u32>(proc, a0, procSequence);
          }
        }
        break;
      case EventType.GoSyscallEnd:
        if (goroutine == 0 || proc == 0) {
          setEvent(type);
          advance = failContext(thread, true, true);
        } else {
          const state = load<u32>(goroutine, goroutineState);
          const stateOfProc = load<u32>(proc, procState);
          if ((state & statusMask) != goSyscall) {
            setEvent(type);
            advance = failState(goroutine, Failure.NotRunning);
          } else if ((stateOfProc & statusMask) != procSyscall) {
            setEvent(type);
            failWith(0, load<u32>(proc, idLow), load<u32>(proc, idHigh));
            failWith(1, stateOfProc & statusMask, 0);
            failEvent(Failure.ProcNotInSyscall);
            advance = Advance.Failed;
          } else {
            store<u32>(goroutine, (state & ~statusMask) | goRunning, goroutineState);
            store<u32>(proc, (stateOfProc & ~statusMask) | procRunning, procState);
          }
        }
        break;
      case EventType.GoSyscallEndBlocked:
        if (proc != 0 && (load<u32>(proc, procState) & statusMask) == procSyscall) {
          // The proc will be lost to a ProcStop or a ProcSteal, and that has to come first.
          advance = Advance.NotYet;
        } else if (goroutine == 0) {
          setEvent(type);
          advance = failContext(thread, false, true);
        } else {
          const state = load<u32>(goroutine, goroutineState);
          if ((state & statusMask) != goSyscall) {
            setEvent(type);
            advance = failState(goroutine, Failure.NotRunning);
          } else {
            store<u32>(goroutine, (state & ~statusMask) | goRunnable, goroutineState);
            nextGoroutine = 0;
            nextCode = 0;
          }
        }
        break;
      case EventType.ProcStart: {
        const started = findRecord(procs, a0, high0);
        const isNext =
          started != 0 &&
          load<u32>(started, procState) == (era | procIdle) &&
          load<u32>(started, procSequence) + 1 == a1 &&
          high1 == 0 &&
          proc == 0;
        if (!isNext) {
          advance = Advance.NotYet;
        } else if (thread == withoutThread) {
          setEvent(type);
          advance = failContext(thread, false, false);
        } else {
          store<u32>(started, era | procRunning, procState);
          store<u32>(started, a1, procSequence);
          bindProc(thread, started);
          proc = load<usize>(thread, threadProc);
          nextContext = load<u32>(thread, threadContext);
        }
        break;
      }
      case EventType.ProcStop: {
        const stopped = proc == 0 ? findRecord(procs, 0xffffffff, 0xffffffff) : proc;
        const state = stopped == 0 ? 0 : load<u32>(stopped, procState);
        const isStoppable = (state & statusMask) == procRunning || (state & statusMask) == procSyscall;
        if (stopped == 0 || !isStoppable || proc == 0) {
          setEvent(type);
          if (stopped != 0 && isStoppable) {
            advance = failContext(thread, true, false);
          } else {
            failEvent(stopped == 0 ? Failure.NoProcToStop : Failure.ProcNotStoppable);
            advance = Advance.Failed;
          }
        } else {
          store<u32>(proc, (state & ~statusMask) | procIdle, procState);
          bindProc(thread, 0);
          proc = 0;
          nextContext = load<u32>(thread, threadContext);
        }
        break;
      }
      case EventType.ProcsChange:
        isOdd = a1 > stacks || high1 != 0;
        if (goroutine == 0 || proc == 0) {
          setEvent(type);
          advance = failContext(thread, true, true);
        }
        break;
      case EventType.GoLabel:
        isOdd = a0 > strings || high0 != 0;
        if (goroutine == 0 || proc == 0) {
          setEvent(type);
          advance = failContext(thread, true, true);
        }
        break;
      case EventType.UserLog:
        isOdd = a1 > strings || a2 > strings || a3 > stacks || (high1 | high2 | high3) != 0;
        if (goroutine == 0 || proc == 0) {
          setEvent(type);
          advance = failContext(thread, true, true);
        }
        break;
      case EventType.Span:
      case EventType.SpanAlloc:
      case EventType.SpanFree:
      case EventType.HeapObject:
      case EventType.HeapObjectAlloc:
      case EventType.HeapObjectFree:
      case EventType.GoroutineStack:
      case EventType.GoroutineStackAlloc:
      case EventType.GoroutineStackFree:
        if (thread == withoutThread) {
          setEvent(type);
          advance = failContext(thread, false, false);
        }
        break;
      default:
        isRare = true;
        isOdd = true;
    }
    if (isRare || isOdd) {
      setEvent(type);
      store<u32>(args, a0);
      store<u32>(args, high0, 4);
      store<u32>(args, a1, 8);
      store<u32>(args, high1, 12);
      store<u32>(args, a2, 16);
      store<u32>(args, high2, 20);
      store<u32>(args, a3, 24);
      store<u32>(args, high3, 28);
    }
    if (isRare) {
      store<usize>(thread, goroutine, threadGoroutine);
      setRows(row, last);
      if (count > 4) {
        failEvent(Failure.UnreadableType);
        advance = Advance.Failed;
      } else {
        advance = advanceRare(thread, time);
      }
      row = rowCount();
      last = lastRowTime();
      lapEnd = endOfLap();
      proc = load<usize>(thread, threadProc);
      nextGoroutine = load<usize>(thread, threadGoroutine);
      nextCode = nextGoroutine == 0 ? 0 : load<u32>(nextGoroutine, goroutineCode);
      nextContext = load<u32>(thread, threadContext);
    }
    if (advance != Advance.Yes) {
      turn = advance == Advance.Failed ? Turn.Failed : row == firstRow ? Turn.Blocked : Turn.Over;
      break;
    }
    if (!isRare) {
      // As `emit` does.
      last = time > last ? time : last + 1;
      if (last >= lapEnd) {
        beginLap(row, last);
        lapEnd = endOfLap();
      }
      const words = block + ((row as usize) << 2);
      store<u32>(words, (last as u32) - originLow, timeColumn);
      store<u32>(words, code, goroutineColumn);
      store<u32>(words, offsetOf(type), offsetColumn);
      const halves = block + ((row as usize) << 1);
      store<u16>(halves, context as u16, contextColumn);
      store<u16>(halves, (context >>> 16) as u16, contextHighColumn);
      store<u8>(block + (row as usize), kind as u8, typeColumn);
      row++;
    }
    goroutine = nextGoroutine;
    code = nextCode;
    context = nextContext;
    // On to the thread's next event.
    let isLast: bool = false;
    if (at >= end) {
      const status = enterBatch(thread, at);
      if (status == Status.Failed) {
        row = firstRow;
        turn = Turn.Failed;
        break;
      }
      isLast = status == Status.Done;
      type = load<usize>(thread, threadType);
      next = load<usize>(thread, threadArgs);
      end = load<usize>(thread, threadEnd);
      time = headTime();
    } else {
      type = at++;
      let delta: u32 = load<u8>(at++);
      let deltaHigh: u32 = 0;
      if (delta >= 0x80) {
        const second: u32 = load<u8>(at);
        if (second < 0x80) {
          delta = (delta & 0x7f) | (second << 7);
          at++;
        } else {
          delta = readVarint(at - 1);
          deltaHigh = varintHigh();
          at = varintEnd();
        }
      }
      if (delta < shortDeltas() && deltaHigh == 0) {
        time += (delta * tickNs) as i64;
      } else {
        time = laterTime(thread, time, delta, deltaHigh);
      }
      next = at;
    }
    if (isOdd) {
      checkIds(kind);
      if (hasInvalidId()) {
        row = firstRow;
        turn = Turn.Failed;
        break;
      }
    }
    if (isLast) {
      turn = Turn.Ended;
      break;
    }
    if (time >= bound || row >= fullRows) {
      turn = Turn.Over;
      break;
    }
  }
  store<usize>(thread, type, threadType);
  store<usize>(thread, next, threadArgs);
  store<usize>(thread, goroutine, threadGoroutine);
  setRows(row, last);
  turnTime = time;
  return turn;
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
  sample++;
  seekSample();
  return true;
}
