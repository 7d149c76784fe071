import { EventType, type Trace } from '../gotrace';
import { rareEvents } from './rareEvents';

/** GOMAXPROCS as the trace tells it, in steps: `count[k]` holds from `timeNs[k]` on. */
export interface ProcCount {
  readonly timeNs: Float64Array;
  readonly count: Float64Array;
}

/** How many Ps there were over time. */
export function findProcCount({ events }: Trace): ProcCount {
  const timeNs: number[] = [];
  const count: number[] = [];
  for (const event of rareEvents(events)) {
    if (events.typeAt(event) === EventType.ProcsChange) {
      timeNs.push(events.timeNsAt(event));
      count.push(events.argAt(event, 0));
    }
  }
  return { timeNs: Float64Array.from(timeNs), count: Float64Array.from(count) };
}
