/**
 * Branded units: a number that knows what it counts. Arithmetic on a branded number gives a plain number, so every result is branded again
 * on purpose where it is stored, and a millisecond can never slip in where a nanosecond is meant.
 */
declare const unit: unique symbol;

/** Integer nanoseconds, below 2^53. On a trace: since `Trace.originNs`. */
export type Ns = number & { readonly [unit]: 'ns' };
/** Milliseconds; Grafana's time axis. May have a fraction. */
export type Ms = number & { readonly [unit]: 'ms' };
/** Bytes. */
export type Bytes = number & { readonly [unit]: 'bytes' };

export const ns = (value: number): Ns => value as Ns;
export const ms = (value: number): Ms => value as Ms;
export const bytes = (value: number): Bytes => value as Bytes;
