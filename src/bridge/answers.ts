import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';

import { withoutCredentials } from './endpoint';
import { memberOf } from './memberOf';

/** What a receiver's answer to one request means for its items: spans, data points or profiles. */
export type Verdict =
  | ({ readonly kind: 'accepted' } & PartialSuccess)
  /** This batch will never be taken. */
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'tooLarge'; readonly reason: string }
  /** Try the same again, no earlier than `retryAfterMs`. */
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs: number | null }
  /** Nothing that is sent here will be taken. */
  | { readonly kind: 'hopeless'; readonly reason: string };

/** What an Export…ServiceResponse says beside success; nothing rejected and no message without. */
export interface PartialSuccess {
  readonly rejectedItems: number;
  readonly message: string;
}

/** An HTTP answer as far as it was read. */
export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
}

/** Answers of OTLP/HTTP that allow a retry (https://opentelemetry.io/docs/specs/otlp/#failures-1). */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Answers that say the address or the credentials are wrong. */
const hopeless: Readonly<Record<number, string>> = {
  401: 'the receiver wants credentials: set OTEL_EXPORTER_OTLP_HEADERS',
  403: 'the receiver refuses these credentials: look at OTEL_EXPORTER_OTLP_HEADERS',
  404: 'there is no OTLP receiver at this path: the traces path is /v1/traces, the usual port 4318',
  405: 'this address takes no POST: is it the port of a user interface instead of the OTLP receiver (4318)?',
  415: 'this address takes no OTLP protobuf',
};

/** Judges the answer to one request. @param nowMs Unix time, for a Retry-After that is a date */
export function judgeAnswer(answer: Answer, nowMs: number): Verdict {
  const { status } = answer;
  if (status >= 300 && status < 400) {
    return { kind: 'hopeless', reason: explainRedirect(answer) };
  }
  if (status >= 200 && status < 300) {
    return judgeSuccess(answer);
  }
  const reason = `HTTP ${status}${messageOf(answer)}`;
  if (status === 413 || (status === 400 && /too large|exceeds|larger than/i.test(reason))) {
    return { kind: 'tooLarge', reason };
  }
  if (retryable.has(status)) {
    return { kind: 'later', reason, retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), nowMs) };
  }
  const why = hopeless[status];
  if (why !== undefined) {
    return { kind: 'hopeless', reason: `${reason}: ${why}` };
  }
  return { kind: 'rejected', reason };
}

/** Delay that a Retry-After header asks for: seconds or an HTTP date; null without (RFC 9110 section 10.2.3). */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) {
    return null;
  }
  if (/^\s*\d{1,9}\s*$/.test(header)) {
    return Number(header) * 1000;
  }
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}

function judgeSuccess(answer: Answer): Verdict {
  if (answer.body.length === 0) {
    return { kind: 'accepted', rejectedItems: 0, message: '' };
  }
  const type = answer.headers.get('content-type') ?? '';
  if (looksLikeHtml(answer)) {
    return { kind: 'hopeless', reason: `HTTP ${answer.status} with an HTML page: this is a web page or a login, not an OTLP receiver` };
  }
  const isJson = /json/i.test(type);
  if (!isJson && !/protobuf/i.test(type)) {
    return {
      kind: 'hopeless',
      reason: `HTTP ${answer.status} with ${type === '' ? 'a body of no type' : type}: not the answer of an OTLP receiver`,
    };
  }
  const response = readResponse(answer.body, isJson);
  if (response === null) {
    return { kind: 'hopeless', reason: `HTTP ${answer.status} with a body that is no answer of an OTLP receiver` };
  }
  return { kind: 'accepted', ...response };
}

function readResponse(body: Uint8Array, isJson: boolean): PartialSuccess | null {
  try {
    if (isJson) {
      // The serializer answers damaged JSON with an empty response, which would count as success.
      JSON.parse(new TextDecoder().decode(body));
    }
    const response: unknown = (isJson ? JsonTraceSerializer : ProtobufTraceSerializer).deserializeResponse(body);
    return partialSuccessOf(response);
  } catch {
    return null;
  }
}

/** @param response an Export…ServiceResponse of any signal: they differ in one name only, and not in protobuf */
export function partialSuccessOf(response: unknown): PartialSuccess {
  const partial = memberOf(response, 'partialSuccess');
  const count = ['rejectedSpans', 'rejectedDataPoints', 'rejectedProfiles'].map((name) => memberOf(partial, name)).find(Boolean);
  // OTLP/JSON writes int64 as a string.
  const rejected = Number(count ?? 0);
  const message = memberOf(partial, 'errorMessage');
  return { rejectedItems: Number.isFinite(rejected) ? Math.max(0, rejected) : 0, message: typeof message === 'string' ? message : '' };
}

function explainRedirect({ status, headers }: Answer): string {
  const location = headers.get('location');
  const target = location === null ? '' : ` to ${withoutCredentials(location.split('?')[0] ?? '')}`;
  return `HTTP ${status} redirects${target}: spans are not sent to another address than the given one; give the final address, or log in where this leads`;
}

function looksLikeHtml({ headers, body }: Answer): boolean {
  return (
    /text\/html/i.test(headers.get('content-type') ?? '') || /^\s*<(!doctype|html)/i.test(new TextDecoder().decode(body.subarray(0, 100)))
  );
}

/** What a refusal says about itself, short and on one line: the message of a google.rpc.Status or the text. */
function messageOf(answer: Answer): string {
  if (looksLikeHtml(answer)) {
    return ' with an HTML page';
  }
  const text = statusMessage(answer)
    .replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ')
    .trim();
  return text === '' ? '' : `: ${text.slice(0, 200)}`;
}

function statusMessage({ headers, body }: Answer): string {
  const text = new TextDecoder().decode(body);
  if (!/json/i.test(headers.get('content-type') ?? '')) {
    return text;
  }
  try {
    const message = memberOf(JSON.parse(text), 'message');
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}
