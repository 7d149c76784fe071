import type { CaptureKind } from './capture';

/** How people call the kinds of captures. */
export const kindNames: Readonly<Record<CaptureKind, string>> = {
  pprof: 'profile',
  'trace-v1': 'execution trace (Go 1.21 or older)',
  'trace-v2': 'execution trace',
  'otlp-spans': 'application spans',
};
