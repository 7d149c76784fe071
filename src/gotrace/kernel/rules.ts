// Rules of the events that are rare: which context and state an event needs, and what it leaves. A rule applies the event and puts its rows out, or changes nothing
// and says "not yet", or fails because no legal history continues with the event. Source: go-execution-trace.md section 3.4.

import { EventType, GoState, ProcState } from '../eventType';
import { argHigh, argLow, argumentsOffset, eventType, failEvent } from './event';
import { addRecord, findRecord, idHigh, idLow, recordStart, removeRecord, startTable, tableBytes } from './idTable';
import {
  addRange,
  findRange,
  forgetOpen,
  hasRange,
  innermostRegion,
  listStops,
  popRegion,
  pushRegion,
  rangeKindHigh,
  rangeKindLow,
  regionName,
  regionTaskHigh,
  regionTaskLow,
  removeRange,
} from './open';
import { failWith } from './report';
import {
  absent,
  bindable,
  bindProc,
  codeOf,
  contextBetween,
  exists,
  findGoroutine,
  findThread,
  goroutineOf,
  goroutineSequence,
  goroutineState,
  goRunning,
  goSyscall,
  goWaiting,
  holderOf,
  isNone,
  procIdle,
  procIsSweeping,
  procOf,
  procRunning,
  procs,
  procSequence,
  procState,
  procSyscall,
  procSyscallAbandoned,
  statusMask,
  threadContext,
  threadGoroutine,
  threadIsKnown,
  threadOf,
  threadProc,
  withoutThread,
} from './resources';
import { emit, emitExtra } from './rows';
import { Extra, Failure, noOffset } from './shared';
import { stringOf } from './stacks';

/** What became of an event that was tried. */
export enum Advance {
  Yes,
  NotYet,
  Failed,
}

enum GcState {
  Undetermined,
  NotRunning,
  Running,
}

/** Largest wire code of a status. */
const lastStatus: u32 = 4;

/** Begun tasks: parent (low, high), string of the type. */
const tasks: usize = memory.data(tableBytes);
const taskParentLow: usize = recordStart;
const taskParentHigh: usize = recordStart + 4;
const taskType: usize = recordStart + 8;
const taskBytes: u32 = 24;

/** What states hold above their wire code: stands for the generation's number, and is never 0. */
let era: u32 = 0;
/** The era of the first generation with events; 0 before. */
let initialEra: u32 = 0;
let gcSequenceLow: u32 = 0;
let gcSequenceHigh: u32 = 0;
let gcState: GcState = GcState.Undetermined;

export function startRules(): void {
  initialEra = 0;
  gcSequenceLow = 0;
  gcSequenceHigh = 0;
  gcState = GcState.Undetermined;
  startTable(tasks, taskBytes);
}

/** @param number stands for the generation's number: equal for equal ones, and never 0 */
export function beginRules(number: u32): void {
  era = number << 3;
}

/** The generation as states hold it, above their wire code. */
export function eraOf(): u32 {
  return era;
}

/** Called before an event of the generation is tried. */
export function beginInitial(): void {
  if (initialEra == 0) {
    initialEra = era;
  }
}

function fail(failure: Failure): Advance {
  failEvent(failure);
  return Advance.Failed;
}

/** Tells what is missing first of a thread, of a proc and, where it is needed, of a goroutine. */
export function failContext(thread: usize, needsProc: bool, needsGoroutine: bool): Advance {
  if (thread == withoutThread) {
    return fail(Failure.NeedsThread);
  }
  if (needsProc && load<usize>(thread, threadProc) == 0) {
    return fail(Failure.NeedsProc);
  }
  return fail(needsGoroutine ? Failure.NeedsGoroutine : Failure.NeedsNoGoroutine);
}

/** Whether a thread runs user code: has a proc and a goroutine. */
export function runsUserCode(thread: usize): bool {
  return load<usize>(thread, threadProc) != 0 && load<usize>(thread, threadGoroutine) != 0;
}

/** Tells why the goroutine of a thread is not in the state that an event needs. */
export function failState(goroutine: usize, failure: Failure): Advance {
  failWith(0, load<u32>(goroutine, idLow), load<u32>(goroutine, idHigh));
  return fail(exists(goroutine) ? failure : Failure.GoroutineGone);
}

/** Puts the event's row out in the context of its thread. */
export function emitEvent(thread: usize, time: i64): Advance {
  return emitAs(eventType(), thread, time, argumentsOffset());
}

