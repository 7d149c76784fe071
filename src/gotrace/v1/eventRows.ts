import { SlotTable } from '../slotTable';
import { type Exact, unsigned, wireNone } from '../wire';
import { EventV1 } from './eventTypes';
import { TickColumn } from './ticks';

/** Slots of what is no goroutine: the order of events that need none (the official reader knows it as 2^64 - 1), and the GC's (2^64 - 2). */
export const unorderedSlot = 0;
export const gcSlot = 1;
/** Slot of goroutine 0, which is none. */
export const noGoroutineSlot = 2;

/** A sequence number that fits any state, and one that fits none. */
export const anySequence = 0xffffffff;
const neverSequence = 0xfffffffe;

/** The sequence number of a row as it is kept: states count events, so no larger one is ever reached. */
export function keptSequence(value: Exact): number {
  return value === wireNone ? anySequence : Math.min(unsigned(value), neverSequence);
}

/** Events as columns, in the order in which batches were loaded; 29 bytes an event. */
export class EventRows {
  length = 0;
  readonly goroutines = new SlotTable();
  readonly type: Uint8Array;
  /** Absolute ticks. */
  readonly tick: TickColumn;
  /** Slot of the goroutine on which the event happened. */
  readonly goroutine: Uint32Array;
  readonly proc: Int32Array;
  /** Slot of the goroutine whose state the event changes. */
  readonly subject: Uint32Array;
  /** Sequence number that the subject must have; of a UserLog the message's StringIndex. */
  readonly detail: Uint32Array;
  /** Offset of the type byte. */
  readonly offset: Uint32Array;

  /** @param capacity rows at most */
  constructor(readonly capacity: number) {
    this.type = new Uint8Array(capacity);
    this.tick = new TickColumn(capacity);
    this.goroutine = new Uint32Array(capacity);
    this.proc = new Int32Array(capacity);
    this.subject = new Uint32Array(capacity);
    this.detail = new Uint32Array(capacity);
    this.offset = new Uint32Array(capacity);
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
}
