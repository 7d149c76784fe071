/**
 * Branded units: a number that knows what it counts. Arithmetic on a branded number gives a plain number, so every result is branded again
 * on purpose where it is stored, and a size or a plain count can never slip in where a time is meant.
 */
declare const unit: unique symbol;

/** Integer nanoseconds, below 2^53. On a trace: since `Trace.originNs`. */
export type Ns = number & { readonly [unit]: 'ns' };
/** Bytes. */
export type Bytes = number & { readonly [unit]: 'bytes' };

/** Says that a number counts integer nanoseconds. */
export const ns = (value: number): Ns => value as Ns;
/** Says that a number counts bytes. */
export const bytes = (value: number): Bytes => value as Bytes;
