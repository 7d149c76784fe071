import { ProtoReader, WireType } from '../base';
import type { OpenedCapture } from '../capture';
import { indexTrace } from '../gotrace';

/** `time_nanos` of profile.proto's Profile. */
const timeField = 9;

/** When a capture was recorded, Unix time in ms, without decoding it; undefined where the file does not say. */
export function recordedUnixMs({ info, bytes }: OpenedCapture): number | undefined {
  try {
    if (info.kind === 'trace-v2') {
      for (const { snapshot } of indexTrace(bytes).generations) {
        if (snapshot !== null) {
          return Number(snapshot.wallUnixNs / 1_000_000n);
        }
      }
      return undefined;
    }
    return info.kind === 'pprof' ? profileTime(bytes) : undefined;
  } catch {
    // What is damaged is told when it is decoded.
    return undefined;
  }
}

function profileTime(bytes: Uint8Array): number | undefined {
  const reader = new ProtoReader(bytes);
  while (reader.next()) {
    if (reader.field === timeField && reader.wireType === WireType.Varint) {
      const timeNs = Number(reader.bigInt());
      return timeNs > 0 ? Math.floor(timeNs / 1e6) : undefined;
    }
    reader.skip();
  }
  return undefined;
}
