import type { SpanContext } from '@opentelemetry/api';

import type { AnalyzedTrace, SpanIds } from '../correlate';
import type { AppSpanIndex, NamedParent } from './appSpanIndex';
import { ownContext, remoteContext } from './makeSpan';

/** The span that a request is. */
export interface RequestContext {
  /** The application's own span, or the root of a trace of gclens' own. */
  readonly context: SpanContext;
  /** What the task's ids name; null without ids. */
  readonly named: NamedParent | null;
}

/** The span of a task. @param row of facts.tasks */
export function requestContext({ identities }: AnalyzedTrace, ids: SpanIds, appSpans: AppSpanIndex, row: number): RequestContext {
  const named = appSpans.parentOf(identities.at(row)?.ids ?? []);
  const context =
    named?.traceId == null
      ? ownContext(ids.traceId(`task ${row}`), ids.spanId(`task ${row} root`))
      : remoteContext(named.traceId, named.spanId);
  return { context, named };
}
