import type { Profile } from '../pprof';
import { spanIdOfDecimal } from './spanIds';

/** Which samples carry a label: those of the span itself, or those of the whole request, whose local root it names. */
export type LabelScope = 'span' | 'request';

/** A pprof label that names a span, as one of the producers of correlation-conventions.md section 0 sets it. */
export interface SpanLabel {
  readonly key: string;
  readonly producer: LabelProducer;
  /** Usual scope first. */
  readonly scopes: readonly LabelScope[];
  readonly isDecimal: boolean;
  /** The label beside it that holds the name of the same span at its start. */
  readonly nameKey: string | null;
}

/** A pprof label that names a trace. */
export interface TraceLabel {
  readonly key: string;
  readonly producer: LabelProducer;
  /** The label beside it that holds the name of the request. */
  readonly nameKey: string | null;
}

export type LabelProducer = 'Datadog' | 'grafana/otel-profiling-go' | 'Polar Signals';

/** Most exact first. */
export const spanLabels: readonly SpanLabel[] = [
  { key: 'span id', producer: 'Datadog', scopes: ['span'], isDecimal: true, nameKey: null },
  { key: 'span_id', producer: 'grafana/otel-profiling-go', scopes: ['request', 'span'], isDecimal: false, nameKey: 'span_name' },
  { key: 'profile_id', producer: 'grafana/otel-profiling-go', scopes: ['request', 'span'], isDecimal: false, nameKey: 'span_name' },
  { key: 'local root span id', producer: 'Datadog', scopes: ['request'], isDecimal: true, nameKey: 'trace endpoint' },
];

export const traceLabels: readonly TraceLabel[] = [
  { key: 'trace_id', producer: 'grafana/otel-profiling-go', nameKey: 'span_name' },
  { key: 'trace id', producer: 'Datadog', nameKey: 'trace endpoint' },
  { key: 'otel_traceid', producer: 'Polar Signals', nameKey: null },
  { key: 'otel.traceid', producer: 'Polar Signals', nameKey: null },
];

const idKeys: ReadonlySet<string> = new Set([...spanLabels, ...traceLabels].map(({ key }) => key));

/** Whether a label is an id: there is one for each request, so it groups nothing. */
export function isIdLabel(key: string): boolean {
  return idKeys.has(key);
}

/** The 16 lower-case hex digits that a label's value stands for, null when it names no span. */
export function spanIdOfLabel({ isDecimal }: SpanLabel, value: string): string | null {
  if (isDecimal) {
    const spanId = spanIdOfDecimal(value);
    return spanId === null || isZero(spanId) ? null : spanId;
  }
  return readHex(value, 16);
}

/** The 32 lower-case hex digits that a label's value stands for, null when it names no trace. */
export function traceIdOfLabel(value: string | undefined): string | null {
  return value === undefined ? null : readHex(value, 32);
}

function readHex(value: string, digits: number): string | null {
  const text = value.trim().toLowerCase();
  return text.length === digits && /^[0-9a-f]+$/.test(text) && !isZero(text) ? text : null;
}

function isZero(id: string): boolean {
  return /^0+$/.test(id);
}

/** Labels of a sample of a profile: text as it is, numbers without their unit. */
export function labelsOfSample({ samples, labels, strings }: Profile, sample: number): Map<string, string> {
  const found = new Map<string, string>();
  const end = samples.labelStart[sample + 1] ?? 0;
  for (let row = samples.labelStart[sample] ?? 0; row < end; row++) {
    const number = labels.number[row] ?? NaN;
    const text = Number.isNaN(number) ? strings[labels.text[row] ?? 0] : String(number);
    found.set(strings[labels.key[row] ?? 0] ?? '', text ?? '');
  }
  return found;
}
