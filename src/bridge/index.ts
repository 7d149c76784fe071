export { type BuildOptions, buildSpans, type CaptureName } from './buildSpans';
export { type BatchLimits, batchSpans, type EncodeSpans, type OtlpEncoding, safeLimits, type SpanBatch } from './batches';
export { contentTypes, encodeJsonLines, encoders } from './encode';
export { type Endpoint, parseEndpoint, parseHeaders } from './endpoint';
export { type ExportCounts, type ExportOptions, type ExportReport, exportSpans, type RetryOptions } from './exportSpans';
export { costKeys } from './costAttributes';
export { serviceNameOf } from './serviceName';
