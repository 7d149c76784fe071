import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** How OTLP is written. JSON is one line without line breaks. */
export type OtlpEncoding = 'protobuf' | 'json';

/** How large one request may be. */
export interface BatchLimits {
  /** Spans in one request. */
  readonly maxSpans: number;
  /** Bytes of one request before compression. */
  readonly maxBytes: number;
}

/** What every receiver takes with its own defaults: 4 MiB is gRPC's limit behind many HTTP fronts; the Collector's own is 20 MiB. */
export const safeLimits: BatchLimits = { maxSpans: 5000, maxBytes: 4 * 2 ** 20 };

/** One ExportTraceServiceRequest. */
export interface SpanBatch {
  readonly spans: readonly ReadableSpan[];
  readonly bytes: Uint8Array;
}

/** Makes one ExportTraceServiceRequest. */
export type EncodeSpans = (spans: ReadableSpan[]) => Uint8Array;

/** Encodes spans in requests within the limits; a single span above `maxBytes` is a request of its own. Holds one batch of spans at a time. */
export function* batchSpans(spans: Iterable<ReadableSpan>, encode: EncodeSpans, limits: BatchLimits = safeLimits): Generator<SpanBatch> {
  let pending: ReadableSpan[] = [];
  for (const span of spans) {
    pending.push(span);
    if (pending.length >= limits.maxSpans) {
      yield* encodeWithin(pending, encode, limits.maxBytes);
      pending = [];
    }
  }
  if (pending.length > 0) {
    yield* encodeWithin(pending, encode, limits.maxBytes);
  }
}

/** The two halves of a batch that was too large for its receiver; null when it cannot be split further. */
export function splitBatch({ spans }: SpanBatch, encode: EncodeSpans): readonly [SpanBatch, SpanBatch] | null {
  if (spans.length < 2) {
    return null;
  }
  const middle = spans.length >>> 1;
  const first = spans.slice(0, middle);
  const second = spans.slice(middle);
  return [
    { spans: first, bytes: encode(first) },
    { spans: second, bytes: encode(second) },
  ];
}

function* encodeWithin(spans: ReadableSpan[], encode: EncodeSpans, maxBytes: number): Generator<SpanBatch> {
  const bytes = encode(spans);
  if (bytes.length <= maxBytes || spans.length < 2) {
    yield { spans, bytes };
    return;
  }
  const middle = spans.length >>> 1;
  yield* encodeWithin(spans.slice(0, middle), encode, maxBytes);
  yield* encodeWithin(spans.slice(middle), encode, maxBytes);
}
