import { formatPercentage, formatValue, scaleValue } from './units';

describe('formatValue', () => {
  it.each([
    [1536, 'bytes', 'minimum', '1.50kB'],
    [2 ** 30, 'bytes', 'kB', '1048576kB'],
    [1_500_000, 'nanoseconds', 'minimum', '1.50ms'],
    [-250, 'milliseconds', 's', '-0.25s'],
    [7, 'count', 'minimum', '7'],
    [0, 'nanoseconds', 's', '0'],
    [3, 'widgets', 'widgets', '3widgets'],
    [2n ** 63n - 1n, 'count', 'minimum', '9223372036854775808'],
    [-(2n ** 63n), 'nanoseconds', 'minimum', '-9223372036.85s'],
    [2n ** 62n, 'PB', 'B', '5192296858534827628530496329220096B'],
    [5, 'μs', 'minimum', '5'],
  ])('%d %s in %s is %s', (value, from, to, expected) => {
    expect(formatValue(value, from, to)).toBe(expected);
  });

  it('rounds halves to even, as C does', () => {
    expect(formatValue(125, 'ms', 's')).toBe('0.12s');
    expect(formatValue(375, 'ms', 's')).toBe('0.38s');
    expect(formatValue(999_999, 'us', 's')).toBe('1s');
  });

  it('has no positive counterpart of the least integer alone', () => {
    expect(formatValue(-(2n ** 63n) + 1n, 'bytes', 'minimum')).toBe('-8192PB');
    expect(formatValue(-(2n ** 63n), 'bytes', 'minimum')).toBe('-9223372036854775808B');
  });

  it('picks the largest unit that leaves one at least', () => {
    expect(scaleValue(3599, 's', 'auto')).toEqual({ value: 3599, unit: 's' });
    expect(scaleValue(3600, 's', 'auto')).toEqual({ value: 1, unit: 'hrs' });
  });
});

describe('formatPercentage', () => {
  it.each([
    [1, 3, '33.33%'],
    [9996, 10000, '  100%'],
    [1, 1000, '  0.1%'],
    [125, 100_000, ' 0.12%'],
    [1, 100_000_000, '1e-06%'],
    [996, 100_000, '    1%'],
    [0, 5, '    0%'],
    [5, 0, '    0%'],
    [-1, 2, '50.00%'],
  ])('%d of %d is %s', (value, total, expected) => {
    expect(formatPercentage(value, total)).toBe(expected);
  });
});
