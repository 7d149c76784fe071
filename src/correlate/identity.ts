import { EventType, readTaskBegin, type Trace } from '../gotrace';
import type { Log, RuntimeFacts } from '../runtime';
import type { SpanId, TaskIdentity } from './capture';
import { parseDatadogSpanId, parseTraceparent, type NamedSpan } from './spanIds';
import { TaskIndex } from './taskIndex';

const traceparentCategory = 'otel.traceparent';
const datadogCategory = 'datadog.uint64_span_id';

/** Other categories that name ids, `http.request_id` or `X-Request-ID`: attributes of the task. */
const idCategories = /(?:^|[._-])id$/i;

/** What logs say of each task outside of the process (facts.md section 8); row k belongs to facts.tasks[k]. */
export function identifyTasks(trace: Trace, facts: RuntimeFacts): TaskIdentity[] {
  const identities = facts.tasks.map((): { ids: SpanId[]; attributes: Record<string, string> } => ({ ids: [], attributes: {} }));
  const index = new TaskIndex(facts.tasks);
  const namesTask = traceparentTargets(trace, facts, index);
  for (const log of facts.logs) {
    const span = namedSpan(trace, log);
    const row = log.category === traceparentCategory ? namesTask(log) : index.rowOf(log.task, log.timeNs);
    const identity = identities[row ?? -1];
    if (identity === undefined) {
      continue;
    }
    if (span !== null) {
      const isSecond = log.category === traceparentCategory && identity.ids.some((id) => id.source === traceparentCategory);
      if (!isSecond) {
        identity.ids.push({ ...span, source: log.category });
      }
    } else if (idCategories.test(log.category) && !spanCategories.has(log.category)) {
      identity.attributes[log.category] ??= trace.strings.textOf(log.message);
    }
  }
  return identities;
}

const spanCategories: ReadonlySet<string> = new Set([traceparentCategory, datadogCategory]);

function namedSpan(trace: Trace, log: Log): NamedSpan | null {
  if (log.category === traceparentCategory) {
    return parseTraceparent(trace.strings.textOf(log.message));
  }
  if (log.category === datadogCategory) {
    const spanId = parseDatadogSpanId(trace.strings.bytesOf(log.message));
    return spanId === null ? null : { spanId };
  }
  return null;
}

/** Events around a log on its goroutine among tasks, regions and logs; undefined at the ends. */
interface Neighbours {
  previous?: number;
  next?: number;
}

/**
 * Which task row a traceparent log names. A tracer's wrapper logs on the task it made (dialect `own`), a span processor logs before the task exists,
 * on its parent's (dialect `next`); a file speaks one of them, and the majority tells which.
 */
function traceparentTargets(trace: Trace, facts: RuntimeFacts, index: TaskIndex): (log: Log) => number | undefined {
  const logs = facts.logs.filter((log) => log.category === traceparentCategory && namedSpan(trace, log) !== null);
  const neighbours = neighboursOf(trace, logs);
  const begunNext = (log: Log) => {
    const next = neighbours.get(log.event)?.next;
    return next !== undefined && isTaskBegin(trace, next) && parentOf(trace, next) === log.task ? next : undefined;
  };
  const beganBefore = (log: Log) => {
    const previous = neighbours.get(log.event)?.previous;
    return previous !== undefined && isTaskBegin(trace, previous) && readTaskBegin(trace, previous).task === log.task;
  };
  const speaksNext = logs.filter((log) => begunNext(log) !== undefined).length > logs.filter(beganBefore).length;
  return (log) => {
    const next = speaksNext ? begunNext(log) : undefined;
    return next === undefined ? index.rowOf(log.task, log.timeNs) : index.rowBegunBy(next);
  };
}

function isTaskBegin(trace: Trace, event: number): boolean {
  return trace.events.typeAt(event) === EventType.UserTaskBegin;
}

function parentOf(trace: Trace, taskBegin: number): number {
  return Math.max(0, readTaskBegin(trace, taskBegin).parent);
}

function neighboursOf(trace: Trace, logs: readonly Log[]): Map<number, Neighbours> {
  const neighbours = new Map<number, Neighbours>(logs.map((log) => [log.event, {}]));
  const { events } = trace;
  const lastOfGoroutine = new Map<number, number>();
  for (let event = 0; logs.length > 0 && event < events.length; event++) {
    const type = events.typeAt(event);
    if (type < EventType.UserTaskBegin || type > EventType.UserLog) {
      continue;
    }
    const goroutine = events.goroutineAt(event);
    const previous = lastOfGoroutine.get(goroutine);
    lastOfGoroutine.set(goroutine, event);
    const own = neighbours.get(event);
    if (own !== undefined && previous !== undefined) {
      own.previous = previous;
    }
    const before = previous === undefined ? undefined : neighbours.get(previous);
    if (before !== undefined) {
      before.next = event;
    }
  }
  return neighbours;
}
