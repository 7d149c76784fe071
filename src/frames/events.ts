import type { Notice } from '../base';
import type { AnalyzedTrace } from '../correlate';
import { eventFormatter, NONE } from '../gotrace';
import { matchesSelector, parseSelector, type Selector } from '../pprof';
import type { FrameContext } from './context';
import { type FrameDraft, numberField, stringField } from './makeFrame';
import type { ViewQuery } from './query';
import { TimeAxis } from './timeAxis';
import { chooseCycleWindow, type Window } from './window';

const defaultLimit = 1000;
/** Events that a selector is tried on: a second's worth. */
const maxTried = 300_000;

/**
 * Raw events in order of time, as `go tool trace -d=parsed` prints them. A selector can name `kind` (`StateTransition`, `RangeBegin` …), `goroutine`, `proc` and
 * `thread` of the context, and `detail`.
 */
export function eventsFrame(analyzed: AnalyzedTrace, query: ViewQuery, context: FrameContext): FrameDraft {
  const { trace, facts } = analyzed;
  const axis = new TimeAxis(facts, query.timeUnit);
  const { window, notices } = chooseCycleWindow(facts, axis, query, context);
  const limit = query.limit ?? defaultLimit;
  const { rows, notice } = chooseEvents(analyzed, window, parseSelector(query.selector ?? ''), limit);
  const optional = (id: number) => (id === NONE ? null : String(id));
  const numbers = rows.map(({ event }) => event);
  return {
    name: 'events',
    meta: { preferredVisualisationType: 'table', uniqueRowIdFields: [0] },
    notices: [...axis.notices, ...notices, ...notice],
    fields: [
      numberField('event', numbers, { description: 'Position in the trace, from 0', custom: { width: 90 } }),
      axis.field(
        'time',
        numbers.map((event) => trace.events.timeNsAt(event)),
      ),
      numberField(
        'sinceStart',
        numbers.map((event) => trace.events.timeNsAt(event) - facts.startNs),
        { displayName: 'since start', unit: 'ns' },
      ),
      stringField(
        'kind',
        rows.map(({ kind }) => kind),
      ),
      stringField(
        'detail',
        rows.map(({ detail }) => detail),
      ),
      stringField(
        'goroutine',
        numbers.map((event) => optional(trace.events.goroutineAt(event))),
      ),
      stringField(
        'proc',
        numbers.map((event) => optional(trace.events.procAt(event))),
        { displayName: 'P' },
      ),
      stringField(
        'thread',
        numbers.map((event) => optional(trace.events.threadAt(event))),
      ),
      stringField(
        'stack',
        rows.map(({ stack }) => stack),
      ),
    ],
  };
}

interface EventRow {
  readonly event: number;
  readonly kind: string;
  readonly detail: string;
  /** As printed; empty without. */
  readonly stack: string;
}

function chooseEvents(
  { trace }: AnalyzedTrace,
  { fromNs, toNs }: Window,
  selector: Selector,
  limit: number,
): { rows: EventRow[]; notice: Notice[] } {
  const { events } = trace;
  const format = eventFormatter(trace);
  const first = firstFrom(events, fromNs);
  // The last moment of the trace is inside.
  const end = firstFrom(events, toNs + 1);
  const triedEnd = selector.matchers.length === 0 ? Math.min(end, first + limit) : Math.min(end, first + maxTried);
  const rows: EventRow[] = [];
  let event = first;
  for (; event < triedEnd && rows.length < limit; event++) {
    const row = parseEvent(event, format(event));
    if (selector.matchers.length === 0 || matchesSelector(selector, (name) => valuesOf(trace, row, name))) {
      rows.push(row);
    }
  }
  if (event === end) {
    return { rows, notice: rows.length > 0 ? [] : [{ severity: 'info', text: 'No event lies in this time and is selected.' }] };
  }
  const shown =
    selector.matchers.length === 0 ? `the first ${rows.length}` : `${rows.length} selected ones among the first ${event - first}`;
  return {
    rows,
    notice: [
      { severity: 'info', text: `Of ${end - first} events in this time, ${shown} are shown. Narrow the time range, or raise the limit.` },
    ],
  };
}

/** The first event at or after a time. */
function firstFrom(events: AnalyzedTrace['trace']['events'], timeNs: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events.timeNsAt(middle) < timeNs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Takes the printed text of an event apart: `M=1 P=0 G=5 Kind Time=7 detail`, then its stacks. */
function parseEvent(event: number, text: string): EventRow {
  const [head = '', ...stack] = text.split('\n');
  const [, kind = '', detail = ''] = /^\S+ \S+ \S+ (\S+) Time=\S+ ?(.*)$/.exec(head) ?? [];
  return { event, kind, detail, stack: stack.join('\n') };
}

function valuesOf({ events }: AnalyzedTrace['trace'], { event, kind, detail }: EventRow, name: string): string[] {
  switch (name) {
    case 'kind':
      return [kind];
    case 'detail':
      return [detail];
    case 'goroutine':
      return [String(events.goroutineAt(event))];
    case 'proc':
      return [String(events.procAt(event))];
    case 'thread':
      return [String(events.threadAt(event))];
    default:
      return [];
  }
}
