import { BrokenTrace } from './brokenTrace';
import type { ThreadCursor } from './cursor';
import { eventSpec } from './eventSpecs';
import type { Generation } from './generation';
import {
  absent,
  assistRange,
  GcState,
  goRunnable,
  goRunning,
  goSyscall,
  goWaiting,
  type OpenRegion,
  procIdle,
  procRunning,
  procSyscall,
  procSyscallAbandoned,
  SchedulerState,
} from './schedulerState';
import { EventType, GoState, ProcState, type StringIndex } from './trace';
import { formatSigned, formatUnsigned, wireNone } from './wire';

/** A row that an advanced event yields: GoSwitch yields three, the end of a cgo callback's goroutine two, all others one. */
export interface OutputRow {
  type: EventType;
  goroutine: number;
  proc: number;
  thread: number;
  /** -1: the row has no bytes of its own. */
  offset: number;
}

/**
 * Decides which event may come next: the rules of go-execution-trace.md section 3.4. `advance` either applies an event and leaves its rows in
 * `rows[0 … rowCount)`, or says "not yet" and changes nothing, or throws because no legal history continues with this event.
 */
export class Ordering {
  readonly state = new SchedulerState();
  rowCount = 0;
  readonly rows: readonly OutputRow[] = [emptyRow(), emptyRow(), emptyRow()];
  /** Beyond the bytes of the first row; undefined where it has nothing to add. */
  extraFrom: GoState | ProcState | undefined;
  extraStatus: number | undefined;
  extraReason: StringIndex | undefined;
  extraTask: { readonly parent: number; readonly type: StringIndex } | undefined;

  // Context of the event being advanced, before and after it.
  thread = wireNone;
  proc = wireNone;
  goroutine = wireNone;
  newProc = wireNone;
  newGoroutine = wireNone;
  generation!: Generation;

  /** False: not yet. @throws BrokenTrace */
  advance(event: ThreadCursor, generation: Generation): boolean {
    const { threads } = this.state;
    if (this.state.initialGeneration === 0) {
      this.state.initialGeneration = generation.number;
    }
    this.generation = generation;
    this.thread = event.thread;
    const slot = event.thread === wireNone ? -1 : threads.intern(event.thread);
    this.proc = slot === -1 ? wireNone : (threads.proc[slot] ?? wireNone);
    this.goroutine = slot === -1 ? wireNone : (threads.goroutine[slot] ?? wireNone);
    this.newProc = this.proc;
    this.newGoroutine = this.goroutine;
    this.rowCount = 0;
    this.extraFrom = undefined;
    this.extraStatus = undefined;
    this.extraReason = undefined;
    this.extraTask = undefined;
    const rule = rules[event.type];
    if (rule === undefined) {
      throw new BrokenTrace(`bad event type found while ordering: ${String(event.type)}`, event.offset);
    }
    if (!rule(this, event)) {
      return false;
    }
    if (slot !== -1) {
      threads.proc[slot] = this.newProc;
      threads.goroutine[slot] = this.newGoroutine;
    }
    return true;
  }

  get isInitialGeneration(): boolean {
    return this.generation.number === this.state.initialGeneration;
  }

  emit(type: EventType, offset: number, goroutine = this.goroutine, proc = this.proc, thread = this.thread): void {
    const row = this.rows[this.rowCount++];
    if (row !== undefined) {
      row.type = type;
      row.offset = offset;
      row.goroutine = goroutine;
      row.proc = proc;
      row.thread = thread;
    }
  }
}

function emptyRow(): OutputRow {
  return { type: EventType.Sync, goroutine: wireNone, proc: wireNone, thread: wireNone, offset: -1 };
}

type Rule = (order: Ordering, event: ThreadCursor) => boolean;

