/**
 * An int64 of a profile: a number where it is a safe integer, a bigint beyond ±2^53. Arithmetic wraps around at 64 bits, as Go's does;
 * `+ 0` below makes a zero of a negative zero.
 */
export type Int64 = number | bigint;

export const leastInt64 = -(2n ** 63n);

/** The low 64 bits of an integer. */
export function toInt64(value: bigint): Int64 {
  const number = Number(value);
  if (Number.isSafeInteger(number)) {
    return number;
  }
  const wrapped = BigInt.asIntN(64, value);
  return wrapped === value ? value : toInt64(wrapped);
}

/** A float cut to an integer, as Go on amd64 converts it: what does not fit is the least int64. */
export function truncateToInt64(value: number): Int64 {
  if (Number.isSafeInteger(Math.trunc(value))) {
    return Math.trunc(value) + 0;
  }
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : leastInt64;
}

export function addInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a + b)) {
    return a + b;
  }
  return toInt64(BigInt(a) + BigInt(b));
}

export function multiplyInt64(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a * b)) {
    return a * b + 0;
  }
  return toInt64(BigInt(a) * BigInt(b));
}

/** The quotient cut towards zero; the divisor is not 0. */
export function divideInt64(a: Int64, b: Int64): Int64 {
  return typeof a === 'number' && typeof b === 'number' ? Math.trunc(a / b) + 0 : toInt64(BigInt(a) / BigInt(b));
}

export function absInt64(value: Int64): Int64 {
  return value < 0 ? multiplyInt64(value, -1) : value;
}

/** For sorting in falling order. */
export function compareDescending(a: Int64, b: Int64): number {
  return a > b ? -1 : a < b ? 1 : 0;
}
