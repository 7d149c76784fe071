import { type Notice, toHex } from '../base';
import { type AnalyzedTrace, chooseTask } from '../correlate';
import type { StringIndex, Trace } from '../gotrace';
import { matchesSelector, parseSelector } from '../pprof';
import { countBelow, type Log } from '../runtime';
import type { FrameContext } from './context';
import { tracingLink, viewLink } from './links';
import { type FrameDraft, otherField, stringField } from './makeFrame';
import type { ViewQuery } from './query';
import { backendTraceOf } from './taskIds';
import type { TaskLookup } from './taskLookup';
import { TimeAxis } from './timeAxis';
import { chooseCycleWindow, type Window } from './window';

const defaultLimit = 1000;

interface LogRow {
  readonly log: Log;
  readonly body: string;
}

/**
 * User logs in order of time, to the nanosecond, as log lines: the category and where it was said are labels. A selector can name `category`, `task`,
 * `goroutine`, `message` and what the log's task is known by; `query` names a request, whose logs are shown.
 */
export function logsFrame(analyzed: AnalyzedTrace, lookup: () => TaskLookup, query: ViewQuery, context: FrameContext): FrameDraft {
  const { facts } = analyzed;
  const axis = new TimeAxis(facts, query.timeUnit);
  const { window, notices } = chooseCycleWindow(facts, axis, query, context);
  const limit = query.limit ?? defaultLimit;
  const { rows, found } = chooseLogs(analyzed, lookup, window, query, limit);
  const traceIds = traceIdsOf(analyzed, new Set(rows.map(({ log }) => log.task)));
  return {
    name: 'logs',
    meta: { type: 'log-lines', typeVersion: [0, 0], preferredVisualisationType: 'logs' },
    notices: [...axis.notices, ...notices, ...noticesOf(analyzed, rows.length, found)],
    fields: [
      axis.field(
        'timestamp',
        rows.map(({ log }) => log.timeNs),
      ),
      stringField(
        'body',
        rows.map(({ body }) => body),
      ),
      stringField(
        'severity',
        rows.map(() => 'info'),
      ),
      stringField(
        'id',
        rows.map(({ log }) => String(log.event)),
      ),
      otherField(
        'labels',
        rows.map(({ log }) => labelsOf(log)),
      ),
      stringField(
        'category',
        rows.map(({ log }) => log.category),
      ),
      stringField(
        'goroutine',
        rows.map(({ log }) => String(log.goroutine)),
      ),
      stringField(
        'task',
        rows.map(({ log }) => (log.task === 0 ? null : String(log.task))),
        {
          description: 'Id of the task that the log names',
          links: viewLink(context, 'Spans of this request', { view: 'request', captures: query.captures, query: '${__value.raw}' }),
        },
      ),
      stringField(
        'traceId',
        rows.map(({ log }) => traceIds.get(log.task) ?? null),
        { displayName: 'trace id', links: tracingLink(context, '${__value.raw}') },
      ),
    ],
  };
}

/** Trace ids of the tasks that logs name, as far as they are known. */
function traceIdsOf({ facts: { tasks }, identities }: AnalyzedTrace, wanted: ReadonlySet<number>): Map<number, string> {
  const traceIds = new Map<number, string>();
  for (let row = 0; row < tasks.length; row++) {
    const id = tasks.id[row] ?? 0;
    const traceId = wanted.has(id) ? backendTraceOf(identities.at(row)) : undefined;
    if (traceId !== undefined) {
      traceIds.set(id, traceId);
    }
  }
  return traceIds;
}

function labelsOf({ category, goroutine, task }: Log): Record<string, string> {
  return { category, goroutine: String(goroutine), ...(task === 0 ? {} : { task: String(task) }) };
}

function chooseLogs(
  analyzed: AnalyzedTrace,
  lookup: () => TaskLookup,
  { fromNs, toNs }: Window,
  query: ViewQuery,
  limit: number,
): { rows: LogRow[]; found: number } {
  const { trace, facts } = analyzed;
  const { logs } = facts;
  const selector = parseSelector(query.selector ?? '');
  const isOfRequest = requestFilter(analyzed, query);
  const ofTask = taskValues(analyzed, lookup);
  const end = countBelow(logs.timeNs, toNs + 1);
  const rows: LogRow[] = [];
  let found = 0;
  for (let row = countBelow(logs.timeNs, fromNs); row < end; row++) {
    if (!isOfRequest(row)) {
      continue;
    }
    const isPlain = selector.matchers.length === 0;
    if (isPlain && rows.length >= limit) {
      found++;
      continue;
    }
    const log = logs.at(row);
    if (log === undefined) {
      continue;
    }
    const body = messageText(trace, log.message);
    if (isPlain || matchesSelector(selector, (name) => valuesOf(log, body, name) ?? ofTask(log.task, name))) {
      found++;
      if (rows.length < limit) {
        rows.push({ log, body });
      }
    }
  }
  return { rows, found };
}

/** Whether a log names the task of the query. @throws GclensError when there is no such task */
function requestFilter(analyzed: AnalyzedTrace, { query = '' }: ViewQuery): (row: number) => boolean {
  if (query.trim() === '') {
    return () => true;
  }
  const { logs, tasks } = analyzed.facts;
  const id = tasks.id[chooseTask(analyzed, query).row];
  return (row) => logs.task[row] === id;
}

/** What tasks are known by, by their ids. */
function taskValues({ facts: { tasks } }: AnalyzedTrace, lookup: () => TaskLookup): (task: number, name: string) => string[] {
  let rows: Map<number, number> | undefined;
  return (task, name) => {
    rows ??= new Map(Array.from(tasks.id, (id, row) => [id, row]));
    const row = rows.get(task);
    return row === undefined ? [] : lookup().valuesOf(row, name);
  };
}

/** Undefined for what only the log's task can know. */
function valuesOf({ category, task, goroutine }: Log, body: string, name: string): string[] | undefined {
  switch (name) {
    case 'category':
      return [category];
    case 'message':
      return [body];
    case 'task':
      return task === 0 ? [] : [String(task)];
    case 'goroutine':
      return [String(goroutine)];
    default:
      return undefined;
  }
}

/** Messages are bytes: those that are no text, such as raw ids, are shown in hex. */
function messageText({ strings }: Trace, message: StringIndex): string {
  const bytes = strings.bytesOf(message);
  const isText = bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
  if (isText) {
    const text = strings.textOf(message);
    if (!text.includes('\ufffd')) {
      return text;
    }
  }
  return `0x${toHex(bytes)}`;
}

function noticesOf({ facts }: AnalyzedTrace, shown: number, found: number): Notice[] {
  if (facts.logs.length === 0) {
    return [
      {
        severity: 'warning',
        text: 'The trace holds no user logs. Let the service say what matters with runtime/trace.Log(ctx, category, message) while a trace is recorded.',
      },
    ];
  }
  if (found === 0) {
    return [{ severity: 'info', text: `None of the ${facts.logs.length} logs lies in this time and is selected.` }];
  }
  return shown < found
    ? [{ severity: 'info', text: `The first ${shown} of ${found} logs are shown. Narrow the time range, or raise the limit.` }]
    : [];
}
