import type { DataFrame } from '@grafana/data';

import type { TimeSpan } from './pageState';

/** What is read of a trace whose rest is still being read. */
export interface PartOfTrace extends TimeSpan {
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
    ['fromMs', 'toMs', 'readToMs'].every((name) => name in value && typeof value[name as never] === 'number')
  );
}
