import { remember } from '../base';
import { EventType, type EventTable } from '../gotrace';
import { rareEvents, type RuntimeFacts } from '../runtime';
import type { RequestLookup } from './requestAt';

/** A moment at which a goroutine made another one. */
interface Creation {
  readonly creator: number;
  readonly timeNs: number;
}

/** Who made a goroutine, who made that one, and so on; ids that made each other end it. */
export function* makersOf(events: EventTable, goroutine: number): Generator<Creation> {
  const creations = creationsAmong(rareEvents(events), events);
  const seen = new Set([goroutine]);
  for (let made = creations.get(goroutine); made !== undefined; made = creations.get(made.creator)) {
    yield made;
    if (seen.has(made.creator)) {
      return;
    }
    seen.add(made.creator);
  }
}

/** By goroutine: who made it, and when. */
const creationsAmong = remember((rows: Uint32Array, events: EventTable): ReadonlyMap<number, Creation> => {
  const creations = new Map<number, Creation>();
  for (const event of rows) {
    const kind = events.typeAt(event);
    const creator = events.goroutineAt(event);
    if ((kind === EventType.GoCreate || kind === EventType.GoCreateBlocked) && creator >= 0) {
      creations.set(events.argAt(event, 0), { creator, timeNs: events.timeNsAt(event) });
    }
  }
  return creations;
});

/**
 * The request that a goroutine works for: that of its own tasks and regions; else, as long as it lasts, the request during which the goroutine was made, or the one that
 * made it (facts.md section 7, `elsewhere`). -1 without.
 */
export function requestServedAt(
  events: EventTable,
  { tasks }: RuntimeFacts,
  lookup: RequestLookup,
  goroutine: number,
  timeNs: number,
): number {
  const own = lookup.requestAt(goroutine, timeNs);
  if (own >= 0 || tasks.length === 0) {
    return own;
  }
  for (const made of makersOf(events, goroutine)) {
    const row = lookup.requestAt(made.creator, made.timeNs);
    if (row >= 0) {
      return timeNs < (tasks.endNs[row] ?? 0) ? row : -1;
    }
  }
  return -1;
}
