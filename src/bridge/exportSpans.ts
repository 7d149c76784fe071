import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { gzip } from 'pako';

import type { WorkOptions } from '../base';
import { type Answer, judgeAnswer, type Verdict } from './answers';
import { type BatchLimits, batchSpans, type OtlpEncoding, safeLimits, type SpanBatch, splitBatch } from './batches';
import { contentTypes, encoders } from './encode';
import type { Endpoint } from './endpoint';
import type { Compression } from './environment';
import { type ExportJournal, keyOfBatch } from './journal';
import { explainNoAnswer } from './networkErrors';
import type { Post, PostAnswer } from './post';
import { TraceTally, type TraceTotal } from './traceTally';

/** How long to wait for a receiver that says “later” or nothing. */
export interface RetryOptions {
  /** First pause without a Retry-After; each further one is 1.5 times as long, up to 30 s, ±20 %. */
  readonly firstPauseMs: number;
  /** All pauses of one request together; when they are used up, the rest of the export is not sent. */
  readonly totalPauseMs: number;
  /** One attempt, answer included. */
  readonly attemptMs: number;
}

/** Options of {@link exportSpans}. */
export interface ExportOptions extends Pick<WorkOptions, 'signal'> {
  readonly limits?: BatchLimits;
  readonly retry?: Partial<RetryOptions>;
  /** `protobuf` without. */
  readonly encoding?: OtlpEncoding;
  /** `gzip` without. */
  readonly compression?: Compression;
  /** What has been answered before, and where answers are noted: an export that was interrupted goes on behind it. */
  readonly journal?: ExportJournal;
  /** Makes the requests; `fetch` without. */
  readonly post?: Post;
  /** Told of every pause: for a line on the terminal. */
  readonly onPause?: (pauseMs: number, reason: string) => void;
  /** Told after every answer. */
  readonly onCount?: (counts: ExportCounts) => void;
}

/** Every span is in exactly one of these. */
export interface ExportCounts {
  /** The receiver said that it took them. */
  readonly accepted: number;
  /** The receiver said that it will never take them. */
  readonly rejected: number;
  /** No proof that they arrived. */
  readonly notSent: number;
}

/** The proof of delivery. */
export interface ExportReport extends ExportCounts {
  readonly requests: number;
  /** Of the spans that count as accepted or rejected, those that a journal knew: they were not sent again. */
  readonly known: number;
  /** Traces that spans were made for. */
  readonly traces: TraceTotal;
  /** Why spans were not accepted, each reason once. */
  readonly problems: readonly string[];
}

const defaultRetry: RetryOptions = { firstPauseMs: 1000, totalPauseMs: 300_000, attemptMs: 60_000 };
const longestPauseMs = 30_000;
/** Answers longer than this are no ExportTraceServiceResponse. */
const maxAnswerBytes = 64 * 1024;

/**
 * Sends spans to an OTLP/HTTP receiver, one request after the other, and counts what it answers. Takes spans as they are made, so memory does not grow
 * with their number. Never throws for what a receiver or a network does: the report says it. After an abort the rest counts as not sent.
 */
export async function exportSpans(spans: Iterable<ReadableSpan>, endpoint: Endpoint, options: ExportOptions = {}): Promise<ExportReport> {
  const delivery = new Delivery(endpoint, options);
  for (const batch of batchSpans(spans, (list) => delivery.encode(list), options.limits ?? safeLimits)) {
    await delivery.send(batch);
  }
  return delivery.report();
}

class Delivery {
  private accepted = 0;
  private rejected = 0;
  private notSent = 0;
  private requests = 0;
  private known = 0;
  private readonly tally = new TraceTally();
  private readonly encoding: OtlpEncoding;
  private isAnswered = false;
  private isOver = false;
  private readonly retry: RetryOptions;
  private readonly problems = new Set<string>();

  constructor(
    private readonly endpoint: Endpoint,
    private readonly options: ExportOptions,
  ) {
    this.retry = { ...defaultRetry, ...options.retry };
    this.encoding = options.encoding ?? 'protobuf';
  }

  /** Spans that will not be sent any more are only counted. */
  encode(spans: ReadableSpan[]): Uint8Array {
    return this.isOver ? new Uint8Array() : encoders[this.encoding](spans);
  }

