import { GclensError, type Notice, ProtoReader, toHex, WireType } from '../base';
import type { AppSpan, OtlpSpans } from './appSpans';
import { otlpAdvice as advice } from './otlpAdvice';

const lengthBytes = 4;
/** First byte of a request: its list of ResourceSpans, field 1. As a length it would be more than 160 MB. */
const requestTag = 0x0a;

/**
 * The spans of OTLP protobuf (opentelemetry/proto/collector/trace/v1/trace_service.proto): one message, or several with their length before each as the Collector's
 * file exporter writes them (big-endian uint32).
 */
export function parseOtlpProto(bytes: Uint8Array): OtlpSpans {
  const spans: AppSpan[] = [];
  try {
    for (const message of bytes[0] !== requestTag ? messagesOf(bytes) : [new ProtoReader(bytes)]) {
      readRequest(message, spans);
    }
  } catch (error) {
    if (!(error instanceof GclensError)) {
      throw error;
    }
    if (spans.length === 0) {
      throw error.with({ advice });
    }
    return { spans, notices: [damageNotice(error, spans.length)] };
  }
  return { spans, notices: [] };
}

function damageNotice({ message }: GclensError, read: number): Notice {
  return { severity: 'warning', text: `The file is damaged after ${read} spans, which are read: ${message}` };
}

function* messagesOf(bytes: Uint8Array): Generator<ProtoReader> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    const start = at + lengthBytes;
    const length = start <= bytes.length ? view.getUint32(at) : Infinity;
    if (length > bytes.length - start) {
      throw new GclensError('the last message is cut off', { offset: at });
    }
    const reader = new ProtoReader(bytes);
    reader.position = start;
    reader.limit = start + length;
    yield reader;
    at = start + length;
  }
}

function readRequest(reader: ProtoReader, spans: AppSpan[]): void {
  while (reader.next()) {
    within(reader, 1, () => {
      readResourceSpans(reader, spans);
    });
  }
}

/** `resource` may follow the spans that are of it. */
function readResourceSpans(reader: ProtoReader, spans: AppSpan[]): void {
  const own: Omit<AppSpan, 'serviceName'>[] = [];
  let serviceName = '';
  const finish = () => {
    own.forEach((span) => spans.push({ ...span, serviceName }));
  };
  try {
    while (reader.next()) {
      const { field } = reader;
      if (field === 1) {
        within(reader, 1, () => {
          serviceName = readServiceName(reader) ?? serviceName;
        });
      } else {
        // 1000: instrumentation_library_spans of OTLP before 0.16.
        within(reader, field === 1000 ? 1000 : 2, () => {
          readScopeSpans(reader, own);
        });
      }
    }
  } finally {
    finish();
  }
}

function readServiceName(reader: ProtoReader): string | undefined {
  let name: string | undefined;
  while (reader.next()) {
    within(reader, 1, () => {
      const { key, value } = readAttribute(reader);
      name = key === 'service.name' ? value : name;
    });
  }
  return name;
}

function readAttribute(reader: ProtoReader): { key: string; value: string } {
  let [key, value] = ['', ''];
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === WireType.Bytes) {
      key = readText(reader);
    } else {
      within(reader, 2, () => {
        value = readStringValue(reader);
      });
    }
  }
  return { key, value };
}

function readStringValue(reader: ProtoReader): string {
  let value = '';
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === WireType.Bytes) {
      value = readText(reader);
    } else {
      reader.skip();
    }
  }
  return value;
}

function readScopeSpans(reader: ProtoReader, spans: Omit<AppSpan, 'serviceName'>[]): void {
  while (reader.next()) {
    within(reader, 2, () => {
      spans.push(readSpan(reader));
    });
  }
}

function readSpan(reader: ProtoReader): Omit<AppSpan, 'serviceName'> {
  const start = reader.position;
  const span = { traceId: '', spanId: '', parentSpanId: '', name: '', startUnixNs: 0n, endUnixNs: 0n };
  while (reader.next()) {
    const { field, wireType } = reader;
    if (wireType === WireType.Fixed64 && (field === 7 || field === 8)) {
      span[field === 7 ? 'startUnixNs' : 'endUnixNs'] = readFixed64(reader);
    } else if (wireType === WireType.Bytes && field === 5) {
      span.name = readText(reader);
    } else if (wireType === WireType.Bytes && (field === 1 || field === 2 || field === 4)) {
      span[field === 1 ? 'traceId' : field === 2 ? 'spanId' : 'parentSpanId'] = readHex(reader);
    } else {
      reader.skip();
    }
  }
  if (span.traceId.length !== 32 || span.spanId.length !== 16) {
    throw new GclensError('a span has no trace id of 16 bytes and span id of 8', { offset: start });
  }
  return span;
}

/** Runs `read` in the message of the tag just read, if it is of that field; skips it otherwise. */
function within(reader: ProtoReader, field: number, read: () => void): void {
  if (reader.field !== field || reader.wireType !== WireType.Bytes) {
    reader.skip();
    return;
  }
  const { limit } = reader;
  const end = reader.end();
  reader.limit = end;
  read();
  reader.limit = limit;
  reader.position = end;
}

function readText(reader: ProtoReader): string {
  return new TextDecoder().decode(readBytes(reader));
}

function readHex(reader: ProtoReader): string {
  return toHex(readBytes(reader));
}

function readBytes(reader: ProtoReader): Uint8Array {
  const end = reader.end();
  const bytes = reader.bytes.subarray(reader.position, end);
  reader.position = end;
  return bytes;
}

function readFixed64(reader: ProtoReader): bigint {
  const start = reader.position;
  reader.skip();
  return new DataView(reader.bytes.buffer, reader.bytes.byteOffset + start, 8).getBigUint64(0, true);
}
