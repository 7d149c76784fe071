import type { DataFrame } from '@grafana/data';

import type { TimeSpan } from './pageState';

/** What is read of a trace whose rest is still being read. */
export interface PartOfTrace extends TimeSpan {
  /** The generation that is being read, from 1 on, and how many there are. */
  readonly generation: number;
  readonly generations: number;
  /** What is right of this is not read yet. */
  readonly readToMs: number;
}

/** How far the trace that frames show is read; undefined when it is read whole. */
export function readPart(frames: readonly DataFrame[]): PartOfTrace | undefined {
  return frames.map((frame): unknown => frame.meta?.custom?.['reading']).find(isPart);
}

function isPart(value: unknown): value is PartOfTrace {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['generation', 'generations', 'fromMs', 'toMs', 'readToMs'].every((name) => name in value && typeof value[name as never] === 'number')
  );
}

/** One line: `Still reading: generation 3 of 41`. */
export function describePart({ generation, generations }: Pick<PartOfTrace, 'generation' | 'generations'>): string {
  return `Still reading: generation ${generation} of ${generations}`;
}
