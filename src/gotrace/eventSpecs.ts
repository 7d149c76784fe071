import { EventType } from './trace';

/**
 * What the wire says of one timed event type: its arguments after the time delta, and which of them are ids of strings and stacks (0-based; the first
 * stack is the acting goroutine's). Source: Go src/internal/trace/tracev2/events.go.
 */
export interface EventSpec {
  readonly name: string;
  readonly args: readonly string[];
  readonly strings: readonly number[];
  readonly stacks: readonly number[];
}

const specs = new Map<number, EventSpec>();
/** Timed events by type. */
export const eventSpecs: ReadonlyMap<number, EventSpec> = specs;

function define(type: number, name: string, args: string, strings: readonly number[] = [], stacks: readonly number[] = []): void {
  specs.set(type, { name, args: args === '' ? [] : args.split(' '), strings, stacks });
}

define(EventType.ProcsChange, 'ProcsChange', 'procs_value stack', [], [1]);
define(EventType.ProcStart, 'ProcStart', 'p p_seq');
define(EventType.ProcStop, 'ProcStop', '');
define(EventType.ProcSteal, 'ProcSteal', 'p p_seq m');
define(EventType.ProcStatus, 'ProcStatus', 'p pstatus');
define(EventType.GoCreate, 'GoCreate', 'new_g new_stack stack', [], [2, 1]);
define(EventType.GoCreateSyscall, 'GoCreateSyscall', 'new_g');
define(EventType.GoStart, 'GoStart', 'g g_seq');
define(EventType.GoDestroy, 'GoDestroy', '');
define(EventType.GoDestroySyscall, 'GoDestroySyscall', '');
define(EventType.GoStop, 'GoStop', 'reason_string stack', [0], [1]);
define(EventType.GoBlock, 'GoBlock', 'reason_string stack', [0], [1]);
define(EventType.GoUnblock, 'GoUnblock', 'g g_seq stack', [], [2]);
define(EventType.GoSyscallBegin, 'GoSyscallBegin', 'p_seq stack', [], [1]);
define(EventType.GoSyscallEnd, 'GoSyscallEnd', '');
define(EventType.GoSyscallEndBlocked, 'GoSyscallEndBlocked', '');
define(EventType.GoStatus, 'GoStatus', 'g m gstatus');
define(EventType.STWBegin, 'STWBegin', 'kind_string stack', [0], [1]);
define(EventType.STWEnd, 'STWEnd', '');
define(EventType.GCActive, 'GCActive', 'gc_seq');
define(EventType.GCBegin, 'GCBegin', 'gc_seq stack', [], [1]);
define(EventType.GCEnd, 'GCEnd', 'gc_seq');
define(EventType.GCSweepActive, 'GCSweepActive', 'p');
define(EventType.GCSweepBegin, 'GCSweepBegin', 'stack', [], [0]);
define(EventType.GCSweepEnd, 'GCSweepEnd', 'swept_value reclaimed_value');
define(EventType.GCMarkAssistActive, 'GCMarkAssistActive', 'g');
define(EventType.GCMarkAssistBegin, 'GCMarkAssistBegin', 'stack', [], [0]);
define(EventType.GCMarkAssistEnd, 'GCMarkAssistEnd', '');
define(EventType.HeapAlloc, 'HeapAlloc', 'heapalloc_value');
define(EventType.HeapGoal, 'HeapGoal', 'heapgoal_value');
define(EventType.GoLabel, 'GoLabel', 'label_string', [0]);
define(EventType.UserTaskBegin, 'UserTaskBegin', 'task parent_task name_string stack', [2], [3]);
define(EventType.UserTaskEnd, 'UserTaskEnd', 'task stack', [], [1]);
define(EventType.UserRegionBegin, 'UserRegionBegin', 'task name_string stack', [1], [2]);
define(EventType.UserRegionEnd, 'UserRegionEnd', 'task name_string stack', [1], [2]);
define(EventType.UserLog, 'UserLog', 'task key_string value_string stack', [1, 2], [3]);
define(EventType.GoSwitch, 'GoSwitch', 'g g_seq');
define(EventType.GoSwitchDestroy, 'GoSwitchDestroy', 'g g_seq');
define(EventType.GoCreateBlocked, 'GoCreateBlocked', 'new_g new_stack stack', [], [2, 1]);
define(EventType.GoStatusStack, 'GoStatusStack', 'g m gstatus stack', [], [3]);
define(51, 'ClockSnapshot', 'mono sec nsec');
define(EventType.Span, 'Span', 'id npages_value kindclass');
define(EventType.SpanAlloc, 'SpanAlloc', 'id npages_value kindclass');
define(EventType.SpanFree, 'SpanFree', 'id');
define(EventType.HeapObject, 'HeapObject', 'id type');
define(EventType.HeapObjectAlloc, 'HeapObjectAlloc', 'id type');
define(EventType.HeapObjectFree, 'HeapObjectFree', 'id');
define(EventType.GoroutineStack, 'GoroutineStack', 'id order');
define(EventType.GoroutineStackAlloc, 'GoroutineStackAlloc', 'id order');
define(EventType.GoroutineStackFree, 'GoroutineStackFree', 'id');

/** Largest event type of the newest format plus one; the reader decodes every file by the newest table. */
export const eventTypeCount = EventType.GoroutineStackFree + 1;

/** A CPU sample is read as if its absolute tick were the delta. */
const sampleSpec: EventSpec = { name: 'CPUSample', args: ['m', 'p', 'g', 'stack'], strings: [], stacks: [3] };

/** The spec of a row's type; undefined where the type has no timed event. */
export function eventSpec(type: number): EventSpec | undefined {
  return type === EventType.CPUSample ? sampleSpec : specs.get(type);
}

/** Number of arguments after the delta for each type; -1 where an event of that type cannot stand in an event batch. */
export const argCounts: Int8Array = Int8Array.from({ length: eventTypeCount }, (_, type) => specs.get(type)?.args.length ?? -1);

/** Index of the argument that holds the acting goroutine's stack; -1 without. */
export const stackArgs: Int8Array = Int8Array.from({ length: eventTypeCount }, (_, type) => eventSpec(type)?.stacks[0] ?? -1);

/** For each type the indexes of the arguments that are ids, -1 where there are fewer: at most two stacks, then at most two strings. */
export const idArgs: readonly Int8Array[] = Array.from({ length: eventTypeCount }, (_, type) => {
  const { stacks, strings } = eventSpec(type) ?? { stacks: [], strings: [] };
  return Int8Array.of(stacks[0] ?? -1, stacks[1] ?? -1, strings[0] ?? -1, strings[1] ?? -1);
});
