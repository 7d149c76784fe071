import { remember } from '../base';
import { EventType, type EventTable } from '../gotrace';
import { rareEvents, type RuntimeFacts, Slots } from '../runtime';
import type { RequestLookup } from './requestAt';

/** By goroutine: the event that made it last. */
const creationsAmong = remember((rows: Uint32Array, events: EventTable): ((goroutine: number) => number | undefined) => {
  const made = new Slots();
  const eventOf = new Uint32Array(rows.length);
  for (let n = 0; n < rows.length; n++) {
    const event = rows[n] ?? 0;
    const kind = events.typeAt(event);
    if ((kind === EventType.GoCreate || kind === EventType.GoCreateBlocked) && events.goroutineAt(event) >= 0) {
      eventOf[made.slotOf(events.argAt(event, 0))] = event;
    }
  }
  return (goroutine) => eventOf[made.find(goroutine)];
});

/** Tells what goroutines inherit: the row of what the one that made them was at then, else of what that one inherits; -1 for nothing. */
export class Inheritance {
  private readonly known = new Map<number, number>();

  /** @param rowAt what a goroutine is at, -1 for nothing */
  constructor(
    private readonly events: EventTable,
    private readonly rowAt: (goroutine: number, timeNs: number) => number,
  ) {}

  of(goroutine: number): number {
    return this.known.get(goroutine) ?? this.seek(goroutine);
  }

  private seek(goroutine: number): number {
    const { events } = this;
    const creationOf = creationsAmong(rareEvents(events), events);
    const path: number[] = [];
    let made = goroutine;
    let inherited: number | undefined;
    while (inherited === undefined) {
      path.push(made);
      // Ids that made each other end it.
      this.known.set(made, -1);
      const creation = creationOf(made);
      made = creation === undefined ? made : events.goroutineAt(creation);
      const row = creation === undefined ? -1 : this.rowAt(made, events.timeNsAt(creation));
      inherited = row >= 0 ? row : this.known.get(made);
    }
    for (const passed of path) {
      this.known.set(passed, inherited);
    }
    return inherited;
  }
}

/** Tells which requests goroutines work for, also those without a task of their own. */
export class ServedRequests {
  private readonly inheritance: Inheritance;

  constructor(
    events: EventTable,
    private readonly tasks: RuntimeFacts['tasks'],
    private readonly lookup: RequestLookup,
  ) {
    this.inheritance = new Inheritance(events, (goroutine, timeNs) => lookup.requestAt(goroutine, timeNs));
  }

  /**
   * The request that a goroutine works for: that of its own tasks and regions; else, as long as it lasts, the request during which the goroutine was made, or the one
   * that made it (facts.md section 7, `elsewhere`). -1 without.
   * @param region row of the innermost region of the goroutine, -1 without
   */
  at(goroutine: number, timeNs: number, region: number): number {
    const own = this.lookup.requestAt(goroutine, timeNs, region);
    if (own >= 0 || this.tasks.length === 0) {
      return own;
    }
    const request = this.inheritance.of(goroutine);
    return timeNs < (this.tasks.endNs[request] ?? -Infinity) ? request : -1;
  }
}
