import { GclensError, type Notice } from '../base';
import type { AppSpan, OtlpSpans } from './appSpans';
import { jsonDocuments } from './jsonDocuments';
import { otlpAdvice as advice } from './otlpAdvice';

/** Members by the names that encoders and their versions give them: OTLP, protojson with the names of the .proto, Tempo's API. */
const names = {
  resourceSpans: ['resourceSpans', 'resource_spans', 'batches'],
  scopeSpans: ['scopeSpans', 'scope_spans', 'instrumentationLibrarySpans'],
  spans: ['spans'],
  traceId: ['traceId', 'trace_id'],
  spanId: ['spanId', 'span_id'],
  parentSpanId: ['parentSpanId', 'parent_span_id'],
  startTimeUnixNano: ['startTimeUnixNano', 'start_time_unix_nano'],
  endTimeUnixNano: ['endTimeUnixNano', 'end_time_unix_nano'],
} as const;

type Member = keyof typeof names;
type JsonObject = Readonly<Record<string, unknown>>;

/** The spans of OTLP/JSON text; documents of other signals among them are passed over. */
export function parseOtlpJson(text: string): OtlpSpans {
  const { documents, notices } = parseDocuments(quoteTimes(text));
  const requests = documents.flatMap((document) => (Array.isArray(document) ? (document as unknown[]) : [document]));
  const resourceSpans = requests.map((request) => resourceSpansOf(request));
  if (resourceSpans.every((list) => list === undefined)) {
    throw new GclensError('there is no "resourceSpans" in this JSON', { advice });
  }
  const reader = new SpanReader();
  return { spans: resourceSpans.flatMap((list) => (list ?? []).flatMap((one) => reader.read(one))), notices };
}

/** A number of 19 digits does not survive JSON.parse; as a string it does. */
function quoteTimes(json: string): string {
  return json.replace(/"((?:start|end)(?:TimeUnixNano|_time_unix_nano))"(\s*:\s*)(\d+)/g, '"$1"$2"$3"');
}

/** The Collector appends a document for each batch: the last may still be on its way. */
function parseDocuments(text: string): { documents: unknown[]; notices: Notice[] } {
  const documents: unknown[] = [];
  for (const { text: json, line, isWhole } of jsonDocuments(text)) {
    try {
      documents.push(JSON.parse(json));
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'no JSON';
      if (documents.length === 0) {
        throw new GclensError(`these spans are no JSON (${reason})`, { advice });
      }
      const damage = isWhole ? `is no JSON (${reason})` : 'is cut off';
      return {
        documents,
        notices: [{ severity: 'warning', text: `The document that begins in line ${line} ${damage}: the spans before it are read.` }],
      };
    }
  }
  if (documents.length === 0) {
    throw new GclensError(text.trim() === '' ? 'there are no spans in an empty file' : 'these spans are no JSON', { advice });
  }
  return { documents, notices: [] };
}

/** Undefined for a document without spans. Tempo wraps the list in "trace". */
function resourceSpansOf(request: unknown): unknown[] | undefined {
  if (!isObject(request)) {
    return undefined;
  }
  const list = member(request, 'resourceSpans');
  if (list === undefined) {
    return isObject(request.trace) ? resourceSpansOf(request.trace) : undefined;
  }
  if (!Array.isArray(list)) {
    throw new GclensError('"resourceSpans" is no list', { advice });
  }
  return list;
}

/** Reads spans, and counts them to name the one that is wrong. */
class SpanReader {
  private position = 0;

  read(resourceSpans: unknown): AppSpan[] {
    const scopes = listIn(resourceSpans, 'scopeSpans', 'resourceSpans');
    const serviceName = serviceNameOf(resourceSpans);
    return scopes.flatMap((scope) => listIn(scope, 'spans', 'scopeSpans')).map((span) => this.readSpan(span, serviceName));
  }

  private readSpan(span: unknown, serviceName: string): AppSpan {
    const position = this.position++;
    if (!isObject(span)) {
      throw new GclensError(`span ${position} is no object`, { advice });
    }
    const parent = member(span, 'parentSpanId') ?? '';
    return {
      traceId: readId(span, 'traceId', 16, position),
      spanId: readId(span, 'spanId', 8, position),
      parentSpanId: parent === '' || isZeroId(parent) ? '' : readId(span, 'parentSpanId', 8, position),
      name: typeof span.name === 'string' ? span.name : '',
      startUnixNs: readTime(span, 'startTimeUnixNano', position),
      endUnixNs: readTime(span, 'endTimeUnixNano', position),
      serviceName,
    };
  }
}

/** A missing list is an empty one. */
function listIn(value: unknown, name: Member, where: Member): unknown[] {
  if (!isObject(value)) {
    throw new GclensError(`an entry of "${where}" is no object`, { advice });
  }
  const list = member(value, name) ?? [];
  if (!Array.isArray(list)) {
    throw new GclensError(`"${name}" is no list`, { advice });
  }
  return list;
}

function serviceNameOf(resourceSpans: unknown): string {
  const resource = isObject(resourceSpans) ? resourceSpans.resource : undefined;
  const attributes: readonly unknown[] = isObject(resource) && Array.isArray(resource.attributes) ? resource.attributes : [];
  for (const attribute of attributes) {
    if (isObject(attribute) && attribute.key === 'service.name' && isObject(attribute.value)) {
      const text = attribute.value.stringValue ?? attribute.value.string_value;
      return typeof text === 'string' ? text : '';
    }
  }
  return '';
}

/** Ids are hex in OTLP/JSON, and base64 in plain protojson. */
function readId(span: JsonObject, name: Member, bytes: number, position: number): string {
  const id = member(span, name);
  const hex = typeof id === 'string' ? (readHex(id, bytes) ?? readBase64(id, bytes)) : undefined;
  if (hex === undefined) {
    throw new GclensError(`${name} of span ${position} is not ${2 * bytes} hex digits`, { advice });
  }
  return hex;
}

function readHex(id: string, bytes: number): string | undefined {
  return id.length === 2 * bytes && /^[0-9a-f]+$/i.test(id) ? id.toLowerCase() : undefined;
}

function readBase64(id: string, bytes: number): string | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(id)) {
    return undefined;
  }
  const binary = atob(id.replaceAll('-', '+').replaceAll('_', '/'));
  return binary.length === bytes ? Array.from(binary, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('') : undefined;
}

function isZeroId(id: unknown): boolean {
  return typeof id === 'string' && /^(0+|A+=*)$/.test(id);
}

function readTime(span: JsonObject, name: Member, position: number): bigint {
  const time = member(span, name);
  if (typeof time !== 'string' || !/^\d{1,20}$/.test(time)) {
    throw new GclensError(`${name} of span ${position} is no number of nanoseconds`, { advice });
  }
  return BigInt(time);
}

function member(object: JsonObject, name: Member): unknown {
  return names[name].map((spelling) => object[spelling]).find((value) => value !== undefined);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
