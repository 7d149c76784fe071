import { ns, type Ns } from '../base';
import {
  EventType,
  NONE,
  newTransition,
  readTransition,
  type EventIndex,
  GoState,
  type StackIndex,
  type StringIndex,
  type Trace,
} from '../gotrace';
import { GoClass, type GoroutineTimelines } from './facts';
import type { Slots } from './slots';

/** Marks of a row beside the event: the first row of a goroutine; and the state before the event, not after it. */
export const stateIsFirst = 2 ** 31;
export const stateIsBefore = 2 ** 30;
const eventBits = stateIsBefore - 1;
/** Of waiting whose transition names no reason. */
export const noReason = 62;
/** Number of a reason that has none of its own. A file has some forty of them, unless it is made to hurt. */
export const unnumberedReason = 63;

/** Where they are a larger part of the events than this, all rows are worth sorting: others will ask for them. */
const mostRestricted = 0.25;

/** Types whose row does not say by itself what a goroutine does after it. */
const unknownClass = 255;
const classAfter = new Uint8Array(256).fill(unknownClass);
for (const [type, goClass] of [
  [EventType.GoStart, GoClass.Running],
  [EventType.GoStop, GoClass.Runnable],
  [EventType.GoBlock, GoClass.Waiting],
  [EventType.GoUnblock, GoClass.Runnable],
  [EventType.GoSyscallBegin, GoClass.Syscall],
  [EventType.GoSyscallEnd, GoClass.Running],
  [EventType.GoSyscallEndBlocked, GoClass.Runnable],
  [EventType.GoCreate, GoClass.Runnable],
  [EventType.GoDestroy, GoClass.Absent],
] as const) {
  classAfter[type] = goClass;
}

/** The class of a goroutine in a state. */
export const classOfState: Readonly<Record<GoState, GoClass>> = {
  [GoState.Undetermined]: GoClass.Absent,
  [GoState.NotExist]: GoClass.Absent,
  [GoState.Runnable]: GoClass.Runnable,
  [GoState.Running]: GoClass.Running,
  [GoState.Waiting]: GoClass.Waiting,
  [GoState.Syscall]: GoClass.Syscall,
};

/** Intervals of all goroutines by the events that begin them. */
export interface Layout {
  readonly rowStart: Uint32Array;
  /** By row: the event that began the interval, with the marks above. */
  readonly event: Uint32Array;
  /** By row: the event's time modulo 2^32; 0 of a row that begins with the trace. Events of a goroutine lie far apart, these do not. */
  readonly timeLowNs: Uint32Array;
  /** By row: 0 where the goroutine does not wait after the event, else for what: 1 + position in `reasons`, `noReason` or `unnumberedReason`. */
  readonly wait: Uint8Array;
}

interface TimelineParts {
  readonly slots: Slots;
  readonly reasons: readonly StringIndex[];
  readonly runningNs: Float64Array;
  readonly traceStartNs: Ns;
  readonly traceEndNs: Ns;
  /** How many rows the goroutine has. */
  countOf(slot: number): number;
  /** @param isWanted by slot; without it the rows of all goroutines */
  layOut(isWanted?: Uint8Array): Layout;
}

/**
 * Timelines that know only which events they consist of: nine bytes an interval, made when the first one is asked for. What is asked of an interval is read
 * from its event.
 */
export class EventTimelines implements GoroutineTimelines {
  readonly goroutines: Float64Array;
  readonly runningNs: Float64Array;
  private readonly transition = newTransition();
  private laidOut: Layout | null = null;

  constructor(
    private readonly trace: Trace,
    private readonly parts: TimelineParts,
  ) {
    this.goroutines = parts.slots.toColumn();
    this.runningNs = parts.runningNs;
  }

  get rowStart(): Uint32Array {
    return this.layout.rowStart;
  }

  private get layout(): Layout {
    this.laidOut ??= this.parts.layOut();
    return this.laidOut;
  }

  restrictedTo(goroutines: Iterable<number>): GoroutineTimelines {
    if (this.laidOut !== null) {
      return this;
    }
    const isWanted = new Uint8Array(this.goroutines.length);
    let count = 0;
    for (const goroutine of goroutines) {
      const slot = this.slotOf(goroutine);
      count += isWanted[slot] === 0 ? this.parts.countOf(slot) : 0;
      isWanted[slot] = 1;
    }
    return count > mostRestricted * this.trace.events.length
      ? this
      : new EventTimelines(this.trace, { ...this.parts, layOut: () => this.parts.layOut(isWanted) });
  }

