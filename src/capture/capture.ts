import type { Notice } from '../base';

/** What the bytes of a capture are, told by their first bytes, never by a name. */
export type CaptureKind = 'pprof' | 'trace-v1' | 'trace-v2' | 'otlp-spans';

/** Lower-case hex sha-256 of the original bytes (before decompression): the identity of a capture everywhere. */
export type Sha256 = string & { readonly __sha256: true };

/** What is known of a capture without decoding it. Plain data: it crosses workers and lives in IndexedDB. */
export interface CaptureInfo {
  readonly sha256: Sha256;
  readonly name: string;
  readonly kind: CaptureKind;
  /** Size of the original bytes. */
  readonly sizeBytes: number;
  /** When it was recorded, Unix time, where the file says so and it was looked at. */
  readonly recordedUnixMs?: number;
}

/** A capture opened: identity, kind and the bytes after decompression. */
export interface OpenedCapture {
  readonly info: CaptureInfo;
  readonly bytes: Uint8Array;
  /** What a reader should know of the file around the bytes: a trace out of a gzip file that was cut off. */
  readonly notices: readonly Notice[];
}
