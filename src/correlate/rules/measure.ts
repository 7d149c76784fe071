import type { AnalyzedTrace, Capture } from '..';
import { rememberLast } from '../rememberLast';
import { type RootCause, rootCauseOf } from '../rootCause';
import { type Cause, causesOf } from './causes';
import { type CpuWork, cpuWorkOf, type MapWorkLine, mostMapWork } from './cpuWork';
import { type Endpoint, endpointsOf } from './endpoints';
import { type HeapGrowth, heapGrowth } from '../heapGrowth';
import { type HeapPacing, heapPacing } from '../heapPacing';
import { type HeapContent, heapContentOf } from './heapContent';
import { type MostAllocating, mostAllocatingOf } from './mostAllocating';
import { type StopGroup, stopGroups } from './stopGroups';

/** What the facts of the catalogue are read from: captures of one process and one moment, measured once. */
export interface Measured {
  readonly captures: readonly Capture[];
  /** Null where there is none; so of what is measured in it. */
  readonly trace: AnalyzedTrace | null;
  readonly rootCause: RootCause | null;
  readonly pacing: HeapPacing | null;
  /** Null also where there are too few cycles. */
  readonly growth: HeapGrowth | null;
  readonly cpu: CpuWork | null;
  /** The line that CPU samples found in a map operation most; null without such samples. */
  readonly mapWork: MapWorkLine | null;
  readonly heap: HeapContent;
  readonly allocating: MostAllocating | null;
  readonly endpoints: readonly Endpoint[];
  readonly causes: readonly Cause[];
  readonly stops: readonly StopGroup[];
}

/** Measures captures of one process and one moment; the first trace among them counts. */
export function measure(captures: readonly Capture[]): Measured {
  return remembered(captures);
}

const contentOf = (capture: Capture): object => (capture.kind === 'trace' ? capture.analyzed : capture.profile);

const remembered = rememberLast(measureAnew, ([first, ...others]) =>
  first === undefined ? null : [contentOf(first), first.name, ...others.flatMap((capture) => [contentOf(capture), capture.name])],
);

function measureAnew(captures: readonly Capture[]): Measured {
  const trace = captures.find((capture) => capture.kind === 'trace')?.analyzed ?? null;
  const rootCause = rootCauseOf(captures);
  return {
    captures,
    trace,
    rootCause,
    pacing: trace === null ? null : heapPacing(trace.facts),
    growth: trace === null ? null : heapGrowth(trace.facts.heap),
    cpu: cpuWorkOf(captures),
    mapWork: mostMapWork(captures),
    heap: heapContentOf(captures),
    allocating: mostAllocatingOf(captures),
    endpoints: trace === null || rootCause === null ? [] : endpointsOf(trace, rootCause.time),
    causes: trace === null || rootCause === null ? [] : causesOf(trace, rootCause, captures),
    stops: trace === null ? [] : stopGroups(trace),
  };
}
