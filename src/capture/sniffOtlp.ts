import { ProtoReader, WireType } from '../base';

/** Length before each message of a file that the Collector's file exporter writes. */
const lengthBytes = 4;

/** resource, scope_spans, schema_url, and instrumentation_library_spans of old. */
const resourceSpansFields: ReadonlySet<number> = new Set([1, 2, 3, 1000]);

/** Whether bytes begin as an OTLP request of spans does, by itself or with its length before it. */
export function sniffOtlp(bytes: Uint8Array): { kind: 'otlp-spans' } | undefined {
  return isRequest(bytes) || isFramed(bytes, bytes.length - lengthBytes) ? { kind: 'otlp-spans' } : undefined;
}

/** The same where the first of the requests is cut off. Its length, which is too large, may as well be the beginning of something else. */
export function sniffCutOtlp(bytes: Uint8Array): { kind: 'otlp-spans' } | undefined {
  return isFramed(bytes, Infinity) ? { kind: 'otlp-spans' } : undefined;
}

function isFramed(bytes: Uint8Array, longest: number): boolean {
  if (bytes.length < lengthBytes) {
    return false;
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getUint32(0);
  return length <= longest && isRequest(bytes.subarray(lengthBytes, lengthBytes + length));
}

/** A list of ResourceSpans, which begin with messages, where a profile's first field, its sample types, holds numbers only. */
function isRequest(bytes: Uint8Array): boolean {
  const reader = new ProtoReader(bytes);
  try {
    if (!reader.next() || reader.field !== 1 || reader.wireType !== WireType.Bytes) {
      return false;
    }
    // A cut file holds less than what is announced.
    const length = reader.uint();
    reader.limit = Math.min(reader.limit, reader.position + length);
    return reader.next() && reader.wireType === WireType.Bytes && resourceSpansFields.has(reader.field);
  } catch {
    return false;
  }
}
