import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { batchSpans, type BatchLimits, type EncodeSpans, type OtlpEncoding, safeLimits } from './batches';

/** Encoders of an ExportTraceServiceRequest. Spans that share one Resource object share it in the request. */
export const encoders: Readonly<Record<OtlpEncoding, EncodeSpans>> = {
  json: (spans) => orEmpty(JsonTraceSerializer.serializeRequest(spans)),
  protobuf: (spans) => orEmpty(ProtobufTraceSerializer.serializeRequest(spans)),
};

export const contentTypes: Readonly<Record<OtlpEncoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

/**
 * Spans as OTLP/JSON, one ExportTraceServiceRequest a line, as the OpenTelemetry file exporter writes them
 * (https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/): up to `maxSpans` spans that is one JSON document. No spans are one request without spans.
 */
export function* encodeJsonLines(spans: Iterable<ReadableSpan>, limits: BatchLimits = safeLimits): Generator<string> {
  const decoder = new TextDecoder();
  let isEmpty = true;
  for (const { bytes } of batchSpans(spans, encoders.json, limits)) {
    isEmpty = false;
    yield `${decoder.decode(bytes)}\n`;
  }
  if (isEmpty) {
    yield `${decoder.decode(encoders.json([]))}\n`;
  }
}

function orEmpty(bytes: Uint8Array | undefined): Uint8Array {
  return bytes ?? new Uint8Array();
}