const goStatusNames = ['Bad', 'Runnable', 'Running', 'Syscall', 'Waiting'];
const procStatusNames = ['Bad', 'Running', 'Idle', 'Syscall', 'Bad'];
export const goStateOfStatus = [GoState.Undetermined, GoState.Runnable, GoState.Running, GoState.Syscall, GoState.Waiting];
export const procStateOfStatus = [ProcState.Undetermined, ProcState.Running, ProcState.Idle, ProcState.Running, ProcState.Idle];

function fail(event: ThreadCursor, reason: string): never {
  throw new BrokenTrace(reason, event.offset);
}

const nameOf = (event: ThreadCursor): string => eventSpec(event.type)?.name ?? String(event.type);
const arg = (event: ThreadCursor, n: number): number => event.args[n] ?? 0;

function requireThread(order: Ordering, event: ThreadCursor): void {
  if (order.thread === wireNone) {
    fail(event, "expected a thread but didn't have one");
  }
}

function requireProc(order: Ordering, event: ThreadCursor): void {
  requireThread(order, event);
  if (order.proc === wireNone) {
    fail(event, "expected a proc but didn't have one");
  }
}

function requireGoroutine(order: Ordering, event: ThreadCursor): void {
  if (order.goroutine === wireNone) {
    fail(event, "expected a goroutine but didn't have one");
  }
}

function requireNoGoroutine(order: Ordering, event: ThreadCursor): void {
  if (order.goroutine !== wireNone) {
    fail(event, 'expected no goroutine but had one');
  }
}

/** What everything that runs user code needs: thread, proc and goroutine. */
function requireUserCode(order: Ordering, event: ThreadCursor): void {
  requireProc(order, event);
  requireGoroutine(order, event);
}

/** Slot of the current goroutine, which must exist in the wanted state. */
function currentGoroutine(order: Ordering, event: ThreadCursor, status: number, shown = 'Running'): number {
  const { goroutines } = order.state;
  const slot = goroutines.find(order.goroutine);
  if (slot === -1) {
    fail(event, `event ${nameOf(event)} for goroutine (${formatSigned(order.goroutine)}) that doesn't exist`);
  }
  if (goroutines.status[slot] !== status) {
    fail(event, `${nameOf(event)} event for goroutine that's not ${shown}`);
  }
  return slot;
}

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
    fail(event, `event ${nameOf(event)} for proc (${formatSigned(order.proc)}) that doesn't exist`);
  }
  const status = procs.status[slot];
  if (status !== procRunning && status !== procSyscall) {
    fail(event, `${nameOf(event)} event for proc that's not Running or Syscall`);
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
    fail(event, `${nameOf(event)} event for goroutine that's not Running`);
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
    fail(event, `uninitialized proc ${formatSigned(order.proc)} found during ${nameOf(event)}`);
  }
  procs.status[proc] = procSyscall;
  // A running proc: the sequence number can only fit or be wrong.
  const sequence = arg(event, 0);
  const { number } = order.generation;
  if (!procs.isNext(proc, number, sequence)) {
    const steps = `${procs.describeSequence(proc)} -> ${formatUnsigned(sequence)} (gen=${String(number)})`;
    fail(event, `failed to advance ${nameOf(event)}: can't make sequence: ${steps}`);
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
    fail(event, `uninitialized proc ${formatSigned(order.proc)} found during ${nameOf(event)}`);
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
      fail(event, `uninitialized proc ${formatSigned(order.proc)} found during ${nameOf(event)}`);
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
      fail(event, `found invalid proc ${formatSigned(order.proc)} during ${nameOf(event)}`);
    }
    if (procs.status[proc] !== procSyscall) {
      fail(
        event,
        `proc ${formatSigned(order.proc)} in unexpected state ${procStatusNames[procs.status[proc] ?? 0] ?? ''} during ${nameOf(event)}`,
      );
    }
    procs.status[proc] = procSyscallAbandoned;
    order.newProc = wireNone;
    order.emit(EventType.ProcSteal, -1);
  }
  order.emit(event.type, event.offset);
  return true;
}

