import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

const resource = resourceFromAttributes({ 'service.name': 'test' });
const instrumentationScope = { name: 'test' };

/** As many spans of one trace, made when asked for. */
export function* madeSpans(count: number, attributes: Attributes = {}): Generator<ReadableSpan> {
  for (let k = 1; k <= count; k++) {
    const context = { traceId: 'ab'.repeat(16), spanId: k.toString(16).padStart(16, '0'), traceFlags: 1 };
    yield {
      name: 'made',
      kind: SpanKind.INTERNAL,
      spanContext: () => context,
      startTime: [1_795_432_239, k],
      endTime: [1_795_432_239, k + 1],
      duration: [0, 1],
      status: { code: SpanStatusCode.UNSET },
      attributes,
      links: [],
      events: [],
      ended: true,
      resource,
      instrumentationScope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }
}
