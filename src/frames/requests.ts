import type { Notice } from '../base';
import { adviceOf, type AnalyzedTrace, findTasks, howToRecord, type Task, type TaskIdentity, withDescendants } from '../correlate';
import { parseSelector } from '../pprof';
import { largestRows, type RuntimeFacts, type TaskCost } from '../runtime';
import { costClasses } from './costClasses';
import type { FrameContext } from './context';
import { emptyNotice } from './emptyNotice';
import { findCycle } from './findCycle';
import type { Field, FrameNotice } from './frame';
import { profileLink, tracingLink, viewLink } from './links';
import { type FieldConfig, type FrameDraft, numberField, stringField } from './makeFrame';
import type { ViewQuery } from './query';
import { backendTraceOf, keyOfTask } from './taskIds';
import type { TaskLookup } from './taskLookup';
import { TimeAxis } from './timeAxis';
import { chooseWindow, type ChosenWindow, type Window } from './window';

const defaultLimit = 1000;

interface Row {
  readonly task: Task;
  readonly identity: TaskIdentity | undefined;
  readonly cost: TaskCost | null;
}

/** Tasks with what they paid to the GC, those that paid most first; a column for each class of cost, in ns. */
export function requestsFrame(analyzed: AnalyzedTrace, lookup: TaskLookup, query: ViewQuery, context: FrameContext): FrameDraft {
  const axis = new TimeAxis(analyzed.facts, query.timeUnit);
  const chosen = chooseWindow(analyzed.facts, axis, context);
  const named = namedTasks(analyzed, query);
  const all = chooseRows(analyzed, lookup, query, named, chosen.window);
  // Those without a cost come last.
  const taxNs = analyzed.facts.costs.gcTaxNs.map((tax) => (Number.isNaN(tax) ? -1 : tax));
  const rows = [...largestRows(taxNs, all, query.limit ?? defaultLimit)].flatMap((row): Row[] => {
    const task = analyzed.facts.tasks.at(row);
    return task === undefined ? [] : [{ task, identity: analyzed.identities.at(row), cost: analyzed.facts.costs.at(row) }];
  });
  return {
    name: 'requests',
    meta: { preferredVisualisationType: 'table' },
    notices: [
      ...axis.notices,
      ...chosen.notices,
      ...partNotice(chosen),
      ...limitNotice(rows.length, all.length),
      ...noTasksNotice(analyzed),
      ...unknownRequestNotice(analyzed, query, named),
      ...(analyzed.facts.tasks.length === 0 || named?.size === 0 ? [] : emptyNotice(all.length, 'request', query)),
    ],
    fields: [...identityFields(rows, query, context), ...costFields(rows), ...placeFields(rows, axis, analyzed.facts)],
  };
}

/** Rows of the tasks that the query wants. */
function chooseRows(
  analyzed: AnalyzedTrace,
  lookup: TaskLookup,
  query: ViewQuery,
  named: ReadonlySet<number> | null,
  { fromNs, toNs }: Window,
): Uint32Array {
  const { facts } = analyzed;
  const { startNs, endNs, length } = facts.tasks;
  const selector = parseSelector(query.selector ?? '');
  const cycle = query.cycle === undefined ? null : findCycle(facts, query.cycle);
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    const [from, to] = [startNs[row] ?? 0, endNs[row] ?? 0];
    const isInWindow = from < toNs && to >= fromNs;
    const isInCycle = cycle === null || (from < cycle.endNs && to > cycle.startNs);
    if (
      isInWindow &&
      isInCycle &&
      (named === null || named.has(row)) &&
      (selector.matchers.length === 0 || lookup.matches(selector, row))
    ) {
      rows[count++] = row;
    }
  }
  return rows.subarray(0, count);
}

/** The tasks that the query names, with all within them; null where it names nothing in particular. */
function namedTasks(analyzed: AnalyzedTrace, { query = '' }: ViewQuery): ReadonlySet<number> | null {
  return query.trim() === '' ? null : withDescendants(analyzed.facts.tasks, findTasks(analyzed, query).rows);
}

