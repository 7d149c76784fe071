import type { HrTime } from '@opentelemetry/api';

import { GclensError } from '../base';
import type { AnalyzedTrace, AppSpan } from '../correlate';
import { listOf, type WallAnchor } from '../runtime';
import { AppSpanIndex, isEmptySpan } from './appSpanIndex';

/** Turns times of a trace into wall time, exact to the nanosecond. */
export interface Clock {
  /** Where the wall time comes from. */
  readonly source: WallAnchor['source'] | 'otlp';
  readonly precisionNs: number;
  /** How far the application's spans moved the anchor. */
  readonly correctionNs: number;
  /** @param timeNs integer, relative to `Trace.originNs` */
  toHrTime(timeNs: number): HrTime;
  /** Unix time as time of the trace. */
  toTraceNs(unixNs: bigint): number;
}

/**
 * The wall clock of a trace. The application's own spans sharpen it: a task lies inside its span, so where most tasks would stick out, the anchor is off by that much.
 * Without any anchor the spans that the tasks name are one.
 * @throws GclensError that says how to give a wall clock when there is none
 */
export function wallClock(analyzed: AnalyzedTrace, appSpans: readonly AppSpan[] = [], given?: WallAnchor): Clock {
  const anchor = given ?? analyzed.facts.wall;
  const pairs = pairsOf(analyzed, appSpans);
  const [first] = pairs;
  if (anchor !== null) {
    const correctedNs = correctionNs(pairs, anchor);
    return clockAt(anchor.source, anchor.precisionNs, anchor.unixNs - BigInt(anchor.traceNs) + BigInt(correctedNs), correctedNs);
  }
  if (first !== undefined) {
    const guess = { unixNs: first.span.startUnixNs, traceNs: first.startNs };
    const offsets = pairs.map(({ span, startNs }) => sinceAnchor(span.startUnixNs, guess) - startNs);
    return clockAt('otlp', 1e6, guess.unixNs - BigInt(guess.traceNs) + BigInt(Math.ceil(median(offsets))), 0);
  }
  throw new GclensError('this trace has no wall clock, so its spans have no time', {
    advice:
      'Say when it began with --start-time 2026-01-02T15:04:05.123456789Z, or give the CPU profile taken with it: --profile cpu.pprof. ' +
      'Go 1.25 and later write the wall clock into the trace.',
  });
}

interface Anchor {
  readonly unixNs: bigint;
  readonly traceNs: number;
}

interface TaskInSpan {
  readonly startNs: number;
  readonly endNs: number;
  readonly span: AppSpan;
}

/** Tasks that are whole in the trace, with the span that they name. */
function pairsOf({ facts, identities }: AnalyzedTrace, appSpans: readonly AppSpan[]): TaskInSpan[] {
  const index = new AppSpanIndex(appSpans);
  return listOf(facts.tasks).flatMap((task, row) => {
    const span = task.cutStart || task.cutEnd ? undefined : index.spanOf(identities.at(row)?.ids ?? []);
    return span === undefined || isEmptySpan(span) ? [] : [{ startNs: task.startNs, endNs: task.endNs, span }];
  });
}

/** How far times must move so that half of the tasks neither begin before nor end after their spans; 0 when they already do not. */
function correctionNs(pairs: readonly TaskInSpan[], anchor: Anchor): number {
  if (pairs.length === 0) {
    return 0;
  }
  const atLeast = Math.ceil(median(pairs.map(({ span, startNs }) => sinceAnchor(span.startUnixNs, anchor) - startNs)));
  const atMost = Math.floor(median(pairs.map(({ span, endNs }) => sinceAnchor(span.endUnixNs, anchor) - endNs)));
  return Math.max(Math.min(0, atMost), atLeast);
}

function sinceAnchor(unixNs: bigint, anchor: Anchor): number {
  return Number(unixNs - anchor.unixNs) + anchor.traceNs;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >>> 1] ?? 0;
}

const nsPerSecond = 1_000_000_000n;

function clockAt(source: Clock['source'], precisionNs: number, originUnixNs: bigint, correctedNs: number): Clock {
  return {
    source,
    precisionNs,
    correctionNs: correctedNs,
    toHrTime: (timeNs) => {
      const unixNs = originUnixNs + BigInt(timeNs);
      return [Number(unixNs / nsPerSecond), Number(unixNs % nsPerSecond)];
    },
    toTraceNs: (unixNs) => Number(unixNs - originUnixNs),
  };
}
