/** Random numbers in [0, 1) that are the same at every run (mulberry32), so that an answer does not change when it is asked for again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Positions of `length` items drawn with replacement, `times` times. */
export function* resamples(length: number, times: number, random: () => number): Generator<Uint32Array> {
  const drawn = new Uint32Array(length);
  for (let time = 0; time < times; time++) {
    for (let k = 0; k < length; k++) {
      drawn[k] = Math.floor(random() * length);
    }
    yield drawn;
  }
}

/** An interval that holds 95 of 100 values of what is estimated. */
export interface Interval95 {
  readonly low: number;
  readonly high: number;
}

/** The middle 95 % of values; null of fewer than 40, of which the tails say nothing. Values that are no numbers are left out. */
export function middle95(values: readonly number[]): Interval95 | null {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length < 40) {
    return null;
  }
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? 0;
  return { low: at(0.025), high: at(0.975) };
}
