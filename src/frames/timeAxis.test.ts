import { ns } from '../base';
import { TimeAxis } from './timeAxis';

/** A trace of 10 ms that begins at trace time 5 µs; the clock was read 1 ms later. */
const anchored = {
  startNs: ns(5_000),
  endNs: ns(10_005_000),
  wall: { source: 'snapshot' as const, traceNs: ns(1_005_000), unixNs: 1_795_432_239_001_234_567n, precisionNs: 1 },
};

describe('TimeAxis', () => {
  it('puts trace time on the wall clock, to the nanosecond', () => {
    const axis = new TimeAxis(anchored);
    expect(axis.field('time', [5_000, 1_005_000, 1_770_432])).toMatchObject({
      type: 'time',
      values: [1_795_432_239_000, 1_795_432_239_001, 1_795_432_239_001],
      nanos: [234_567, 234_567, 999_999],
    });
    expect(axis.toMs(1_005_000)).toBeCloseTo(1_795_432_239_001.2346, 3);
    expect(axis.toNs(axis.toMs(1_005_000))).toBeCloseTo(1_005_000, -3);
    expect(axis.notices).toEqual([]);
  });

  it('tells its extent even where a damaged clock says a year that no calendar has', () => {
    const axis = new TimeAxis({ ...anchored, wall: { ...anchored.wall, unixNs: 10n ** 23n } });
    expect(axis.describeExtent()).toMatch(/^\d+ ms after 1970 to \d+ ms after 1970$/);
  });

  it('shows microseconds as milliseconds when stretched, and says so', () => {
    const axis = new TimeAxis(anchored, 'stretched');
    expect(axis.toMs(8_000) - axis.toMs(5_000)).toBe(3);
    expect(axis.durationToMs(1_500)).toBe(1.5);
    expect(axis.notices).toMatchObject([{ severity: 'info', text: expect.stringMatching(/1 µs of the trace is shown as 1 ms/) }]);
  });

  it('puts a trace without a clock into the year 2000, and says so', () => {
    const axis = new TimeAxis({ ...anchored, wall: null });
    expect(axis.field('time', [5_000]).values).toEqual([Date.UTC(2000, 0, 1)]);
    expect(axis.notices).toMatchObject([
      { severity: 'warning', text: expect.stringMatching(/2000-01-01T00:00:00.000Z to 2000-01-01T00:00:00.010Z/) },
    ]);
  });

  it('cuts the trace to what a panel shows, and knows when that is nothing', () => {
    const axis = new TimeAxis({ ...anchored, wall: null });
    const startMs = Date.UTC(2000, 0, 1);
    expect(axis.clip({ fromMs: 0, toMs: 2e12 })).toEqual({ fromNs: 5_000, toNs: 10_005_000 });
    expect(axis.clip({ fromMs: startMs + 2, toMs: startMs + 4 })).toEqual({ fromNs: 2_005_000, toNs: 4_005_000 });
    expect(axis.clip({ fromMs: startMs + 11, toMs: startMs + 20 })).toBeNull();
  });
});