function emitAs(type: u32, thread: usize, time: i64, offset: u32): Advance {
  emit(type, time, codeOf(load<usize>(thread, threadGoroutine)), load<u32>(thread, threadContext), offset);
  return Advance.Yes;
}

/** As `advance` of scheduling.ts. */
export function advanceRare(thread: usize, time: i64): Advance {
  switch (eventType()) {
    case EventType.ProcSteal:
      return procSteal(thread, time);
    case EventType.ProcStatus:
      return procStatus(thread, time);
    case EventType.GoCreateSyscall:
      return goCreateSyscall(thread, time);
    case EventType.GoDestroySyscall:
      return goDestroySyscall(thread, time);
    case EventType.GoStatus:
    case EventType.GoStatusStack:
      return goStatus(thread, time);
    case EventType.GoSwitch:
    case EventType.GoSwitchDestroy:
      return goSwitch(thread, time);
    case EventType.STWBegin:
    case EventType.GCMarkAssistBegin:
      return rangeBegin(thread, time);
    case EventType.STWEnd:
    case EventType.GCMarkAssistEnd:
      return rangeEnd(thread, time);
    case EventType.GCMarkAssistActive:
      return assistActive(thread, time);
    case EventType.GCActive:
      return gcActive(thread, time);
    case EventType.GCBegin:
      return gcBegin(thread, time);
    case EventType.GCEnd:
      return gcEnd(thread, time);
    case EventType.GCSweepActive:
      return sweepActive(thread, time);
    case EventType.GCSweepBegin:
      return sweepBegin(thread, time);
    case EventType.GCSweepEnd:
      return sweepEnd(thread, time);
    case EventType.UserTaskBegin:
      return taskBegin(thread, time);
    case EventType.UserTaskEnd:
      return taskEnd(thread, time);
    case EventType.UserRegionBegin:
      return regionBegin(thread, time);
    case EventType.UserRegionEnd:
      return regionEnd(thread, time);
    default:
      return fail(Failure.UnorderedType);
  }
}

function procStatus(thread: usize, time: i64): Advance {
  // The official reader looks at the low byte alone.
  const status = argLow(1) & 0xff;
  failWith(0, argLow(0), argHigh(0));
  if (status > lastStatus) {
    failWith(1, status, 0);
    return fail(Failure.ProcStatusUnknown);
  }
  let proc = findRecord(procs, argLow(0), argHigh(0));
  const old = proc == 0 ? absent : load<u32>(proc, procState) & statusMask;
  const isPromoted = status == procSyscallAbandoned && old == procSyscall;
  if (proc == 0) {
    proc = procOf(argLow(0), argHigh(0));
    emitExtra(Extra.From, (era == initialEra ? ProcState.Undetermined : ProcState.NotExist) as u32, 0, 0);
  } else if (!isPromoted && old != status) {
    failWith(1, old, status);
    return fail(Failure.ProcStatusDiffers);
  }
  store<u32>(proc, 0, procSequence);
  store<u32>(proc, era | (isPromoted ? procSyscall : status), procState);
  if (!isPromoted) {
    emitEvent(thread, time);
    if ((status == procRunning || status == procSyscall) && thread != withoutThread) {
      bindProc(thread, proc);
    }
    return Advance.Yes;
  }
  // The proc is about to be stolen, and another thread says so: the row belongs to the thread that holds the proc.
  const holder = holderOf(proc);
  if (holder == 0) {
    return fail(Failure.ProcHolderUnknown);
  }
  emitExtra(Extra.Status, procSyscall, 0, 0);
  return emitAs(eventType(), holder, time, argumentsOffset());
}

