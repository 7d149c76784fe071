import type { Task, TaskIdentity } from '../correlate';

/** What the view `request` finds a task by. */
export function keyOfTask({ id }: Task, identity: TaskIdentity | undefined): string {
  return identity?.ids[0]?.spanId ?? String(id);
}

/** W3C Trace Context; only such ids go into queries of other data sources, where any other text could mean more than an id. */
const traceIdForm = /^[0-9a-f]{16,32}$/;

/** Of the application's own trace, where the task is known to be a span of it. */
export function backendTraceOf(identity: TaskIdentity | undefined): string | undefined {
  const traceId = identity?.ids.find((id) => id.traceId !== undefined)?.traceId ?? identity?.trace?.traceId;
  return traceId !== undefined && traceIdForm.test(traceId) ? traceId : undefined;
}
