import type { CaptureInfo } from '../capture';
import type { StoredCapture } from '../datasource';

/** Captures that were dropped together: what one process recorded at one moment. */
export interface CaptureGroup {
  readonly droppedAtMs: number;
  readonly captures: readonly CaptureInfo[];
}

/** Groups the store's captures by their drop, newest first; traces come before profiles. */
export function groupCaptures(stored: readonly StoredCapture[]): readonly CaptureGroup[] {
  const groups = new Map<number, CaptureInfo[]>();
  for (const capture of stored) {
    const group = groups.get(capture.droppedAtMs) ?? [];
    groups.set(capture.droppedAtMs, group);
    group.push(capture);
  }
  return [...groups]
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

/** How people name the kinds. */
export const kindNames: Readonly<Record<CaptureInfo['kind'], string>> = {
  'trace-v1': 'execution trace',
  'trace-v2': 'execution trace',
  pprof: 'profile',
  'otlp-spans': 'application spans',
};
