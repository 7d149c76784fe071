import type { ThreadCursor } from './cursor';
import type { Ordering } from './order';
import {
  arg,
  currentGoroutine,
  fail,
  nameOf,
  requireGoroutine,
  requireNoGoroutine,
  requireProc,
  requireThread,
  requireUserCode,
  type Rules,
} from './ruleContext';
import {
  absent,
  goRunnable,
  goRunning,
  goStatusNames,
  goSyscall,
  goWaiting,
  procRunning,
  procStatusNames,
  procSyscall,
  procSyscallAbandoned,
} from './schedulerState';
import { EventType, GoState } from './trace';
import { formatSigned, formatUnsigned, wireNone } from './wire';

/** Rules of goroutines: which context, status and sequence number an event needs, and what it leaves. */
export const goroutineRules: Rules = [
  [EventType.GoCreate, goCreate],
  [EventType.GoCreateBlocked, goCreate],
  [EventType.GoCreateSyscall, goCreateSyscall],
  [EventType.GoStart, goStart],
  [EventType.GoDestroy, goStopRunning],
  [EventType.GoStop, goStopRunning],
  [EventType.GoBlock, goStopRunning],
  [EventType.GoDestroySyscall, goDestroySyscall],
  [EventType.GoUnblock, goUnblock],
  [EventType.GoSwitch, goSwitch],
  [EventType.GoSwitchDestroy, goSwitch],
  [EventType.GoSyscallBegin, goSyscallBegin],
  [EventType.GoSyscallEnd, goSyscallEnd],
  [EventType.GoSyscallEndBlocked, goSyscallEndBlocked],
  [EventType.GoStatus, goStatus],
  [EventType.GoStatusStack, goStatus],
];

function goStatus(order: Ordering, event: ThreadCursor): boolean {
  const { goroutines } = order.state;
  const goroutine = arg(event, 0);
  // The official reader looks at the low byte alone.
  const status = arg(event, 2) & 0xff;
  if (status > goWaiting) {
    fail(event, `invalid status for goroutine ${formatSigned(goroutine)}: ${String(status)}`);
  }
  const slot = goroutines.find(goroutine);
  if (slot !== -1) {
    const old = goroutines.status[slot] ?? absent;
    if (old !== status) {
      const names = `old ${goStatusNames[old] ?? ''} vs. new ${goStatusNames[status] ?? ''}`;
      fail(event, `inconsistent status for goroutine ${formatSigned(goroutine)}: ${names}`);
    }
    goroutines.setSequence(slot, order.generation.number, 0);
  } else if (order.isInitialGeneration) {
    goroutines.create(goroutine, status, order.generation.number);
    order.extraFrom = GoState.Undetermined;
  } else {
    const found = `id=${formatSigned(goroutine)} status=${goStatusNames[status] ?? ''}`;
    fail(event, `found goroutine status for new goroutine after the first generation: ${found}`);
  }
  if (status === goRunning) {
    order.newGoroutine = goroutine;
  }
  if (status === goSyscall) {
    return goStatusInSyscall(order, event, goroutine);
  }
  order.emit(event.type, event.offset);
  return true;
}

function goStatusInSyscall(order: Ordering, event: ThreadCursor, goroutine: number): boolean {
  const { threads } = order.state;
  const thread = arg(event, 1);
  const inconsistent = (found: number): never =>
    fail(event, `inconsistent thread for syscalling goroutine ${formatSigned(goroutine)}: thread has goroutine ${formatSigned(found)}`);
  if (thread === wireNone) {
    fail(event, `found goroutine ${formatSigned(goroutine)} in syscall without a thread`);
  }
  if (thread === order.thread) {
    if (!order.isInitialGeneration && order.goroutine !== goroutine) {
      inconsistent(order.goroutine);
    }
    order.newGoroutine = goroutine;
    order.emit(event.type, event.offset);
    return true;
  }
  // Thread and goroutine sat in the syscall all generation long, without a proc.
  const known = threads.find(thread);
  if (known === -1) {
    threads.goroutine[threads.intern(thread)] = goroutine;
    order.emit(event.type, event.offset, order.goroutine, order.proc, thread);
    return true;
  }
  const bound = threads.goroutine[known] ?? wireNone;
  if (bound !== goroutine) {
    inconsistent(bound);
  }
  order.emit(event.type, event.offset, bound, order.proc, thread);
  return true;
}

