/**
 * e^x with the last bit as Go computes it on amd64 (math.Exp there, after Shibata's SIMD method): the official tool divides by 1 - e^-x, where for a small x
 * the last bit of e^-x is a visible part of the result. Multiplications and additions are fused where that processor fuses them.
 */
export function goExp(x: number): number {
  if (x > largestArgument) {
    return Infinity;
  }
  const exponent = roundHalfEven(x * Math.LOG2E);
  if (exponent <= smallestExponent) {
    return 0;
  }
  const remainder = fusedMultiplyAdd(-exponent, ln2Lower, fusedMultiplyAdd(-exponent, ln2Upper, x)) / 16;
  let series = 1 / 40320;
  for (const coefficient of [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1]) {
    series = fusedMultiplyAdd(series, remainder, coefficient);
  }
  // With y = e^r - 1: e^2r - 1 = y * (y + 2). Four times undo the division by 16; the last adds the one.
  let lessOne = remainder * series;
  for (let step = 0; step < 3; step++) {
    lessOne *= lessOne + 2;
  }
  return fusedMultiplyAdd(lessOne + 2, lessOne, 1) * 2 ** exponent;
}

const largestArgument = 709.782712893384;
/** Below it the result is not normal, and 1 minus it is 1. */
const smallestExponent = -1022;
/** ln 2 in two parts, so that the product of the upper with a small integer is exact. */
const ln2Upper = 0.693147180559663;
const ln2Lower = 2.8235290563031577e-13;

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

/** a * b + c rounded once (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums"); without overflow and subnormal numbers. */
function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const [product, productRest] = twoProduct(a, b);
  const [low, lowRest] = twoSum(c, productRest);
  const [high, highRest] = twoSum(product, low);
  return high + sumToOdd(lowRest, highRest);
}

/** The rounded sum and what rounding took. */
function twoSum(a: number, b: number): [sum: number, rest: number] {
  const sum = a + b;
  const ofB = sum - a;
  return [sum, a - (sum - ofB) + (b - ofB)];
}

/** The rounded product and what rounding took. */
function twoProduct(a: number, b: number): [product: number, rest: number] {
  const product = a * b;
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  return [product, aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)];
}

/** Two numbers of half as many digits that add up to one. */
function halves(value: number): [high: number, low: number] {
  const scaled = value * (2 ** 27 + 1);
  const high = scaled - (scaled - value);
  return [high, value - high];
}

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** The sum, rounded to the neighbour with an odd last bit where it is inexact. */
function sumToOdd(a: number, b: number): number {
  const [sum, rest] = twoSum(a, b);
  float[0] = sum;
  const pattern = bits[0] ?? 0n;
  if (rest === 0 || pattern % 2n !== 0n) {
    return sum;
  }
  bits[0] = pattern + (rest > 0 === sum > 0 ? 1n : -1n);
  return float[0];
}