function procSteal(thread: usize, time: i64): Advance {
  const proc = findRecord(procs, argLow(0), argHigh(0));
  const state = proc == 0 ? 0 : load<u32>(proc, procState);
  const isStealable = state == (era | procSyscall) || state == (era | procSyscallAbandoned);
  if (!isStealable || argHigh(1) != 0 || load<u32>(proc, procSequence) + 1 != argLow(1)) {
    return Advance.NotYet;
  }
  if (thread == withoutThread) {
    return failContext(thread, false, false);
  }
  store<u32>(proc, era | procIdle, procState);
  store<u32>(proc, argLow(1), procSequence);
  if ((state & statusMask) == procSyscallAbandoned) {
    // Where the thread went is not known: nothing to take from it.
    emitExtra(Extra.From, ProcState.Idle as u32, 0, 0);
    return emitEvent(thread, time);
  }
  const stolen: usize = isNone(argLow(0), argHigh(0)) ? 0 : proc;
  const isOwn = argLow(2) == load<u32>(thread, idLow) && argHigh(2) == load<u32>(thread, idHigh);
  const victim = isOwn ? thread : findThread(argLow(2), argHigh(2));
  failWith(0, argLow(0), argHigh(0));
  failWith(1, argLow(2), argHigh(2));
  if (victim == 0) {
    return fail(Failure.StealFromNobody);
  }
  const held = load<usize>(victim, threadProc);
  if (held != stolen) {
    failWith(2, held == 0 ? 0xffffffff : load<u32>(held, idLow), held == 0 ? 0xffffffff : load<u32>(held, idHigh));
    return fail(isOwn ? Failure.SelfStealDiffers : Failure.StealDiffers);
  }
  emitEvent(thread, time);
  bindProc(victim, 0);
  return Advance.Yes;
}

function goStatus(thread: usize, time: i64): Advance {
  // The official reader looks at the low byte alone.
  const status = argLow(2) & 0xff;
  failWith(0, argLow(0), argHigh(0));
  if (status > lastStatus) {
    failWith(1, status, 0);
    return fail(Failure.GoStatusUnknown);
  }
  let goroutine = findGoroutine(argLow(0), argHigh(0));
  if (goroutine != 0) {
    const old = load<u32>(goroutine, goroutineState) & statusMask;
    if (old != status) {
      failWith(1, old, status);
      return fail(Failure.GoStatusDiffers);
    }
  } else if (era == initialEra) {
    goroutine = goroutineOf(argLow(0), argHigh(0));
    emitExtra(Extra.From, GoState.Undetermined as u32, 0, 0);
  } else {
    failWith(1, status, 0);
    return fail(Failure.GoStatusLate);
  }
  store<u32>(goroutine, 0, goroutineSequence);
  store<u32>(goroutine, era | status, goroutineState);
  if (status == goSyscall) {
    return goStatusInSyscall(thread, time, goroutine);
  }
  emitEvent(thread, time);
  if (status == goRunning && thread != withoutThread) {
    store<usize>(thread, bindable(goroutine), threadGoroutine);
  }
  return Advance.Yes;
}

function goStatusInSyscall(thread: usize, time: i64, goroutine: usize): Advance {
  const bound = bindable(goroutine);
  if (isNone(argLow(1), argHigh(1))) {
    return fail(Failure.SyscallWithoutThread);
  }
  if (argLow(1) == load<u32>(thread, idLow) && argHigh(1) == load<u32>(thread, idHigh)) {
    if (era != initialEra && load<usize>(thread, threadGoroutine) != bound) {
      return failSyscallThread(thread);
    }
    emitEvent(thread, time);
    store<usize>(thread, bound, threadGoroutine);
    return Advance.Yes;
  }
  // Thread and goroutine sat in the syscall all generation long, without a proc.
  const other = threadOf(argLow(1), argHigh(1));
  let shown = load<usize>(thread, threadGoroutine);
  if (load<u32>(other, threadIsKnown) == 0) {
    store<u32>(other, 1, threadIsKnown);
    store<usize>(other, bound, threadGoroutine);
  } else if (load<usize>(other, threadGoroutine) != bound) {
    return failSyscallThread(other);
  } else {
    shown = bound;
  }
  emit(eventType(), time, codeOf(shown), contextBetween(other, thread), argumentsOffset());
  return Advance.Yes;
}

function failSyscallThread(thread: usize): Advance {
  const held = load<usize>(thread, threadGoroutine);
  failWith(1, held == 0 ? 0xffffffff : load<u32>(held, idLow), held == 0 ? 0xffffffff : load<u32>(held, idHigh));
  return fail(Failure.SyscallThreadDiffers);
}

function goCreateSyscall(thread: usize, time: i64): Advance {
  if (thread == withoutThread || load<usize>(thread, threadGoroutine) != 0) {
    return failContext(thread, false, false);
  }
  const goroutine = goroutineOf(argLow(0), argHigh(0));
  if (exists(goroutine)) {
    failWith(0, argLow(0), argHigh(0));
    return fail(Failure.GoExistsInSyscall);
  }
  emitEvent(thread, time);
  store<u32>(goroutine, 0, goroutineSequence);
  store<u32>(goroutine, era | goSyscall, goroutineState);
  store<usize>(thread, bindable(goroutine), threadGoroutine);
  return Advance.Yes;
}

