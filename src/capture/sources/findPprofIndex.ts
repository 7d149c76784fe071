import type { Asked } from './explainAnswer';
import { type Ask, readBody } from './http';
import { parsePprofIndex } from './pprofIndex';
import { request } from './request';

/** The page of net/http/pprof. */
export interface PprofIndex {
  /** Below the base address, without slashes at its ends. */
  readonly path: string;
  /** Profiles that it names. */
  readonly profiles: readonly string[];
}

/** Where it is looked for: at the base address, and below it. */
const usualPaths = ['', 'debug/pprof'] as const;
const maxIndexBytes = 2 ** 20;
/** Whatever is there is looked at. */
const everyStatus = Array.from({ length: 400 }, (_, index) => index + 200);

/**
 * Finds the page of net/http/pprof; undefined where there is none, as in a program that serves only some profiles.
 * @param paths where to look
 * @throws GclensError when there is no answer at all
 */
export async function findPprofIndex(
  ask: Ask,
  asked: Omit<Asked, 'name'>,
  paths: readonly string[] = usualPaths,
  signal?: AbortSignal,
): Promise<PprofIndex | undefined> {
  for (const path of paths) {
    const name = path === '' ? 'the URL' : path;
    const { answer } = await request(ask, { method: 'GET', path: path === '' ? '' : `${path}/`, signal }, { ...asked, name }, everyStatus);
    const body = new TextDecoder().decode(await readBody(answer, { name, maxBytes: maxIndexBytes }));
    const profiles = answer.status === 200 ? parsePprofIndex(body) : undefined;
    if (profiles !== undefined) {
      return { path, profiles };
    }
  }
  return undefined;
}
