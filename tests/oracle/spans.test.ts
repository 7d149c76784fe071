import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { costKeys, encodeJsonLines } from '../../src/bridge';
import { type AppSpan, joinProfile } from '../../src/correlate';
import type { TaskCost } from '../../src/runtime';
import { readServiceCapture, serviceNames, services, type ServiceCapture } from '../receivers/capture';
import { readSentSpans, type SentSpan } from '../receivers/readSpans';

/** Names of the spans that one cost class is made of. */
const classNames = {
  assist: 'GC mark assist',
  assistWait: 'GC assist wait',
  sweep: 'GC sweep',
  runnableInMark: 'runnable in GC mark',
} as const;
type CostClass = keyof typeof classNames | 'stwGC' | 'stwOther';

interface Reference {
  readonly tasks: readonly {
    readonly id: number;
    readonly cutStart: boolean;
    readonly cutEnd: boolean;
    readonly cost?: Readonly<Record<keyof TaskCost, number>> | null;
  }[];
}

function keyOf(traceId: string, spanId: string): string {
  return `${traceId} ${spanId}`;
}

function classOf({ name }: SentSpan): CostClass | undefined {
  if (name.startsWith('STW: ')) {
    return name.startsWith('STW: GC ') ? 'stwGC' : 'stwOther';
  }
  return (Object.keys(classNames) as (keyof typeof classNames)[]).find((key) => classNames[key] === name);
}

