import { type BackendSrv, type FetchResponse, config, getBackendSrv } from '@grafana/runtime';

import { GclensError } from '../../base';
import type { Ask, HttpAnswer, HttpRequest } from '../../capture';
import { messageOf } from '../messageOf';
import type { SourceSettings } from './settings';

/**
 * Asks through Grafana's data source proxy, which adds the credentials of the settings. Bytes come as they arrive.
 * @param url of the proxied data source (`instanceSettings.url`)
 */
export function proxyAsk(
  url: string,
  { hasSecretParameter }: Pick<SourceSettings, 'hasSecretParameter'>,
  backendSrv: () => Pick<BackendSrv, 'chunked'> = getBackendSrv,
): Ask {
  const base = url.replace(/\/+$/, '');
  const addressOf = hasSecretParameter ? (path: string) => `${base}/${secretRoute}/${path}` : (path: string) => `${base}${afterUrl(path)}`;
  return async (request) => {
    request.signal?.throwIfAborted();
    return receive(backendSrv(), addressOf(request.path), request);
  };
}

/** The path of the route in plugin.json that adds the secret parameter of the settings to the query string. */
const secretRoute = 'with-secret-parameter';

/** Grafana adds a slash to the end of its own URL only before a path (pkg/util/url.go, JoinURLFragments); servers redirect folders without one, out of the proxy. */
function afterUrl(path: string): string {
  return `${path === '' || path.startsWith('?') ? '//' : '/'}${path}`;
}

type Piece = FetchResponse<Uint8Array | undefined>;

/** `chunked` tells the head of an answer with its first piece, and leaves its status to be judged here. */
function receive(backendSrv: Pick<BackendSrv, 'chunked'>, url: string, { method, headers, signal }: HttpRequest): Promise<HttpAnswer> {
  const queue = new PieceQueue();
  return new Promise((resolve, reject) => {
    const subscription = backendSrv
      .chunked({ url, method, headers: { ...organisation(), ...headers }, showErrorAlert: false, hideFromInspector: true })
      .subscribe({
        next: (piece: Piece) => {
          if (piece.redirected) {
            // What came is an answer of Grafana's own address, not of the service.
            reject(redirects());
            stop();
            return;
          }
          queue.push(piece.data);
          resolve({ status: piece.status, header: (name) => piece.headers.get(name), body: queue.pieces(stop) });
        },
        error: (error: unknown) => {
          const failure = signal?.aborted === true ? error : noAnswer(error);
          queue.fail(failure);
          reject(asError(failure));
        },
        complete: () => {
          queue.end();
        },
      });
    const stop = () => {
      signal?.removeEventListener('abort', abort);
      subscription.unsubscribe();
    };
    const abort = () => {
      const reason: unknown = signal?.reason;
      queue.fail(reason);
      reject(asError(reason));
      stop();
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Several tabs of a user may show several organisations. */
function organisation(): Readonly<Record<string, string>> {
  const orgId: number | undefined = config.bootData?.user?.orgId;
  return orgId === undefined ? {} : { 'X-Grafana-Org-Id': String(orgId) };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new DOMException(messageOf(error), 'AbortError');
}

function noAnswer(error: unknown): GclensError {
  return new GclensError(`Grafana did not answer: ${messageOf(error)}`, {
    advice: 'Look whether Grafana can still be reached from this browser; a proxy before it may end long answers',
  });
}

function redirects(): GclensError {
  return new GclensError('the service redirects, and a redirect leads out of Grafana’s proxy', {
    advice:
      'Give the address that it redirects to as the URL of the data source: https instead of http, a slash at the end, the path behind a login',
  });
}

/** Pieces between who sends and who reads. */
class PieceQueue {
  private readonly waiting: Uint8Array[] = [];
  private wake: () => void = () => undefined;
  private isOver = false;
  private failure: { readonly error: unknown } | undefined;

  push(piece: Uint8Array | undefined): void {
    if (piece !== undefined) {
      this.waiting.push(piece);
      this.wake();
    }
  }

  end(): void {
    this.isOver = true;
    this.wake();
  }

  fail(error: unknown): void {
    this.failure = { error };
    this.wake();
  }

  /** @param onLeave called when nobody reads any more */
  async *pieces(onLeave: () => void): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const piece = this.waiting.shift();
        if (piece !== undefined) {
          yield piece;
        } else if (this.failure !== undefined) {
          throw this.failure.error;
        } else if (this.isOver) {
          return;
        } else {
          await new Promise<void>((resolve) => (this.wake = resolve));
        }
      }
    } finally {
      onLeave();
    }
  }
}
