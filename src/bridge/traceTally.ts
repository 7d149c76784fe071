import type { SpanBatch } from './batches';

/** Counts of the traces of an export. */
export interface TraceTotal {
  readonly count: number;
  /** Some trace ids to look up, the first ones. */
  readonly examples: readonly string[];
  /** The largest trace. */
  readonly largest: TraceSize | null;
  /** End of the latest span, Unix time; null without spans. */
  readonly latestUnixMs: number | null;
}

export interface TraceSize {
  readonly traceId: string;
  readonly spans: number;
  /** Of the encoded requests, shared out over their spans: an estimate. */
  readonly estimatedBytes: number;
}

const maxExamples = 5;

/** Sums up what goes into each trace. Memory grows with the number of traces, not of spans. */
export class TraceTally {
  private readonly sizes = new Map<string, { spans: number; estimatedBytes: number }>();
  private latestUnixMs: number | null = null;

  add({ spans, bytes }: SpanBatch): void {
    const bytesEach = bytes.length / Math.max(1, spans.length);
    for (const span of spans) {
      const { traceId } = span.spanContext();
      const size = this.sizes.get(traceId) ?? { spans: 0, estimatedBytes: 0 };
      size.spans += 1;
      size.estimatedBytes += bytesEach;
      this.sizes.set(traceId, size);
      const endMs = span.endTime[0] * 1000 + span.endTime[1] / 1e6;
      this.latestUnixMs = Math.max(this.latestUnixMs ?? -Infinity, endMs);
    }
  }

  total(): TraceTotal {
    let largest: TraceSize | null = null;
    for (const [traceId, { spans, estimatedBytes }] of this.sizes) {
      if (largest === null || estimatedBytes > largest.estimatedBytes) {
        largest = { traceId, spans, estimatedBytes: Math.round(estimatedBytes) };
      }
    }
    return {
      count: this.sizes.size,
      examples: [...this.sizes.keys()].slice(0, maxExamples),
      largest,
      latestUnixMs: this.latestUnixMs,
    };
  }
}