/** The goroutine of a cgo callback ends; its thread id may be used again at once, so a proc it still holds counts as lost. */
function goDestroySyscall(thread: usize, time: i64): Advance {
  const goroutine = load<usize>(thread, threadGoroutine);
  if (goroutine == 0) {
    return failContext(thread, false, true);
  }
  if ((load<u32>(goroutine, goroutineState) & statusMask) != goSyscall) {
    return failState(goroutine, Failure.NotInSyscall);
  }
  const proc = load<usize>(thread, threadProc);
  if (proc != 0) {
    const state = load<u32>(proc, procState);
    if ((state & statusMask) != procSyscall) {
      failWith(0, load<u32>(proc, idLow), load<u32>(proc, idHigh));
      failWith(1, state & statusMask, 0);
      return fail(Failure.ProcLeftUnexpected);
    }
    store<u32>(proc, (state & ~statusMask) | procSyscallAbandoned, procState);
    emitAs(EventType.ProcSteal, thread, time, noOffset);
  }
  emitEvent(thread, time);
  destroyGoroutine(goroutine);
  store<usize>(thread, 0, threadGoroutine);
  bindProc(thread, 0);
  return Advance.Yes;
}

export function destroyGoroutine(goroutine: usize): void {
  store<u32>(goroutine, absent, goroutineState);
  forgetOpen(goroutine);
}

/** Unblocks one goroutine, blocks or ends the current one, starts the first: three rows. */
function goSwitch(thread: usize, time: i64): Advance {
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  const current = load<usize>(thread, threadGoroutine);
  const state = load<u32>(current, goroutineState);
  if ((state & statusMask) != goRunning) {
    return failState(current, Failure.NotRunning);
  }
  const next = findGoroutine(argLow(0), argHigh(0));
  const isNext =
    next != 0 &&
    load<u32>(next, goroutineState) == (era | goWaiting) &&
    argHigh(1) == 0 &&
    load<u32>(next, goroutineSequence) + 1 == argLow(1);
  if (!isNext) {
    return Advance.NotYet;
  }
  const context = load<u32>(thread, threadContext);
  const code = codeOf(current);
  const offset = argumentsOffset();
  emit(eventType(), time, code, context, offset);
  if (eventType() == EventType.GoSwitch) {
    store<u32>(current, (state & ~statusMask) | goWaiting, goroutineState);
    emit(EventType.GoBlock, time, code, context, noOffset);
  } else {
    destroyGoroutine(current);
    emit(EventType.GoDestroy, time, code, context, noOffset);
  }
  store<u32>(next, era | goRunning, goroutineState);
  store<u32>(next, argLow(1), goroutineSequence);
  emit(EventType.GoStart, time, 0, context, offset);
  store<usize>(thread, bindable(next), threadGoroutine);
  return Advance.Yes;
}

/** Whether argument 0 is the immediate successor of the last GC sequence number. */
function isNextGc(): bool {
  const low = gcSequenceLow + 1;
  return argLow(0) == low && argHigh(0) == gcSequenceHigh + (low == 0 ? 1 : 0);
}

function setGc(state: GcState): void {
  gcState = state;
  gcSequenceLow = argLow(0);
  gcSequenceHigh = argHigh(0);
}

function gcActive(thread: usize, time: i64): Advance {
  if (era == initialEra) {
    if (gcState != GcState.Undetermined) {
      return fail(Failure.GCActiveNotFirst);
    }
  } else {
    if (!isNextGc()) {
      return Advance.NotYet;
    }
    if (gcState != GcState.Running) {
      return fail(Failure.GCActiveWhileOff);
    }
    if (!runsUserCode(thread)) {
      return failContext(thread, true, true);
    }
  }
  setGc(GcState.Running);
  return emitEvent(thread, time);
}

function gcBegin(thread: usize, time: i64): Advance {
  if (gcState != GcState.Undetermined) {
    if (!isNextGc()) {
      return Advance.NotYet;
    }
    if (gcState == GcState.Running) {
      return fail(Failure.GCBeginWhileOn);
    }
    if (!runsUserCode(thread)) {
      return failContext(thread, true, true);
    }
  }
  setGc(GcState.Running);
  return emitEvent(thread, time);
}

function gcEnd(thread: usize, time: i64): Advance {
  if (!isNextGc()) {
    return Advance.NotYet;
  }
  if (gcState != GcState.Running) {
    failWith(0, gcState == GcState.NotRunning ? 1 : 0, 0);
    return fail(Failure.GCEndWhileOff);
  }
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  setGc(GcState.NotRunning);
  return emitEvent(thread, time);
}

