import { concatenate } from '../../base';
import { explainNoAnswer } from '../../bridge';
import { Gone, TooLarge, Unreachable } from './source';

/** What to get, signed and with headers. */
export interface GetRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer to a GET. */
export interface Got {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** A server that says nothing for so long is not waited for. */
const silenceMs = 30_000;

const meanings: Readonly<Record<number, string>> = {
  401: 'it wants credentials',
  403: 'it refuses these credentials, or has none to check',
};

/**
 * Gets a file. Redirects are not followed: credentials would go with them.
 * @throws TooLarge for more than `maxBytes`, Gone for a 404, Unreachable for all else but a 200
 */
export async function get({ url, headers }: GetRequest, maxBytes: number, signal: AbortSignal): Promise<Got> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMs);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.any([signal, silence.signal]) });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw refusal(response.status);
    }
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
      await response.body?.cancel();
      throw new TooLarge();
    }
    return { bytes: await readAll(response, maxBytes, heard), contentType: response.headers.get('content-type') ?? '' };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TooLarge || error instanceof Gone || error instanceof Unreachable) {
      throw error;
    }
    throw new Unreachable(
      silence.signal.aborted ? `it said nothing for ${silenceMs / 1000} s` : explainNoAnswer(error, 'NODE_EXTRA_CA_CERTS').reason,
    );
  } finally {
    clearTimeout(timer);
  }
}

function refusal(status: number): Error {
  if (status === 404 || status === 410) {
    return new Gone(`HTTP ${status}: there is no such file`);
  }
  const meaning = status >= 300 && status < 400 ? 'it redirects, which is not followed: give the final address' : meanings[status];
  return new Unreachable(`HTTP ${status}${meaning === undefined ? '' : `: ${meaning}`}`);
}

async function readAll(response: Response, maxBytes: number, heard: () => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value: chunk } = (await reader?.read()) ?? { done: true };
    if (done || chunk === undefined) {
      break;
    }
    heard();
    length += chunk.length;
    if (length > maxBytes) {
      await reader?.cancel();
      throw new TooLarge();
    }
    chunks.push(chunk);
  }
  return concatenate(chunks);
}
