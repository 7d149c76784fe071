import { groupBy } from '../../base';
import { framesOfStack, type MapOp } from '../../runtime';
import type { AnalyzedTrace, Capture } from '..';
import { collectorWorkOf } from '../collectorFunctions';
import { namesFunctions } from '../profileFrames';
import { type MapSample, readMapWork } from '../mapWork';
import { profileMapWork } from '../profileMapWork';
import { isCpuProfile } from '../../pprof';

/** How much of the CPU samples the collector had, and how much map operations. */
export interface CpuWork {
  readonly source: 'profile' | 'trace';
  readonly samples: number;
  readonly collectorSamples: number;
  readonly mapSamples: number;
}

/** Of the CPU profile where there is one, as it has more samples; else of the trace; null where neither has any, or functions have no names. */
export function cpuWorkOf(captures: readonly Capture[]): CpuWork | null {
  const profile = captures.flatMap((capture) => (capture.kind === 'pprof' && isCpuProfile(capture.profile) ? [capture.profile] : []))[0];
  if (profile !== undefined && namesFunctions(profile)) {
    const work = profileMapWork(profile);
    const collectorShare = work.total === 0 ? 0 : (work.markTotal + work.assistTotal) / work.total;
    if (work.samples > 0) {
      return {
        source: 'profile',
        samples: work.samples,
        collectorSamples: Math.round(collectorShare * work.samples),
        mapSamples: work.mapSamples,
      };
    }
  }
  const trace = captures.find((capture) => capture.kind === 'trace');
  return trace === undefined ? null : workOfTrace(trace.analyzed);
}

/** A line by map operation. */
export interface MapWorkLine {
  readonly op: MapOp;
  readonly line: string;
  /** CPU samples in it. */
  readonly samples: number;
}

/** The program's line that CPU samples found in a map operation most, of the trace, else of a profile; null without such samples. */
export function mostMapWork(captures: readonly Capture[]): MapWorkLine | null {
  return mostSampled(readMapWork(captures).samples);
}

/** The line by map operation with most of some samples; null without any. */
export function mostSampled(samples: readonly MapSample[]): MapWorkLine | null {
  const lines = [...groupBy(samples, ({ op, line }) => `${op} ${line}`).values()].flatMap((same) =>
    same.slice(0, 1).map(({ op, line }): MapWorkLine => ({ op, line, samples: same.reduce((sum, { count }) => sum + count, 0) })),
  );
  return lines.sort((a, b) => b.samples - a.samples)[0] ?? null;
}

function workOfTrace({ trace, facts }: AnalyzedTrace): CpuWork | null {
  const { samples } = facts;
  const isCollector = new Map<number, boolean>();
  let collectorSamples = 0;
  let mapSamples = 0;
  for (let row = 0; row < samples.length; row++) {
    const stack = samples.stack[row] ?? 0;
    let known = isCollector.get(stack);
    if (known === undefined) {
      known = framesOfStack(trace, stack).some(({ function: name }) => collectorWorkOf(name) !== null);
      isCollector.set(stack, known);
    }
    collectorSamples += known ? 1 : 0;
    mapSamples += (samples.mapOp[row] ?? -1) >= 0 ? 1 : 0;
  }
  return samples.length === 0 ? null : { source: 'trace', samples: samples.length, collectorSamples, mapSamples };
}
