import { type Ask, hashCapture, type HttpRequest } from '../../capture';
import type { Decoder } from '../../worker';
import { readSettings } from './settings';
import type { Connection } from './connection';
import type { GclensOptions } from '../types';

interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A data source's URL for tests: answers by what is asked, and remembers it. */
export function stubConnection(
  answers: (request: HttpRequest) => Said | Promise<Said>,
  options: Partial<GclensOptions> = {},
): { readonly connection: Connection; readonly asked: string[] } {
  const asked: string[] = [];
  const ask: Ask = async (request) => {
    asked.push(`${request.method} ${request.path}`);
    const { status = 200, headers = {}, body = '' } = await answers(request);
    return {
      status,
      header: (name) => headers[name] ?? null,
      body: (async function* () {
        await Promise.resolve();
        yield typeof body === 'string' ? new TextEncoder().encode(body) : body;
      })(),
    };
  };
  return { connection: { ask, settings: readSettings(options) }, asked };
}

/** Takes anything for a trace, by the name that it is given. */
export const anyFile: Decoder = {
  identify: async (file, name) => ({
    sha256: await hashCapture(new TextEncoder().encode(name)),
    name,
    kind: 'trace-v2',
    sizeBytes: file instanceof Uint8Array ? file.length : file.size,
  }),
  view: () => Promise.resolve([]),
};
