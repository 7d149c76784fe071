/** A kind of telemetry that OTLP carries. */
export type Signal = 'traces' | 'metrics' | 'profiles';

interface SignalNames {
  /** Path of the signal for OTLP/HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request). */
  readonly path: string;
  /** Method of the signal for OTLP/gRPC. */
  readonly method: string;
  /** What is counted. */
  readonly items: string;
}

export const signals: Readonly<Record<Signal, SignalNames>> = {
  traces: { path: '/v1/traces', method: '/opentelemetry.proto.collector.trace.v1.TraceService/Export', items: 'spans' },
  metrics: { path: '/v1/metrics', method: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', items: 'data points' },
  profiles: {
    path: '/v1development/profiles',
    method: '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export',
    items: 'profiles',
  },
};
