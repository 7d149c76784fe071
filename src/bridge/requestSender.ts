import type { Verdict } from './answers';
import { explainNoAnswer } from './networkErrors';
import type { Transport } from './transport';

/** How long to wait for a receiver that says “later” or nothing. */
export interface RetryOptions {
  /** First pause without a Retry-After; each further one is 1.5 times as long, up to 30 s, ±20 %. */
  readonly firstPauseMs: number;
  /** All pauses of one request together; when they are used up, the rest of the export is not sent. */
  readonly totalPauseMs: number;
  /** One attempt, answer included. */
  readonly attemptMs: number;
}

/** Options of {@link RequestSender}. */
export interface SenderOptions {
  readonly retry?: Partial<RetryOptions>;
  readonly signal?: AbortSignal;
  /** Told of every pause: for a line on the terminal. */
  readonly onPause?: (pauseMs: number, reason: string) => void;
}

const defaultRetry: RetryOptions = { firstPauseMs: 1000, totalPauseMs: 300_000, attemptMs: 60_000 };
const longestPauseMs = 30_000;

/** Sends the requests of one export, each until it has a final answer. */
export class RequestSender {
  /** Attempts. */
  requests = 0;
  /** Nothing more is sent: the receiver takes nothing, or not soon enough. */
  isOver = false;
  /** Why requests were not accepted, each reason once. */
  readonly problems = new Set<string>();
  private isAnswered = false;
  private readonly retry: RetryOptions;

  constructor(
    private readonly transport: Transport,
    private readonly options: SenderOptions,
  ) {
    this.retry = { ...defaultRetry, ...options.retry };
  }

  /** A verdict of `later` or `hopeless` ends the whole export. Never throws for what a receiver or a network does. */
  async send(body: Uint8Array): Promise<Verdict> {
    let pausedMs = 0;
    for (let attempt = 0; ; attempt++) {
      const verdict = await this.attempt(body);
      if (verdict.kind !== 'later') {
        return verdict.kind === 'hopeless' ? this.giveUp(verdict, verdict.reason) : verdict;
      }
      const pauseMs = verdict.retryAfterMs ?? backoffMs(this.retry.firstPauseMs, attempt);
      if (pausedMs + pauseMs > this.retry.totalPauseMs) {
        return this.giveUp(
          verdict,
          `${verdict.reason}; gave up after waiting ${seconds(pausedMs)}, the next try was due in ${seconds(pauseMs)}`,
        );
      }
      pausedMs += pauseMs;
      this.options.onPause?.(pauseMs, verdict.reason);
      if (!(await pause(pauseMs, this.options.signal))) {
        return this.giveUp(verdict, 'cancelled');
      }
    }
  }

  private giveUp(verdict: Verdict, reason: string): Verdict {
    this.isOver = true;
    this.problems.add(reason);
    return verdict;
  }

  private async attempt(body: Uint8Array): Promise<Verdict> {
    this.requests++;
    const timeout = AbortSignal.timeout(this.retry.attemptMs);
    const { signal } = this.options;
    try {
      const verdict = await this.transport.send(body, signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
      this.isAnswered = true;
      return verdict;
    } catch (error) {
      if (signal?.aborted === true) {
        return { kind: 'hopeless', reason: 'cancelled' };
      }
      const { kind, reason } = explainNoAnswer(error);
      const isFinal = kind === 'untrusted' || (kind === 'unreachable' && !this.isAnswered);
      const told = `${this.transport.host}: ${reason}`;
      return isFinal ? { kind: 'hopeless', reason: told } : { kind: 'later', reason: told, retryAfterMs: null };
    }
  }
}

function backoffMs(firstMs: number, attempt: number): number {
  return Math.min(longestPauseMs, firstMs * 1.5 ** attempt) * (0.8 + 0.4 * Math.random());
}

/** Waits; false when cancelled meanwhile. */
async function pause(pauseMs: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted === true) {
    return false;
  }
  return new Promise((resolve) => {
    const finish = (isDone: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      resolve(isDone);
    };
    const cancel = () => finish(false);
    const timer = setTimeout(() => finish(true), pauseMs);
    signal?.addEventListener('abort', cancel);
  });
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
