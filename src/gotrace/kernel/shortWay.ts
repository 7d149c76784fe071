// The short way: the events that make up nearly all of a trace, where nothing about them is unusual. Most of the time goes by in this loop. It works with times
// since the start of the lap, keeps what changes from event to event in no memory, and calls next to nothing.

import { EventType } from '../eventType';
import { argumentCounts, scaleShort, shortDeltas } from './cursor';
import { frontierThread, frontierTime, moveFirstOn, secondTime, setFirstTime } from './frontier';
import { isInTable } from './idMap';
import { findRecord } from './idTable';
import { knownStacks, knownStrings } from './ids';
import { hasOpen } from './open';
import { offsetOf } from './report';
import {
  absent,
  goroutineCode,
  goroutineOf,
  goroutines,
  goRunnable,
  goRunning,
  goSyscall,
  goWaiting,
  procIsSweeping,
  threadArgs,
  threadContext,
  threadEnd,
  threadGoroutine,
  threadIsKnown,
  threadProc,
  threadType,
  withoutGoroutine,
} from './resources';
import { block, fullRows, isInLap, lastRowTime, mostShortContext, rowCount, setRows, sinceLap, startOfLap } from './rows';
import { beginAssist, beginRegion, beginTask, endAssist, endRegion, endTask } from './rules';
import {
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
import { contextColumn, goroutineColumn, offsetColumn, timeColumn, typeColumn } from './shared';
import { stackIds, stringIds } from './stacks';

/** What ended the short way. */
export enum Stop {
  /** The block of rows is full, or a CPU sample is due. */
  Over,
  /** The first thread's event is not for it. */
  Unusual,
  /** The first thread's next event has to be found the long way: `threadType` is where the one before ends, and its time is the thread's in the frontier. */
  GoOn,
}

/** What a varint of three bytes can hold. */
const longestThreeBytes: u32 = 0x1fffff;

/** Whether the generation has a stack of this id; @param dense see `knownStacks` */
function hasStack(id: u32, dense: u32): bool {
  return id <= dense || isInTable(stackIds, id);
}

/** Whether the generation has a string of this id; @param dense see `knownStrings` */
function hasString(id: u32, dense: u32): bool {
  return id <= dense || isInTable(stringIds, id);
}

/**
 * Gives turns to threads: puts out the events of the first one until another one's comes first, and so on, as long as they are of the most common kinds and nothing
 * about them is unusual. An event that may have to wait or to fail, or names what may not exist, is left to the rules.
 * @param until time of the CPU sample to come
 */
export function takeShortWay(until: i64): Stop {
  if (shortDeltas() <= longestThreeBytes || !isInLap(lastRowTime())) {
    return Stop.Unusual;
  }
  const strings = knownStrings();
  const stacks = knownStacks();
  const lapStart = startOfLap();
  let last = sinceLap(lastRowTime());
  let row = rowCount();
  let stop = Stop.Over;
  while (stop == Stop.Over && row < fullRows && frontierTime(0) <= until) {
    const thread = frontierThread(0);
    const proc = load<usize>(thread, threadProc);
    const context = load<u32>(thread, threadContext);
    if (proc == 0 || context > mostShortContext || !isInLap(frontierTime(0))) {
      stop = Stop.Unusual;
      break;
    }
    const second = secondTime();
    const most = sinceLap(second < until ? second : until);
    const end = load<usize>(thread, threadEnd);
    const held = load<usize>(thread, threadGoroutine);
    let goroutine = held == 0 ? withoutGoroutine : held;
    let time = (frontierTime(0) - lapStart) as u32;
    let passed: u32 = 0;
    let type = load<usize>(thread, threadType);
    let next = load<usize>(thread, threadArgs);
    stop = Stop.Unusual;
    for (;;) {
      const kind: u32 = load<u8>(type);
      const count: u32 = load<u8>(argumentCounts + (kind as usize));
      let at = next;
      let a0: u32 = 0;
      let a1: u32 = 0;
      let a2: u32 = 0;
      let a3: u32 = 0;
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
            if (count != 3) {
              a3 = load<u8>(at++);
              if (a3 >= 0x80) {
                const second: u32 = load<u8>(at++);
                a3 = (a3 & 0x7f) | (second << 7);
                if (second >= 0x80) {
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
      } else if (kind == EventType.UserLog) {
        if (goroutine == withoutGoroutine || !hasString(a1, strings) || !hasString(a2, strings) || !hasStack(a3, stacks)) {
          break;
        }
      } else if (kind == EventType.GoCreate) {
        if (!hasStatus(goroutine, goRunning) || !hasStack(a1, stacks) || !hasStack(a2, stacks)) {
          break;
        }
        const created = goroutineOf(a0, 0);
        if (!hasStatus(created, absent)) {
          break;
        }
        moveGoroutine(created, goRunnable, 0);
      } else if (kind == EventType.GoDestroy) {
        if (!hasStatus(goroutine, goRunning) || hasOpen(goroutine)) {
          break;
        }
        setGone(goroutine);
        goroutine = withoutGoroutine;
      } else if (kind == EventType.UserRegionBegin) {
        if (!hasString(a1, strings) || !hasStack(a2, stacks) || !beginRegion(goroutine, a0, a1)) {
          break;
        }
      } else if (kind == EventType.UserRegionEnd) {
        if (!hasString(a1, strings) || !hasStack(a2, stacks) || !endRegion(goroutine, a0, a1)) {
          break;
        }
      } else if (kind == EventType.UserTaskBegin) {
        if (goroutine == withoutGoroutine || !hasString(a2, strings) || !hasStack(a3, stacks) || !beginTask(a0, a1, a2)) {
          break;
        }
      } else if (kind == EventType.UserTaskEnd) {
        if (goroutine == withoutGoroutine || !hasStack(a1, stacks)) {
          break;
        }
        setRows(row, last);
        endTask(a0);
      } else if (kind == EventType.GCSweepBegin) {
        if (!hasStack(a0, stacks) || load<u32>(proc, procIsSweeping) != 0) {
          break;
        }
        store<u32>(proc, 1, procIsSweeping);
      } else if (kind == EventType.GCSweepEnd) {
        if (load<u32>(proc, procIsSweeping) == 0) {
          break;
        }
        store<u32>(proc, 0, procIsSweeping);
      } else if (kind == EventType.GCMarkAssistBegin) {
        if (!hasStack(a0, stacks) || !beginAssist(goroutine)) {
          break;
        }
      } else if (kind == EventType.GCMarkAssistEnd) {
        if (!endAssist(goroutine)) {
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
        stop = Stop.GoOn;
        break;
      }
      let delta: u32 = load<u8>(at + 1);
      at += 2;
      if (delta >= 0x80) {
        const second: u32 = load<u8>(at++);
        delta = (delta & 0x7f) | (second << 7);
        if (second >= 0x80) {
          const third: u32 = load<u8>(at++);
          delta = (delta & 0x3fff) | (third << 14);
          if (third >= 0x80) {
            stop = Stop.GoOn;
            break;
          }
        }
      }
      next = at;
      passed = scaleShort(delta);
      if (passed > most - time) {
        stop = Stop.Over;
        break;
      }
      time += passed;
      passed = 0;
      if (row >= fullRows) {
        stop = Stop.Over;
        break;
      }
    }
    store<u32>(thread, 1, threadIsKnown);
    store<usize>(thread, goroutine == withoutGoroutine ? 0 : goroutine, threadGoroutine);
    store<usize>(thread, type, threadType);
    store<usize>(thread, next, threadArgs);
    const threadTime = lapStart + (time as i64) + (passed as i64);
    if (stop == Stop.Over) {
      moveFirstOn(threadTime);
    } else {
      setFirstTime(threadTime);
    }
  }
  setRows(row, last);
  return stop;
}
