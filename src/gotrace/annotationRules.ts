import type { ThreadCursor } from './cursor';
import type { Ordering } from './order';
import { arg, fail, nameOf, requireProc, requireThread, requireUserCode, type Rules } from './ruleContext';
import { type OpenRegion } from './schedulerState';
import { EventType, type StringIndex } from './trace';
import { formatSigned, formatUnsigned, wireNone } from './wire';

/** Rules of what a program or the runtime notes: tasks, regions, logs, labels, metrics, and the alloc/free experiment. */
export const annotationRules: Rules = [
  [EventType.ProcsChange, annotation],
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
];

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
    fail(event, `encountered Ev${nameOf(order, event)} without known state for current goroutine ${formatSigned(order.goroutine)}`);
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
