// Rules of the events that make up most of a trace. `order.ts` takes them on its short way where nothing is unusual, by the questions and steps that come first
// here; the rest of them is here, and says of an event that is not possible whether it has to wait or can never come.

import { EventType } from '../eventType';
import { argHigh, argLow, eventType, failEvent } from './event';
import { findRecord, idHigh, idLow } from './idTable';
import { failWith } from './report';
import {
  absent,
  bindable,
  bindProc,
  findGoroutine,
  goroutineOf,
  goroutines,
  goroutineSequence,
  goroutineState,
  goRunnable,
  goRunning,
  goSyscall,
  goWaiting,
  procIdle,
  procRunning,
  procs,
  procSequence,
  procState,
  procSyscall,
  statusMask,
  threadGoroutine,
  threadProc,
  withoutThread,
} from './resources';
import { Advance, advanceRare, destroyGoroutine, emitEvent, eraOf, failContext, failState, runsUserCode } from './rules';
import { Failure } from './shared';

const none: u32 = 0xffffffff;

/** Whether a goroutine is in the state, and at the sequence number, that an event moves it on from. */
export function isDue(goroutine: usize, status: u32, sequence: u32): bool {
  return (
    goroutine != 0 && load<u32>(goroutine, goroutineState) == (eraOf() | status) && load<u32>(goroutine, goroutineSequence) + 1 == sequence
  );
}

export function moveGoroutine(goroutine: usize, status: u32, sequence: u32): void {
  store<u32>(goroutine, eraOf() | status, goroutineState);
  store<u32>(goroutine, sequence, goroutineSequence);
}

export function hasStatus(goroutine: usize, status: u32): bool {
  return (load<u32>(goroutine, goroutineState) & statusMask) == status;
}

/** Its sequence number, and the generation that told its state last, stay. */
export function setStatus(goroutine: usize, status: u32): void {
  store<u32>(goroutine, (load<u32>(goroutine, goroutineState) & ~statusMask) | status, goroutineState);
}

/** The goroutine, which has nothing open, exists no more. */
export function setGone(goroutine: usize): void {
  store<u32>(goroutine, absent, goroutineState);
}

/** Whether a goroutine may make others: it runs, or is none that the trace knows. */
export function canCreate(creator: usize): bool {
  return creator == 0 || hasStatus(creator, goRunning) || hasStatus(creator, absent);
}

/** Whether a thread's proc is at the sequence number that a system call's begin moves it on from. */
export function isProcDue(proc: usize, sequence: u32): bool {
  return (load<u32>(proc, procState) & ~statusMask) == eraOf() && load<u32>(proc, procSequence) + 1 == sequence;
}

export function beginSyscall(goroutine: usize, proc: usize, sequence: u32): void {
  setStatus(goroutine, goSyscall);
  store<u32>(proc, eraOf() | procSyscall, procState);
  store<u32>(proc, sequence, procSequence);
}

export function isProcInSyscall(proc: usize): bool {
  return (load<u32>(proc, procState) & statusMask) == procSyscall;
}

export function endSyscall(goroutine: usize, proc: usize): void {
  setStatus(goroutine, goRunning);
  store<u32>(proc, (load<u32>(proc, procState) & ~statusMask) | procRunning, procState);
}

/** Tries the event that `setEvent` set, whose arguments are set, too: puts its rows out and applies it, or changes nothing. */
export function advance(thread: usize, time: i64): Advance {
  switch (eventType()) {
    case EventType.GoStart:
      return goStart(thread, time);
    case EventType.GoStop:
      return goPause(thread, time, goRunnable);
    case EventType.GoBlock:
      return goPause(thread, time, goWaiting);
    case EventType.GoUnblock:
      return goUnblock(thread, time);
    case EventType.GoCreate:
      return goCreate(thread, time, goRunnable);
    case EventType.GoCreateBlocked:
      return goCreate(thread, time, goWaiting);
    case EventType.GoDestroy:
      return goDestroy(thread, time);
    case EventType.GoSyscallBegin:
      return goSyscallBegin(thread, time);
    case EventType.GoSyscallEnd:
      return goSyscallEnd(thread, time);
    case EventType.GoSyscallEndBlocked:
      return goSyscallEndBlocked(thread, time);
    case EventType.ProcStart:
      return procStart(thread, time);
    case EventType.ProcStop:
      return procStop(thread, time);
    case EventType.HeapAlloc:
    case EventType.HeapGoal:
      return load<usize>(thread, threadProc) == 0 ? failContext(thread, true, false) : emitEvent(thread, time);
    case EventType.ProcsChange:
    case EventType.GoLabel:
    case EventType.UserLog:
      return runsUserCode(thread) ? emitEvent(thread, time) : failContext(thread, true, true);
    case EventType.Span:
    case EventType.SpanAlloc:
    case EventType.SpanFree:
    case EventType.HeapObject:
    case EventType.HeapObjectAlloc:
    case EventType.HeapObjectFree:
    case EventType.GoroutineStack:
    case EventType.GoroutineStackAlloc:
    case EventType.GoroutineStackFree:
      return thread == withoutThread ? failContext(thread, false, false) : emitEvent(thread, time);
    default:
      return advanceRare(thread, time);
  }
}

function goStart(thread: usize, time: i64): Advance {
  const goroutine = findRecord(goroutines, argLow(0), argHigh(0));
  if (argHigh(1) != 0 || !isDue(goroutine, goRunnable, argLow(1))) {
    return Advance.NotYet;
  }
  if (load<usize>(thread, threadProc) == 0 || load<usize>(thread, threadGoroutine) != 0) {
    return failContext(thread, true, false);
  }
  emitEvent(thread, time);
  moveGoroutine(goroutine, goRunning, argLow(1));
  store<usize>(thread, bindable(goroutine), threadGoroutine);
  return Advance.Yes;
}

