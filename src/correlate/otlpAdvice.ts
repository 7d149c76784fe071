/** What to give instead of what is no file of spans. */
export const otlpAdvice =
  'Give the spans as OTLP: requests in JSON or protobuf, as an exporter sends them or the Collector’s file exporter writes them.';
