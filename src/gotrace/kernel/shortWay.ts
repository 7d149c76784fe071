// The short way: the events that make up nearly all of a trace, where nothing about them is unusual. Most of the time goes by in its loop, which works with times
// since the start of the lap, keeps what changes from event to event in no memory, and calls next to nothing.

import { EventType } from '../eventType';
import { argumentCounts, mostArguments, scaleShort, shortDeltas } from './cursor';
import { frontierThread, frontierTime, moveFirstOn, secondTime, setFirstTime } from './frontier';
import { isInTable } from './idMap';
import { knownStacks, knownStrings } from './ids';
import { hasOpen } from './open';
import {
  absent,
  goroutineCode,
  goroutineOf,
  goRunnable,
  goRunning,
  goSyscall,
  goWaiting,
  Known,
  procIsSweeping,
  threadArgs,
  threadContext,
  threadEnd,
  threadGoroutine,
  threadProc,
  threadToOffset,
  threadType,
  withoutGoroutine,
} from './resources';
import { block, fullRows, isInLap, lastRowTime, mostShortContext, rowCount, setRows, sinceLap, startOfLap } from './rows';
import { beginAssist, beginRegion, beginTask, endAssist, endRegion, endTask } from './rules';
import { beginSyscall, endSyscall, hasStatus, isDue, isProcDue, isProcInSyscall, moveGoroutine, setGone, setStatus } from './scheduling';
import { contextColumn, goroutineColumn, offsetColumn, timeColumn, typeColumn } from './shared';
import { stackIds, stringIds } from './stacks';
import { Short } from './varint';

