import type { CaptureInfo } from '../capture';
import type { FileContent, ViewRequest } from './decoder';
import type { ErrorMessage } from './errors';
import type { PackedFrames } from './packedFrames';

/** What a page asks of the worker. Ids are the page's own and name a request in every later message about it. */
export type ToWorker =
  | { readonly type: 'identify'; readonly id: number; readonly file: FileContent; readonly name: string }
  | { readonly type: 'view'; readonly id: number; readonly request: ViewRequest; readonly wantsPartial: boolean }
  | { readonly type: 'cancel'; readonly id: number };

/** What the worker answers: once `ready`, then to each request any number of `progress` and, where wanted, `partial`, and one `done` or `failed`. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly id: number; readonly stage: string; readonly fraction: number }
  | { readonly type: 'partial'; readonly id: number; readonly frames: PackedFrames }
  | { readonly type: 'done'; readonly id: number; readonly result: Answer }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorMessage };

/** The result of a request, by what was asked. */
export type Answer = { readonly type: 'identify'; readonly info: CaptureInfo } | { readonly type: 'view'; readonly frames: PackedFrames };