function goCreate(order: Ordering, event: ThreadCursor): boolean {
  const { goroutines } = order.state;
  requireProc(order, event);
  const creator = goroutines.find(order.goroutine);
  if (creator !== -1 && goroutines.status[creator] !== goRunning) {
    fail(event, `${nameOf(order, event)} event for goroutine that's not Running`);
  }
  const goroutine = arg(event, 0);
  if (goroutines.find(goroutine) !== -1) {
    fail(event, `tried to create goroutine (${formatSigned(goroutine)}) that already exists`);
  }
  goroutines.create(goroutine, event.type === EventType.GoCreateBlocked ? goWaiting : goRunnable, order.generation.number);
  order.emit(event.type, event.offset);
  return true;
}

function goCreateSyscall(order: Ordering, event: ThreadCursor): boolean {
  const { goroutines } = order.state;
  requireThread(order, event);
  requireNoGoroutine(order, event);
  const goroutine = arg(event, 0);
  if (goroutines.find(goroutine) !== -1) {
    fail(event, `tried to create goroutine (${formatSigned(goroutine)}) in syscall that already exists`);
  }
  goroutines.create(goroutine, goSyscall, order.generation.number);
  order.newGoroutine = goroutine;
  order.emit(event.type, event.offset);
  return true;
}

/** Slot of goroutine `id` if it is in the wanted state and the sequence number fits; -1 for not yet. */
function nextInSequence(order: Ordering, id: number, status: number, sequence: number): number {
  const { goroutines } = order.state;
  const slot = goroutines.find(id);
  return slot !== -1 && goroutines.status[slot] === status && goroutines.isNext(slot, order.generation.number, sequence) ? slot : -1;
}

function goStart(order: Ordering, event: ThreadCursor): boolean {
  const { goroutines } = order.state;
  const slot = nextInSequence(order, arg(event, 0), goRunnable, arg(event, 1));
  if (slot === -1) {
    return false;
  }
  requireProc(order, event);
  requireNoGoroutine(order, event);
  goroutines.status[slot] = goRunning;
  goroutines.setSequence(slot, order.generation.number, arg(event, 1));
  order.newGoroutine = arg(event, 0);
  order.emit(event.type, event.offset);
  return true;
}

function goStopRunning(order: Ordering, event: ThreadCursor): boolean {
  requireUserCode(order, event);
  const slot = currentGoroutine(order, event, goRunning);
  if (event.type === EventType.GoDestroy) {
    order.state.destroyGoroutine(slot);
  } else {
    order.state.goroutines.status[slot] = event.type === EventType.GoStop ? goRunnable : goWaiting;
  }
  order.newGoroutine = wireNone;
  order.emit(event.type, event.offset);
  return true;
}

function goUnblock(order: Ordering, event: ThreadCursor): boolean {
  const { goroutines } = order.state;
  const slot = nextInSequence(order, arg(event, 0), goWaiting, arg(event, 1));
  if (slot === -1) {
    return false;
  }
  goroutines.status[slot] = goRunnable;
  goroutines.setSequence(slot, order.generation.number, arg(event, 1));
  order.emit(event.type, event.offset);
  return true;
}

/** Unblocks one goroutine, blocks or ends the current one, starts the first: three rows. */
function goSwitch(order: Ordering, event: ThreadCursor): boolean {
  const { goroutines } = order.state;
  requireUserCode(order, event);
  const current = currentGoroutine(order, event, goRunning);
  const next = nextInSequence(order, arg(event, 0), goWaiting, arg(event, 1));
  if (next === -1) {
    return false;
  }
  order.emit(event.type, event.offset);
  if (event.type === EventType.GoSwitch) {
    goroutines.status[current] = goWaiting;
    order.emit(EventType.GoBlock, -1);
  } else {
    order.state.destroyGoroutine(current);
    order.emit(EventType.GoDestroy, -1);
  }
  goroutines.status[next] = goRunning;
  goroutines.setSequence(next, order.generation.number, arg(event, 1));
  order.newGoroutine = arg(event, 0);
  order.emit(EventType.GoStart, event.offset, wireNone);
  return true;
}

