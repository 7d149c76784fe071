import { pushTo } from '../base';
import type { AppSpan, SpanId } from '../correlate';

/** A task's span as far as its id tells: the trace is unknown where a dialect names only the span. */
export interface NamedParent {
  readonly traceId: string | null;
  readonly spanId: string;
  readonly source: string;
  readonly appSpan: AppSpan | null;
}

/** Finds the application's own spans by the ids of tasks. */
export class AppSpanIndex {
  private readonly bySpanId = new Map<string, AppSpan[]>();

  /** Spans that were there before with both ids; the first counts. */
  readonly duplicates: number = 0;

  constructor(spans: readonly AppSpan[]) {
    for (const span of spans) {
      if (this.bySpanId.get(span.spanId)?.some(({ traceId }) => traceId === span.traceId) === true) {
        this.duplicates++;
      } else {
        pushTo(this.bySpanId, span.spanId, span);
      }
    }
  }

  spanOf(ids: readonly SpanId[]): AppSpan | undefined {
    return this.parentOf(ids)?.appSpan ?? undefined;
  }

  /** The span that a task's ids name, the first id with a known trace before all others; null without ids. */
  parentOf(ids: readonly SpanId[]): NamedParent | null {
    const parents = ids.map(({ traceId, spanId, source }): NamedParent => {
      const appSpan = this.find(spanId, traceId);
      return { traceId: traceId ?? appSpan?.traceId ?? null, spanId, source, appSpan };
    });
    return parents.find(({ traceId }) => traceId !== null) ?? parents[0] ?? null;
  }

  /** A span id alone names a span only where no two traces have it. */
  private find(spanId: string, traceId: string | undefined): AppSpan | null {
    const spans = this.bySpanId.get(spanId) ?? [];
    return (traceId === undefined ? (spans.length === 1 ? spans[0] : undefined) : spans.find((span) => span.traceId === traceId)) ?? null;
  }
}

/** Whether a span lasts no time, or ends before it begins: it bounds nothing then. */
export function isEmptySpan({ startUnixNs, endUnixNs }: AppSpan): boolean {
  return endUnixNs <= startUnixNs;
}
