import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import type { Notice } from '../base';
import type { AnalyzedTrace } from '../correlate';
import {
  appSpanNotices,
  buildMetrics,
  type BuildOptions,
  buildSpans,
  type CaptureName,
  type ExportOptions,
  type ExportReport,
  exportRequests,
  exportSpans,
  metricsRequest,
  profilesRequest,
  type SignalReport,
  type SignalRequest,
} from '../bridge';
import type { FurtherSignal, Receiver } from './deliver';

/** What is exported of a capture. */
export interface Telemetry {
  /** What is wrong with the application's spans. */
  readonly notices: readonly Notice[];
  readonly spans: Iterable<ReadableSpan>;
  /** @throws GclensError when the trace has no wall clock */
  requestOf(signal: FurtherSignal): SignalRequest;
}

/** @throws GclensError when the trace has no wall clock */
export function telemetryOf(analyzed: AnalyzedTrace, capture: CaptureName, options: BuildOptions): Telemetry {
  return {
    notices: appSpanNotices(analyzed, options),
    spans: buildSpans(analyzed, capture, options),
    requestOf: (signal) =>
      signal === 'metrics' ? metricsRequest(buildMetrics(analyzed, capture, options)) : profilesRequest(analyzed, capture, options),
  };
}

/** What became of all signals of a capture. */
export interface FullReport {
  readonly spans: ExportReport;
  readonly further: readonly (SignalReport & { readonly signal: FurtherSignal })[];
  /** Of all signals: spans, data points and profiles. */
  readonly rejected: number;
  readonly notSent: number;
  readonly problems: readonly string[];
}

/** Exports the spans of a capture, then the further signals that the receiver is for. */
export async function exportAll(
  telemetry: Telemetry,
  { endpoint, options, further }: Receiver,
  asked: Pick<ExportOptions, 'signal' | 'journal' | 'onPause'>,
): Promise<FullReport> {
  const spans = await exportSpans(telemetry.spans, endpoint, { ...options, ...asked });
  const reports: FullReport['further'][number][] = [];
  for (const receiver of further) {
    const report = await exportRequests([telemetry.requestOf(receiver.signal)], receiver.endpoint, { ...receiver.options, ...asked });
    reports.push({ signal: receiver.signal, ...report });
  }
  return {
    spans,
    further: reports,
    rejected: reports.reduce((sum, { rejected }) => sum + rejected, spans.rejected),
    notSent: reports.reduce((sum, { notSent }) => sum + notSent, spans.notSent),
    problems: [...spans.problems, ...reports.flatMap(({ signal, problems }) => problems.map((problem) => `${signal}: ${problem}`))],
  };
}