/** The thread's goroutine exists: it may be gone where two threads held it. */
function hasGoroutine(goroutine: usize): bool {
  failWith(0, load<u32>(goroutine, idLow), load<u32>(goroutine, idHigh));
  return exists(goroutine);
}

/** Begins an assist, where the goroutine exists and has none open. */
export function beginAssist(goroutine: usize): bool {
  if (!exists(goroutine) || hasRange(goroutine, true, 0, 0)) {
    return false;
  }
  addRange(goroutine, true, 0, 0);
  return true;
}

/** Ends an assist, where the goroutine exists and has one open. */
export function endAssist(goroutine: usize): bool {
  const position = exists(goroutine) ? findRange(goroutine, true) : -1;
  if (position >= 0) {
    removeRange(goroutine, position);
  }
  return position >= 0;
}

/** Begins a region, where the goroutine exists. The name is the id of a string that exists. */
export function beginRegion(goroutine: usize, task: u32, name: u32): bool {
  if (!exists(goroutine)) {
    return false;
  }
  pushRegion(goroutine, task, 0, stringOf(name, 0) - 1);
  return true;
}

/** Ends a region, where the goroutine exists and it is the innermost, or none is known. */
export function endRegion(goroutine: usize, task: u32, name: u32): bool {
  const region = innermostRegion(goroutine);
  if (region == 0) {
    return exists(goroutine);
  }
  if (!isRegion(region, task, 0, stringOf(name, 0) - 1) || !exists(goroutine)) {
    return false;
  }
  popRegion(goroutine);
  return true;
}

function isRegion(region: usize, taskLow: u32, taskHigh: u32, name: u32): bool {
  return (
    load<u32>(region, regionTaskLow) == taskLow && load<u32>(region, regionTaskHigh) == taskHigh && load<u32>(region, regionName) == name
  );
}

/** Begins a task, where none of its id is known. The type is the id of a string that exists. */
export function beginTask(id: u32, parent: u32, type: u32): bool {
  if (findRecord(tasks, id, 0) != 0) {
    return false;
  }
  addTask(id, 0, parent, 0, stringOf(type, 0) - 1);
  return true;
}

/** Ends a task, known or not, whose row is the next one. */
export function endTask(id: u32): bool {
  removeTask(findRecord(tasks, id, 0));
  return true;
}

function addTask(low: u32, high: u32, parentLow: u32, parentHigh: u32, type: u32): void {
  const hasParent = (parentLow | parentHigh) != 0;
  const task = addRecord(tasks, low, high);
  store<u32>(task, hasParent ? parentLow : 0xffffffff, taskParentLow);
  store<u32>(task, hasParent ? parentHigh : 0xffffffff, taskParentHigh);
  store<u32>(task, type, taskType);
}

/** @param task 0 is a task that began before the trace */
function removeTask(task: usize): void {
  if (task != 0) {
    emitExtra(Extra.Task, load<u32>(task, taskParentLow), load<u32>(task, taskParentHigh), load<u32>(task, taskType));
    removeRecord(tasks, task);
  }
}

function rangeBegin(thread: usize, time: i64): Advance {
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  const goroutine = load<usize>(thread, threadGoroutine);
  if (!hasGoroutine(goroutine)) {
    return fail(Failure.RangeGoroutineGone);
  }
  const isAssist = eventType() == EventType.GCMarkAssistBegin;
  const low = isAssist ? 0 : argLow(0);
  const high = isAssist ? 0 : argHigh(0);
  if (hasRange(goroutine, isAssist, low, high)) {
    return fail(Failure.RangeOpen);
  }
  addRange(goroutine, isAssist, low, high);
  return emitEvent(thread, time);
}

function rangeEnd(thread: usize, time: i64): Advance {
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  const goroutine = load<usize>(thread, threadGoroutine);
  if (!hasGoroutine(goroutine)) {
    return fail(Failure.RangeGoroutineGone);
  }
  const isAssist = eventType() == EventType.GCMarkAssistEnd;
  const position = findRange(goroutine, isAssist);
  if (position < 0) {
    return fail(Failure.RangeNotOpen);
  }
  if (!isAssist) {
    const kind = stringOf(rangeKindLow(goroutine, position), rangeKindHigh(goroutine, position));
    if (kind != 0) {
      emitExtra(Extra.Reason, kind - 1, 0, 0);
    }
  }
  removeRange(goroutine, position);
  return emitEvent(thread, time);
}

