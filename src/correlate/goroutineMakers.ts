import { remember } from '../base';
import { EventType, type EventTable } from '../gotrace';
import { rareEvents, type RuntimeFacts, Slots } from '../runtime';
import type { RequestLookup } from './requestAt';

/** Goroutines that were made within the trace. */
interface Creations {
  readonly slots: Slots;
  /** By slot: the event that made the goroutine last. */
  readonly event: Uint32Array;
}

const creationsAmong = remember((rows: Uint32Array, events: EventTable): Creations => {
  const slots = new Slots();
  const event = new Uint32Array(rows.length);
  for (let n = 0; n < rows.length; n++) {
    const row = rows[n] ?? 0;
    const kind = events.typeAt(row);
    if ((kind === EventType.GoCreate || kind === EventType.GoCreateBlocked) && events.goroutineAt(row) >= 0) {
      event[slots.slotOf(events.argAt(row, 0))] = row;
    }
  }
  return { slots, event };
});

const unknown = -2;

/** Tells what goroutines inherit: the row of what the one that made them was at then, else of what that one inherits; -1 for nothing. */
export class Inheritance {
  /** Made when the first is asked for: it takes a walk over all events. By slot of the creations what is inherited. */
  private found: { readonly creations: Creations; readonly known: Int32Array } | null = null;

  /** @param rowAt what a goroutine is at, -1 for nothing */
  constructor(
    private readonly events: EventTable,
    private readonly rowAt: (goroutine: number, timeNs: number) => number,
  ) {}

  of(goroutine: number): number {
    this.found ??= this.findCreations();
    const { creations, known } = this.found;
    const slot = creations.slots.find(goroutine);
    const inherited = slot < 0 ? -1 : (known[slot] ?? -1);
    return inherited === unknown ? this.seek(slot, creations, known) : inherited;
  }

  private findCreations(): { readonly creations: Creations; readonly known: Int32Array } {
    const creations = creationsAmong(rareEvents(this.events), this.events);
    return { creations, known: new Int32Array(creations.slots.length).fill(unknown) };
  }

  private seek(slot: number, creations: Creations, known: Int32Array): number {
    const { events } = this;
    const path: number[] = [];
    let made = slot;
    let inherited = unknown;
    while (inherited === unknown) {
      path.push(made);
      // Ids that made each other end it.
      known[made] = -1;
      const event = creations.event[made] ?? 0;
      const maker = events.goroutineAt(event);
      inherited = this.rowAt(maker, events.timeNsAt(event));
      if (inherited < 0) {
        made = creations.slots.find(maker);
        inherited = made < 0 ? -1 : (known[made] ?? -1);
      }
    }
    for (const passed of path) {
      known[passed] = inherited;
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
