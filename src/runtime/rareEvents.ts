import { EventType, type EventTable } from '../gotrace';

/** Types that analyses beside the facts look for; they are few among many. */
const rareTypes = new Uint8Array(256);
for (const type of [
  EventType.Sync,
  EventType.ProcsChange,
  EventType.GoCreate,
  EventType.GoCreateBlocked,
  EventType.GoLabel,
  EventType.STWBegin,
  EventType.STWEnd,
  EventType.GCMarkAssistActive,
  EventType.GCMarkAssistBegin,
  EventType.GCMarkAssistEnd,
]) {
  rareTypes[type] = 1;
}

interface Found {
  readonly length: number;
  readonly rows: Uint32Array;
}

const known = new WeakMap<EventTable, Found>();

/**
 * Rows of Sync, ProcsChange, GoCreate, GoLabel, of stop-the-worlds and of mark assists, in their order: found in one walk over all events, for all who want
 * some of these. A table that has grown since is walked again.
 */
export function rareEvents(events: EventTable): Uint32Array {
  let found = known.get(events);
  if (found?.length !== events.length) {
    found = { length: events.length, rows: findRare(events) };
    known.set(events, found);
  }
  return found.rows;
}

function findRare({ rows: { type: types }, length }: EventTable): Uint32Array {
  const rows: number[] = [];
  for (let event = 0; event < length; event++) {
    if (rareTypes[types[event] ?? 0] === 1) {
      rows.push(event);
    }
  }
  return new Uint32Array(rows);
}
