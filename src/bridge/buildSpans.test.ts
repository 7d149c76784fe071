import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { ns } from '../base';
import type { AnalyzedTrace, AppSpan, SpanId } from '../correlate';
import { correlateCycles } from '../correlate/cycleActivity';
import {
  drawFacts,
  emptyTrace,
  identityTableOf,
  loggedId,
  mapIntervalTableOf,
  nothingJoined,
  taskTableOf,
  withCosts,
  withSamples,
} from '../correlate/drawnFacts.testing';
import { listOf, type MapInterval, mapOps, type RuntimeFacts } from '../runtime';
import { type BuildOptions, buildSpans } from './buildSpans';

const capture = { sha256: 'ab'.repeat(32), name: 'trace.out' };
const originUnixNs = 1_795_432_239_241_365_133n;
const traceId = '0123456789abcdef0123456789abcdef';
const spanId = '0123456789abcdef';

function analyzed(facts: RuntimeFacts, ids: readonly SpanId[] = [loggedId(spanId, traceId)]): AnalyzedTrace {
  const wall = { source: 'snapshot', traceNs: ns(0), unixNs: originUnixNs, precisionNs: 0 } as const;
  const anchored = { ...facts, wall };
  return {
    trace: emptyTrace,
    facts: anchored,
    identities: identityTableOf(listOf(facts.tasks).map(() => ({ ids, attributes: {} }))),
    ...correlateCycles(anchored),
    mapSites: [],
    joins: nothingJoined,
    notices: [],
  };
}

function build(trace: AnalyzedTrace, options: BuildOptions = {}): ReadableSpan[] {
  return [...buildSpans(trace, capture, options)];
}

function timesOf({ name, startTime, endTime }: ReadableSpan): [string, number, number] {
  const since = ([seconds, nanoseconds]: readonly [number, number]) =>
    Number(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds) - originUnixNs);
  return [name, since(startTime), since(endTime)];
}

const busy = drawFacts(`
  g1 P0    RRRRRRrrRRRRaaaaRRRRRRRRRRRR
  mark     ...xxxxxxxxxxxxxxxxxx.......
  gcstop   ....................xx......
  assist 1 ........xxxxxxxxxx..........
  sweep 0  ........................xx..
  task 5 1 .xxxxxxxxxxxxxxxxxxxxxxxxxx.
`);

describe('spans of a request', () => {
  const spans = build(analyzed(busy)).filter((span) => span.spanContext().traceId === traceId);

  it('are children of the application’s own span', () => {
    expect(spans.map((span) => span.parentSpanContext)).toEqual(
      spans.map(() => expect.objectContaining({ traceId, spanId, isRemote: true })),
    );
  });

  it('lie where the cost was, exact to the nanosecond', () => {
    expect(spans.map(timesOf)).toEqual([
      ['Go task', 1, 27],
      ['runnable in GC mark', 6, 8],
      ['GC mark assist', 8, 14],
      ['GC assist wait', 14, 18],
      ['STW: GC mark termination', 20, 22],
      ['GC sweep', 24, 26],
    ]);
  });

  it('carry the cost classes, which are the sums of the spans', () => {
    const { attributes } = spans[0]!;
    expect(attributes).toMatchObject({
      'gclens.cost.stw_gc': 2,
      'gclens.cost.runnable_in_mark': 2,
      'gclens.cost.assist': 6,
      'gclens.cost.assist_wait': 4,
      'gclens.cost.sweep': 2,
      'gclens.cost.gc_tax': 16,
    });
  });

  it('and the cycle they paid for link to each other', () => {
    const cycle = build(analyzed(busy)).find((span) => span.name === 'GC cycle')!;
    expect(cycle.links.map((link) => link.context)).toEqual([expect.objectContaining({ traceId, spanId })]);
    for (const span of spans) {
      expect(span.links.map((link) => link.context)).toEqual([cycle.spanContext()]);
    }
  });
});

