import { breathe, GclensError, isAbort, type Notice, type WorkOptions } from '../../base';
import type { Asked } from './explainAnswer';
import { type Ask, type HttpRequest, readBody } from './http';
import { decodePath } from './listings';
import { describeLiveProfile, type LiveProfile } from './liveProfiles';
import { refuseForeign, request } from './request';

/** What is asked of a running program. */
export interface LiveWish {
  readonly profiles: readonly LiveProfile[];
  readonly seconds: number;
  /** A further request whose answer is a capture. */
  readonly path?: string;
  readonly method?: 'GET' | 'POST';
}

/** Bounds of a live capture. */
export interface LiveLimits {
  readonly maxSeconds: number;
  readonly maxBytes: number;
}

/** A request of a live capture. */
export interface LiveRequest extends Pick<HttpRequest, 'path' | 'method'> {
  /** As the file is called. */
  readonly fileName: string;
  /** How long the program records before it answers, 0 for the state of the moment. */
  readonly windowSeconds: number;
}

/** What was recorded. */
export interface TakenFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Files of one window, and what is missing. */
export interface TakenFiles {
  readonly files: readonly TakenFile[];
  readonly notices: readonly Notice[];
}

/**
 * The requests of a live capture; all are made at the same time.
 * @param pprofPath where `/debug/pprof` is below the base address, '' where the base address is it
 * @throws GclensError before anything is asked, when it would take longer than the cap or than somebody on the way waits
 */
export function planLive(wish: LiveWish, pprofPath: string, limits: LiveLimits, asked: Omit<Asked, 'name'>): LiveRequest[] {
  const { profiles, seconds, path, method = 'GET' } = wish;
  const requests = profiles.map((profile): LiveRequest => {
    const { hasWindow, fileName } = describeLiveProfile(profile);
    const address = [pprofPath, profile].filter((part) => part !== '').join('/');
    return hasWindow
      ? { path: `${address}?seconds=${seconds}`, method: 'GET', fileName, windowSeconds: seconds }
      : { path: address, method: 'GET', fileName, windowSeconds: 0 };
  });
  if (profiles.some((profile) => describeLiveProfile(profile).hasWindow)) {
    checkSeconds(seconds, limits, asked);
  }
  return path === undefined ? requests : [...requests, { path: checkPath(path), method, fileName: fileNameOf(path), windowSeconds: 0 }];
}

function checkSeconds(seconds: number, { maxSeconds }: LiveLimits, { isProxied, timeoutSeconds }: Omit<Asked, 'name'>): void {
  if (!(seconds >= 1)) {
    throw new GclensError('a live capture takes at least one second', { advice: 'Set the seconds of the query' });
  }
  if (seconds > maxSeconds) {
    throw new GclensError(`${seconds} s are more than the cap of ${maxSeconds} s on live captures`, {
      advice: 'Ask for fewer seconds, or raise the cap in the settings',
    });
  }
  if (isProxied && seconds >= timeoutSeconds) {
    throw new GclensError(
      `a CPU profile of ${seconds} s answers only when it is over, and Grafana waits ${timeoutSeconds} s for the head of an answer`,
      {
        advice: `Ask for fewer seconds, or set “Timeout” in the data source’s settings (jsonData.timeout) to ${seconds + 10} or more`,
      },
    );
  }
}

/** A path below the base address and nothing else. @throws GclensError for an address of another host or one that leaves the base */
export function checkPath(path: string): string {
  const relative = path.replace(/^\/+/, '');
  const plain = relative.replace(/[?#].*$/s, '');
  const decoded = plain.replace(/%2e/gi, '.').replace(/%2f|%5c|\\/gi, '/');
  if (/^[a-z][a-z0-9+.-]*:/i.test(relative) || /(^|\/)\.{1,2}(\/|$)/.test(decoded) || /\p{Cc}/u.test(relative)) {
    throw new GclensError('this path leaves the URL of the data source', {
      file: plain,
      advice: 'Give a path below it, without a host and without “..”',
    });
  }
  return relative.replace(/#.*$/s, '');
}

/** The last part of a path, as a file is called: never a path itself. */
export function fileNameOf(path: string): string {
  const plain = path.replace(/[?#].*$/s, '').replace(/\/+$/, '');
  const name = decodePath(plain.slice(plain.lastIndexOf('/') + 1)).replace(/[/\\]|\p{Cc}/gu, '_');
  return /^\.{0,2}$/.test(name) ? 'capture' : name;
}

const progressStepMs = 250;

/**
 * Makes all requests at once. What fails beside others that do not is a notice; a failure of all is an error. Aborting the signal stops the requests, and with them the
 * program's recording.
 * @throws GclensError
 */
export async function takeLive(
  ask: Ask,
  requests: readonly LiveRequest[],
  { maxBytes }: LiveLimits,
  asked: Omit<Asked, 'name'>,
  options: WorkOptions = {},
): Promise<TakenFiles> {
  await breathe(options.signal);
  const stop = new AbortController();
  const abort = () => {
    stop.abort(options.signal?.reason);
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  const stopProgress = reportRecording(requests, options);
  try {
    const results = await Promise.allSettled(requests.map((one) => takeOne(ask, one, maxBytes, asked, stop.signal)));
    options.signal?.throwIfAborted();
    const files = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failures = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
    const [failure] = failures;
    if (files.length === 0 && failure !== undefined) {
      throw failure;
    }
    return { files, notices: failures.map(noticeOf) };
  } finally {
    stopProgress();
    options.signal?.removeEventListener('abort', abort);
    stop.abort();
  }
}

async function takeOne(
  ask: Ask,
  { path, method, fileName }: LiveRequest,
  maxBytes: number,
  asked: Omit<Asked, 'name'>,
  signal: AbortSignal,
): Promise<TakenFile> {
  const named = { ...asked, name: path.replace(/\?.*$/s, '') };
  const good = await request(ask, { path, method, signal }, named);
  const bytes = await readBody(good.answer, { name: fileName, maxBytes, signal });
  refuseForeign(good, bytes, named);
  return { name: fileName, bytes };
}

function noticeOf(failure: unknown): Notice {
  if (isAbort(failure) || !(failure instanceof GclensError)) {
    throw failure;
  }
  return { severity: 'warning', text: `Not captured: ${failure.message}` };
}

/** Says how far the window is; what comes after it is the answers' way. */
function reportRecording(requests: readonly LiveRequest[], { onProgress }: WorkOptions): () => void {
  const seconds = Math.max(0, ...requests.map(({ windowSeconds }) => windowSeconds));
  if (onProgress === undefined || seconds === 0) {
    return () => undefined;
  }
  const startMs = performance.now();
  const report = () => {
    const fraction = Math.min(1, (performance.now() - startMs) / (seconds * 1000));
    onProgress(fraction < 1 ? `recording ${seconds} s` : 'waiting for the answer', fraction);
  };
  report();
  const timer = setInterval(report, progressStepMs);
  return () => {
    clearInterval(timer);
  };
}
