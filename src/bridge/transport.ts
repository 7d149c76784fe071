import { gzip } from 'pako';

import { type Answer, judgeAnswer, type Verdict } from './answers';
import type { OtlpEncoding } from './batches';
import { contentTypes } from './encode';
import type { Endpoint } from './endpoint';
import type { Compression } from './environment';
import type { Post, PostAnswer } from './post';

/** How one request gets to a receiver. */
export interface Transport {
  /** For messages. */
  readonly host: string;
  /**
   * Sends one request once.
   * @param body the encoded request, not compressed
   * @throws the error of the network when there was no answer
   */
  send(body: Uint8Array, signal: AbortSignal): Promise<Verdict>;
}

/** Options of {@link httpTransport}. */
export interface HttpOptions {
  readonly encoding: OtlpEncoding;
  readonly compression: Compression;
  /** Makes the requests; `fetch` without. */
  readonly post?: Post;
}

/** Answers longer than this are no answers of an OTLP receiver. */
const maxAnswerBytes = 64 * 1024;

/** OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
export function httpTransport({ url, headers }: Endpoint, { encoding, compression, post = fetch }: HttpOptions): Transport {
  return {
    host: new URL(url).host,
    send: async (body, signal) => {
      const response = await post(url, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': contentTypes[encoding],
          ...(compression === 'none' ? {} : { 'content-encoding': 'gzip' }),
        },
        body: new Uint8Array(compression === 'none' ? body : gzip(body)),
        redirect: 'manual',
        signal,
      });
      const answer: Answer = { status: response.status, headers: response.headers, body: await readUpTo(response, maxAnswerBytes) };
      return judgeAnswer(answer, Date.now());
    },
  };
}

/** The first bytes of an answer; the rest is left unread. */
async function readUpTo(response: PostAnswer, maxBytes: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const bytes = new Uint8Array(maxBytes);
  let length = 0;
  while (reader !== undefined && length < maxBytes) {
    const { done, value } = await reader.read();
    if (done || value === undefined) {
      return bytes.subarray(0, length);
    }
    const part = value.subarray(0, maxBytes - length);
    bytes.set(part, length);
    length += part.length;
  }
  await reader?.cancel();
  return bytes.subarray(0, length);
}
