import { GclensError, type Notice } from '../base';
import { otlpAdvice } from './otlpAdvice';
import { parseOtlpJson } from './otlpJson';
import { parseOtlpProto } from './otlpProto';

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
  /** service.name of its resource, '' without. */
  readonly serviceName: string;
}

/** Spans of a file, with what a reader must know of it. */
export interface OtlpSpans {
  readonly spans: readonly AppSpan[];
  readonly notices: readonly Notice[];
}

/**
 * The spans of a file of OTLP requests (ExportTraceServiceRequest, https://opentelemetry.io/docs/specs/otlp): as JSON, one document or several, also those of a
 * file that the Collector's file exporter writes; or as protobuf, one message, or several with their length before each. Times are exact to the nanosecond. What is
 * whole before a cut is kept.
 * @throws GclensError when the bytes are something else
 */
export function parseOtlpSpans(bytes: Uint8Array): OtlpSpans {
  if (bytes.length === 0) {
    throw new GclensError('there are no spans in an empty file', { advice: otlpAdvice });
  }
  return isText(bytes) ? parseOtlpJson(new TextDecoder().decode(bytes)) : parseOtlpProto(bytes);
}

/** Protobuf of spans holds control characters near its begin: the tag of a resource's attribute values is one. */
function isText(bytes: Uint8Array): boolean {
  return !bytes.subarray(0, textWindow).some((byte) => byte < 32 && (byte < 9 || byte > 13));
}

const textWindow = 512;
