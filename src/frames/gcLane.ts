import type { RuntimeFacts } from '../runtime';
import { type Lane, TableLayer } from './lanes';

/** Colours of what goroutines and Ps do, told apart in one legend; those of costs where they mean the same. */
export const stateColors = {
  running: 'green',
  'mark assist': 'orange',
  'assist wait': 'dark-orange',
  sweep: 'yellow',
  runnable: 'light-blue',
  syscall: 'blue',
  waiting: 'semi-dark-blue',
  'mark worker': 'dark-yellow',
  marking: 'super-light-orange',
  'stopped by GC': 'red',
  stopped: 'purple',
} as const;

/** What the collector does: marking, and the world stopped. The same lane stands above goroutines and Ps. */
export function gcLane({ stops, gcCycles }: RuntimeFacts): Lane {
  return {
    title: 'GC',
    layers: [
      intervalsLayer(stops, (row) => {
        const stop = stops[row];
        return stop === undefined ? null : `${stop.isGc ? 'stopped by GC' : 'stopped'}: ${stop.reason}`;
      }),
      new TableLayer(
        gcCycles.map(({ markStartNs }) => markStartNs),
        gcCycles.map(({ markEndNs }) => markEndNs),
        () => 'marking',
      ),
    ],
  };
}

/** Stops may overlap: a later one then begins where the one before ends. */
function intervalsLayer(
  stops: readonly { readonly startNs: number; readonly endNs: number }[],
  stateOf: (row: number) => string | null,
): TableLayer {
  let reachNs = -Infinity;
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { startNs, endNs } of stops) {
    starts.push(Math.max(startNs, reachNs));
    reachNs = Math.max(reachNs, endNs);
    ends.push(reachNs);
  }
  return new TableLayer(starts, ends, stateOf);
}
