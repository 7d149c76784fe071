import { EventType, type StringIndex, type Trace } from '../gotrace';
import type { LogTable, RuntimeFacts } from '../runtime';
import type { IdentityTable, SpanId, TaskIdentity } from './capture';
import { type LineIds, parseLogLine } from './logLine';
import { isTraceparent, parseDatadogSpanId, parseTraceparent, rawIdBytes } from './spanIds';
import { TaskIndex } from './taskIndex';

const traceparentCategory = 'otel.traceparent';
const datadogCategory = 'datadog.uint64_span_id';

/** Other categories that name ids, `http.request_id` or `X-Request-ID`: attributes of the task. */
const idCategories = /(?:^|[._-])id$/i;

/** What a log says of a task. */
enum Meaning {
  Nothing,
  Attribute,
  Datadog,
  Traceparent,
  /** A line of a log that names a span, and one that names a request only. */
  SpanLine,
  RequestLine,
}

/** So many lines of a category are looked at before it is taken for none that names ids. */
const triedLines = 64;
/** Longer messages are no lines of a log. */
const longestLineBytes = 8192;

/** What logs say of each task outside of the process (facts.md section 8). */
export function identifyTasks(trace: Trace, facts: RuntimeFacts): IdentityTable {
  const { logs, tasks } = facts;
  const index = new TaskIndex(tasks);
  const meanings = new Meanings(trace);
  const named = traceparentTargets(trace, facts, index, meanings);
  const identities = new LoggedIdentities(trace, logs, tasks.length);
  const rowOfSpan = new Map<string, number>();
  for (let log = 0; log < logs.length; log++) {
    const meaning = meanings.of(logs, log);
    if (meaning !== Meaning.Nothing) {
      const isTraceparent = meaning === Meaning.Traceparent;
      const row = (isTraceparent ? named.get(log) : undefined) ?? index.rowOf(logs.task[log] ?? 0, logs.timeNs[log] ?? 0);
      const span = meaning === Meaning.SpanLine ? (meanings.line?.span ?? null) : null;
      // Lines of a task within the span may name the span as well, by a logger that was made with its id.
      if (row !== undefined && (span === null || (rowOfSpan.get(span.spanId) ?? row) === row)) {
        identities.add(row, log, meaning, named.has(log));
        if (span !== null) {
          rowOfSpan.set(span.spanId, row);
        }
      }
    }
  }
  return identities;
}

/** Tells by a log's category and message what it means. */
class Meanings {
  private readonly ofCategory = new Map<number, Meaning>();
  /** By category: lines that may still be looked at. */
  private readonly linesLeft = new Map<number, number>();
  /** What the line says that was asked for last. */
  line: LineIds | null = null;

  constructor(private readonly trace: Trace) {}

  of({ category, message }: LogTable, log: number): Meaning {
    const meaning = this.meaningOf(category[log] ?? 0);
    if (meaning === Meaning.Attribute) {
      return meaning;
    }
    if (meaning === Meaning.Nothing) {
      return this.ofLine(category[log] ?? 0, message[log] ?? 0);
    }
    const bytes = this.trace.strings.bytesOf((message[log] ?? 0) as StringIndex);
    const isId = meaning === Meaning.Traceparent ? isTraceparent(bytes) : parseDatadogSpanId(bytes) !== null;
    return isId ? meaning : Meaning.Nothing;
  }

  private ofLine(category: number, message: number): Meaning {
    const left = this.linesLeft.get(category) ?? triedLines;
    if (left === 0 || this.trace.strings.bytesOf(message as StringIndex).length > longestLineBytes) {
      return Meaning.Nothing;
    }
    const ids = parseLogLine(this.trace.strings.textOf(message as StringIndex));
    this.line = ids;
    this.linesLeft.set(category, ids === null ? left - 1 : Infinity);
    return ids === null ? Meaning.Nothing : ids.span === null ? Meaning.RequestLine : Meaning.SpanLine;
  }

  private meaningOf(category: number): Meaning {
    let meaning = this.ofCategory.get(category);
    if (meaning === undefined) {
      meaning = meaningOfText(this.trace.strings.textOf(category as StringIndex));
      this.ofCategory.set(category, meaning);
    }
    return meaning;
  }
}

function meaningOfText(category: string): Meaning {
  if (category === traceparentCategory) {
    return Meaning.Traceparent;
  }
  if (category === datadogCategory) {
    return Meaning.Datadog;
  }
  return idCategories.test(category) ? Meaning.Attribute : Meaning.Nothing;
}

/** Which logs name each task, as lists in two columns; ids and attributes are made of them when asked for. */
class LoggedIdentities implements IdentityTable {
  /** By task: 1 + its first and last entry, 0 without. */
  private readonly first: Uint32Array;
  private readonly last: Uint32Array;
  private readonly meaning: Uint8Array;
  /** By entry: the log, whether it was written before the task began, and 1 + the next entry of the task. */
  private readonly log: number[] = [];
  private readonly isBefore: boolean[] = [];
  private readonly next: number[] = [];

  constructor(
    private readonly trace: Trace,
    private readonly logs: LogTable,
    readonly length: number,
  ) {
    this.first = new Uint32Array(length);
    this.last = new Uint32Array(length);
    this.meaning = new Uint8Array(length);
  }

  /** A task keeps its first traceparent, and the first line of each kind. */
  add(row: number, log: number, meaning: Meaning, isBefore: boolean): void {
    const bit = 1 << meaning;
    if (meaning >= Meaning.Traceparent && ((this.meaning[row] ?? 0) & bit) !== 0) {
      return;
    }
    this.meaning[row] = (this.meaning[row] ?? 0) | bit;
    const entry = this.log.push(log);
    this.isBefore.push(isBefore);
    this.next.push(0);
    const last = this.last[row] ?? 0;
    if (last === 0) {
      this.first[row] = entry;
    } else {
      this.next[last - 1] = entry;
    }
    this.last[row] = entry;
  }

