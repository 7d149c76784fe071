import { wilsonInterval } from './proportion';
import { count, duration, list, percent } from './words';

describe('words', () => {
  it.each([
    [0, '0 ns'],
    [999, '999 ns'],
    [1_500, '1.5 µs'],
    [141_167_040, '141 ms'],
    [999_999_999, '1 s'],
    [3_029_967_489, '3.03 s'],
  ])('%d ns reads %s', (timeNs, text) => {
    expect(duration(timeNs)).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [0.00001, 'less than 0.1 %'],
    [0.014, '1.4 %'],
    [0.8192, '82 %'],
    [1, '100 %'],
  ])('a share of %d reads %s', (share, text) => {
    expect(percent(share)).toBe(text);
  });

  it('counts and lists', () => {
    expect([count(1, 'cycle'), count(1234, 'cycle'), list([]), list(['a']), list(['a', 'b', 'c'])]).toEqual([
      '1 cycle',
      '1,234 cycles',
      '',
      'a',
      'a, b and c',
    ]);
  });

  it('knows how sure a share is', () => {
    const { low, high } = wilsonInterval(27, 34);
    expect(low).toBeCloseTo(0.632, 2);
    expect(high).toBeCloseTo(0.897, 2);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});
