import { remember } from '../base';
import { EventType, type EventTable } from '../gotrace';
import { rareEvents, type RuntimeFacts, Slots } from '../runtime';
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
  for (let made = creations.of(goroutine); made !== undefined; made = creations.of(made.creator)) {
    yield made;
    if (seen.has(made.creator)) {
      return;
    }
    seen.add(made.creator);
  }
}

/** Who made which goroutine. */
class Creations {
  private readonly made = new Slots();
  /** By slot of a goroutine: the event that made it last. */
  private readonly event: Uint32Array;

  constructor(
    rows: Uint32Array,
    private readonly events: EventTable,
  ) {
    this.event = new Uint32Array(rows.length);
    for (let n = 0; n < rows.length; n++) {
      const event = rows[n] ?? 0;
      const kind = events.typeAt(event);
      if ((kind === EventType.GoCreate || kind === EventType.GoCreateBlocked) && events.goroutineAt(event) >= 0) {
        this.event[this.made.slotOf(events.argAt(event, 0))] = event;
      }
    }
  }

  /** Undefined where the trace does not show that a goroutine was made. */
  of(goroutine: number): Creation | undefined {
    const slot = this.made.find(goroutine);
    const event = this.event[slot] ?? 0;
    return slot < 0 ? undefined : { creator: this.events.goroutineAt(event), timeNs: this.events.timeNsAt(event) };
  }
}

const creationsAmong = remember((rows: Uint32Array, events: EventTable) => new Creations(rows, events));

/** Tells which requests goroutines work for, also those without a task of their own. */
export class ServedRequests {
  /** By goroutine: the request during which it was made, or the one that made it; -1 without. */
  private readonly madeFor = new Map<number, number>();

  constructor(
    private readonly events: EventTable,
    private readonly tasks: RuntimeFacts['tasks'],
    private readonly lookup: RequestLookup,
  ) {}

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
    const request = this.madeFor.get(goroutine) ?? this.seek(goroutine);
    return timeNs < (this.tasks.endNs[request] ?? -Infinity) ? request : -1;
  }

  private seek(goroutine: number): number {
    const creations = creationsAmong(rareEvents(this.events), this.events);
    const path: number[] = [];
    let made = goroutine;
    let request: number | undefined;
    while (request === undefined) {
      path.push(made);
      // Ids that made each other end it.
      this.madeFor.set(made, -1);
      const creation = creations.of(made);
      made = creation?.creator ?? made;
      const during = creation === undefined ? -1 : this.lookup.requestAt(made, creation.timeNs);
      request = during >= 0 ? during : this.madeFor.get(made);
    }
    for (const passed of path) {
      this.madeFor.set(passed, request);
    }
    return request;
  }
}
