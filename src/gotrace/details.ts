import { EventType, NONE, type StringIndex, type TaskDetails, type Trace } from './trace';

/** What a TaskBegin says. A parent of 0 on the wire is no parent. */
export function readTaskBegin(trace: Trace, event: number): TaskDetails {
  const { events } = trace;
  const parent = events.argAt(event, 1);
  return { task: events.argAt(event, 0), parent: parent === 0 ? NONE : parent, type: events.stringAt(event, 2) };
}

/** What a TaskEnd says: parent and type are remembered from the begin; NONE and '' where that is not in the trace. */
export function readTaskEnd(trace: Trace, event: number): TaskDetails {
  const { events } = trace;
  const begin = events.extras.task.get(event) ?? { parent: NONE, type: 0 as StringIndex };
  return { task: events.argAt(event, 0), ...begin };
}

/** Why the world is stopped, of an STWBegin or STWEnd alike: the text between the parentheses of the range's name. */
export function stwReasonAt(trace: Trace, event: number): StringIndex {
  const { events } = trace;
  return events.typeAt(event) === EventType.STWEnd ? (events.extras.reason.get(event) ?? (0 as StringIndex)) : events.stringAt(event, 0);
}
