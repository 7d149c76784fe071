import type { AnalyzedTrace } from '..';

/** The least and the most that was live; null where the trace does not say. */
export function heapSpan(trace: AnalyzedTrace | null): { readonly minBytes: number; readonly maxBytes: number } | null {
  const live = trace?.facts.heap.liveBytes ?? new Float64Array();
  return live.length === 0
    ? null
    : {
        minBytes: live.reduce((least, bytes) => Math.min(least, bytes)),
        maxBytes: live.reduce((most, bytes) => Math.max(most, bytes)),
      };
}

/** How busy the Ps were that ran at any time; null of a trace without length. */
export function procLoad(trace: AnalyzedTrace | null): { readonly procs: number; readonly busyShare: number } | null {
  if (trace === null || trace.facts.endNs <= trace.facts.startNs) {
    return null;
  }
  const { procs, startNs, endNs } = trace.facts;
  const count = new Set(procs.proc).size;
  const busyNs = procs.endNs.reduce((sum, end, row) => sum + end - (procs.startNs[row] ?? 0), 0);
  return count === 0 ? null : { procs: count, busyShare: busyNs / (count * (endNs - startNs)) };
}
