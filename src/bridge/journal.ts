import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** What a receiver answered to a batch. */
export interface BatchAnswer {
  readonly accepted: number;
  readonly rejected: number;
}

/**
 * Remembers answers to batches, so that an export that was interrupted sends nothing twice that was answered. Spans of a capture have the same ids and order in
 * every export, so a batch is known by the ids at its ends and its length. Between an answer and its note a crash can still send one batch again, with the
 * same ids.
 */
export interface ExportJournal {
  answerTo(batchKey: string): BatchAnswer | undefined;
  /** The answer is kept when this returns, or when its promise is fulfilled. */
  note(batchKey: string, answer: BatchAnswer): void | Promise<void>;
}

/** Key of a batch, the same in every export of a capture. */
export function keyOfBatch(spans: readonly ReadableSpan[]): string {
  return `${idOf(spans[0])}-${idOf(spans.at(-1))}-${spans.length}`;
}

function idOf(span: ReadableSpan | undefined): string {
  const context = span?.spanContext();
  return context === undefined ? '' : `${context.traceId}/${context.spanId}`;
}
