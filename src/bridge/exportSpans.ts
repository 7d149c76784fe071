import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import type { Verdict } from './answers';
import { type BatchLimits, batchSpans, type OtlpEncoding, safeLimits, type SpanBatch, splitBatch } from './batches';
import { encoders } from './encode';
import type { Endpoint } from './endpoint';
import type { Compression } from './environment';
import { type ExportJournal, keyOfBatch } from './journal';
import type { Post } from './post';
import { RequestSender, type SenderOptions } from './requestSender';
import { TraceTally, type TraceTotal } from './traceTally';
import { httpTransport, type Transport } from './transport';

/** Options of {@link exportSpans}. */
export interface ExportOptions extends SenderOptions {
  readonly limits?: BatchLimits;
  /** `protobuf` without. */
  readonly encoding?: OtlpEncoding;
  /** `gzip` without. */
  readonly compression?: Compression;
  /** What has been answered before, and where answers are noted: an export that was interrupted goes on behind it. */
  readonly journal?: ExportJournal;
  /** Makes the requests; `fetch` without. */
  readonly post?: Post;
  /** Instead of HTTP; it gets protobuf. */
  readonly transport?: Transport;
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

/**
 * Sends spans to an OTLP receiver, one request after the other, and counts what it answers. Takes spans as they are made, so memory does not grow
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
  private known = 0;
  private readonly tally = new TraceTally();
  private readonly encoding: OtlpEncoding;
  private readonly sender: RequestSender;

  constructor(
    endpoint: Endpoint,
    private readonly options: ExportOptions,
  ) {
    this.encoding = options.transport === undefined ? (options.encoding ?? 'protobuf') : 'protobuf';
    const { compression = 'gzip', post } = options;
    const http = { encoding: this.encoding, compression, ...(post === undefined ? {} : { post }) };
    this.sender = new RequestSender(options.transport ?? httpTransport(endpoint, http), options);
  }

  /** Spans that will not be sent any more are only counted. */
  encode(spans: ReadableSpan[]): Uint8Array {
    return this.sender.isOver ? new Uint8Array() : encoders[this.encoding](spans);
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
    const verdict = this.sender.isOver ? null : await this.sender.send(batch.bytes);
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
    const { requests, problems } = this.sender;
    return { ...this.counts(), requests, known: this.known, traces: this.tally.total(), problems: [...problems] };
  }

  private counts(): ExportCounts {
    const { accepted, rejected, notSent } = this;
    return { accepted, rejected, notSent };
  }

  private count(spans: number, verdict: Verdict | null): void {
    if (verdict?.kind === 'accepted') {
      const rejected = Math.min(spans, verdict.rejectedItems);
      this.rejected += rejected;
      this.accepted += spans - rejected;
      if (rejected > 0 || verdict.message !== '') {
        this.sender.problems.add(
          `the receiver took a request in part: ${rejected} spans rejected${verdict.message === '' ? '' : `: ${verdict.message}`}`,
        );
      }
    } else if (verdict?.kind === 'rejected' || verdict?.kind === 'tooLarge') {
      this.rejected += spans;
      this.sender.problems.add(verdict.reason);
    } else {
      this.notSent += spans;
    }
  }
}