function stringOf(order: Ordering, event: ThreadCursor, n: number): StringIndex {
  const string = order.generation.string(arg(event, n));
  return string ?? fail(event, `invalid string ID ${formatUnsigned(arg(event, n))} for ${String(event.type)} event`);
}

function userTaskBegin(order: Ordering, event: ThreadCursor): boolean {
  const { tasks } = order.state;
  const task = arg(event, 0);
  if (tasks.has(task)) {
    fail(event, `task ID conflict: ${formatUnsigned(task)}`);
  }
  const parent = arg(event, 1);
  tasks.set(task, { parent: parent === 0 ? wireNone : parent, type: stringOf(order, event, 2) });
  requireUserCode(order, event);
  order.emit(event.type, event.offset);
  return true;
}

function userTaskEnd(order: Ordering, event: ThreadCursor): boolean {
  const { tasks } = order.state;
  order.extraTask = tasks.get(arg(event, 0));
  tasks.delete(arg(event, 0));
  requireUserCode(order, event);
  order.emit(event.type, event.offset);
  return true;
}

function regionGoroutine(order: Ordering, event: ThreadCursor): number {
  const slot = order.state.goroutines.find(order.goroutine);
  if (slot === -1) {
    fail(event, `encountered Ev${nameOf(event)} without known state for current goroutine ${formatSigned(order.goroutine)}`);
  }
  return slot;
}

function userRegionBegin(order: Ordering, event: ThreadCursor): boolean {
  requireUserCode(order, event);
  const name = stringOf(order, event, 1);
  const slot = regionGoroutine(order, event);
  const { regions } = order.state;
  const open = regions.get(slot);
  const region = { task: arg(event, 0), name };
  if (open === undefined) {
    regions.set(slot, [region]);
  } else {
    open.push(region);
  }
  order.emit(event.type, event.offset);
  return true;
}

function userRegionEnd(order: Ordering, event: ThreadCursor): boolean {
  requireUserCode(order, event);
  const name = stringOf(order, event, 1);
  const slot = regionGoroutine(order, event);
  const open = order.state.regions.get(slot);
  const innermost = open?.[open.length - 1];
  if (innermost !== undefined && open !== undefined) {
    if (innermost.task !== arg(event, 0) || innermost.name !== name) {
      failMisuse(order, event, { task: arg(event, 0), name }, innermost);
    }
    open.pop();
  }
  order.emit(event.type, event.offset);
  return true;
}

function failMisuse(order: Ordering, event: ThreadCursor, region: OpenRegion, innermost: OpenRegion): never {
  const describe = ({ task, name }: OpenRegion): string => `{${formatUnsigned(task)} ${order.generation.textOf(name)}}`;
  const regions = `region end ${describe(region)} when the inner-most active region start event is ${describe(innermost)}`;
  fail(event, `misuse of region in goroutine ${formatSigned(order.goroutine)}: ${regions}`);
}

function gcActive(order: Ordering, event: ThreadCursor): boolean {
  const { state } = order;
  const sequence = arg(event, 0);
  if (order.isInitialGeneration) {
    if (state.gcState !== GcState.Undetermined) {
      fail(event, "GCActive in the first generation isn't first GC event");
    }
    state.gcState = GcState.Running;
  } else {
    if (sequence !== state.gcSequence + 1) {
      return false;
    }
    if (state.gcState !== GcState.Running) {
      fail(event, 'encountered GCActive while GC was not in progress');
    }
    requireUserCode(order, event);
  }
  state.gcSequence = sequence;
  order.emit(event.type, event.offset);
  return true;
}

function gcBegin(order: Ordering, event: ThreadCursor): boolean {
  const { state } = order;
  const sequence = arg(event, 0);
  if (state.gcState !== GcState.Undetermined) {
    if (sequence !== state.gcSequence + 1) {
      return false;
    }
    if (state.gcState === GcState.Running) {
      fail(event, 'encountered GCBegin while GC was already in progress');
    }
    requireUserCode(order, event);
  }
  state.gcSequence = sequence;
  state.gcState = GcState.Running;
  order.emit(event.type, event.offset);
  return true;
}

