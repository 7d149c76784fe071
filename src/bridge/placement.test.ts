import { ns } from '../base';
import type { AppSpan, Task } from '../correlate';
import { Placement } from './placement';

const task: Task = {
  id: 1,
  parent: 0,
  type: '',
  startNs: ns(100),
  endNs: ns(200),
  goroutine: 1,
  beginEvent: null,
  cutStart: false,
  cutEnd: false,
};
const clock = { source: 'user', precisionNs: 0, correctionNs: 0, toHrTime: () => [0, 0] as [number, number], toTraceNs: Number } as const;

function within(startNs: number, endNs: number): Placement {
  const span: AppSpan = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    serviceName: '',
    name: '',
    startUnixNs: BigInt(startNs),
    endUnixNs: BigInt(endNs),
  };
  return new Placement(task, span, clock);
}

const stretches = [
  { startNs: 120, endNs: 150 },
  { startNs: 180, endNs: 200 },
];

describe('Placement', () => {
  it('leaves times alone inside of the span, and without one', () => {
    expect(within(90, 210).placeDisjoint(stretches)).toEqual(stretches);
    expect(new Placement(task, null, clock).placeDisjoint(stretches)).toEqual(stretches);
  });

  it('moves all times alike into a span that is long enough', () => {
    expect(within(1000, 1200).placeDisjoint(stretches)).toEqual([
      { startNs: 1020, endNs: 1050 },
      { startNs: 1080, endNs: 1100 },
    ]);
  });

  it('keeps durations where the span ends before its task', () => {
    expect(within(100, 190).placeDisjoint(stretches)).toEqual([
      { startNs: 120, endNs: 150 },
      { startNs: 170, endNs: 190 },
    ]);
    expect(within(100, 155).placeDisjoint(stretches)).toEqual([
      { startNs: 105, endNs: 135 },
      { startNs: 135, endNs: 155 },
    ]);
  });

  it('cuts what has no room', () => {
    expect(within(100, 130).placeDisjoint(stretches)).toEqual([
      { startNs: 100, endNs: 110 },
      { startNs: 110, endNs: 130 },
    ]);
  });
});
