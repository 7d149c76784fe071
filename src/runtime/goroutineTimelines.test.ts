import { GoState, type StackIndex, type StringIndex, type Transition } from '../gotrace';
import { GoClass, type GoroutineTimelines } from './facts';
import { GoroutineTimelineCollector, rowAt } from './goroutineTimelines';

const { Undetermined, NotExist, Runnable, Running, Waiting } = GoState;

/** Transitions as [time, goroutine, from, to]; the trace runs from 100 to 200. */
function timelinesOf(...transitions: [number, number, GoState, GoState][]): GoroutineTimelines {
  const collector = new GoroutineTimelineCollector(transitions.length, 100);
  for (const [timeNs, id, from, to] of transitions) {
    const transition: Transition = { resource: 'goroutine', id, from, to, reason: 5 as StringIndex, stack: 0 as StackIndex };
    collector.add(transition, timeNs, 3);
  }
  return collector.finish(200);
}

function rowsOf(timelines: GoroutineTimelines, goroutine: number): string[] {
  const slot = timelines.indexOf(goroutine)!;
  const rows: string[] = [];
  for (let row = timelines.rowStart[slot]!; row < timelines.rowStart[slot + 1]!; row++) {
    rows.push(`${timelines.startNs[row]}-${timelines.endNs[row]} ${GoClass[timelines.class[row]!]}`);
  }
  return rows;
}

describe('GoroutineTimelineCollector', () => {
  it('lets a first status say what the goroutine was doing all along', () => {
    const timelines = timelinesOf([150, 7, Undetermined, Waiting], [160, 7, Waiting, Waiting], [170, 7, Waiting, Runnable]);
    expect(rowsOf(timelines, 7)).toEqual(['100-170 Waiting', '170-200 Runnable']);
  });

  it('begins with the state before the first transition, which is absence for a new goroutine', () => {
    const timelines = timelinesOf(
      [120, 7, NotExist, Runnable],
      [130, 8, Runnable, Running],
      [140, 7, Runnable, Running],
      [180, 7, Running, NotExist],
    );
    expect(rowsOf(timelines, 7)).toEqual(['100-120 Absent', '120-140 Runnable', '140-180 Running', '180-200 Absent']);
    expect(rowsOf(timelines, 8)).toEqual(['100-130 Runnable', '130-200 Running']);
  });

  it('keeps P and reason where they say something, and goroutine ids of any size', () => {
    const timelines = timelinesOf([120, 2 ** 60, Runnable, Running], [130, 2 ** 60, Running, Waiting]);
    expect([...timelines.proc]).toEqual([-1, 3, -1]);
    expect([...timelines.reason]).toEqual([0, 0, 5]);
    expect(timelines.indexOf(1)).toBeUndefined();
  });

  it('finds the row of a moment', () => {
    const timelines = timelinesOf([120, 7, NotExist, Runnable], [140, 7, Runnable, Running]);
    expect([100, 119, 120, 139, 140, 500].map((time) => rowAt(timelines, 0, time))).toEqual([0, 0, 1, 1, 2, 2]);
  });
});