function gcEnd(order: Ordering, event: ThreadCursor): boolean {
  const { state } = order;
  const sequence = arg(event, 0);
  if (sequence !== state.gcSequence + 1) {
    return false;
  }
  if (state.gcState !== GcState.Running) {
    fail(event, `encountered GCEnd when GC was ${state.gcState === GcState.NotRunning ? 'not in progress' : 'in an undetermined state'}`);
  }
  requireUserCode(order, event);
  state.gcSequence = sequence;
  state.gcState = GcState.NotRunning;
  order.emit(event.type, event.offset);
  return true;
}

const rangeOf = (event: ThreadCursor): number => (event.type === EventType.STWBegin ? arg(event, 0) : assistRange);

function rangeGoroutine(order: Ordering, event: ThreadCursor): number {
  requireUserCode(order, event);
  const slot = order.state.goroutines.find(order.goroutine);
  if (slot === -1) {
    const { goroutine } = order;
    fail(event, `encountered event of type ${String(event.type)} without known state for current goroutine ${formatSigned(goroutine)}`);
  }
  return slot;
}

function openRange(order: Ordering, slot: number, range: number): void {
  const { goroutineRanges } = order.state;
  const open = goroutineRanges.get(slot);
  if (open === undefined) {
    goroutineRanges.set(slot, [range]);
  } else {
    open.push(range);
  }
}

function goRangeBegin(order: Ordering, event: ThreadCursor): boolean {
  const slot = rangeGoroutine(order, event);
  const range = rangeOf(event);
  if (order.state.goroutineRanges.get(slot)?.includes(range) === true) {
    fail(event, `discovered event already in-flight for when starting event ${nameOf(event)}`);
  }
  openRange(order, slot, range);
  order.emit(event.type, event.offset);
  return true;
}

function goRangeEnd(order: Ordering, event: ThreadCursor): boolean {
  const slot = rangeGoroutine(order, event);
  const open = order.state.goroutineRanges.get(slot) ?? [];
  const isStop = event.type === EventType.STWEnd;
  const index = open.findIndex((range) => (range === assistRange) !== isStop);
  if (index === -1) {
    fail(event, `tried to end event ${isStop ? 'STWBegin' : 'GCMarkAssistBegin'}, but not in-flight`);
  }
  if (isStop) {
    order.extraReason = order.generation.string(open[index] ?? 0);
  }
  // The last one takes the place of the ended one, as in the official reader: it decides which of two stops ends next.
  const last = open.pop();
  if (last !== undefined && index < open.length) {
    open[index] = last;
  }
  order.emit(event.type, event.offset);
  return true;
}

function assistActive(order: Ordering, event: ThreadCursor): boolean {
  const slot = order.state.goroutines.find(arg(event, 0));
  if (slot === -1) {
    fail(event, `uninitialized goroutine ${formatSigned(arg(event, 0))} found during ${nameOf(event)}`);
  }
  const isOpen = order.state.goroutineRanges.get(slot)?.includes(assistRange) === true;
  checkActiveRange(order, event, isOpen, 'GCMarkAssistBegin');
  if (!isOpen) {
    openRange(order, slot, assistRange);
  }
  order.emit(event.type, event.offset);
  return true;
}

/** A range that an event says is going on: new in the first generation, known in later ones. */
function checkActiveRange(order: Ordering, event: ThreadCursor, isOpen: boolean, name: string): void {
  if (order.isInitialGeneration && isOpen) {
    fail(event, `found named active range already in first gen: ${name}`);
  }
  if (!order.isInitialGeneration && !isOpen) {
    fail(event, `resource is missing active range: ${name}`);
  }
}

