import type { TraceTotal } from './traceTally';

/** Tempo's default max_bytes_per_trace. Spans beyond it vanish after a 200: the receiver counts them as TRACE_TOO_LARGE, the sender learns nothing. */
const tempoTraceBytes = 5_000_000;
/** Viewers get slow, and tools advise against traces beyond it. */
const comfortableSpans = 10_000;
/** Tempo clamps blocks to this much before their arrival (storage.trace.wal.ingestion_time_range_slack). */
const tempoSlackMs = 120_000;

/**
 * What a receiver may do to spans that it accepted, as far as limits of Tempo and Jaeger with their defaults can be told from here; one sentence each.
 * @param nowMs Unix time
 */
export function warnOfLimits({ largest, latestUnixMs }: TraceTotal, nowMs: number): string[] {
  const warnings: string[] = [];
  if (largest !== null && largest.estimatedBytes > tempoTraceBytes) {
    warnings.push(
      `trace ${largest.traceId} has about ${(largest.estimatedBytes / 1e6).toFixed(1)} MB: Tempo drops what is above 5 MB of one trace by default (max_bytes_per_trace) without telling the sender`,
    );
  } else if (largest !== null && largest.spans > comfortableSpans) {
    warnings.push(`trace ${largest.traceId} has ${largest.spans} spans: viewers of traces are slow above ${comfortableSpans}`);
  }
  const ageMs = latestUnixMs === null ? 0 : nowMs - latestUnixMs;
  if (ageMs > tempoSlackMs) {
    warnings.push(
      `the spans are ${describeAge(ageMs)} old: Tempo finds them by trace id, but not by a search in their own time range, and makes no metrics of them`,
    );
  }
  return warnings;
}

function describeAge(ageMs: number): string {
  const minutes = Math.round(ageMs / 60_000);
  const hours = Math.round(minutes / 60);
  return minutes < 120 ? `${minutes} minutes` : hours < 72 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
