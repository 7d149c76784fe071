import { remember } from '../base';
import { EventType, type EventTable } from '../gotrace';
import { rareEvents, RowGroups, type RuntimeFacts } from '../runtime';
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
  /** By creation in order of time: its event. */
  private readonly event: Uint32Array;
  private readonly byMade: RowGroups;

  constructor(
    rows: Uint32Array,
    private readonly events: EventTable,
  ) {
    this.event = rows.filter((event) => isCreation(events.typeAt(event)) && events.goroutineAt(event) >= 0);
    const made = new Float64Array(this.event.length);
    for (let creation = 0; creation < made.length; creation++) {
      made[creation] = events.argAt(this.event[creation] ?? 0, 0);
    }
    this.byMade = new RowGroups(made);
  }

  /** The last creation of a goroutine; undefined where the trace shows none. */
  of(goroutine: number): Creation | undefined {
    const { rows, start } = this.byMade;
    const made = this.byMade.indexOf(goroutine);
    const event = this.event[rows[(start[made + 1] ?? 0) - 1] ?? 0] ?? 0;
    return made < 0 ? undefined : { creator: this.events.goroutineAt(event), timeNs: this.events.timeNsAt(event) };
  }
}

function isCreation(type: EventType): boolean {
  return type === EventType.GoCreate || type === EventType.GoCreateBlocked;
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
   */
  at(goroutine: number, timeNs: number): number {
    const own = this.lookup.requestAt(goroutine, timeNs);
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