/** What ended the short way. */
export enum Stop {
  /** The block of rows is full, or a CPU sample is due. */
  Over,
  /** The first thread's event is not for it. */
  Unusual,
  /** The first thread's next event has to be found the long way: `threadType` is where the one before ends, whose time is the thread's in the frontier. */
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
    const toOffset = load<u32>(thread, threadToOffset);
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
      // The row as `emit` makes it; it counts when the event turns out to be possible.
      const kind: u32 = load<u8>(type);
      const rowTime = time > last ? time : last + 1;
      const words = block + ((row as usize) << 2);
      store<u32>(words, rowTime, timeColumn);
      store<u32>(words, load<u32>(goroutine, goroutineCode), goroutineColumn);
      store<u32>(words, (next as u32) + toOffset, offsetColumn);
      store<u16>(block + ((row as usize) << 1), context as u16, contextColumn);
      store<u8>(block + (row as usize), kind as u8, typeColumn);
      let at = next;
      if (kind == EventType.GoStart) {
        let id: u32 = load<u8>(at++);
        if (id >= 0x80) {
          let byte: u32 = load<u8>(at++);
          id = (id & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            id = (id & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              id = (id & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        let sequence: u32 = load<u8>(at++);
        if (sequence >= 0x80) {
          let byte: u32 = load<u8>(at++);
          sequence = (sequence & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            sequence = (sequence & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              sequence = (sequence & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        const started = Known.goroutine(id);
        if (goroutine != withoutGoroutine || !isDue(started, goRunnable, sequence)) {
          break;
        }
        moveGoroutine(started, goRunning, sequence);
        goroutine = started;
      } else if (kind == EventType.GoBlock || kind == EventType.GoStop) {
        let reason: u32 = load<u8>(at++);
        if (reason >= 0x80) {
          let byte: u32 = load<u8>(at++);
          reason = (reason & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            reason = (reason & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              reason = (reason & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        let stack: u32 = load<u8>(at++);
        if (stack >= 0x80) {
          let byte: u32 = load<u8>(at++);
          stack = (stack & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            stack = (stack & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              stack = (stack & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        if (!hasStatus(goroutine, goRunning) || !hasString(reason, strings) || !hasStack(stack, stacks)) {
          break;
        }
        setStatus(goroutine, kind == EventType.GoStop ? goRunnable : goWaiting);
        goroutine = withoutGoroutine;
      } else if (kind == EventType.GoUnblock) {
        let id: u32 = load<u8>(at++);
        if (id >= 0x80) {
          let byte: u32 = load<u8>(at++);
          id = (id & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            id = (id & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              id = (id & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        let sequence: u32 = load<u8>(at++);
        if (sequence >= 0x80) {
          let byte: u32 = load<u8>(at++);
          sequence = (sequence & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            sequence = (sequence & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              sequence = (sequence & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        let stack: u32 = load<u8>(at++);
        if (stack >= 0x80) {
          let byte: u32 = load<u8>(at++);
          stack = (stack & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            stack = (stack & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              stack = (stack & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        const unblocked = Known.goroutine(id);
        if (!isDue(unblocked, goWaiting, sequence) || !hasStack(stack, stacks)) {
          break;
        }
        moveGoroutine(unblocked, goRunnable, sequence);
      } else if (kind == EventType.GoSyscallBegin) {
        let sequence: u32 = load<u8>(at++);
        if (sequence >= 0x80) {
          let byte: u32 = load<u8>(at++);
          sequence = (sequence & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            sequence = (sequence & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              sequence = (sequence & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        let stack: u32 = load<u8>(at++);
        if (stack >= 0x80) {
          let byte: u32 = load<u8>(at++);
          stack = (stack & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            stack = (stack & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              stack = (stack & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        if (!hasStatus(goroutine, goRunning) || !isProcDue(proc, sequence) || !hasStack(stack, stacks)) {
          break;
        }
        beginSyscall(goroutine, proc, sequence);
      } else if (kind == EventType.GoSyscallEnd) {
        if (!hasStatus(goroutine, goSyscall) || !isProcInSyscall(proc)) {
          break;
        }
        endSyscall(goroutine, proc);
      } else if (kind == EventType.UserLog) {
        at = endOfValue(at);
        if (at == 0 || goroutine == withoutGoroutine) {
          break;
        }
        let key: u32 = load<u8>(at++);
        if (key >= 0x80) {
          let byte: u32 = load<u8>(at++);
          key = (key & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            key = (key & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              key = (key & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        let message: u32 = load<u8>(at++);
        if (message >= 0x80) {
          let byte: u32 = load<u8>(at++);
          message = (message & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            message = (message & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              message = (message & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        let stack: u32 = load<u8>(at++);
        if (stack >= 0x80) {
          let byte: u32 = load<u8>(at++);
          stack = (stack & 0x7f) | (byte << 7);
          if (byte >= 0x80) {
            byte = load<u8>(at++);
            stack = (stack & 0x3fff) | (byte << 14);
            if (byte >= 0x80) {
              byte = load<u8>(at++);
              stack = (stack & 0x1fffff) | (byte << 21);
              if (byte >= 0x80) {
                break;
              }
            }
          }
        }
        if (!hasString(key, strings) || !hasString(message, strings) || !hasStack(stack, stacks)) {
          break;
        }
      } else if (kind == EventType.HeapAlloc) {
        at = endOfValue(at);
        if (at == 0) {
          break;
        }
      } else if (kind == EventType.GoDestroy) {
        if (!hasStatus(goroutine, goRunning) || hasOpen(goroutine)) {
          break;
        }
        setGone(goroutine);
        goroutine = withoutGoroutine;
      } else {
        setRows(row, last);
        at = takeOther(kind, at, goroutine, proc);
        if (at == 0) {
          break;
        }
      }
      row++;
      last = rowTime;
      type = at;
      if (at >= end) {
        stop = Stop.GoOn;
        break;
      }
      let delta: u32 = load<u8>(at + 1);
      at += 2;
      // Written out: what follows of all depends on where it ends.
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

/**
 * Takes an event that is less common, and changes neither which goroutine the thread has nor its proc: where it ends; 0, with nothing changed, where it is unusual.
 * Its row is the next one.
 */
function takeOther(kind: u32, start: usize, goroutine: usize, proc: usize): usize {
  const count: u32 = load<u8>(argumentCounts + (kind as usize));
  if (count > mostArguments) {
    return 0;
  }
  const first = count > 0 ? Short.read(start) : noVarint;
  let at = start + Short.lengthOf(first);
  const second = count > 1 ? Short.read(at) : noVarint;
  at += Short.lengthOf(second);
  const third = count > 2 ? Short.read(at) : noVarint;
  at += Short.lengthOf(third);
  const fourth = count > 3 ? Short.read(at) : noVarint;
  at += Short.lengthOf(fourth);
  if (first == 0 || second == 0 || third == 0 || fourth == 0) {
    return 0;
  }
  return apply(kind, goroutine, proc, Short.valueOf(first), Short.valueOf(second), Short.valueOf(third), Short.valueOf(fourth)) ? at : 0;
}

/** Stands for an argument that an event does not have: read, with no length. */
const noVarint: u32 = 8;
/** A varint of more bytes is unusual. */
const mostValueBytes: usize = 9;

/** The end of a value of up to 63 bits; 0 where it is longer. */
function endOfValue(start: usize): usize {
  let at = start;
  while (load<u8>(at) >= 0x80) {
    at++;
    if (at == start + mostValueBytes) {
      return 0;
    }
  }
  return at + 1;
}

/** Applies an event whose arguments are `a0` to `a3`; false, with nothing changed, where it is unusual. */
function apply(kind: u32, goroutine: usize, proc: usize, a0: u32, a1: u32, a2: u32, a3: u32): bool {
  const strings = knownStrings();
  const stacks = knownStacks();
  switch (kind) {
    case EventType.GoLabel:
      return goroutine != withoutGoroutine && hasString(a0, strings);
    case EventType.GoCreate:
      return hasStatus(goroutine, goRunning) && hasStack(a1, stacks) && hasStack(a2, stacks) && create(a0);
    case EventType.UserRegionBegin:
      return hasString(a1, strings) && hasStack(a2, stacks) && beginRegion(goroutine, a0, a1);
    case EventType.UserRegionEnd:
      return hasString(a1, strings) && hasStack(a2, stacks) && endRegion(goroutine, a0, a1);
    case EventType.UserTaskBegin:
      return goroutine != withoutGoroutine && hasString(a2, strings) && hasStack(a3, stacks) && beginTask(a0, a1, a2);
    case EventType.UserTaskEnd:
      return goroutine != withoutGoroutine && hasStack(a1, stacks) && endTask(a0);
    case EventType.GCSweepBegin:
      return hasStack(a0, stacks) && moveSweep(proc, 0, 1);
    case EventType.GCSweepEnd:
      return moveSweep(proc, 1, 0);
    case EventType.GCMarkAssistBegin:
      return hasStack(a0, stacks) && beginAssist(goroutine);
    case EventType.GCMarkAssistEnd:
      return endAssist(goroutine);
    default:
      return false;
  }
}

function create(id: u32): bool {
  const created = goroutineOf(id, 0);
  if (!hasStatus(created, absent)) {
    return false;
  }
  moveGoroutine(created, goRunnable, 0);
  return true;
}

/** Begins or ends a proc's sweep; false where it is not in the state before. */
function moveSweep(proc: usize, before: u32, after: u32): bool {
  if (load<u32>(proc, procIsSweeping) != before) {
    return false;
  }
  store<u32>(proc, after, procIsSweeping);
  return true;
}
