import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What Prometheus may ask of a watch. */
export class WatchMetrics {
  readonly registry = new Registry();
  /** By outcome of the state, and `retried` where an attempt failed for now. */
  readonly captures = new Counter({
    name: 'gclens_watch_captures_total',
    help: 'Captures by what became of them',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  /** `not_sent` counts attempts: these spans are sent again later. */
  readonly spans = new Counter({
    name: 'gclens_watch_spans_total',
    help: 'Spans by what the receiver answered',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  readonly seconds = new Histogram({
    name: 'gclens_watch_export_seconds',
    help: 'Decoding and exporting one trace',
    buckets: [0.1, 0.5, 1, 5, 10, 60, 300],
    registers: [this.registry],
  });
  readonly queue = new Gauge({ name: 'gclens_watch_queue_length', help: 'Captures that wait to be exported', registers: [this.registry] });
  readonly lastSuccess = new Gauge({
    name: 'gclens_watch_last_success_timestamp_seconds',
    help: 'When a capture was last exported',
    registers: [this.registry],
  });
  readonly sourceUp = new Gauge({
    name: 'gclens_watch_source_up',
    help: '1 when the last look at the source succeeded',
    registers: [this.registry],
  });
}
