import type { ThreadCursor } from './cursor';
import type { Ordering } from './order';
import { arg, fail, nameOf, requireProc, requireThread, type Rules } from './ruleContext';
import { absent, procIdle, procRunning, procStateOfStatus, procStatusNames, procSyscall, procSyscallAbandoned } from './schedulerState';
import { EventType, ProcState } from './trace';
import { formatSigned, wireNone } from './wire';

/** Rules of procs: which status and sequence number an event needs, and what it leaves. */
export const procRules: Rules = [
  [EventType.ProcStart, procStart],
  [EventType.ProcStop, procStop],
  [EventType.ProcSteal, procSteal],
  [EventType.ProcStatus, procStatus],
];

function procStatus(order: Ordering, event: ThreadCursor): boolean {
  const { procs } = order.state;
  const proc = arg(event, 0);
  // The official reader looks at the low byte alone.
  const status = arg(event, 1) & 0xff;
  if (status > procSyscallAbandoned) {
    fail(event, `invalid status for proc ${formatSigned(proc)}: ${String(status)}`);
  }
  const slot = procs.find(proc);
  let isPromoted = false;
  if (slot === -1) {
    procs.create(proc, status, order.generation.number);
    order.extraFrom = order.isInitialGeneration ? ProcState.Undetermined : ProcState.NotExist;
  } else {
    const old = procs.status[slot] ?? absent;
    isPromoted = status === procSyscallAbandoned && old === procSyscall;
    if (!isPromoted && old !== status) {
      fail(
        event,
        `inconsistent status for proc ${formatSigned(proc)}: old ${procStatusNames[old] ?? ''} vs. new ${procStatusNames[status] ?? ''}`,
      );
    }
    procs.setSequence(slot, order.generation.number, 0);
    order.extraFrom = isPromoted ? ProcState.Running : procStateOfStatus[status];
  }
  if (status === procRunning || status === procSyscall) {
    order.newProc = proc;
  }
  if (!isPromoted) {
    order.emit(event.type, event.offset);
    return true;
  }
  // The proc is about to be stolen, and another thread says so: the row belongs to the thread that holds the proc.
  const { threads } = order.state;
  const holder = threads.holderOf(proc);
  if (holder === -1) {
    fail(event, `failed to find sched context for proc ${formatSigned(proc)} that's about to be stolen`);
  }
  order.extraStatus = procSyscall;
  order.emit(event.type, event.offset, threads.goroutine[holder], proc, threads.idOf(holder));
  return true;
}

function procStart(order: Ordering, event: ThreadCursor): boolean {
  const { procs } = order.state;
  const proc = arg(event, 0);
  const slot = procs.find(proc);
  const { number } = order.generation;
  if (slot === -1 || procs.status[slot] !== procIdle || !procs.isNext(slot, number, arg(event, 1)) || order.proc !== wireNone) {
    return false;
  }
  requireThread(order, event);
  procs.status[slot] = procRunning;
  procs.setSequence(slot, number, arg(event, 1));
  order.newProc = proc;
  order.emit(event.type, event.offset);
  return true;
}

function procStop(order: Ordering, event: ThreadCursor): boolean {
  const { procs } = order.state;
  const slot = procs.find(order.proc);
  if (slot === -1) {
    fail(event, `event ${nameOf(order, event)} for proc (${formatSigned(order.proc)}) that doesn't exist`);
  }
  const status = procs.status[slot];
  if (status !== procRunning && status !== procSyscall) {
    fail(event, `${nameOf(order, event)} event for proc that's not Running or Syscall`);
  }
  requireProc(order, event);
  procs.status[slot] = procIdle;
  order.newProc = wireNone;
  order.emit(event.type, event.offset);
  return true;
}

function procSteal(order: Ordering, event: ThreadCursor): boolean {
  const { procs, threads } = order.state;
  const proc = arg(event, 0);
  const slot = procs.find(proc);
  const old = slot === -1 ? absent : procs.status[slot];
  const { number } = order.generation;
  if ((old !== procSyscall && old !== procSyscallAbandoned) || !procs.isNext(slot, number, arg(event, 1))) {
    return false;
  }
  requireThread(order, event);
  procs.status[slot] = procIdle;
  procs.setSequence(slot, number, arg(event, 1));
  if (old === procSyscallAbandoned) {
    // Where the thread went is not known: nothing to take from it.
    order.extraFrom = ProcState.Idle;
    order.emit(event.type, event.offset);
    return true;
  }
  const victim = arg(event, 2);
  if (victim === order.thread) {
    if (order.proc !== proc) {
      fail(
        event,
        `tried to self-steal proc ${formatSigned(proc)} (thread ${formatSigned(victim)}), but got proc ${formatSigned(order.proc)} instead`,
      );
    }
    order.newProc = wireNone;
    order.emit(event.type, event.offset);
    return true;
  }
  const holder = threads.find(victim);
  if (holder === -1) {
    fail(event, `stole proc from non-existent thread ${formatSigned(victim)}`);
  }
  if (threads.proc[holder] !== proc) {
    fail(
      event,
      `tried to steal proc ${formatSigned(proc)} from thread ${formatSigned(victim)}, but got proc ${formatSigned(threads.proc[holder] ?? wireNone)} instead`,
    );
  }
  threads.proc[holder] = wireNone;
  order.emit(event.type, event.offset);
  return true;
}
