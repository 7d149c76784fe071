import { concatenate } from '../../base';
import { explainNoAnswer } from '../../bridge';
import { parseS3Error } from '../../capture';
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

/** What a store says of its codes matters more than that of HTTP. */
const s3Meanings: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'the secret key is wrong, or something between changes the request',
  InvalidAccessKeyId: 'the store does not know this key',
  XAdminUserNotFound: 'the store does not know this key',
  ExpiredToken: 'the session token has expired',
  RequestTimeTooSkewed: 'the clocks of the store and of this machine differ too much',
  AuthorizationHeaderMalformed: 'the region is another one: set AWS_REGION',
  PermanentRedirect: 'the bucket is in another region or at another address: set AWS_REGION or AWS_ENDPOINT_URL',
};
/** Longer answers tell of no error. */
const maxErrorBytes = 16_384;

/** What a server answers that is asked for a part of an empty file. */
const emptyRange = 416;

const meanings: Readonly<Record<number, string>> = {
  401: 'it wants credentials',
  403: 'it refuses these credentials, or has none to check',
};

/**
 * Gets a file. Redirects are not followed: credentials would go with them.
 * @throws TooLarge for more than `maxBytes`, Gone for a 404, Unreachable for all else but a 200
 */
export async function get(request: GetRequest, maxBytes: number, signal: AbortSignal): Promise<Got> {
  return exchange(request, [200], signal, async (response, heard) => {
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
      await response.body?.cancel();
      throw new TooLarge();
    }
    const { bytes, isWhole } = await readUpTo(response, maxBytes, heard);
    if (!isWhole) {
      throw new TooLarge();
    }
    return { bytes, contentType: response.headers.get('content-type') ?? '' };
  });
}

/**
 * Gets the first bytes of a file, fewer where it is shorter; servers that know no ranges are not heard to the end.
 * @throws Gone for a 404, Unreachable when it cannot be read now
 */
export async function getStart({ url, headers }: GetRequest, sizeBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  // Not of what was signed: it need not be.
  const ranged = { url, headers: { ...headers, range: `bytes=0-${sizeBytes - 1}` } };
  return exchange(ranged, [200, 206, emptyRange], signal, async (response, heard) => {
    const { bytes } = await readUpTo(response, response.status === emptyRange ? 0 : sizeBytes, heard);
    return response.status === emptyRange ? new Uint8Array() : bytes.subarray(0, sizeBytes);
  });
}

async function exchange<T>(
  { url, headers }: GetRequest,
  wanted: readonly number[],
  signal: AbortSignal,
  read: (response: Response, heard: () => void) => Promise<T>,
): Promise<T> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMs);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.any([signal, silence.signal]) });
    if (!wanted.includes(response.status)) {
      const { bytes } = await readUpTo(response, maxErrorBytes, heard);
      throw refusal(response.status, parseS3Error(new TextDecoder().decode(bytes))?.code);
    }
    return await read(response, heard);
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

function refusal(status: number, s3Code: string | undefined): Error {
  // versitygw answers 404 to credentials that it does not know: that says nothing of the file.
  if ((status === 404 || status === 410) && (s3Code === undefined || s3Code.startsWith('NoSuch'))) {
    return new Gone(`HTTP ${status}: there is no such file`);
  }
  const meaning =
    status >= 300 && status < 400
      ? 'it redirects, which is not followed: give the final address'
      : (s3Meanings[s3Code ?? ''] ?? meanings[status]);
  return new Unreachable(`HTTP ${status}${s3Code === undefined ? '' : ` ${s3Code}`}${meaning === undefined ? '' : `: ${meaning}`}`);
}

async function readUpTo(
  response: Response,
  maxBytes: number,
  heard: () => void,
): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  while (length <= maxBytes) {
    const { done, value: chunk } = (await reader?.read()) ?? { done: true };
    if (done || chunk === undefined) {
      return { bytes: concatenate(chunks), isWhole: true };
    }
    heard();
    length += chunk.length;
    chunks.push(chunk);
  }
  await reader?.cancel();
  return { bytes: concatenate(chunks), isWhole: false };
}
