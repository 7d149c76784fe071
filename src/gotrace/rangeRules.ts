import type { ThreadCursor } from './cursor';
import type { Ordering } from './order';
import { arg, fail, nameOf, requireProc, requireUserCode, type Rules } from './ruleContext';
import { assistRange, GcState } from './schedulerState';
import { EventType } from './trace';
import { formatSigned } from './wire';

/** Rules of ranges: mark phases (of the process), sweeps (of procs), assists and stop-the-worlds (of goroutines). */
export const rangeRules: Rules = [
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
];

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
    fail(event, `discovered event already in-flight for when starting event ${nameOf(order, event)}`);
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
    fail(event, `uninitialized goroutine ${formatSigned(arg(event, 0))} found during ${nameOf(order, event)}`);
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