  slotOf(goroutine: number): number {
    return this.parts.slots.find(goroutine);
  }

  startNsAt(row: number): Ns {
    const event = this.layout.event[row] ?? stateIsFirst;
    return event >= stateIsFirst ? this.parts.traceStartNs : this.timeNsAt(row, event);
  }

  endNsAt(row: number): Ns {
    const event = this.layout.event[row + 1] ?? stateIsFirst;
    return event >= stateIsFirst ? this.parts.traceEndNs : this.timeNsAt(row + 1, event);
  }

  private timeNsAt(row: number, event: number): Ns {
    return ns(this.trace.events.lapNsAt(event & eventBits) + (this.layout.timeLowNs[row] ?? 0));
  }

  classAt(row: number): GoClass {
    const event = this.layout.event[row] ?? 0;
    if ((event & stateIsBefore) !== 0) {
      return this.read(row) ? classOfState[this.transition.from as GoState] : GoClass.Absent;
    }
    const known = classAfter[this.trace.events.typeAt(event & eventBits)] ?? unknownClass;
    return known !== unknownClass ? known : this.read(row) ? classOfState[this.transition.to as GoState] : GoClass.Absent;
  }

  isWaitingAt(row: number): boolean {
    return this.layout.wait[row] !== 0 || (!this.isAfter(row) && this.classAt(row) === GoClass.Waiting);
  }

  reasonAt(row: number): StringIndex {
    const { reasons } = this.parts;
    const number = this.layout.wait[row] ?? 0;
    if (number !== unnumberedReason) {
      return number === 0 || number === noReason ? (0 as StringIndex) : (reasons[number - 1] ?? (0 as StringIndex));
    }
    return this.read(row) ? this.transition.reason : (0 as StringIndex);
  }

  procAt(row: number): number {
    return this.classAt(row) === GoClass.Running && this.isAfter(row) ? this.trace.events.procAt(this.eventAt(row)) : NONE;
  }

  stackAt(row: number): StackIndex {
    return this.isAfter(row) && this.read(row) ? this.transition.stack : (0 as StackIndex);
  }

  eventAt(row: number): EventIndex {
    return ((this.layout.event[row] ?? 0) & eventBits) as EventIndex;
  }

  /** Whether the interval is what follows its event. */
  private isAfter(row: number): boolean {
    return ((this.layout.event[row] ?? 0) & stateIsBefore) === 0;
  }

  private read(row: number): boolean {
    return readTransition(this.trace, this.eventAt(row), this.transition);
  }
}

/** The row of goroutine slot `slot` whose interval holds `timeNs`: the last row that starts at or before it. */
export function rowAt(timelines: GoroutineTimelines, slot: number, timeNs: number): number {
  const first = timelines.rowStart[slot] ?? 0;
  return Math.max(first, firstAfter(timelines, timeNs, first, timelines.rowStart[slot + 1] ?? 0) - 1);
}

/** The first row that starts after `timeNs`, known to lie in [low, high]. */
function firstAfter(timelines: GoroutineTimelines, timeNs: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timelines.startNsAt(middle) <= timeNs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The same, found near `hint`, a row of the goroutine: what is asked for in order of time is few rows from where it was found last. */
export function rowNear(timelines: GoroutineTimelines, slot: number, timeNs: number, hint: number): number {
  const first = timelines.rowStart[slot] ?? 0;
  const behind = timelines.rowStart[slot + 1] ?? 0;
  let low = Math.min(Math.max(first, hint), behind);
  let high = low;
  for (let step = 1; low > first && timelines.startNsAt(low - 1) > timeNs; step *= 2) {
    high = low;
    low = Math.max(first, low - step);
  }
  for (let step = 1; high < behind && timelines.startNsAt(high) <= timeNs; step *= 2) {
    low = high + 1;
    high = Math.min(behind, high + step);
  }
  return Math.max(first, firstAfter(timelines, timeNs, low, high) - 1);
}

/** {@link rowNear} of all goroutines, each near where its last row was found. */
export class TimelineCursor {
  private readonly last: Uint32Array;

  constructor(private readonly timelines: GoroutineTimelines) {
    this.last = new Uint32Array(timelines.goroutines.length);
  }

  rowAt(slot: number, timeNs: number): number {
    const row = rowNear(this.timelines, slot, timeNs, this.last[slot] ?? 0);
    this.last[slot] = row;
    return row;
  }
}
