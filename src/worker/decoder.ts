import type { WorkOptions } from '../base';
import type { CaptureInfo, Sha256 } from '../capture';
import type { Frame, FrameContext, ViewQuery } from '../frames';

/** Original bytes of a capture. A Blob or File crosses into the worker without being copied, and is read there. */
export type FileContent = Blob | Uint8Array;

/** A capture to be decoded. */
export interface CaptureFile {
  readonly name: string;
  readonly file: FileContent;
  /** Its identity where it is known already: a decoded capture is then found without reading the file. */
  readonly sha256?: Sha256 | undefined;
}

/** A view of captures that one process recorded at one moment: a trace, its CPU profile, the application's own spans. */
export interface ViewRequest {
  readonly files: readonly CaptureFile[];
  /** What they are compared with: captures of another process or moment. */
  readonly baseline?: readonly CaptureFile[];
  readonly query: ViewQuery;
  readonly context: FrameContext;
}

export interface ViewOptions extends WorkOptions {
  /**
   * Takes answers from what is read of a large trace so far, while the rest is being read: each replaces the one before, and the whole answer the last. Only
   * views that make sense in parts have them; their frames say that they are partial (`meta.custom.reading`, and a notice).
   */
  readonly onPartial?: (frames: Frame[]) => void;
}

/**
 * Everything heavy: opens, decodes, analyzes and builds frames. Decoded captures are kept by sha-256, so views of the same captures share one decode.
 * Aborting the signal rejects with the signal's reason and stops the work unless another view waits for it.
 */
export interface Decoder {
  /** Identity and kind of a file. @throws GclensError that says what the file seems to be */
  identify(file: FileContent, name: string, options?: WorkOptions): Promise<CaptureInfo>;
  /** @throws GclensError naming the file that cannot be read, or what the captures lack for this view */
  view(request: ViewRequest, options?: ViewOptions): Promise<Frame[]>;
}
