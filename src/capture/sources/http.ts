import { breathe, concatenate, GclensError, type WorkOptions } from '../../base';

/** A request below a base address that the asker knows. */
export interface HttpRequest {
  /** Relative to the base, without a slash at its start, percent-encoded; with its query string. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'OPTIONS' | 'PROPFIND';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** The head of an answer is there, its body on the way. */
export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | null;
  readonly body: AsyncIterable<Uint8Array>;
}

/** How bytes are asked for: through Grafana's proxy, or by `fetch`. Rejects with a GclensError when there is no answer at all. */
export type Ask = (request: HttpRequest) => Promise<HttpAnswer>;

/** Cap of a body, and what reading it is called. */
export interface ReadBodyOptions extends WorkOptions {
  readonly maxBytes: number;
  readonly name: string;
}

/**
 * The whole body. Memory grows with what arrives, whatever the answer says of its length.
 * @throws GclensError when it is larger than `maxBytes`
 */
export async function readBody(answer: HttpAnswer, options: ReadBodyOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { maxBytes, name, signal, onProgress } = options;
  const saidBytes = Number(answer.header('content-length') ?? NaN);
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of answer.body) {
    signal?.throwIfAborted();
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes || saidBytes > maxBytes) {
      throw new GclensError(`larger than the cap of ${maxBytes} bytes`, {
        file: name,
        advice: 'Take a shorter capture, or raise the cap in the settings',
      });
    }
    pieces.push(piece);
    onProgress?.(`loading ${name}`, saidBytes > 0 ? Math.min(1, sizeBytes / saidBytes) : 0);
  }
  await breathe(signal);
  return concatenate(pieces);
}

/** At most so many first bytes of a body; what follows is not read. */
export async function readStart(answer: HttpAnswer, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of answer.body) {
    pieces.push(piece.subarray(0, bytes - sizeBytes));
    sizeBytes += Math.min(piece.length, bytes - sizeBytes);
    if (sizeBytes === bytes) {
      break;
    }
  }
  return concatenate(pieces);
}
