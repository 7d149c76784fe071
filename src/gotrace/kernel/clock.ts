// Ticks to nanoseconds, in the float64 arithmetic of the official reader, as int64.

/** Nanoseconds of a tick; 0 until the generation's frequency was read. */
let nsPerTick: f64 = 0;

export function resetClock(): void {
  nsPerTick = 0;
}

export function hasFrequency(): bool {
  return nsPerTick != 0;
}

export function setFrequency(low: u32, high: u32): void {
  // Exactly this order of operations gives the official reader's float64.
  nsPerTick = 1 / (toFloat(low, high) / 1e9);
}

/** A uint64 as float64, rounded once. */
function toFloat(low: u32, high: u32): f64 {
  return (high as f64) * 4294967296.0 + (low as f64);
}

/** Nanoseconds of a tick where they are a whole number below 2^32; 0 otherwise. */
export function wholeNsPerTick(): u32 {
  return nsPerTick < 4294967296.0 && nsPerTick == Math.floor(nsPerTick) ? (nsPerTick as u32) : 0;
}

/** Fewer ticks than these are less than 2^31 ns. */
export function leastLongTicks(): u32 {
  const ticks = 2147483648.0 / nsPerTick;
  return ticks < 4294967296.0 ? (ticks as u32) : 0xffffffff;
}

/** Ticks as ns. What int64 cannot hold is its least value, as on the machines that the official reader runs on. */
export function scale(low: u32, high: u32): i64 {
  const ns = toFloat(low, high) * nsPerTick;
  if (ns < 2147483648.0) {
    return ns as i32 as i64;
  }
  if (!(ns < 9223372036854775808.0)) {
    return i64.MIN_VALUE;
  }
  const top = Math.floor(ns / 4294967296.0);
  return ((top as u32 as i64) << 32) | ((ns - top * 4294967296.0) as u32 as i64);
}
