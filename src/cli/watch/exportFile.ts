import type { ExporterSettings, ExportJournal } from '../../bridge';
import { openCapture, type OpenedCapture } from '../../capture';
import type { Receiver } from '../deliver';
import { exportAll, type FullReport } from '../exportAll';
import type { Assembled } from './assemble';
import type { Source } from './source';
import type { WatchLog } from './watchLog';
import type { WatchMetrics } from './watchMetrics';

/** What exporting the captures of a source takes, whoever tells which of them are new. */
export interface ExportParts {
  readonly source: Source;
  readonly receiver: Receiver;
  readonly settings: ExporterSettings;
  readonly log: WatchLog;
  readonly metrics: WatchMetrics;
  /** Captures exported at a time. */
  readonly concurrency: number;
  readonly maxBytes: number;
}

/** @throws TooLarge, Gone, Unreachable, or a GclensError that says what the file seems to be */
export async function openFile(
  { source, maxBytes }: Pick<ExportParts, 'source' | 'maxBytes'>,
  name: string,
  signal: AbortSignal,
): Promise<OpenedCapture> {
  return openCapture(await source.read(name, maxBytes, signal), name, { signal });
}

/** Whether spans come of it; all else goes beside a trace. */
export function isTrace({ info: { kind } }: OpenedCapture): boolean {
  return kind === 'trace-v1' || kind === 'trace-v2';
}

/** Exports what was made of a trace; the log hears what must be known of it, and when the receiver wants to wait. */
export async function exportFile(
  file: string,
  { telemetry, notices }: Pick<Assembled, 'telemetry' | 'notices'>,
  { receiver, log }: Pick<ExportParts, 'receiver' | 'log'>,
  asked: { readonly signal: AbortSignal; readonly journal: ExportJournal },
): Promise<FullReport> {
  for (const { severity, text } of notices) {
    log(severity, 'notice', { file, text });
  }
  return exportAll(telemetry, receiver, {
    ...asked,
    onPause: (pauseMs, reason) => log('warning', 'receiver waits', { file, reason, pauseMs: Math.round(pauseMs) }),
  });
}

/** How long to wait after so many failures: twice as long each time, with a fifth of chance, so that workers do not come back together. */
export function retryWaitMs(firstMs: number, failures: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** (failures - 1)) * (0.8 + 0.4 * Math.random());
}
