import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { type AnalyzedTrace, type AppSpan, SpanIds } from '../correlate';
import type { Profile } from '../pprof';
import { listOf, type WallAnchor } from '../runtime';
import { captureResource, type ResourceOptions, scope } from './captureResource';
import { wallClock } from './clock';
import { CycleSpanBuilder } from './cycleSpans';
import { SpanMaker } from './makeSpan';
import { RequestSpanBuilder } from './requestSpans';

/** What is known beside the trace. */
export interface BuildOptions extends ResourceOptions {
  /** The application's own spans: they give trace ids to dialects without, and the bounds of each request. */
  readonly appSpans?: readonly AppSpan[];
  /** A CPU profile taken with the trace: its labels become attributes. */
  readonly profile?: Profile;
  /** Rows of facts.tasks that spans are wanted of, with the GC cycles that they paid for; all without. */
  readonly rows?: ReadonlySet<number>;
  /** Instead of the trace's own anchor. */
  readonly wall?: WallAnchor;
}

/** The file that spans come from. */
export interface CaptureName {
  readonly sha256: string;
  readonly name: string;
}

/**
 * Spans of a trace, made one request at a time: children of the application's own spans, then the trace of each GC cycle. Ids depend on the capture alone.
 * @throws GclensError when the trace has no wall clock, before the first span
 */
export function buildSpans(analyzed: AnalyzedTrace, capture: CaptureName, options: BuildOptions = {}): Generator<ReadableSpan> {
  const clock = wallClock(analyzed, options.appSpans, options.wall);
  const resource = captureResource(capture, clock, options);
  const ids = new SpanIds(capture.sha256);
  const cycles = new CycleSpanBuilder(analyzed, ids);
  const requests = new RequestSpanBuilder(analyzed, clock, ids, (cycle) => cycles.contextOf(cycle), options);
  return makeSpans(analyzed, requests, cycles, new SpanMaker(clock, resource, scope), options.rows);
}

function* makeSpans(
  analyzed: AnalyzedTrace,
  requests: RequestSpanBuilder,
  cycles: CycleSpanBuilder,
  maker: SpanMaker,
  rows: ReadonlySet<number> | undefined,
): Generator<ReadableSpan> {
  const taxed = new Set<number>();
  for (const [row, task] of listOf(analyzed.facts.tasks).entries()) {
    if (rows !== undefined && !rows.has(row)) {
      continue;
    }
    const { drafts, context, taxes } = requests.build(row, task);
    for (const { cycle, taxNs } of taxes) {
      taxed.add(cycle);
      cycles.addTax(cycle, { context, taxNs });
    }
    for (const draft of drafts) {
      yield maker.make(draft);
    }
  }
  for (const [cycle, facts] of analyzed.facts.gcCycles.entries()) {
    for (const draft of rows === undefined || taxed.has(cycle) ? cycles.build(cycle, facts) : []) {
      yield maker.make(draft);
    }
  }
}
