/**
 * The library `gclens/bridge`: facts of a trace as OpenTelemetry spans, and spans to a receiver with proof of delivery.
 *
 *     const report = await exportSpans(buildSpans(analyzed, info, { serviceName: 'shop' }), parseEndpoint('http://localhost:4318'));
 *     console.log(report.accepted, report.rejected, report.notSent);
 */
export { type BuildOptions, buildSpans, type CaptureName } from './buildSpans';
export type { BatchLimits } from './batches';
export { encodeJsonLines } from './encode';
export { type Endpoint, parseEndpoint, parseHeaders } from './endpoint';
export { type ExportCounts, type ExportOptions, type ExportReport, exportSpans, type RetryOptions } from './exportSpans';
export { costKeys } from './costAttributes';
export { serviceNameOf } from './serviceName';
