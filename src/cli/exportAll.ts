import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { GclensError, type Notice } from '../base';
import { type AnalyzedTrace, holdsNothing } from '../correlate';
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

/**
 * @param howToGiveClock what whoever asked can do about a whole trace without a clock; what the bridge says where absent
 * @throws GclensError when the trace has no wall clock
 */
export function telemetryOf(analyzed: AnalyzedTrace, capture: CaptureName, options: BuildOptions, howToGiveClock?: string): Telemetry {
  return {
    ...timed(analyzed, howToGiveClock, () => ({
      notices: appSpanNotices(analyzed, options),
      spans: buildSpans(analyzed, capture, options),
    })),
    requestOf: (signal) =>
      signal === 'metrics' ? metricsRequest(buildMetrics(analyzed, capture, options)) : profilesRequest(analyzed, capture, options),
  };
}

/** What `build` gives, which refuses nothing but a trace without a wall clock: where the trace is damaged, that is said before it is told to give one. */
function timed<T>(analyzed: AnalyzedTrace, howToGiveClock: string | undefined, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof GclensError)) {
      throw error;
    }
    const { damage } = analyzed.trace;
    const advice = howToGiveClock ?? error.details.advice ?? '';
    if (damage === null) {
      throw new GclensError(error.reason, { ...error.details, advice });
    }
    throw holdsNothing(analyzed)
      ? new GclensError(`the trace is damaged, and nothing of it could be read: ${damage.message}`)
      : new GclensError(`the trace is damaged (${damage.message}), and no wall clock comes before that, so its spans have no time`, {
          advice,
        });
  }
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
