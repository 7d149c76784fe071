import { MmuCurve } from './mmu';

/** A program that the GC interrupts for a tenth of each hundred nanoseconds, from a time on. */
function interrupted(startNs: number) {
  const times = Array.from({ length: 41 }, (_, step) => startNs + Math.floor(step / 2) * 100 + (step % 2) * 90);
  return { timeNs: Float64Array.from(times), share: Float64Array.from(times, (_, step) => (step % 2 === 0 ? 1 : 0)) };
}

describe('MmuCurve', () => {
  it('is the least share of any window', () => {
    const curve = new MmuCurve([interrupted(0)]);
    expect(curve.least(10).utilisation).toBe(0);
    expect(curve.least(100).utilisation).toBeCloseTo(0.9, 9);
    expect(curve.least(110).utilisation).toBeCloseTo(90 / 110, 9);
  });

  it('ends also where times are beyond 2^53 and only some of them are numbers', () => {
    const { timeNs, share } = interrupted(0);
    const curve = new MmuCurve([{ timeNs: timeNs.map((time) => 2 ** 58 + time * 37.3), share }]);
    for (let windowNs = 1; windowNs < 5000; windowNs += 13) {
      expect(curve.least(windowNs).utilisation).toBeGreaterThanOrEqual(0);
    }
  });

  it('takes as many series as a trace has Ps, be they made up', () => {
    const short = { timeNs: Float64Array.of(3, 8), share: Float64Array.of(1, 1) };
    const curve = new MmuCurve([
      { timeNs: Float64Array.of(1, 9), share: Float64Array.of(1, 1) },
      ...Array.from({ length: 200_000 }, () => short),
    ]);
    expect(curve.durationNs).toBe(8);
  });
});
