import { groupBy } from '../base';
import type { CaptureInfo } from '../capture';
import type { StoredCapture } from '../datasource';

/** Captures that were dropped together: what one process recorded at one moment. */
export interface CaptureGroup {
  readonly droppedAtMs: number;
  readonly captures: readonly CaptureInfo[];
}

/** Groups the store's captures by their drop, newest first; traces come before profiles. */
export function groupCaptures(stored: readonly StoredCapture[]): readonly CaptureGroup[] {
  return [...groupBy(stored, ({ droppedAtMs }) => droppedAtMs)]
    .sort(([a], [b]) => b - a)
    .map(([droppedAtMs, captures]) => ({
      droppedAtMs,
      captures: captures.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)),
    }));
}

const kindOrder: readonly CaptureInfo['kind'][] = ['trace-v2', 'trace-v1', 'pprof', 'otlp-spans'];

function rank({ kind }: CaptureInfo): number {
  return kindOrder.indexOf(kind);
}
