import type { Notice } from '../base';
import { adviceOf, type AnalyzedTrace, findTasks, howToRecord, type Task, type TaskIdentity, withDescendants } from '../correlate';
import { parseSelector } from '../pprof';
import { largestRows, type TaskCost } from '../runtime';
import { costClasses } from './costClasses';
import type { FrameContext } from './context';
import { findCycle } from './findCycle';
import type { Field } from './frame';
import { tracingLink, viewLink } from './links';
import { type FieldConfig, type FrameDraft, numberField, stringField } from './makeFrame';
import type { ViewQuery } from './query';
import type { TaskLookup } from './taskLookup';
import { TimeAxis } from './timeAxis';

const defaultLimit = 1000;

interface Row {
  readonly task: Task;
  readonly identity: TaskIdentity | undefined;
  readonly cost: TaskCost | null;
}

/** Tasks with what they paid to the GC, those that paid most first; a column for each class of cost, in ns. */
export function requestsFrame(analyzed: AnalyzedTrace, lookup: TaskLookup, query: ViewQuery, context: FrameContext): FrameDraft {
  const axis = new TimeAxis(analyzed.facts, query.timeUnit);
  const all = chooseRows(analyzed, lookup, query);
  // Those without a cost come last.
  const taxNs = analyzed.facts.costs.gcTaxNs.map((tax) => (Number.isNaN(tax) ? -1 : tax));
  const rows = [...largestRows(taxNs, all, query.limit ?? defaultLimit)].flatMap((row): Row[] => {
    const task = analyzed.facts.tasks.at(row);
    return task === undefined ? [] : [{ task, identity: analyzed.identities.at(row), cost: analyzed.facts.costs.at(row) }];
  });
  return {
    name: 'requests',
    meta: { preferredVisualisationType: 'table' },
    notices: [...axis.notices, ...limitNotice(rows.length, all.length), ...noTasksNotice(analyzed)],
    fields: [...identityFields(rows, query, context), ...costFields(rows), ...placeFields(rows, axis)],
  };
}

/** Rows of the tasks that the query wants. */
function chooseRows(analyzed: AnalyzedTrace, lookup: TaskLookup, query: ViewQuery): Uint32Array {
  const { facts } = analyzed;
  const { startNs, endNs, length } = facts.tasks;
  const selector = parseSelector(query.selector ?? '');
  const cycle = query.cycle === undefined ? null : findCycle(facts, query.cycle);
  const named = namedRows(analyzed, query.query ?? '');
  const rows = new Uint32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    const isInCycle = cycle === null || ((startNs[row] ?? 0) < cycle.endNs && (endNs[row] ?? 0) > cycle.startNs);
    if (isInCycle && (named === null || named.has(row)) && (selector.matchers.length === 0 || lookup.matches(selector, row))) {
      rows[count++] = row;
    }
  }
  return rows.subarray(0, count);
}

/** The tasks that a text names, with all within them; null where it names nothing in particular. */
function namedRows(analyzed: AnalyzedTrace, text: string): Set<number> | null {
  return text.trim() === '' ? null : withDescendants(analyzed.facts.tasks, findTasks(analyzed, text).rows);
}

/** What the view `request` finds a task by. */
export function keyOfTask({ id }: Task, identity: TaskIdentity | undefined): string {
  return identity?.ids[0]?.spanId ?? String(id);
}

function traceIdOf(identity: TaskIdentity | undefined): string | null {
  return identity?.ids.find(({ traceId }) => traceId !== undefined)?.traceId ?? identity?.trace?.traceId ?? null;
}

function identityFields(rows: readonly Row[], { captures }: ViewQuery, context: FrameContext): Field[] {
  const texts = (name: string, valueOf: (row: Row) => string | null, config: FieldConfig = {}): Field =>
    stringField(name, rows.map(valueOf), config);
  return [
    texts('type', ({ task }) => task.type, { displayName: 'request', description: 'Type of the task' }),
    texts('request', ({ task, identity }) => keyOfTask(task, identity), {
      displayName: 'id',
      description: 'Span id where the task carries one, else the task’s own id; the view request takes it',
      links: viewLink(context, 'Spans of this request', { view: 'request', captures, query: '${__value.raw}' }),
    }),
    texts('traceId', ({ identity }) => traceIdOf(identity), {
      displayName: 'trace id',
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

function placeFields(rows: readonly Row[], axis: TimeAxis): Field[] {
  return [
    axis.field(
      'start',
      rows.map(({ task }) => task.startNs),
    ),
    stringField(
      'task',
      rows.map(({ task }) => String(task.id)),
    ),
    stringField(
      'parent',
      rows.map(({ task }) => (task.parent === 0 ? null : String(task.parent))),
    ),
    stringField(
      'goroutine',
      rows.map(({ task }) => (task.goroutine === null ? null : String(task.goroutine))),
    ),
    stringField(
      'state',
      rows.map(({ task }) => (task.cutStart || task.cutEnd ? 'cut' : 'whole')),
      { description: 'Cut: the trace begins or ends within the request, so its cost is not all of it' },
    ),
  ];
}

function limitNotice(shown: number, found: number): Notice[] {
  return shown < found ? [{ severity: 'info', text: `The ${shown} of ${found} requests that paid most are shown.` }] : [];
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
