/** A span as OTLP/JSON says it, with what JSON may write in several ways made one: the whole of it, comparable. */
export interface SentSpan {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: unknown;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startUnixNs: bigint;
  readonly endUnixNs: bigint;
  readonly flags: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  readonly droppedLinksCount: number;
}

interface Request {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly { readonly scope?: { readonly name?: string }; readonly spans?: readonly JsonSpan[] }[];
  }[];
}

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number | string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly flags?: number;
  readonly attributes?: readonly KeyValue[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string; readonly attributes?: readonly KeyValue[] }[];
  readonly droppedLinksCount?: number;
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** All spans of OTLP/JSON requests, one a line, ordered by id. */
export function readSentSpans(jsonLines: string): SentSpan[] {
  const requests = jsonLines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Request);
  return requests
    .flatMap((request) => request.resourceSpans ?? [])
    .flatMap(({ resource, scopeSpans = [] }) =>
      scopeSpans.flatMap(({ scope, spans = [] }) => spans.map((span) => sentSpan(span, attributesOf(resource?.attributes), scope?.name))),
    )
    .sort((a, b) => (`${a.traceId}${a.spanId}` < `${b.traceId}${b.spanId}` ? -1 : 1));
}

function sentSpan(span: JsonSpan, resource: SentSpan['resource'], scope: unknown): SentSpan {
  return {
    resource,
    scope,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    name: span.name,
    kind: span.kind === 'SPAN_KIND_INTERNAL' ? 1 : Number(span.kind),
    startUnixNs: BigInt(span.startTimeUnixNano),
    endUnixNs: BigInt(span.endTimeUnixNano),
    flags: span.flags ?? 0,
    attributes: attributesOf(span.attributes),
    links: (span.links ?? []).map(({ traceId, spanId, attributes }) => ({ traceId, spanId, attributes: attributesOf(attributes) })),
    droppedLinksCount: span.droppedLinksCount ?? 0,
  };
}

function attributesOf(list: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, valueOf(value)]));
}

/** int64 is a string in OTLP/JSON, but some writers use a number. */
function valueOf(value: Readonly<Record<string, unknown>>): unknown {
  const [kind, content] = Object.entries(value)[0] ?? [];
  if (kind === 'intValue' || kind === 'doubleValue') {
    return Number(content);
  }
  if (kind === 'arrayValue') {
    return ((content as { values?: Readonly<Record<string, unknown>>[] }).values ?? []).map(valueOf);
  }
  return content;
}
