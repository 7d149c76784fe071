/** @jest-environment jsdom */
import type { BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import { Observable, type Subscriber } from 'rxjs';

import { readBody } from '../../capture';
import { proxyAsk } from './proxyAsk';

type Piece = FetchResponse<Uint8Array | undefined>;

/** Grafana's service: its answers are sent by hand. */
function stubBackend(hasSecretParameter = false) {
  const state: { options?: BackendSrvRequest; subscriber?: Subscriber<Piece>; isCancelled: boolean } = { isCancelled: false };
  const chunked = (options: BackendSrvRequest) =>
    new Observable<Piece>((subscriber) => {
      Object.assign(state, { options, subscriber });
      return () => {
        state.isCancelled = true;
      };
    });
  const send = (data: string | undefined, status = 200) => {
    state.subscriber?.next({
      status,
      headers: { get: (name: string) => (name === 'etag' ? '"1"' : null) },
      data: data === undefined ? undefined : new TextEncoder().encode(data),
    } as unknown as Piece);
  };
  return { state, send, ask: proxyAsk('/api/datasources/proxy/uid/x/', { hasSecretParameter }, () => ({ chunked })) };
}

const options = { name: 'x', maxBytes: 100 };

describe('proxyAsk', () => {
  it('asks below the URL, and gives the pieces of the answer as they come', async () => {
    const { ask, send, state } = stubBackend();
    const asking = ask({ method: 'POST', path: 'debug/flight?a=b' });
    await Promise.resolve();
    send('ab');
    const answer = await asking;
    expect(state.options).toMatchObject({ url: '/api/datasources/proxy/uid/x/debug/flight?a=b', method: 'POST', showErrorAlert: false });
    expect([answer.status, answer.header('etag')]).toEqual([200, '"1"']);
    const body = readBody(answer, options);
    send('cd');
    send(undefined);
    state.subscriber?.complete();
    expect(new TextDecoder().decode(await body)).toBe('abcd');
  });

  it('asks for the URL itself with a slash, and says when the service redirects', async () => {
    const { ask, state } = stubBackend();
    const asking = ask({ method: 'GET', path: '?list-type=2' });
    await Promise.resolve();
    expect(state.options?.url).toBe('/api/datasources/proxy/uid/x//?list-type=2');
    state.subscriber?.next({ status: 404, redirected: true, headers: new Map() } as unknown as Piece);
    await expect(asking).rejects.toThrow(/the service redirects.*Give the address/);
    expect(state.isCancelled).toBe(true);
  });

  it('asks by the route that adds the secret parameter where the settings name one', async () => {
    const { ask, state } = stubBackend(true);
    for (const [path, url] of [
      ['a/b.trace?x=1', '/a/b.trace?x=1'],
      ['', '/'],
      ['?list-type=2', '/?list-type=2'],
    ]) {
      void ask({ method: 'GET', path: path ?? '' });
      await Promise.resolve();
      expect(state.options?.url).toBe(`/api/datasources/proxy/uid/x/with-secret-parameter${url ?? ''}`);
    }
  });

  it('gives the status of an answer without a body', async () => {
    const { ask, send, state } = stubBackend();
    const asking = ask({ method: 'GET', path: 'heap' });
    await Promise.resolve();
    send(undefined, 502);
    state.subscriber?.complete();
    const answer = await asking;
    expect(answer.status).toBe(502);
    expect(await readBody(answer, options)).toHaveLength(0);
  });

  it('cancels what is aborted, before and while an answer comes', async () => {
    const early = stubBackend();
    const controller = new AbortController();
    const asking = early.ask({ method: 'GET', path: 'heap', signal: controller.signal });
    await Promise.resolve();
    controller.abort();
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
    expect(early.state.isCancelled).toBe(true);

    const late = stubBackend();
    const second = new AbortController();
    const answering = late.ask({ method: 'GET', path: 'heap', signal: second.signal });
    await Promise.resolve();
    late.send('ab');
    const body = readBody(await answering, options);
    second.abort();
    await expect(body).rejects.toMatchObject({ name: 'AbortError' });
    expect(late.state.isCancelled).toBe(true);
  });

  it('stops an answer that nobody wants to read to its end', async () => {
    const { ask, send, state } = stubBackend();
    const asking = ask({ method: 'GET', path: 'heap' });
    await Promise.resolve();
    send('x'.repeat(101));
    await expect(readBody(await asking, options)).rejects.toThrow(/larger than the cap of 100 bytes/);
    expect(state.isCancelled).toBe(true);
  });

  it('says when Grafana itself is not there', async () => {
    const { ask, state } = stubBackend();
    const asking = ask({ method: 'GET', path: 'heap' });
    await Promise.resolve();
    state.subscriber?.error(new TypeError('Failed to fetch'));
    await expect(asking).rejects.toThrow(/Grafana did not answer: Failed to fetch; Look whether/);
  });
});
