import { BrokenTrace } from './brokenTrace';
import type { ThreadCursor } from './cursor';
import { eventSpec } from './eventSpecs';
import type { Ordering } from './order';
import { EventType } from './trace';
import { formatSigned, wireNone } from './wire';

/** Applies an event and says true, or changes nothing and says false: not yet. What can never happen is thrown. */
export type Rule = (order: Ordering, event: ThreadCursor) => boolean;

/** Rules by event type. */
export type Rules = readonly (readonly [EventType, Rule])[];

/** Last event type of the formats that are not the newest. */
const lastTypes: Readonly<Record<number, number>> = { 22: EventType.UserLog, 23: 49, 25: 51 };

/** @throws BrokenTrace at the event */
export function fail(event: ThreadCursor, reason: string): never {
  throw new BrokenTrace(reason, event.offset);
}

/** The name that messages use for the event at hand: formats know the names of their own time. */
export function nameOf(order: Ordering, event: ThreadCursor): string {
  const isKnown = event.type <= (lastTypes[order.goVersion] ?? event.type);
  return (isKnown ? eventSpec(event.type)?.name : undefined) ?? `Invalid(${String(event.type)})`;
}
/** The n-th argument. */
export const arg = (event: ThreadCursor, n: number): number => event.args[n] ?? 0;

export function requireThread(order: Ordering, event: ThreadCursor): void {
  if (order.thread === wireNone) {
    fail(event, "expected a thread but didn't have one");
  }
}

export function requireProc(order: Ordering, event: ThreadCursor): void {
  requireThread(order, event);
  if (order.proc === wireNone) {
    fail(event, "expected a proc but didn't have one");
  }
}

export function requireGoroutine(order: Ordering, event: ThreadCursor): void {
  if (order.goroutine === wireNone) {
    fail(event, "expected a goroutine but didn't have one");
  }
}

export function requireNoGoroutine(order: Ordering, event: ThreadCursor): void {
  if (order.goroutine !== wireNone) {
    fail(event, 'expected no goroutine but had one');
  }
}

/** What everything that runs user code needs: thread, proc and goroutine. */
export function requireUserCode(order: Ordering, event: ThreadCursor): void {
  requireProc(order, event);
  requireGoroutine(order, event);
}

/** Slot of the current goroutine, which must exist in the wanted state. */
export function currentGoroutine(order: Ordering, event: ThreadCursor, status: number, shown = 'Running'): number {
  const { goroutines } = order.state;
  const slot = goroutines.find(order.goroutine);
  if (slot === -1) {
    fail(event, `event ${nameOf(order, event)} for goroutine (${formatSigned(order.goroutine)}) that doesn't exist`);
  }
  if (goroutines.status[slot] !== status) {
    fail(event, `${nameOf(order, event)} event for goroutine that's not ${shown}`);
  }
  return slot;
}
