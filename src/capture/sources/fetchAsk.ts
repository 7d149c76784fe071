import { GclensError, isAbort } from '../../base';
import type { Ask, HttpAnswer } from './http';

/**
 * Asks with `fetch`, as it is in Node and browsers.
 * @param baseUrl http or https; a user name and password in it become basic authentication
 * @throws GclensError when it is no such address
 */
export function fetchAsk(baseUrl: string, headers: Readonly<Record<string, string>> = {}): Ask {
  const { url, authorization } = parseBase(baseUrl);
  return async ({ path, method, headers: further = {}, signal }) => {
    const target = path === '' ? url : `${url.replace(/\/+$/, '')}/${path}`;
    try {
      const response = await fetch(target, {
        method,
        headers: { ...authorization, ...headers, ...further },
        ...(signal === undefined ? {} : { signal }),
      });
      return answerOf(response);
    } catch (error) {
      if (isAbort(error) || signal?.aborted === true) {
        throw error;
      }
      throw new GclensError(`there is no answer: ${reasonOf(error)}`, {
        file: url,
        advice: 'Look whether the address is right, the service runs, and can be reached from here',
      });
    }
  };
}

/** An answer of `fetch`. */
export function answerOf(response: Response): HttpAnswer {
  return { status: response.status, header: (name) => response.headers.get(name), body: piecesOf(response.body) };
}

/** Not every browser can iterate a stream. */
async function* piecesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) {
    return;
  }
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      yield piece.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseBase(text: string): { readonly url: string; readonly authorization: Readonly<Record<string, string>> } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new GclensError('this is no http address', { advice: 'Write it as http://host:6060/debug/pprof' });
  }
  const credentials = url.username === '' ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  url.hash = '';
  return {
    url: url.href,
    authorization:
      credentials === undefined ? {} : { Authorization: `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(credentials)))}` },
  };
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be looked up now',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  UND_ERR_HEADERS_TIMEOUT: 'the answer took too long',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  ETIMEDOUT: 'the host does not answer',
};

/** Node tells why in the cause, browsers tell nothing. */
function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : undefined;
  if (code !== undefined && Object.hasOwn(reasons, code)) {
    return `${reasons[code] ?? ''} (${code})`;
  }
  return code ?? (error instanceof Error ? error.message : String(error));
}
