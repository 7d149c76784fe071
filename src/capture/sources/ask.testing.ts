import type { Ask, HttpAnswer, HttpRequest } from './http';

interface Said {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export function answer({ status = 200, type = 'application/octet-stream', headers = {}, body = '' }: Said): HttpAnswer {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return {
    status,
    header: (name) => headers[name] ?? (name === 'content-type' ? type : name === 'content-length' ? String(bytes.length) : null),
    body: (async function* () {
      await Promise.resolve();
      yield bytes;
    })(),
  };
}

/** A server for tests: answers by the path, and remembers what it was asked. */
export function stubAsk(answers: (request: HttpRequest) => Said | Promise<Said>): { readonly ask: Ask; readonly asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  return {
    asked,
    ask: async (request) => {
      asked.push(request);
      return answer(await answers(request));
    },
  };
}