describe('identity', () => {
  it('gives a request without ids a trace of its own', () => {
    const [root, ...children] = build(analyzed(busy, [])).filter((span) => !span.name.startsWith('GC cycle'));
    expect(root).toMatchObject({ name: 'GET /x', attributes: { 'gclens.request.synthetic': true } });
    expect(root!.parentSpanContext).toBeUndefined();
    expect(children[0]!.parentSpanContext).toEqual(root!.spanContext());
  });

  const nameless: SpanId[] = [loggedId(spanId)];
  const appSpan: AppSpan = {
    traceId,
    spanId,
    parentSpanId: '',
    serviceName: '',
    name: 'GET /x',
    startUnixNs: originUnixNs,
    endUnixNs: originUnixNs + 28n,
  };

  it('takes the trace id of a dialect without one from the application’s spans', () => {
    const [task] = build(analyzed(busy, nameless), { appSpans: [appSpan] });
    expect(task!.spanContext().traceId).toBe(traceId);
    expect(task!.parentSpanContext).toMatchObject({ spanId });
  });

  it('keeps a span id whose trace nobody knows', () => {
    const [root] = build(analyzed(busy, nameless));
    expect(root!.attributes).toMatchObject({ 'gclens.request.synthetic': true, 'gclens.request.span_id': spanId });
  });

  it('is the same for the same capture, and unique within it', () => {
    const ids = build(analyzed(busy)).map((span) => `${span.spanContext().traceId} ${span.spanContext().spanId}`);
    expect(build(analyzed(busy)).map((span) => `${span.spanContext().traceId} ${span.spanContext().spanId}`)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the application’s clock', () => {
  const span = (startNs: bigint, endNs: bigint): AppSpan => ({
    traceId,
    spanId,
    parentSpanId: '',
    serviceName: '',
    name: 'GET /x',
    startUnixNs: originUnixNs + startNs,
    endUnixNs: originUnixNs + endNs,
  });
  const placed = (appSpan: AppSpan) => build(analyzed(busy), { appSpans: [appSpan] }).map(timesOf);

  it('wins where a task would stick out of its span', () => {
    expect(placed(span(1000n, 1030n)).slice(0, 2)).toEqual([
      ['Go task', 1000, 1026],
      ['runnable in GC mark', 1005, 1007],
    ]);
    expect(placed(span(-50n, -20n))[0]).toEqual(['Go task', -46, -20]);
  });

  it('leaves tasks alone that lie inside', () => {
    expect(placed(span(0n, 28n))[0]).toEqual(['Go task', 1, 27]);
  });

  it('is a wall clock where the trace has none', () => {
    const trace = analyzed(busy);
    const blind = { ...trace, facts: { ...trace.facts, wall: null } };
    expect(build(blind, { appSpans: [span(1000n, 1030n)] }).map(timesOf)[0]).toEqual(['Go task', 1000, 1026]);
  });
});

it('without a wall clock there is an error that says how to give one', () => {
  const trace = analyzed(busy);
  expect(() => buildSpans({ ...trace, facts: { ...trace.facts, wall: null } }, capture)).toThrow(
    /no wall clock.*--start-time .*--profile cpu\.pprof/,
  );
});

describe('cut requests', () => {
  it('say which end is missing', () => {
    const task = { ...busy.tasks.at(0)!, cutEnd: true };
    expect(build(analyzed(withCosts({ ...busy, tasks: taskTableOf([task]) })))[0]!.attributes).toMatchObject({ 'gclens.cut.end': true });
  });

  it('have a span even where their begin, and so their cost, is not in the trace', () => {
    const task = { ...busy.tasks.at(0)!, goroutine: null, cutStart: true, type: '' };
    const [span, ...others] = build(analyzed(withCosts({ ...busy, tasks: taskTableOf([task]) })));
    expect(span).toMatchObject({ name: 'Go task', attributes: { 'gclens.cut.start': true } });
    expect(span!.attributes).not.toHaveProperty('gclens.cost.gc_tax');
    expect(others.every((other) => other.spanContext().traceId !== traceId)).toBe(true);
  });
});

describe('map work', () => {
  const iterate = mapOps.indexOf('iterate');
  const period = 1e7;
  const running = drawFacts(`
    g1 P0    R
    task 5 1 x
  `);

  function scaled(): RuntimeFacts {
    const endNs = ns(20 * period);
    const task = { ...running.tasks.at(0)!, endNs };
    return withCosts({ ...running, endNs, tasks: taskTableOf([task]), timelines: { ...running.timelines, endNsAt: () => endNs } });
  }

  it('is one span for samples of one operation that are at most two periods apart', () => {
    const facts = withSamples(scaled(), [
      [2 * period, iterate],
      [3 * period, iterate],
      [5 * period, iterate],
      [8 * period, iterate],
    ]);
    const samples = { ...facts.samples, goroutine: Float64Array.of(1, 1, 1, 1) };
    const spans = build(analyzed({ ...facts, samples })).filter((span) => span.name.startsWith('map'));
    expect(spans.map(timesOf)).toEqual([
      ['map iterate', period, 5 * period],
      ['map iterate', 7 * period, 8 * period],
    ]);
    expect(spans[0]!.attributes).toMatchObject({
      'gclens.map.evidence': 'samples',
      'gclens.map.samples': 3,
      'gclens.map.estimated_ns': 3 * period,
    });
  });

  it('shows regions with their evidence, cut to their request', () => {
    const interval = { evidence: 'region', goroutine: 2, task: 5, event: null, cutStart: false, cutEnd: false } as const;
    const intervals: MapInterval[] = [
      { ...interval, name: 'map.iterate', startNs: ns(5), endNs: ns(9) },
      { ...interval, name: 'map.copy', startNs: ns(20), endNs: ns(28) },
      { ...interval, name: 'map.stats', evidence: 'log', startNs: ns(9), endNs: ns(9) },
    ];
    const spans = build(analyzed({ ...busy, mapIntervals: mapIntervalTableOf(intervals) })).filter((span) => span.name.startsWith('map'));
    expect(spans.map(timesOf)).toEqual([
      ['map iterate', 5, 9],
      ['map region', 20, 27],
    ]);
    expect(spans[1]!.attributes).toMatchObject({
      'gclens.map.evidence': 'region',
      'gclens.region.type': 'map.copy',
      'gclens.cut.end': true,
    });
  });
});

describe('a GC cycle', () => {
  it('is a trace of its own with its phase, stop-the-worlds and most assisted goroutines inside', () => {
    const cycle = build(analyzed(busy)).filter((span) => span.spanContext().traceId !== traceId);
    const [root] = cycle;
    expect(cycle.map(timesOf)).toEqual([
      ['GC cycle', 3, 21],
      ['GC mark phase', 3, 21],
      ['STW: GC mark termination', 20, 21],
      ['GC assists of goroutine', 8, 18],
    ]);
    expect(cycle.slice(1).map((span) => span.parentSpanContext)).toEqual(cycle.slice(1).map(() => root!.spanContext()));
  });
});