function goPause(thread: usize, time: i64, status: u32): Advance {
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  const goroutine = load<usize>(thread, threadGoroutine);
  if (!hasStatus(goroutine, goRunning)) {
    return failState(goroutine, Failure.NotRunning);
  }
  emitEvent(thread, time);
  setStatus(goroutine, status);
  store<usize>(thread, 0, threadGoroutine);
  return Advance.Yes;
}

function goUnblock(thread: usize, time: i64): Advance {
  const goroutine = findRecord(goroutines, argLow(0), argHigh(0));
  if (argHigh(1) != 0 || !isDue(goroutine, goWaiting, argLow(1))) {
    return Advance.NotYet;
  }
  emitEvent(thread, time);
  moveGoroutine(goroutine, goRunnable, argLow(1));
  return Advance.Yes;
}

function goCreate(thread: usize, time: i64, status: u32): Advance {
  if (load<usize>(thread, threadProc) == 0) {
    return failContext(thread, true, false);
  }
  const own = load<usize>(thread, threadGoroutine);
  const creator = own == 0 ? findGoroutine(none, none) : own;
  const created = goroutineOf(argLow(0), argHigh(0));
  if (!canCreate(creator)) {
    return failState(creator, Failure.NotRunning);
  }
  if (!hasStatus(created, absent)) {
    failWith(0, argLow(0), argHigh(0));
    failEvent(Failure.GoExists);
    return Advance.Failed;
  }
  emitEvent(thread, time);
  moveGoroutine(created, status, 0);
  return Advance.Yes;
}

function goDestroy(thread: usize, time: i64): Advance {
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  const goroutine = load<usize>(thread, threadGoroutine);
  if (!hasStatus(goroutine, goRunning)) {
    return failState(goroutine, Failure.NotRunning);
  }
  emitEvent(thread, time);
  destroyGoroutine(goroutine);
  store<usize>(thread, 0, threadGoroutine);
  return Advance.Yes;
}

function goSyscallBegin(thread: usize, time: i64): Advance {
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  const goroutine = load<usize>(thread, threadGoroutine);
  const proc = load<usize>(thread, threadProc);
  if (!hasStatus(goroutine, goRunning)) {
    return failState(goroutine, Failure.NotRunning);
  }
  if (argHigh(0) != 0 || !isProcDue(proc, argLow(0))) {
    // A running proc: the sequence number can only fit or be wrong.
    failWith(0, load<u32>(proc, procSequence), load<u32>(proc, procState) >>> 3);
    failWith(1, argLow(0), argHigh(0));
    failEvent(Failure.ProcSequence);
    return Advance.Failed;
  }
  emitEvent(thread, time);
  beginSyscall(goroutine, proc, argLow(0));
  return Advance.Yes;
}

function goSyscallEnd(thread: usize, time: i64): Advance {
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  const goroutine = load<usize>(thread, threadGoroutine);
  const proc = load<usize>(thread, threadProc);
  if (!hasStatus(goroutine, goSyscall)) {
    return failState(goroutine, Failure.NotRunning);
  }
  if (!isProcInSyscall(proc)) {
    failWith(0, load<u32>(proc, idLow), load<u32>(proc, idHigh));
    failWith(1, load<u32>(proc, procState) & statusMask, 0);
    failEvent(Failure.ProcNotInSyscall);
    return Advance.Failed;
  }
  emitEvent(thread, time);
  endSyscall(goroutine, proc);
  return Advance.Yes;
}

function goSyscallEndBlocked(thread: usize, time: i64): Advance {
  const proc = load<usize>(thread, threadProc);
  if (proc != 0 && isProcInSyscall(proc)) {
    // The proc will be lost to a ProcStop or a ProcSteal, and that has to come first.
    return Advance.NotYet;
  }
  const goroutine = load<usize>(thread, threadGoroutine);
  if (goroutine == 0) {
    return failContext(thread, false, true);
  }
  if (!hasStatus(goroutine, goSyscall)) {
    return failState(goroutine, Failure.NotRunning);
  }
  emitEvent(thread, time);
  setStatus(goroutine, goRunnable);
  store<usize>(thread, 0, threadGoroutine);
  return Advance.Yes;
}

function procStart(thread: usize, time: i64): Advance {
  const proc = findRecord(procs, argLow(0), argHigh(0));
  const isNext =
    proc != 0 &&
    load<u32>(proc, procState) == (eraOf() | procIdle) &&
    load<u32>(proc, procSequence) + 1 == argLow(1) &&
    argHigh(1) == 0 &&
    load<usize>(thread, threadProc) == 0;
  if (!isNext) {
    return Advance.NotYet;
  }
  if (thread == withoutThread) {
    return failContext(thread, false, false);
  }
  emitEvent(thread, time);
  store<u32>(proc, eraOf() | procRunning, procState);
  store<u32>(proc, argLow(1), procSequence);
  bindProc(thread, proc);
  return Advance.Yes;
}

function procStop(thread: usize, time: i64): Advance {
  const own = load<usize>(thread, threadProc);
  const proc = own == 0 ? findRecord(procs, none, none) : own;
  if (proc == 0) {
    failEvent(Failure.NoProcToStop);
    return Advance.Failed;
  }
  const state = load<u32>(proc, procState);
  if ((state & statusMask) != procRunning && (state & statusMask) != procSyscall) {
    failEvent(Failure.ProcNotStoppable);
    return Advance.Failed;
  }
  if (own == 0) {
    return failContext(thread, true, false);
  }
  emitEvent(thread, time);
  store<u32>(proc, (state & ~statusMask) | procIdle, procState);
  bindProc(thread, 0);
  return Advance.Yes;
}