  async send(batch: SpanBatch): Promise<void> {
    this.tally.add(batch);
    const queue = [batch];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      queue.unshift(...(await this.sendOrSplit(next)));
      this.options.onCount?.(this.counts());
    }
  }

  /** Sends a batch, or answers with the halves to be sent in its place. */
  private async sendOrSplit(batch: SpanBatch): Promise<readonly SpanBatch[]> {
    const key = keyOfBatch(batch.spans);
    const before = this.options.journal?.answerTo(key);
    if (before !== undefined) {
      this.known += batch.spans.length;
      this.accepted += before.accepted;
      this.rejected += before.rejected;
      return [];
    }
    const verdict = this.isOver ? null : await this.deliver(batch);
    const halves = verdict?.kind === 'tooLarge' ? splitBatch(batch, encoders[this.encoding]) : null;
    if (halves !== null) {
      return halves;
    }
    const { accepted, rejected } = this.counts();
    this.count(batch.spans.length, verdict);
    if (this.accepted + this.rejected > accepted + rejected) {
      await this.options.journal?.note(key, { accepted: this.accepted - accepted, rejected: this.rejected - rejected });
    }
    return [];
  }

  report(): ExportReport {
    return { ...this.counts(), requests: this.requests, known: this.known, traces: this.tally.total(), problems: [...this.problems] };
  }

  private counts(): ExportCounts {
    const { accepted, rejected, notSent } = this;
    return { accepted, rejected, notSent };
  }

  private count(spans: number, verdict: Verdict | null): void {
    if (verdict?.kind === 'accepted') {
      const rejected = Math.min(spans, verdict.rejectedSpans);
      this.rejected += rejected;
      this.accepted += spans - rejected;
      if (rejected > 0 || verdict.message !== '') {
        this.problems.add(
          `the receiver took a request in part: ${rejected} spans rejected${verdict.message === '' ? '' : `: ${verdict.message}`}`,
        );
      }
    } else if (verdict?.kind === 'rejected' || verdict?.kind === 'tooLarge') {
      this.rejected += spans;
      this.problems.add(verdict.reason);
    } else {
      this.notSent += spans;
    }
  }

  /** Sends one batch until it has a final answer. A verdict of `later` or `hopeless` ends the whole export. */
  private async deliver({ bytes }: SpanBatch): Promise<Verdict> {
    const body = this.options.compression === 'none' ? bytes : gzip(bytes);
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
    try {
      const answer = await this.post(body);
      this.isAnswered = true;
      return judgeAnswer(answer, Date.now());
    } catch (error) {
      if (this.options.signal?.aborted === true) {
        return { kind: 'hopeless', reason: 'cancelled' };
      }
      const { kind, reason } = explainNoAnswer(error);
      const isFinal = kind === 'untrusted' || (kind === 'unreachable' && !this.isAnswered);
      const told = `${new URL(this.endpoint.url).host}: ${reason}`;
      return isFinal ? { kind: 'hopeless', reason: told } : { kind: 'later', reason: told, retryAfterMs: null };
    }
  }

  private async post(body: Uint8Array): Promise<Answer> {
    const timeout = AbortSignal.timeout(this.retry.attemptMs);
    const { signal, compression, post = fetch } = this.options;
    const response = await post(this.endpoint.url, {
      method: 'POST',
      headers: {
        ...this.endpoint.headers,
        'content-type': contentTypes[this.encoding],
        ...(compression === 'none' ? {} : { 'content-encoding': 'gzip' }),
      },
      body: new Uint8Array(body),
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return { status: response.status, headers: response.headers, body: await readUpTo(response, maxAnswerBytes) };
  }
}

/** The first bytes of an answer; the rest is left unread. */
async function readUpTo(response: PostAnswer, maxBytes: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const bytes = new Uint8Array(maxBytes);
  let length = 0;
  while (reader !== undefined && length < maxBytes) {
    const { done, value } = await reader.read();
    if (done || value === undefined) {
      return bytes.subarray(0, length);
    }
    const part = value.subarray(0, maxBytes - length);
    bytes.set(part, length);
    length += part.length;
  }
  await reader?.cancel();
  return bytes.subarray(0, length);
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
