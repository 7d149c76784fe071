import { GclensError, type Notice } from '../base';
import { adviceOf, type AnalyzedTrace, chooseTask, howToRecord } from '../correlate';
import type { FrameContext } from './context';
import { tracingLink } from './links';
import { type FrameDraft, numberField, otherField, stringField, timeField } from './makeFrame';
import type { ViewQuery } from './query';
import { buildRequestSpans, type RequestSpan } from './requestSpans';
import { backendTraceOf, keyOfTask } from './taskIds';
import { TimeAxis } from './timeAxis';

/** Grafana's trace view turns each span into a row of the page. */
const maxSpans = 5000;

/**
 * The spans of one request as Grafana's trace view takes them (packages/grafana-data/src/types/trace.ts). `query` says which; without it the request that
 * paid most to the GC is shown.
 * @throws GclensError when the trace holds no such task, or none at all
 */
export function requestFrame(analyzed: AnalyzedTrace, query: ViewQuery, context: FrameContext): FrameDraft {
  const { row, notices } = chooseRequest(analyzed, query.query ?? '');
  const axis = new TimeAxis(analyzed.facts, query.timeUnit);
  const all = buildRequestSpans(analyzed, row);
  const hasBackendTrace = backendTraceOf(analyzed.identities.at(row)) !== undefined;
  const spans = keepLongest(all);
  return {
    name: analyzed.facts.tasks.at(row)?.type ?? 'request',
    meta: { preferredVisualisationType: 'trace', custom: { traceFormat: 'otlp' } },
    notices: [...axis.notices, ...notices, ...cutNotice(spans.length, all.length)],
    fields: spanFields(spans, traceIdOf(analyzed, row), axis, hasBackendTrace ? tracingLink(context, '${__span.traceId}') : []),
  };
}

function chooseRequest(analyzed: AnalyzedTrace, text: string): { row: number; notices: readonly Notice[] } {
  const { tasks } = analyzed.facts;
  if (tasks.length === 0) {
    throw new GclensError('the trace holds no tasks, so no request can be shown', {
      advice: adviceOf(howToRecord.tasks),
    });
  }
  if (text.trim() !== '') {
    return chooseTask(analyzed, text);
  }
  // NaN, no cost, is never more.
  const { gcTaxNs } = analyzed.facts.costs;
  const row = gcTaxNs.reduce((most, tax, candidate) => (tax > (gcTaxNs[most] ?? NaN) || Number.isNaN(gcTaxNs[most]) ? candidate : most), 0);
  return { row, notices: [{ severity: 'info', text: 'The query names no request: this is the one that paid most to the GC.' }] };
}

/** What the page's links carry, so the view must find the task by it again. */
function traceIdOf({ facts, identities }: AnalyzedTrace, row: number): string {
  const task = facts.tasks.at(row);
  const identity = identities.at(row);
  return backendTraceOf(identity) ?? (task === undefined ? String(row) : keyOfTask(task, identity));
}

/** Tasks stay; of the rest the longest. */
function keepLongest(spans: readonly RequestSpan[]): readonly RequestSpan[] {
  if (spans.length <= maxSpans) {
    return spans;
  }
  const weightOf = ({ kind, startNs, endNs }: RequestSpan) => (kind === 'task' ? Infinity : endNs - startNs);
  const longest = [...spans].sort((a, b) => weightOf(b) - weightOf(a) || a.startNs - b.startNs).slice(0, maxSpans);
  const kept = new Set(longest);
  const ids = new Set(longest.map(({ spanId }) => spanId));
  const root = longest.find(({ parentSpanId }) => parentSpanId === null)?.spanId ?? null;
  return spans
    .filter((span) => kept.has(span))
    .map((span) => (span.parentSpanId === null || ids.has(span.parentSpanId) ? span : { ...span, parentSpanId: root }));
}

function cutNotice(shown: number, found: number): Notice[] {
  return shown < found ? [{ severity: 'info', text: `The longest ${shown} of ${found} spans are shown.` }] : [];
}

function spanFields(spans: readonly RequestSpan[], traceId: string, axis: TimeAxis, links: readonly object[]): FrameDraft['fields'] {
  return [
    stringField(
      'traceID',
      spans.map(() => traceId),
      { links },
    ),
    stringField(
      'spanID',
      spans.map(({ spanId }) => spanId),
    ),
    stringField(
      'parentSpanID',
      spans.map(({ parentSpanId }) => parentSpanId),
    ),
    stringField(
      'operationName',
      spans.map(({ name }) => name),
    ),
    // The trace view colours spans by their service: what kind of time it was.
    stringField(
      'serviceName',
      spans.map(({ kind }) => serviceNames[kind]),
    ),
    otherField(
      'serviceTags',
      spans.map(({ kind }) => [{ key: 'service.name', value: serviceNames[kind] }]),
    ),
    timeField(
      'startTime',
      spans.map(({ startNs }) => axis.toMs(startNs)),
    ),
    numberField(
      'duration',
      spans.map(({ startNs, endNs }) => axis.durationToMs(endNs - startNs)),
      { unit: 'ms' },
    ),
    otherField(
      'tags',
      spans.map(({ tags }) => Object.entries(tags).map(([key, value]) => ({ key, value }))),
    ),
    otherField(
      'logs',
      spans.map(({ logs }) =>
        logs.map(({ timeNs, category, message }) => ({
          timestamp: axis.toMs(timeNs),
          name: category,
          fields: [{ key: 'message', value: message }],
        })),
      ),
    ),
    otherField(
      'stackTraces',
      spans.map(({ stacks }) => [...stacks]),
    ),
    otherField(
      'warnings',
      spans.map(({ warnings }) => [...warnings]),
    ),
  ];
}

const serviceNames: Readonly<Record<RequestSpan['kind'], string>> = {
  task: 'request',
  region: 'region',
  map: 'map',
  gc: 'garbage collector',
  wait: 'waiting',
};
