import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

import { memberOf } from './memberOf';

/** Options of {@link feedExporter}. */
export interface FeedOptions {
  /** Spans of one call of `export`, 512 without, as the SDK's batch processor has it. */
  readonly maxSpans?: number;
  readonly signal?: AbortSignal;
}

/** What an exporter answered; every span is in exactly one of these. */
export interface FeedReport {
  /** In calls that ended with success. An exporter of the SDK also says success when a receiver took a request in part. */
  readonly exported: number;
  readonly failed: number;
  /** Left when the signal was aborted. */
  readonly notGiven: number;
  /** Why calls failed, each reason once. */
  readonly problems: readonly string[];
}

const defaultSpans = 512;

/**
 * Gives spans to an exporter of the OpenTelemetry SDK, one call after the other, so that none is dropped for too many at once. Neither flushes nor shuts the
 * exporter down: it is the caller's. For proof of delivery use {@link exportSpans}.
 * @throws RangeError when `maxSpans` is no number above 0
 */
export async function feedExporter(spans: Iterable<ReadableSpan>, exporter: SpanExporter, options: FeedOptions = {}): Promise<FeedReport> {
  const { maxSpans = defaultSpans, signal } = options;
  if (!(maxSpans >= 1)) {
    throw new RangeError(`maxSpans is ${maxSpans}: give a number above 0`);
  }
  const counts = { exported: 0, failed: 0, notGiven: 0 };
  const problems = new Set<string>();
  const give = async (batch: ReadableSpan[]): Promise<void> => {
    if (signal?.aborted === true) {
      counts.notGiven += batch.length;
      return;
    }
    const problem = await exportOnce(exporter, batch);
    counts[problem === null ? 'exported' : 'failed'] += batch.length;
    if (problem !== null) {
      problems.add(problem);
    }
  };
  let batch: ReadableSpan[] = [];
  for (const span of spans) {
    batch.push(span);
    if (batch.length >= maxSpans) {
      await give(batch);
      batch = [];
    }
  }
  if (batch.length > 0) {
    await give(batch);
  }
  return { ...counts, problems: [...problems] };
}

/** Null for success, else the reason. An exporter that throws has failed. */
async function exportOnce(exporter: SpanExporter, batch: ReadableSpan[]): Promise<string | null> {
  try {
    const result = await new Promise<ExportResult>((resolve) => exporter.export(batch, resolve));
    return result.code === ExportResultCode.SUCCESS ? null : (result.error?.message ?? 'the exporter failed without a reason');
  } catch (error) {
    const message = memberOf(error, 'message');
    return typeof message === 'string' ? message : 'the exporter failed without a reason';
  }
}
