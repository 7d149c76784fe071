import { ProtoReader, WireType } from '../base';
import type { CaptureKind } from '../capture';
import { indexTrace } from '../gotrace';

/** `time_nanos` of profile.proto's Profile. */
const timeField = 9;

/**
 * When a capture was recorded, Unix time in ms, without decoding it; undefined where the file does not say.
 * @param bytes decompressed; its first ones do where the time stands in them
 */
export function recordedUnixMs(kind: CaptureKind, bytes: Uint8Array): number | undefined {
  try {
    if (kind === 'trace-v2') {
      for (const { snapshot } of indexTrace(bytes).generations) {
        if (snapshot !== null) {
          return Number(snapshot.wallUnixNs / 1_000_000n);
        }
      }
      return undefined;
    }
    return kind === 'pprof' ? profileTime(bytes) : undefined;
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
