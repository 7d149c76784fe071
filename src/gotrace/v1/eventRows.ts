import type { RowMemory } from '../eventTable';
import { SlotTable } from '../slotTable';
import { type Exact, unsigned, wireNone } from '../wire';
import { EventV1 } from './eventTypes';
import { TickColumn } from './ticks';

/** Slots of what is no goroutine: the order of events that need none (the official reader knows it as 2^64 - 1), and the GC's (2^64 - 2). */
export const unorderedSlot = 0;
export const gcSlot = 1;
/** Slot of goroutine 0, which is none. */
export const noGoroutineSlot = 2;

/** Kept for a sequence number that fits any state. */
export const anySequence = 0;
/** Kept for one that fits none. */
const neverSequence = 0xffffffff;

/** What is kept of a row's sequence number: itself plus one. States count events, so no large one is ever reached. */
export function keptSequence(value: Exact): number {
  return value === wireNone ? anySequence : Math.min(unsigned(value) + 1, neverSequence);
}

/** Events as columns, in the order in which batches were loaded, then as `arrange` was told; 29 bytes an event. */
export class EventRows {
  /** Behind the last row. */
  length: number;
  readonly goroutines = new SlotTable();
  readonly type: Uint8Array;
  /** Absolute ticks. */
  readonly tick: TickColumn;
  /** Slot of the goroutine on which the event happened. */
  readonly goroutine: Uint32Array;
  readonly proc: Int32Array;
  /** Slot of the goroutine whose state the event changes. */
  readonly subject: Uint32Array;
  /** Sequence number that the subject must have, see `keptSequence`; of a UserLog the message's StringIndex. */
  readonly detail: Uint32Array;
  /** Offset of the type byte. */
  readonly offset: Uint32Array;

  /** @param capacity rows at most @param first number of the first row: who writes over the rows while they are read may be so many ahead */
  constructor(
    readonly capacity: number,
    readonly first: number,
  ) {
    const end = first + capacity + 1;
    this.length = first;
    this.type = new Uint8Array(end);
    this.tick = new TickColumn(end);
    this.goroutine = new Uint32Array(end);
    this.proc = new Int32Array(end);
    this.subject = new Uint32Array(end);
    this.detail = new Uint32Array(end);
    this.offset = new Uint32Array(end);
    this.goroutines.intern(wireNone);
    this.goroutines.intern(wireNone - 1);
    this.goroutines.intern(0);
  }

  /** Appends a row and returns it; subject and detail are for the caller to fill. */
  append(type: EventV1, tick: Exact, goroutine: number, proc: number, offset: number): number {
    const row = this.length++;
    this.type[row] = type;
    this.tick.set(row, tick);
    this.goroutine[row] = goroutine;
    this.proc[row] = proc;
    this.offset[row] = offset;
    return row;
  }

  /** Says which goroutine's state a row changes, and what it asks of it. What is zero is not written: memory that was never written to takes none. */
  setOrder(row: number, subject: number, detail: number): void {
    if (subject !== 0) {
      this.subject[row] = subject;
    }
    if (detail !== 0) {
      this.detail[row] = detail;
    }
  }

  /** Moves the rows to where they stand in `order`, which holds each once and is no order any more afterwards. */
  arrange(order: Uint32Array): void {
    const { first } = this;
    const spare = first + this.capacity;
    for (let start = 0; start < order.length; start++) {
      if (order[start] === first + start) {
        continue;
      }
      // Around a cycle: each row moves to the place that the one before it left.
      this.move(first + start, spare);
      for (let place = start; ;) {
        const source = (order[place] ?? 0) - first;
        order[place] = first + place;
        if (source === start) {
          this.move(spare, first + place);
          break;
        }
        this.move(first + source, first + place);
        place = source;
      }
    }
  }

  /** The memory of these rows for rows of a `Trace`, each of which is written only after the row that stands there was read. */
  asMemory(): RowMemory {
    const { type, tick, goroutine, proc, offset } = this;
    return { type, timeLowNs: tick.low, goroutine, context: new Uint16Array(proc.buffer, 0, proc.length), offset };
  }

  private move(from: number, to: number): void {
    this.type[to] = this.type[from] ?? 0;
    this.tick.move(from, to);
    this.goroutine[to] = this.goroutine[from] ?? 0;
    this.proc[to] = this.proc[from] ?? 0;
    this.offset[to] = this.offset[from] ?? 0;
    if (this.subject[to] !== this.subject[from]) {
      this.subject[to] = this.subject[from] ?? 0;
    }
    if (this.detail[to] !== this.detail[from]) {
      this.detail[to] = this.detail[from] ?? 0;
    }
  }
}
