import { type Ask, type Asked, parsePprofIndex, readBody, request } from '../../capture';
import type { SourceSettings } from './settings';

/** What the data source's URL leads to, and how it is asked. */
export interface Connection {
  readonly ask: Ask;
  readonly settings: SourceSettings;
}

/** For messages: everything goes through Grafana's proxy. */
export function askedOf({ settings }: Connection): Omit<Asked, 'name'> {
  return { isProxied: true, timeoutSeconds: settings.timeoutSeconds };
}

/** Where the pages of net/http/pprof are tried: the URL itself, and below it. */
const candidates = ['', 'debug/pprof'] as const;
const maxIndexBytes = 2 ** 20;

/** The page of net/http/pprof. */
export interface PprofIndex {
  /** Below the URL, without slashes at its ends. */
  readonly path: string;
  /** Profiles that it names. */
  readonly profiles: readonly string[];
}

/** Finds the page of net/http/pprof; undefined where there is none, as in a program that serves only some profiles. */
export async function findPprofIndex({ ask, settings }: Connection, signal?: AbortSignal): Promise<PprofIndex | undefined> {
  const paths = settings.pprofPath === undefined ? candidates : [settings.pprofPath];
  for (const path of paths) {
    const asked = { isProxied: true, timeoutSeconds: settings.timeoutSeconds, name: path === '' ? 'the URL' : path };
    const everyStatus = Array.from({ length: 400 }, (_, index) => index + 200);
    const { answer } = await request(ask, { method: 'GET', path: path === '' ? '' : `${path}/`, signal }, asked, everyStatus);
    const body = new TextDecoder().decode(await readBody(answer, { name: path, maxBytes: maxIndexBytes }));
    const profiles = answer.status === 200 ? parsePprofIndex(body) : undefined;
    if (profiles !== undefined) {
      return { path, profiles };
    }
  }
  return undefined;
}
