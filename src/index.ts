/** The library `gclens`: bytes to facts. The OpenTelemetry part is `gclens/bridge`. */
export * from './base';
export * from './capture';
export * from './pprof';
export * from './gotrace';
export * from './runtime';
export * from './correlate';
export * from './frames';