function goSyscallBegin(order: Ordering, event: ThreadCursor): boolean {
  const { goroutines, procs } = order.state;
  requireUserCode(order, event);
  const slot = currentGoroutine(order, event, goRunning);
  goroutines.status[slot] = goSyscall;
  const proc = procs.find(order.proc);
  if (proc === -1) {
    fail(event, `uninitialized proc ${formatSigned(order.proc)} found during ${nameOf(order, event)}`);
  }
  procs.status[proc] = procSyscall;
  // A running proc: the sequence number can only fit or be wrong.
  const sequence = arg(event, 0);
  const { number } = order.generation;
  if (!procs.isNext(proc, number, sequence)) {
    const steps = `${procs.describeSequence(proc)} -> ${formatUnsigned(sequence)} (gen=${String(number)})`;
    fail(event, `failed to advance ${nameOf(order, event)}: can't make sequence: ${steps}`);
  }
  procs.setSequence(proc, number, sequence);
  order.emit(event.type, event.offset);
  return true;
}

function goSyscallEnd(order: Ordering, event: ThreadCursor): boolean {
  const { goroutines, procs } = order.state;
  requireUserCode(order, event);
  goroutines.status[currentGoroutine(order, event, goSyscall)] = goRunning;
  const proc = procs.find(order.proc);
  if (proc === -1) {
    fail(event, `uninitialized proc ${formatSigned(order.proc)} found during ${nameOf(order, event)}`);
  }
  if (procs.status[proc] !== procSyscall) {
    const found = procStatusNames[procs.status[proc] ?? 0] ?? '';
    fail(event, `expected proc ${formatSigned(order.proc)} in state Syscall, but got ${found} instead`);
  }
  procs.status[proc] = procRunning;
  order.emit(event.type, event.offset);
  return true;
}

function goSyscallEndBlocked(order: Ordering, event: ThreadCursor): boolean {
  const { goroutines, procs } = order.state;
  if (order.proc !== wireNone) {
    const proc = procs.find(order.proc);
    if (proc === -1) {
      fail(event, `uninitialized proc ${formatSigned(order.proc)} found during ${nameOf(order, event)}`);
    }
    if (procs.status[proc] === procSyscall) {
      // The proc will be lost to a ProcStop or a ProcSteal, and that has to come first.
      return false;
    }
  }
  requireThread(order, event);
  requireGoroutine(order, event);
  goroutines.status[currentGoroutine(order, event, goSyscall)] = goRunnable;
  order.newGoroutine = wireNone;
  order.emit(event.type, event.offset);
  return true;
}

/** The goroutine of a cgo callback ends; its thread id may be used again at once, so a proc it still holds counts as lost. */
function goDestroySyscall(order: Ordering, event: ThreadCursor): boolean {
  const { procs } = order.state;
  requireThread(order, event);
  requireGoroutine(order, event);
  const slot = currentGoroutine(order, event, goSyscall, 'Syscall');
  order.state.destroyGoroutine(slot);
  order.newGoroutine = wireNone;
  if (order.proc !== wireNone) {
    const proc = procs.find(order.proc);
    if (proc === -1) {
      fail(event, `found invalid proc ${formatSigned(order.proc)} during ${nameOf(order, event)}`);
    }
    if (procs.status[proc] !== procSyscall) {
      fail(
        event,
        `proc ${formatSigned(order.proc)} in unexpected state ${procStatusNames[procs.status[proc] ?? 0] ?? ''} during ${nameOf(order, event)}`,
      );
    }
    procs.status[proc] = procSyscallAbandoned;
    order.newProc = wireNone;
    order.emit(EventType.ProcSteal, -1);
  }
  order.emit(event.type, event.offset);
  return true;
}
