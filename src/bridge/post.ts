/** How a request is made: `fetch`, or one with certificates of its own. */
export type Post = (url: string, request: PostRequest) => Promise<PostAnswer>;

export interface PostRequest {
  readonly method: 'POST';
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Nothing is sent to another address than the given one. */
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

/** As much of a Response as is read. */
export interface PostAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: { getReader(): AnswerReader } | null;
}

interface AnswerReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}
