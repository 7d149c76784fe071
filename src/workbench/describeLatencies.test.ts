/** @jest-environment jsdom */
import { describeLatencies } from './describeLatencies';

describe('latencies in words', () => {
  it('add up what a heat map has at several moments', () => {
    const [short, long] = [65_536, 1_073_741_824];
    expect(describeLatencies([short, long, short, short], [98_304, 1_610_612_736, 98_304, 98_304], [2, 3, 1, 2])).toBe(
      '8, most often 65.54 µs to 98.30 µs, the longest up to 1.61 s',
    );
  });
});
