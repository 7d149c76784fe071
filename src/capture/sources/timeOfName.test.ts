import { timeOfName } from './timeOfName';

const expected = Date.UTC(2026, 10, 27, 9, 34, 57);

describe('timeOfName', () => {
  it.each([
    ['shop/pod-1/2026-11-27T09-34-57Z.trace', expected],
    ['flight-20261127T093457.123456789Z-7.trace', expected + 123],
    ['20261127T093457.trace', expected],
    ['cpu_2026-11-27_09:34:57.pprof', expected],
    ['2026-11-27 09.34.57.pprof', expected],
    ['2026-11-27T10:34:57+01:00.trace', expected],
    ['2026-11-27T04-34-57-0500.trace', expected],
    ['2026/11/27/09/34/57/trace.out', expected],
    ['year=2026/month=11/day=27/hour=09/minute=34/second=57/cpu.pprof', expected],
    ['20261127-0934-cpu.pprof', expected - 57_000],
    [`heap-${expected / 1000}.pb.gz`, expected],
    [`heap-${expected + 5}.pb.gz`, expected + 5],
    [`${expected}000000.trace`, expected],
    ['2025-01-01T00-00-00Z/2026-11-27T09-34-57Z.trace', expected],
  ])('reads %s', (path, unixMs) => {
    expect(timeOfName(path)?.unixMs).toBe(unixMs);
  });

  it('says where the time stands', () => {
    const path = 'shop-2026-11-27T09-34-57Z.trace';
    const { start, end } = timeOfName(path)!;
    expect(path.slice(start, end)).toBe('2026-11-27T09-34-57Z');
  });

  it.each([
    'trace.out',
    'pod-4711.trace',
    '2026-13-27T09-34-57Z.trace',
    '2026-02-30T09-34-57.trace',
    'build-99999999999999.trace',
    'v2026.out',
  ])('sees no time in %s', (path) => {
    expect(timeOfName(path)).toBeUndefined();
  });
});
