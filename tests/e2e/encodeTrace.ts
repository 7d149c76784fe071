import { readFileSync } from 'node:fs';

import protobuf from 'protobufjs';

/** As much of opentelemetry/proto/trace/v1 and of Tempo's own answer as the recorded spans need. */
const schema = protobuf.parse(`
syntax = "proto3";
message TraceByIDResponse { Trace trace = 1; }
message Trace { repeated ResourceSpans resourceSpans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scopeSpans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message Scope { string name = 1; string version = 2; }
message Span {
  bytes traceId = 1; bytes spanId = 2; string traceState = 3; bytes parentSpanId = 4; string name = 5; int32 kind = 6;
  fixed64 startTimeUnixNano = 7; fixed64 endTimeUnixNano = 8; repeated KeyValue attributes = 9; Status status = 15;
}
message Status { string message = 2; int32 code = 3; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4; } }
`).root;

interface Span {
  readonly attributes: readonly object[];
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

interface Document {
  readonly resourceSpans: readonly {
    readonly resource: object;
    readonly scopeSpans: readonly { readonly scope: object; readonly spans: readonly Span[] }[];
  }[];
}

/** One trace out of OTLP JSON as Tempo answers it; undefined where the file has no span of it. */
export function encodeTrace(file: string, traceId: string, isVersion2: boolean): Uint8Array | undefined {
  const { resourceSpans } = JSON.parse(readFileSync(file, 'utf8')) as Document;
  const wanted = traceId.padStart(32, '0');
  let found = 0;
  const trace = {
    resourceSpans: resourceSpans.map(({ resource, scopeSpans }) => ({
      resource,
      scopeSpans: scopeSpans.map(({ scope, spans }) => {
        const ofTrace = spans.filter((span) => span.traceId === wanted);
        found += ofTrace.length;
        return { scope, spans: ofTrace.map(withBytes) };
      }),
    })),
  };
  if (found === 0) {
    return undefined;
  }
  const type = schema.lookupType(isVersion2 ? 'TraceByIDResponse' : 'Trace');
  return type.encode(type.fromObject(isVersion2 ? { trace } : trace)).finish();
}

function withBytes(span: Span): object {
  const bytes = (id = '') => Buffer.from(id, 'hex');
  // Grafana's Tempo data source fails where there is no status.
  return {
    status: {},
    ...span,
    attributes: [...span.attributes, profiled(span)],
    traceId: bytes(span.traceId),
    spanId: bytes(span.spanId),
    parentSpanId: bytes(span.parentSpanId),
  };
}

/** The mark by which Tempo knows that there is a profile of a span. */
function profiled({ spanId }: Span): object {
  return { key: 'pyroscope.profile.id', value: { stringValue: spanId } };
}