  isIdentified(row: number): boolean {
    return ((this.meaning[row] ?? 0) & ((1 << Meaning.Traceparent) | (1 << Meaning.Datadog) | (1 << Meaning.SpanLine))) !== 0;
  }

  at(row: number): TaskIdentity | undefined {
    if (row < 0 || row >= this.length) {
      return undefined;
    }
    const ids: SpanId[] = [];
    const attributes: Record<string, string> = {};
    for (let entry = this.first[row] ?? 0; entry !== 0; entry = this.next[entry - 1] ?? 0) {
      this.read(entry, ids, attributes);
    }
    return { ids, attributes };
  }

  private read(entry: number, ids: SpanId[], attributes: Record<string, string>): void {
    const log = this.log[entry - 1] ?? 0;
    const { strings } = this.trace;
    const category = strings.textOf((this.logs.category[log] ?? 0) as StringIndex);
    const message = (this.logs.message[log] ?? 0) as StringIndex;
    if (category === datadogCategory) {
      ids.push(...datadogId(strings.bytesOf(message)));
    } else if (category === traceparentCategory) {
      ids.push(...traceparentId(strings.textOf(message), this.isBefore[entry - 1] === true));
    } else if (idCategories.test(category)) {
      attributes[category] ??= strings.textOf(message);
    } else {
      readLine(category, strings.textOf(message), ids, attributes);
    }
  }
}

function readLine(category: string, text: string, ids: SpanId[], attributes: Record<string, string>): void {
  const { span = null, requestId = null } = parseLogLine(text) ?? {};
  if (span !== null) {
    ids.push({ ...span, source: category, dialect: 'log-line', evidence: `log line of ${category} with its trace id and span id` });
  }
  if (requestId !== null) {
    attributes.request_id ??= requestId;
  }
}

function datadogId(message: Uint8Array): SpanId[] {
  const spanId = parseDatadogSpanId(message);
  const isRaw = message.length === rawIdBytes;
  return spanId === null
    ? []
    : [
        {
          spanId,
          source: datadogCategory,
          dialect: isRaw ? 'datadog-raw' : 'datadog-decimal',
          evidence: `log ${datadogCategory}, ${isRaw ? '8 raw bytes' : 'decimal digits'}`,
        },
      ];
}

function traceparentId(message: string, isBefore: boolean): SpanId[] {
  const span = parseTraceparent(message);
  return span === null
    ? []
    : [
        {
          ...span,
          source: traceparentCategory,
          dialect: isBefore ? 'traceparent-before-task' : 'traceparent',
          evidence: isBefore
            ? `log ${traceparentCategory} on its parent right before it began (span processor)`
            : `log ${traceparentCategory}`,
        },
      ];
}

/**
 * Which task row traceparent logs name, where that is not the log's own task. A tracer's wrapper logs on the task it made (dialect `own`), a span processor
 * logs before the task exists, on its parent's (dialect `next`); a file speaks one of them, and the majority tells which.
 * @returns by row of the logs
 */
function traceparentTargets(trace: Trace, { logs, tasks }: RuntimeFacts, index: TaskIndex, meanings: Meanings): Map<number, number> {
  const asked = traceparentLogs(trace, logs, meanings);
  const targets = new Map<number, number>();
  let own = 0;
  for (const { log, previous, next } of neighboursOf(trace, logs, asked)) {
    const begunNext = index.rowBegunBy(next);
    if (begunNext !== undefined && tasks.parent[begunNext] === logs.task[log]) {
      targets.set(log, begunNext);
    }
    const begunBefore = index.rowBegunBy(previous);
    own += begunBefore !== undefined && tasks.id[begunBefore] === logs.task[log] ? 1 : 0;
  }
  return targets.size > own ? targets : new Map();
}

function traceparentLogs(trace: Trace, logs: LogTable, meanings: Meanings): number[] {
  const category = trace.strings.find(traceparentCategory);
  const found: number[] = [];
  for (let log = 0; category !== undefined && log < logs.length; log++) {
    if (logs.category[log] === category && meanings.of(logs, log) === Meaning.Traceparent) {
      found.push(log);
    }
  }
  return found;
}

/** A log with the events around it on its goroutine among tasks, regions and logs; -1 at the ends. */
interface Neighbours {
  readonly log: number;
  readonly previous: number;
  next: number;
}

function neighboursOf(trace: Trace, logs: LogTable, asked: readonly number[]): Neighbours[] {
  const { type, goroutine, goroutineIds } = trace.events.rows;
  const found: Neighbours[] = [];
  /** By goroutine: 1 + its last user event; and what was found for that, if it was asked for. */
  const last = new Uint32Array(goroutineIds.length + 1);
  const waiting: (Neighbours | undefined)[] = [];
  for (let event = 0; asked.length > 0 && event < trace.events.length; event++) {
    const eventType = type[event] ?? 0;
    if (eventType < EventType.UserTaskBegin || eventType > EventType.UserLog) {
      continue;
    }
    const on = goroutine[event] ?? 0;
    const before = waiting[on];
    if (before !== undefined) {
      before.next = event;
      waiting[on] = undefined;
    }
    const log = asked[found.length];
    if (log !== undefined && logs.event[log] === event) {
      const own: Neighbours = { log, previous: (last[on] ?? 0) - 1, next: -1 };
      found.push(own);
      waiting[on] = own;
    }
    last[on] = event + 1;
  }
  return found;
}
