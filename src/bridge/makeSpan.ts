import { type Attributes, type Link, type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import type { Clock } from './clock';
import { shortenAttributes, shortenText } from './shorten';

/** A span in times of the trace, as the parts of the bridge describe it. */
export interface SpanDraft {
  readonly name: string;
  readonly context: SpanContext;
  readonly parent?: SpanContext;
  readonly startNs: number;
  readonly endNs: number;
  readonly attributes: Attributes;
  readonly links?: readonly Link[];
  readonly droppedLinks?: number;
}

/** Longer names make lists of spans unreadable; the whole is in an attribute. */
const maxNameBytes = 256;

/** Makes the spans of one export: all share one Resource and one scope object, which is how otlp-transformer groups them. */
export class SpanMaker {
  constructor(
    private readonly clock: Clock,
    private readonly resource: Resource,
    private readonly scope: InstrumentationScope,
  ) {}

  make({ name, context, parent, startNs, endNs, attributes, links = [], droppedLinks = 0 }: SpanDraft): ReadableSpan {
    const durationNs = endNs - startNs;
    return {
      name: shortenText(name, maxNameBytes),
      kind: SpanKind.INTERNAL,
      spanContext: () => context,
      ...(parent === undefined ? {} : { parentSpanContext: parent }),
      startTime: this.clock.toHrTime(startNs),
      endTime: this.clock.toHrTime(endNs),
      duration: [Math.floor(durationNs / 1e9), durationNs % 1e9],
      status: { code: SpanStatusCode.UNSET },
      attributes: shortenAttributes(attributes),
      links: [...links],
      events: [],
      ended: true,
      resource: this.resource,
      instrumentationScope: this.scope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: droppedLinks,
    };
  }
}

/** Context of a sampled span of gclens' own. */
export function ownContext(traceId: string, spanId: string): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}

/** Context of a span that another process exported. */
export function remoteContext(traceId: string, spanId: string): SpanContext {
  return { ...ownContext(traceId, spanId), isRemote: true };
}
