import { GclensError } from '../../src/base';

/** Whole numbers below a limit that follow from the seed alone (mulberry32). */
export function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** Runs it, and lets nothing out but the error that users see: one line. */
export async function expectReadableError(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GclensError)) {
      throw error;
    }
    expect(error.message).not.toContain('\n');
  }
}