describe.each(serviceNames())('spans of %s', (name) => {
  let capture: ServiceCapture;
  let spans: SentSpan[];
  let children: Map<string, SentSpan[]>;

  beforeAll(async () => {
    capture = await readServiceCapture(name);
    spans = readSentSpans([...encodeJsonLines(capture.spans())].join(''));
    children = new Map();
    for (const span of spans) {
      const key = keyOf(span.traceId, span.parentSpanId);
      children.set(key, [...(children.get(key) ?? []), span]);
    }
  });

  /** The span that gclens makes for each task. */
  function taskSpans(): SentSpan[] {
    return spans.filter((span) => 'gclens.task.id' in span.attributes);
  }

  function appSpanOf(task: SentSpan): AppSpan | undefined {
    return capture.appSpans.find((span) => span.traceId === task.traceId && span.spanId === task.parentSpanId);
  }

  /** The spans of a task's costs: children of the application's span, or of the task's own root. */
  function costsOf(task: SentSpan): SentSpan[] {
    const parent = task.attributes['gclens.request.synthetic'] === true ? task.spanId : task.parentSpanId;
    return (children.get(keyOf(task.traceId, parent)) ?? []).filter((span) => classOf(span) !== undefined);
  }

  it('have every task of the trace, with the cost of the reference', () => {
    const { tasks } = JSON.parse(readFileSync(join(services, name, 'facts.json'), 'utf8')) as Reference;
    const byId = new Map(taskSpans().map((span) => [span.attributes['gclens.task.id'], span]));
    expect(byId.size).toBe(tasks.length);
    for (const { id, cost } of tasks) {
      const attributes = byId.get(id)?.attributes;
      for (const [key, attribute] of Object.entries(costKeys)) {
        expect(attributes?.[attribute]).toBe(cost?.[key as keyof TaskCost]);
      }
    }
  });

  it('add up to the cost classes', () => {
    // A task whose span of the application is shorter than its costs cannot have both its costs and a place inside.
    const durationNs = (task: SentSpan) => Number((appSpanOf(task) ?? task).endUnixNs - (appSpanOf(task) ?? task).startUnixNs);
    const hasRoom = (task: SentSpan) =>
      Number(task.attributes['gclens.cost.gc_tax']) + Number(task.attributes['gclens.cost.stw_other']) <= durationNs(task);
    const tasks = taskSpans().filter(hasRoom);
    expect(tasks.length).toBeGreaterThan(0.95 * taskSpans().filter((span) => 'gclens.cost.gc_tax' in span.attributes).length);
    for (const task of tasks) {
      const sums: Record<CostClass, number> = { stwGC: 0, stwOther: 0, assist: 0, assistWait: 0, sweep: 0, runnableInMark: 0 };
      for (const span of costsOf(task)) {
        sums[classOf(span)!] += Number(span.endUnixNs - span.startUnixNs);
      }
      for (const [key, sum] of Object.entries(sums)) {
        expect([task.name, key, sum]).toEqual([task.name, key, task.attributes[costKeys[key as CostClass]]]);
      }
    }
  });

  it('do not overlap where they are costs of one request', () => {
    for (const task of taskSpans()) {
      const costs = costsOf(task).sort((a, b) => Number(a.startUnixNs - b.startUnixNs));
      costs.forEach((span, k) => expect(span.startUnixNs).toBeGreaterThanOrEqual(costs[k - 1]?.endUnixNs ?? 0n));
    }
  });

  it('lie inside their parents and last at least 1 ns', () => {
    const parents = new Map<string, { startUnixNs: bigint; endUnixNs: bigint }>([
      ...capture.appSpans.map((span) => [keyOf(span.traceId, span.spanId), span] as const),
      ...spans.map((span) => [keyOf(span.traceId, span.spanId), span] as const),
    ]);
    for (const span of spans) {
      expect(span.endUnixNs).toBeGreaterThan(span.startUnixNs);
      const parent = parents.get(keyOf(span.traceId, span.parentSpanId));
      if (parent !== undefined) {
        expect(span.startUnixNs).toBeGreaterThanOrEqual(parent.startUnixNs);
        expect(span.endUnixNs).toBeLessThanOrEqual(parent.endUnixNs);
      }
    }
  });

  it('put requests under the application’s own spans', () => {
    const own = new Set(capture.appSpans.map((span) => keyOf(span.traceId, span.spanId)));
    const found = taskSpans().filter((span) => own.has(keyOf(span.traceId, span.parentSpanId)));
    expect(found.length).toBeGreaterThan(0.9 * taskSpans().length);
  });

  it('have ids that are unique, and links that lead somewhere', () => {
    const ids = new Set([...spans, ...capture.appSpans].map((span) => keyOf(span.traceId, span.spanId)));
    expect(new Set(spans.map((span) => keyOf(span.traceId, span.spanId))).size).toBe(spans.length);
    const cut = new Set(taskSpans().map((span) => keyOf(span.traceId, span.parentSpanId)));
    for (const link of spans.flatMap((span) => span.links)) {
      const key = keyOf(link.traceId, link.spanId);
      expect(ids.has(key) || cut.has(key)).toBe(true);
    }
    for (const { traceId, spanId } of spans) {
      expect(traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
    }
  });

  it('link each request to the cycles it paid for, and these back to it, as far as a span has links', () => {
    const roots = new Map(spans.filter((span) => span.name === 'GC cycle').map((span) => [keyOf(span.traceId, span.spanId), span]));
    let links = 0;
    for (const task of taskSpans()) {
      const request = task.attributes['gclens.request.synthetic'] === true ? task.spanId : task.parentSpanId;
      for (const link of task.links) {
        const root = roots.get(keyOf(link.traceId, link.spanId));
        const back = root?.links.filter(({ traceId, spanId }) => traceId === task.traceId && spanId === request) ?? [];
        expect(root).toBeDefined();
        expect(back.length + (root?.droppedLinksCount ?? 0)).toBeGreaterThan(0);
        links++;
      }
    }
    const taxed = [...roots.values()].reduce((sum, root) => sum + Number(root.attributes['gclens.gc.taxed_requests']), 0);
    expect(links).toBe(taxed);
  });

  it('say which requests the window cut', () => {
    const cut = new Map(taskSpans().map(({ attributes }) => [attributes['gclens.task.id'], attributes]));
    const { tasks } = JSON.parse(readFileSync(join(services, name, 'facts.json'), 'utf8')) as Reference;
    for (const { id, cutStart, cutEnd } of tasks) {
      expect([id, cut.get(id)?.['gclens.cut.start'] ?? false, cut.get(id)?.['gclens.cut.end'] ?? false]).toEqual([id, cutStart, cutEnd]);
    }
  });

  it('have all map work of requests, with its evidence, within the limits of receivers', () => {
    const ofMaps = spans.filter((span) => 'gclens.map.evidence' in span.attributes);
    const { mapIntervals, samples } = capture.analyzed.facts;
    const intervals = ofMaps.filter((span) => span.attributes['gclens.map.evidence'] !== 'samples');
    const pieces = intervals.reduce((sum, span) => sum + Number(span.attributes['gclens.merged.spans'] ?? 1), 0);
    // Those of no request, and instants, have no span.
    expect(pieces).toBeLessThanOrEqual(mapIntervals.length);
    expect(mapIntervals.length === 0 || pieces > 0).toBe(true);
    const sampled = ofMaps.reduce((sum, span) => sum + Number(span.attributes['gclens.map.samples'] ?? 0), 0);
    expect(sampled).toBeLessThanOrEqual(samples.mapOp.reduce((sum, op) => sum + (op >= 0 ? 1 : 0), 0));
    for (const span of ofMaps) {
      expect(['region', 'log', 'samples']).toContain(span.attributes['gclens.map.evidence']);
      expect(span.name).toMatch(/^map [a-z]+$/);
    }
    const perTrace = new Map<string, number>();
    for (const { traceId, name: spanName, attributes } of spans) {
      perTrace.set(traceId, (perTrace.get(traceId) ?? 0) + 1);
      for (const text of [spanName, ...Object.values(attributes).flat()]) {
        expect(typeof text === 'string' ? Buffer.byteLength(text) : 0).toBeLessThanOrEqual(2048);
      }
    }
    expect(Math.max(...perTrace.values())).toBeLessThanOrEqual(10_000);
  });

  it('have the pprof labels of the samples that belong to a request', () => {
    const labelled = taskSpans().filter(({ attributes }) => Object.keys(attributes).some((key) => key.startsWith('gclens.label.')));
    const { labelsOfTask } = joinProfile(capture.analyzed, capture.profile);
    expect(labelled.length).toBe([...labelsOfTask.values()].filter((labels) => labels.size > 0).length);
  });
});
