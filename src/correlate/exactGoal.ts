import { EventType, type Trace } from '../gotrace';

/** The last heap goal at full precision: columns hold doubles, and goals near 2^63 stand in files with GC off. Null where there is none. */
export function exactLastGoal({ events }: Trace): bigint | null {
  for (let event = events.length - 1; event >= 0; event--) {
    if (events.typeAt(event) === EventType.HeapGoal) {
      return events.bigArgAt(event, 0);
    }
  }
  return null;
}
