import { EventType, type Trace } from '../gotrace';
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
  const named = new Set<TaskIdentity>();
  for (const log of facts.logs) {
    const span = namedSpan(trace, log);
    const row = log.category === traceparentCategory ? namesTask(log) : index.rowOf(log.task, log.timeNs);
    const identity = identities[row ?? -1];
    if (identity === undefined) {
      continue;
    }
    if (span !== null) {
      const isTraceparent = log.category === traceparentCategory;
      if (!isTraceparent || !named.has(identity)) {
        identity.ids.push({ ...span, source: log.category });
      }
      if (isTraceparent) {
        named.add(identity);
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
    const row = index.rowBegunBy(neighbours.get(log.event)?.next);
    return facts.tasks[row ?? -1]?.parent === log.task ? row : undefined;
  };
  const beganBefore = (log: Log) => {
    const row = index.rowBegunBy(neighbours.get(log.event)?.previous);
    return facts.tasks[row ?? -1]?.id === log.task;
  };
  const speaksNext = logs.filter((log) => begunNext(log) !== undefined).length > logs.filter(beganBefore).length;
  return (log) => (speaksNext ? begunNext(log) : undefined) ?? index.rowOf(log.task, log.timeNs);
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
