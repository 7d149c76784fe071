/**
 * The library `gclens/bridge`: facts of a trace as OpenTelemetry spans, and spans to a receiver with proof of delivery.
 *
 *     const report = await exportSpans(buildSpans(analyzed, info, { serviceName: 'shop' }), parseEndpoint('http://localhost:4318'));
 *     console.log(report.accepted, report.rejected, report.notSent);
 */
export { type BuildOptions, buildSpans, type CaptureName } from './buildSpans';
export type { BatchLimits, OtlpEncoding } from './batches';
export { encodeJsonLines } from './encode';
export { type Endpoint, type EndpointOptions, parseEndpoint, parseHeaders } from './endpoint';
export {
  type CertificateFiles,
  type Compression,
  type Environment,
  type ExporterSettings,
  type OtlpProtocol,
  readExporterEnvironment,
} from './environment';
export { type ExportCounts, type ExportOptions, type ExportReport, exportSpans } from './exportSpans';
export { feedExporter, type FeedOptions, type FeedReport } from './feedExporter';
export { explainNoAnswer } from './networkErrors';
export { type BatchAnswer, type ExportJournal } from './journal';
export type { RetryOptions } from './requestSender';
export { judgeGrpcFailure, judgeGrpcResponse } from './grpcAnswers';
export { type Signal, signals } from './signal';
export type { Transport } from './transport';
export type { Verdict } from './answers';
export type { Post, PostAnswer, PostRequest } from './post';
export { warnOfLimits } from './receiverLimits';
export type { TraceSize, TraceTotal } from './traceTally';
export { buildMetrics, metricsRequest } from './runtimeMetrics';
export { profilesRequest } from './profiles';
export { exportRequests, type SignalReport, type SignalRequest } from './exportRequests';
export { appSpanNotices } from './appSpanNotices';
export { costKeys } from './costAttributes';
export { serviceNameOf } from './serviceName';