function identityFields(rows: readonly Row[], { captures }: ViewQuery, context: FrameContext): Field[] {
  const texts = (name: string, valueOf: (row: Row) => string | null, config: FieldConfig = {}): Field =>
    stringField(name, rows.map(valueOf), config);
  return [
    texts('type', ({ task }) => task.type, { displayName: 'request', description: 'Type of the task', filterable: true }),
    texts('request', ({ task, identity }) => keyOfTask(task, identity), {
      displayName: 'id',
      filterable: true,
      description: 'Span id where the task carries one, else the task’s own id; the view request takes it',
      links: [
        ...viewLink(context, 'Spans of this request', { view: 'request', captures, query: '${__value.raw}' }),
        ...viewLink(context, 'Logs of this request', { view: 'logs', captures, query: '${__value.raw}' }),
        ...viewLink(context, 'Goroutines of this request', { view: 'goroutines', captures, query: '${__value.raw}' }),
        ...profileLink(context, '${__value.raw}'),
      ],
    }),
    texts('traceId', ({ identity }) => backendTraceOf(identity) ?? null, {
      displayName: 'trace id',
      filterable: true,
      links: tracingLink(context, '${__value.raw}'),
    }),
    texts('idSource', ({ identity }) => identity?.ids[0]?.source ?? identity?.trace?.source ?? null, {
      displayName: 'id known from',
      description: 'Category of the user log, or how the id was joined',
    }),
  ];
}

function costFields(rows: readonly Row[]): Field[] {
  const longest = rows.reduce((most, { cost }) => Math.max(most, ...costClasses.map(({ name }) => cost?.[name] ?? 0)), 0);
  const numbers = (name: string, valueOf: (row: Row) => number | null, config: FieldConfig): Field =>
    numberField(name, rows.map(valueOf), config);
  return [
    numbers('durationNs', ({ task }) => task.endNs - task.startNs, { displayName: 'duration', unit: 'ns' }),
    numbers('gcTax', ({ cost }) => cost?.gcTax ?? null, {
      displayName: 'GC tax',
      unit: 'ns',
      description: 'What the GC took of the request: stopped, assisting, waiting to assist, sweeping, or without a P while it marked',
    }),
    numbers(
      'gcTaxShare',
      ({ task, cost }) => (cost === null || task.endNs === task.startNs ? null : cost.gcTax / (task.endNs - task.startNs)),
      {
        displayName: 'GC tax %',
        unit: 'percentunit',
        decimals: 1,
        min: 0,
        max: 1,
      },
    ),
    ...costClasses.map(({ name, title, color, description }) =>
      numbers(name, ({ cost }) => cost?.[name] ?? null, {
        displayName: title,
        unit: 'ns',
        description,
        min: 0,
        max: longest,
        color: { mode: 'fixed', fixedColor: color },
        custom: { cellOptions: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' } },
      }),
    ),
  ];
}

function placeFields(rows: readonly Row[], axis: TimeAxis, { startNs }: RuntimeFacts): Field[] {
  return [
    axis.field(
      'start',
      rows.map(({ task }) => task.startNs),
    ),
    numberField(
      'sinceStart',
      rows.map(({ task }) => task.startNs - startNs),
      { displayName: 'since start', unit: 'ns' },
    ),
    stringField(
      'task',
      rows.map(({ task }) => String(task.id)),
      { filterable: true },
    ),
    stringField(
      'parent',
      rows.map(({ task }) => (task.parent === 0 ? null : String(task.parent))),
    ),
    stringField(
      'goroutine',
      rows.map(({ task }) => (task.goroutine === null ? null : String(task.goroutine))),
      { filterable: true },
    ),
    stringField(
      'state',
      rows.map(({ task }) => (task.cutStart || task.cutEnd ? 'cut' : 'whole')),
      { filterable: true, description: 'Cut: the trace begins or ends within the request, so its cost is not all of it' },
    ),
  ];
}

function partNotice({ isPart }: ChosenWindow): FrameNotice[] {
  return isPart ? [{ severity: 'info', text: 'Only requests that overlap the time range are listed, each with all that it paid.' }] : [];
}

function limitNotice(shown: number, found: number): Notice[] {
  return shown < found ? [{ severity: 'info', text: `The ${shown} of ${found} requests that paid most are shown.` }] : [];
}

function unknownRequestNotice({ facts }: AnalyzedTrace, { query = '' }: ViewQuery, named: ReadonlySet<number> | null): Notice[] {
  return named?.size === 0 && facts.tasks.length > 0 ? [{ severity: 'warning', text: `No request is known as ${query.trim()}.` }] : [];
}

function noTasksNotice({ facts }: AnalyzedTrace): Notice[] {
  return facts.tasks.length > 0
    ? []
    : [
        {
          severity: 'warning',
          text: `The trace holds no tasks. ${adviceOf(howToRecord.tasks)}`,
        },
      ];
}
