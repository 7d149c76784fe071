import type { WorkOptions } from '../base';
import type { CaptureInfo } from '../capture';
import type { Frame, ViewQuery } from '../frames';
import type { CaptureFile } from './captureFiles';

export interface ViewRequest {
  readonly files: readonly CaptureFile[];
  readonly query: ViewQuery;
  readonly refId: string;
  /** Plugin id of the panel that asks; `auto` goes by it. */
  readonly panelPluginId: string | undefined;
  /** What this browser keeps, for the view `captures`. */
  readonly stored: readonly CaptureInfo[];
  readonly tracingDatasourceUid: string | undefined;
}

/** What the data source needs of the decode worker. */
export interface Decoder {
  /** Reads a file's identity and kind; rejects with a GclensError that says what the file seems to be. */
  identify(file: Blob, name: string, options: WorkOptions): Promise<CaptureInfo>;
  view(request: ViewRequest, options: WorkOptions): Promise<Frame[]>;
}
