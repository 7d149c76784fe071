import { goStateOfStatus, procStateOfStatus } from './schedulerState';
import { type EventTable, EventType, GoState, ProcState, type StackIndex, type StringIndex, type Trace, type Transition } from './trace';

const noString = 0 as StringIndex;
const noStack = 0 as StackIndex;

/** Which goroutine changes: the one the first argument names, or the one that was running. */
type Subject = 'named' | 'running';

/** What an event does to a goroutine. */
export interface GoRule {
  readonly subject: Subject;
  readonly from: GoState;
  readonly to: GoState;
  /** Argument that holds the reason. */
  readonly reason?: number;
  /** Argument that holds the stack of the goroutine that changes. */
  readonly stack?: number;
}

/** State transitions by event type; go-execution-trace.md section 3.6. Statuses are apart: their states are in their arguments. */
const goRules: ReadonlyMap<EventType, GoRule> = new Map<EventType, GoRule>([
  [EventType.GoCreate, { subject: 'named', from: GoState.NotExist, to: GoState.Runnable, stack: 1 }],
  [EventType.GoCreateBlocked, { subject: 'named', from: GoState.NotExist, to: GoState.Waiting, stack: 1 }],
  [EventType.GoCreateSyscall, { subject: 'named', from: GoState.NotExist, to: GoState.Syscall }],
  [EventType.GoStart, { subject: 'named', from: GoState.Runnable, to: GoState.Running }],
  [EventType.GoDestroy, { subject: 'running', from: GoState.Running, to: GoState.NotExist }],
  [EventType.GoDestroySyscall, { subject: 'running', from: GoState.Syscall, to: GoState.NotExist }],
  [EventType.GoStop, { subject: 'running', from: GoState.Running, to: GoState.Runnable, reason: 0, stack: 1 }],
  [EventType.GoBlock, { subject: 'running', from: GoState.Running, to: GoState.Waiting, reason: 0, stack: 1 }],
  [EventType.GoUnblock, { subject: 'named', from: GoState.Waiting, to: GoState.Runnable }],
  [EventType.GoSwitch, { subject: 'named', from: GoState.Waiting, to: GoState.Runnable }],
  [EventType.GoSwitchDestroy, { subject: 'named', from: GoState.Waiting, to: GoState.Runnable }],
  [EventType.GoSyscallBegin, { subject: 'running', from: GoState.Running, to: GoState.Syscall, stack: 1 }],
  [EventType.GoSyscallEnd, { subject: 'running', from: GoState.Syscall, to: GoState.Running }],
  [EventType.GoSyscallEndBlocked, { subject: 'running', from: GoState.Syscall, to: GoState.Runnable }],
]);
/** By event type; undefined where an event does nothing to a goroutine, and for statuses, whose states are in their arguments. */
export const goRuleOfType: readonly (GoRule | undefined)[] = Array.from({ length: 256 }, (_, type) => goRules.get(type));

/** A transition for `readTransition` to fill. */
export function newTransition(): Transition {
  return { resource: 'goroutine', id: 0, from: GoState.Undetermined, to: GoState.Undetermined, reason: noString, stack: noStack };
}

/** Reads the state transition of row `event` into `into`; false when it is none. Source: go-execution-trace.md section 3.6. */
export function readTransition(trace: Trace, event: number, into: Transition): boolean {
  const { events } = trace;
  const type = events.typeAt(event);
  const rule = goRuleOfType[type];
  if (rule !== undefined) {
    into.resource = 'goroutine';
    into.id = rule.subject === 'named' ? events.argAt(event, 0) : events.goroutineAt(event);
    into.from = rule.from;
    into.to = rule.to;
    into.reason = rule.reason === undefined ? noString : events.stringAt(event, rule.reason);
    into.stack = rule.stack === undefined ? noStack : events.stackArgAt(event, rule.stack);
    return true;
  }
  if (type === EventType.GoStatus || type === EventType.GoStatusStack) {
    into.resource = 'goroutine';
    into.id = events.argAt(event, 0);
    into.to = goStateOfStatus[statusAt(events, event, 2)] ?? GoState.Undetermined;
    into.from = events.extras.from.get(event) ?? into.to;
    into.reason = noString;
    into.stack = events.stackAt(event);
    return true;
  }
  return readProcTransition(events, type, event, into);
}

/** The id of a transition that `readTransition` read of row `event`; a bigint where no number holds it exactly. */
export function exactTransitionId({ events }: Trace, event: number, { resource, id }: Transition): number | bigint {
  if (Number.isSafeInteger(id)) {
    return id;
  }
  const type = events.typeAt(event);
  const isRunning = resource === 'goroutine' ? goRuleOfType[type]?.subject === 'running' : type === EventType.ProcStop;
  return isRunning ? events.bigContextAt(event)[resource] : events.bigArgAt(event, 0);
}

/** A status as the official reader takes it: the lowest byte of the argument, which no number holds where the argument is beyond 2^53. */
function statusAt(events: EventTable, event: number, n: number): number {
  const argument = events.argAt(event, n);
  return argument <= 0xff ? argument : Number(events.bigArgAt(event, n) & 0xffn);
}

function readProcTransition(events: EventTable, type: EventType, event: number, into: Transition): boolean {
  switch (type) {
    case EventType.ProcStart:
      into.id = events.argAt(event, 0);
      into.from = ProcState.Idle;
      into.to = ProcState.Running;
      break;
    case EventType.ProcStop:
      into.id = events.procAt(event);
      into.from = ProcState.Running;
      into.to = ProcState.Idle;
      break;
    case EventType.ProcSteal:
      into.id = events.argAt(event, 0);
      into.from = events.extras.from.get(event) ?? ProcState.Running;
      into.to = ProcState.Idle;
      break;
    case EventType.ProcStatus:
      into.id = events.argAt(event, 0);
      into.to = procStateOfStatus[events.extras.status.get(event) ?? statusAt(events, event, 1)] ?? ProcState.Undetermined;
      into.from = events.extras.from.get(event) ?? into.to;
      break;
    default:
      return false;
  }
  into.resource = 'proc';
  into.reason = noString;
  into.stack = noStack;
  return true;
}
