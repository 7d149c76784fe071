/** Ids of a span as a log or a label names it. */
export interface NamedSpan {
  readonly traceId?: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
}

const traceparent = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/** A W3C traceparent (https://www.w3.org/TR/trace-context/), null when it is none: later versions may go on after the flags, ids are never zero. */
export function parseTraceparent(text: string): Required<NamedSpan> | null {
  const [, version, traceId, spanId, rest] = traceparent.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || version === 'ff' || (version === '00' && rest !== undefined)) {
    return null;
  }
  return /^0+$/.test(traceId) || /^0+$/.test(spanId) ? null : { traceId, spanId };
}

/** Whether bytes are a W3C traceparent, without making its ids. */
export function isTraceparent(message: Uint8Array): boolean {
  // Of the usual length: 00-TRACE-SPAN-FLAGS.
  if (message.length !== 55 || message[0] !== 0x30 || message[1] !== 0x30) {
    return parseTraceparent(new TextDecoder().decode(message)) !== null;
  }
  let traceBits = 0;
  let spanBits = 0;
  for (let at = 3; at < 55; at++) {
    const byte = message[at] ?? 0;
    const isHex = (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66);
    if (at === 35 || at === 52 ? byte !== dash : !isHex) {
      return false;
    }
    // The low bits of no hex digit but 0 are 0.
    traceBits |= at < 35 ? byte & 0x4f : 0;
    spanBits |= at > 35 && at < 52 ? byte & 0x4f : 0;
  }
  return message[2] === dash && traceBits !== 0 && spanBits !== 0;
}

const dash = 0x2d;

/** Length of an id that Datadog logs as bytes. */
export const rawIdBytes = 8;

/** A uint64 with more zeros before it than anybody writes. */
const longestDecimal = 64;

/** Datadog's span id in a log: 8 bytes are a little-endian uint64 (dd-trace-go since 1.57), anything else is ASCII decimal; null when it is neither. */
export function parseDatadogSpanId(message: Uint8Array): string | null {
  if (message.length === rawIdBytes) {
    return hexOfSpan(new DataView(message.buffer, message.byteOffset, rawIdBytes).getBigUint64(0, true));
  }
  return message.length > longestDecimal ? null : spanIdOfDecimal(String.fromCharCode(...message));
}

/** The 16 hex digits of a span id in decimal, null when the text is no uint64. */
export function spanIdOfDecimal(text: string): string | null {
  if (text.length > longestDecimal || !/^0*\d{1,20}$/.test(text)) {
    return null;
  }
  const id = BigInt(text);
  return id < 1n << 64n ? hexOfSpan(id) : null;
}

function hexOfSpan(id: bigint): string {
  return id.toString(16).padStart(16, '0');
}
