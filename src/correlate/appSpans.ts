import { GclensError } from '../base';

/** A span the application exported itself. */
export interface AppSpan {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** '' for a root span. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly startUnixNs: bigint;
  readonly endUnixNs: bigint;
}

const advice = 'Give the spans as OTLP/JSON: one ExportTraceServiceRequest, or one a line as the Collector writes them.';

/**
 * The spans of an OTLP/JSON file (ExportTraceServiceRequest: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids as hex, times as
 * strings or numbers, exact to the nanosecond.
 * @throws GclensError when the bytes are something else
 */
export function parseOtlpSpans(bytes: Uint8Array): AppSpan[] {
  const text = quoteTimes(new TextDecoder().decode(bytes)).trim();
  if (text === '') {
    throw new GclensError('there are no spans in an empty file', { advice });
  }
  return requestsOf(text).flatMap(spansOf);
}

/** A number of 19 digits does not survive JSON.parse; as a string it does. */
function quoteTimes(json: string): string {
  return json.replace(/"(startTimeUnixNano|endTimeUnixNano)"(\s*:\s*)(\d+)/g, '"$1"$2"$3"');
}

function requestsOf(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch (wholeError) {
    try {
      return text.split('\n').flatMap((line): unknown[] => (line.trim() === '' ? [] : [JSON.parse(line)]));
    } catch {
      const reason = wholeError instanceof Error ? wholeError.message : 'no JSON';
      throw new GclensError(`these spans are no JSON (${reason})`, { advice });
    }
  }
}

function spansOf(request: unknown): AppSpan[] {
  if (!isObject(request) || !Array.isArray(request.resourceSpans)) {
    throw new GclensError('there is no "resourceSpans" in this JSON', { advice });
  }
  const scopes = listsIn(request.resourceSpans, 'scopeSpans', 'resourceSpans');
  return listsIn(scopes, 'spans', 'scopeSpans').map(readSpan);
}

/** All items of the list `member` of each object; a missing list is an empty one. */
function listsIn(objects: readonly unknown[], member: string, where: string): unknown[] {
  return objects.flatMap((object): unknown[] => {
    if (!isObject(object)) {
      throw new GclensError(`an entry of "${where}" is no object`, { advice });
    }
    const list = object[member] ?? [];
    if (!Array.isArray(list)) {
      throw new GclensError(`"${member}" is no list`, { advice });
    }
    return list;
  });
}

function readSpan(span: unknown, position: number): AppSpan {
  if (!isObject(span)) {
    throw new GclensError(`span ${position} is no object`, { advice });
  }
  const { name } = span;
  return {
    traceId: readId(span.traceId, 32, 'traceId', position),
    spanId: readId(span.spanId, 16, 'spanId', position),
    parentSpanId:
      span.parentSpanId === undefined || span.parentSpanId === '' ? '' : readId(span.parentSpanId, 16, 'parentSpanId', position),
    name: typeof name === 'string' ? name : '',
    startUnixNs: readTime(span.startTimeUnixNano, 'startTimeUnixNano', position),
    endUnixNs: readTime(span.endTimeUnixNano, 'endTimeUnixNano', position),
  };
}

function readId(id: unknown, digits: number, member: string, position: number): string {
  if (typeof id !== 'string' || id.length !== digits || !/^[0-9a-f]+$/i.test(id)) {
    throw new GclensError(`${member} of span ${position} is not ${digits} hex digits`, { advice });
  }
  return id.toLowerCase();
}

function readTime(time: unknown, member: string, position: number): bigint {
  if (typeof time !== 'string' || !/^\d{1,20}$/.test(time)) {
    throw new GclensError(`${member} of span ${position} is no number of nanoseconds`, { advice });
  }
  return BigInt(time);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
