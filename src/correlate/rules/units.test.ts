import { type FactUnit, formatQuantity, parseQuantity } from './units';

describe('quantities as people write them', () => {
  it.each<[string | number, FactUnit, number]>([
    ['5ms', 'ns', 5e6],
    ['1.5 s', 'ns', 1.5e9],
    ['500us', 'ns', 5e5],
    ['500µs', 'ns', 5e5],
    ['10MB', 'bytes', 10e6],
    ['10MiB', 'bytes', 10 * 2 ** 20],
    ['20%', 'share', 0.2],
    [0.2, 'share', 0.2],
    ['5/s', '/s', 5],
    [3, 'count', 3],
    ['1e3', 'count', 1000],
    [0, 'ns', 0],
    ['2x', 'ratio', 2],
  ])('%s as %s is %d', (written, unit, value) => {
    expect(parseQuantity(written, unit)).toBeCloseTo(value, 9);
  });

  it.each<[string | number, FactUnit]>([
    ['5', 'ns'],
    ['20%', 'ns'],
    ['5ms', 'bytes'],
    ['5mb', 'bytes'],
    ['ms', 'ns'],
    ['', 'count'],
    ['Infinity', 'count'],
    ['5 ms 3', 'ns'],
    ['5constructor', 'ns'],
    [5, 'text'],
  ])('%s is none of %s', (written, unit) => {
    expect(parseQuantity(written, unit)).toBeNull();
  });

  it('are read back as they are shown', () => {
    for (const [value, unit] of [
      [141e6, 'ns'],
      [12.3e6, 'bytes'],
      [0.82, 'share'],
      [1.5, 'ratio'],
    ] as const) {
      expect(parseQuantity(formatQuantity(value, unit).replace(' %', '%'), unit)).toBeCloseTo(value, 9);
    }
  });
});
