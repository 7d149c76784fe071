/** Ids that a structured log line names, as slog, zap and others write them into JSON or as `key=value`. */
export interface LineIds {
  /** Both ids of a span, 32 and 16 lower-case hex digits; null where either is missing. */
  readonly span: { readonly traceId: string; readonly spanId: string } | null;
  readonly requestId: string | null;
}

const traceId = /\btrace[._]?id"?[=:] ?"?([0-9a-f]{32})\b/i;
const spanId = /\bspan[._]?id"?[=:] ?"?([0-9a-f]{16})\b/i;
const requestId = /\brequest[._-]?id"?[=:] ?"?([^\s"},]+)/i;
const zeros = /^0+$/;

/** The ids of a line of a log that was copied into the trace; null where it names none. */
export function parseLogLine(text: string): LineIds | null {
  const trace = traceId.exec(text)?.[1]?.toLowerCase() ?? '0';
  const span = spanId.exec(text)?.[1]?.toLowerCase() ?? '0';
  const ids = {
    span: zeros.test(trace) || zeros.test(span) ? null : { traceId: trace, spanId: span },
    requestId: requestId.exec(text)?.[1] ?? null,
  };
  return ids.span === null && ids.requestId === null ? null : ids;
}
