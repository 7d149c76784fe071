import { ProtoReader } from '../../src/base';

/** Path of a span's id in an ExportTraceServiceRequest: resource_spans 1 > scope_spans 2 > spans 2 > span_id 2. */
const path = [1, 2, 2, 2] as const;

/** Ids of the spans of an ExportTraceServiceRequest in protobuf, as hexadecimal digits, in their order. */
export function idsOfSpans(request: Uint8Array): string[] {
  const ids: string[] = [];
  collect(request, path, ids);
  return ids;
}

function collect(bytes: Uint8Array, [field, ...rest]: readonly number[], ids: string[]): void {
  const reader = new ProtoReader(bytes);
  while (reader.next()) {
    if (reader.field !== field) {
      reader.skip();
      continue;
    }
    const end = reader.end();
    const inside = bytes.subarray(reader.position, end);
    if (rest.length === 0) {
      ids.push(Buffer.from(inside).toString('hex'));
    } else {
      collect(inside, rest, ids);
    }
    reader.position = end;
  }
}