function assistActive(thread: usize, time: i64): Advance {
  const goroutine = findGoroutine(argLow(0), argHigh(0));
  if (goroutine == 0) {
    failWith(0, argLow(0), argHigh(0));
    return fail(Failure.AssistGoroutineUnknown);
  }
  const isOpen = hasRange(goroutine, true, 0, 0);
  if (isOpen == (era == initialEra)) {
    listStops(goroutine);
    return fail(isOpen ? Failure.RangeFoundTwice : Failure.RangeMissing);
  }
  if (!isOpen) {
    addRange(goroutine, true, 0, 0);
  }
  return emitEvent(thread, time);
}

function sweepActive(thread: usize, time: i64): Advance {
  const proc = findRecord(procs, argLow(0), argHigh(0));
  if (proc == 0) {
    failWith(0, argLow(0), argHigh(0));
    return fail(Failure.SweepProcUnknown);
  }
  const isOpen = load<u32>(proc, procIsSweeping) != 0;
  if (isOpen == (era == initialEra)) {
    return fail(isOpen ? Failure.RangeFoundTwice : Failure.RangeMissing);
  }
  store<u32>(proc, 1, procIsSweeping);
  return emitEvent(thread, time);
}

function sweepBegin(thread: usize, time: i64): Advance {
  const proc = load<usize>(thread, threadProc);
  if (proc == 0) {
    return failContext(thread, true, false);
  }
  if (load<u32>(proc, procIsSweeping) != 0) {
    return fail(Failure.RangeOpen);
  }
  store<u32>(proc, 1, procIsSweeping);
  return emitEvent(thread, time);
}

function sweepEnd(thread: usize, time: i64): Advance {
  const proc = load<usize>(thread, threadProc);
  if (proc == 0) {
    return failContext(thread, true, false);
  }
  if (load<u32>(proc, procIsSweeping) == 0) {
    return fail(Failure.RangeNotOpen);
  }
  store<u32>(proc, 0, procIsSweeping);
  return emitEvent(thread, time);
}

/** Index plus one of the string that argument n names; 0 fails. */
function namedString(n: u32): u32 {
  const string = stringOf(argLow(n), argHigh(n));
  if (string == 0) {
    failWith(0, argLow(n), argHigh(n));
    fail(Failure.NeedsString);
  }
  return string;
}

function taskBegin(thread: usize, time: i64): Advance {
  if (findRecord(tasks, argLow(0), argHigh(0)) != 0) {
    failWith(0, argLow(0), argHigh(0));
    return fail(Failure.TaskExists);
  }
  const type = namedString(2);
  if (type == 0) {
    return Advance.Failed;
  }
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  addTask(argLow(0), argHigh(0), argLow(1), argHigh(1), type - 1);
  return emitEvent(thread, time);
}

function taskEnd(thread: usize, time: i64): Advance {
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  removeTask(findRecord(tasks, argLow(0), argHigh(0)));
  return emitEvent(thread, time);
}

function regionBegin(thread: usize, time: i64): Advance {
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  const name = namedString(1);
  if (name == 0) {
    return Advance.Failed;
  }
  const goroutine = load<usize>(thread, threadGoroutine);
  if (!hasGoroutine(goroutine)) {
    return fail(Failure.RegionGoroutineGone);
  }
  pushRegion(goroutine, argLow(0), argHigh(0), name - 1);
  return emitEvent(thread, time);
}

function regionEnd(thread: usize, time: i64): Advance {
  if (!runsUserCode(thread)) {
    return failContext(thread, true, true);
  }
  const name = namedString(1);
  if (name == 0) {
    return Advance.Failed;
  }
  const goroutine = load<usize>(thread, threadGoroutine);
  if (!hasGoroutine(goroutine)) {
    return fail(Failure.RegionGoroutineGone);
  }
  const region = innermostRegion(goroutine);
  if (region != 0) {
    if (!isRegion(region, argLow(0), argHigh(0), name - 1)) {
      failWith(1, argLow(0), argHigh(0));
      failWith(2, load<u32>(region, regionTaskLow), load<u32>(region, regionTaskHigh));
      failWith(3, name - 1, load<u32>(region, regionName));
      return fail(Failure.RegionMisuse);
    }
    popRegion(goroutine);
  }
  return emitEvent(thread, time);
}
