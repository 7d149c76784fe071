import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';

import { ProtoReader } from '../base';
import { partialSuccessOf, type Verdict } from './answers';

/** The end of a gRPC call (https://grpc.io/docs/guides/status-codes/). */
export interface GrpcStatus {
  /** Name of the code, like UNAVAILABLE. */
  readonly code: string;
  readonly message: string;
  /** The google.rpc.Status of the trailer grpc-status-details-bin, where there is one. */
  readonly details: Uint8Array | null;
}

/** Codes that allow a retry (https://opentelemetry.io/docs/specs/otlp/#failures); RESOURCE_EXHAUSTED only where the receiver says when. */
const retryable: ReadonlySet<string> = new Set(['CANCELLED', 'DEADLINE_EXCEEDED', 'ABORTED', 'OUT_OF_RANGE', 'UNAVAILABLE', 'DATA_LOSS']);
const hopeless: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'the receiver wants credentials: set OTEL_EXPORTER_OTLP_HEADERS',
  PERMISSION_DENIED: 'the receiver refuses these credentials: look at OTEL_EXPORTER_OTLP_HEADERS',
  UNIMPLEMENTED: 'this gRPC server is no OTLP receiver of this signal; the usual port is 4317',
};

/** Judges a call that did not end with OK. */
export function judgeGrpcFailure({ code, message, details }: GrpcStatus): Verdict {
  const reason = `gRPC ${code}${message === '' ? '' : `: ${message.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, 200)}`}`;
  if (code === 'RESOURCE_EXHAUSTED' && /larger than|too large|exceeds/i.test(message)) {
    return { kind: 'tooLarge', reason };
  }
  const retryAfterMs = details === null ? null : retryDelayMs(details);
  if (retryable.has(code) || (code === 'RESOURCE_EXHAUSTED' && retryAfterMs !== null)) {
    return { kind: 'later', reason, retryAfterMs };
  }
  const why = hopeless[code];
  return why === undefined ? { kind: 'rejected', reason } : { kind: 'hopeless', reason: `${reason}: ${why}` };
}

/** Judges the response of a call that ended with OK: an Export…ServiceResponse of any signal. */
export function judgeGrpcResponse(response: Uint8Array): Verdict {
  try {
    return { kind: 'accepted', ...partialSuccessOf(ProtobufTraceSerializer.deserializeResponse(response)) };
  } catch {
    return { kind: 'hopeless', reason: 'gRPC OK with a message that is no answer of an OTLP receiver' };
  }
}

/** The delay of a google.rpc.RetryInfo among the details of a google.rpc.Status; null without. */
export function retryDelayMs(status: Uint8Array): number | null {
  try {
    return findRetryDelayMs(status);
  } catch {
    return null;
  }
}

function findRetryDelayMs(status: Uint8Array): number | null {
  for (const detail of membersOf(status, 3)) {
    const [type] = membersOf(detail, 1);
    const [info] = membersOf(detail, 2);
    if (type !== undefined && info !== undefined && new TextDecoder().decode(type).endsWith('/google.rpc.RetryInfo')) {
      const [delay] = membersOf(info, 1);
      return delay === undefined ? 0 : durationMs(delay);
    }
  }
  return null;
}

function membersOf(bytes: Uint8Array, field: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  const reader = new ProtoReader(bytes);
  while (reader.next()) {
    if (reader.field === field) {
      const end = reader.end();
      found.push(bytes.subarray(reader.position, end));
      reader.position = end;
    } else {
      reader.skip();
    }
  }
  return found;
}

/** A google.protobuf.Duration. */
function durationMs(bytes: Uint8Array): number {
  let milliseconds = 0;
  const reader = new ProtoReader(bytes);
  while (reader.next()) {
    const value = reader.int();
    milliseconds += reader.field === 1 ? value * 1000 : reader.field === 2 ? value / 1e6 : 0;
  }
  return milliseconds;
}