function sweepActive(order: Ordering, event: ThreadCursor): boolean {
  const { procs, sweeping } = order.state;
  const slot = procs.find(arg(event, 0));
  if (slot === -1) {
    fail(event, `encountered GCSweepActive for unknown proc ${formatSigned(arg(event, 0))}`);
  }
  checkActiveRange(order, event, sweeping.has(slot), 'GCSweepBegin');
  sweeping.add(slot);
  order.emit(event.type, event.offset);
  return true;
}

function sweepBegin(order: Ordering, event: ThreadCursor): boolean {
  requireProc(order, event);
  const { procs, sweeping } = order.state;
  const slot = procs.find(order.proc);
  if (sweeping.has(slot)) {
    fail(event, 'discovered event already in-flight for when starting event GCSweepBegin');
  }
  sweeping.add(slot);
  order.emit(event.type, event.offset);
  return true;
}

function sweepEnd(order: Ordering, event: ThreadCursor): boolean {
  requireProc(order, event);
  const { procs, sweeping } = order.state;
  if (!sweeping.delete(procs.find(order.proc))) {
    fail(event, 'tried to end event GCSweepBegin, but not in-flight');
  }
  order.emit(event.type, event.offset);
  return true;
}

/** Rules that only ask for a context. */
function annotation(order: Ordering, event: ThreadCursor): boolean {
  requireUserCode(order, event);
  order.emit(event.type, event.offset);
  return true;
}

function heapMetric(order: Ordering, event: ThreadCursor): boolean {
  requireProc(order, event);
  order.emit(event.type, event.offset);
  return true;
}

function allocFree(order: Ordering, event: ThreadCursor): boolean {
  requireThread(order, event);
  order.emit(event.type, event.offset);
  return true;
}

/** The state machine: one rule for each event type, at the index of the type. */
const rules: readonly (Rule | undefined)[] = indexRules([
  [EventType.ProcsChange, annotation],
  [EventType.ProcStart, procStart],
  [EventType.ProcStop, procStop],
  [EventType.ProcSteal, procSteal],
  [EventType.ProcStatus, procStatus],
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
  [EventType.STWBegin, goRangeBegin],
  [EventType.STWEnd, goRangeEnd],
  [EventType.GCMarkAssistActive, assistActive],
  [EventType.GCMarkAssistBegin, goRangeBegin],
  [EventType.GCMarkAssistEnd, goRangeEnd],
  [EventType.GCActive, gcActive],
  [EventType.GCBegin, gcBegin],
  [EventType.GCEnd, gcEnd],
  [EventType.GCSweepActive, sweepActive],
  [EventType.GCSweepBegin, sweepBegin],
  [EventType.GCSweepEnd, sweepEnd],
  [EventType.HeapAlloc, heapMetric],
  [EventType.HeapGoal, heapMetric],
  [EventType.GoLabel, annotation],
  [EventType.UserTaskBegin, userTaskBegin],
  [EventType.UserTaskEnd, userTaskEnd],
  [EventType.UserRegionBegin, userRegionBegin],
  [EventType.UserRegionEnd, userRegionEnd],
  [EventType.UserLog, annotation],
  [EventType.Span, allocFree],
  [EventType.SpanAlloc, allocFree],
  [EventType.SpanFree, allocFree],
  [EventType.HeapObject, allocFree],
  [EventType.HeapObjectAlloc, allocFree],
  [EventType.HeapObjectFree, allocFree],
  [EventType.GoroutineStack, allocFree],
  [EventType.GoroutineStackAlloc, allocFree],
  [EventType.GoroutineStackFree, allocFree],
]);

function indexRules(entries: readonly (readonly [EventType, Rule])[]): readonly (Rule | undefined)[] {
  const indexed: (Rule | undefined)[] = new Array<Rule | undefined>(256).fill(undefined);
  for (const [type, rule] of entries) {
    indexed[type] = rule;
  }
  return indexed;
}
