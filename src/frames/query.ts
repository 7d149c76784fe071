import type { Sha256 } from '../capture';
import type { View } from './views';

/** What of a trace becomes a flame graph: CPU samples, assists, what began GC cycles, and waits by the names of `go tool trace -pprof=`. */
export const traceSampleTypes = ['cpu', 'assist', 'gc-trigger', 'net', 'sync', 'syscall', 'sched'] as const;
export type TraceSampleType = (typeof traceSampleTypes)[number];

/** Whose latency: how long goroutines waited for a P, or how long tasks took. */
export const latencySubjects = ['scheduler', 'tasks'] as const;

/** The sample type of the view `mmu` that counts as `go tool trace` does, double runs of workers included. */
export const likeGoToolTrace = 'go tool trace';

/** What to read. Several captures in one query are one process' files of one moment. */
export type CaptureRef =
  { readonly by: 'sha256'; readonly sha256: Sha256; readonly name?: string } | { readonly by: 'latest' } | { readonly by: 'sample' };

/** The part of GclensQuery that the frames need; the data source adds Grafana's DataQuery members. */
export interface ViewQuery {
  readonly version: 1;
  /** 'auto' picks by the panel that asks. */
  readonly view: View | 'auto';
  readonly captures: readonly CaptureRef[];
  /** compare, mapHeap: what the captures are compared with. */
  readonly baseline?: readonly CaptureRef[];
  /** {map_op="iterate", span_id=~"ab.*"}: matchers over pprof labels, task attributes, state. */
  readonly selector?: string;
  /** A trace id, span id, request id or task id. */
  readonly query?: string;
  /** flame: sample type of a profile, or one of {@link traceSampleTypes}; latency: one of {@link latencySubjects}, both without; mmu: {@link likeGoToolTrace}. */
  readonly sampleType?: string;
  /** Only what overlaps this GC cycle (its seq). */
  readonly cycle?: number;
  readonly focus?: string;
  readonly maxNodes?: number;
  readonly limit?: number;
  readonly timeUnit?: 'real' | 'stretched';
  /** Joins captures also where they are of another process or moment than the trace. */
  readonly joinAnyway?: boolean;
}
