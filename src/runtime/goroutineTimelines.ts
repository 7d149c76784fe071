import { GoState, type StringIndex, type Transition } from '../gotrace';
import { GoClass, type GoroutineTimelines } from './facts';
import { Slots } from './slots';

/** Collects the state transitions of goroutines and lays them out as intervals without gaps (facts.md section 5). */
export class GoroutineTimelineCollector {
  private readonly slots = new Slots();
  private length = 0;
  private readonly slot: Uint32Array;
  private readonly startNs: Float64Array;
  private readonly class: Uint8Array;
  private readonly reason: Uint32Array;
  private readonly proc: Int32Array;
  private readonly stack: Uint32Array;
  /** By slot: the class before the first transition; `noClass` where that one said what the goroutine was doing all along. */
  private readonly classBefore: number[] = [];

  /** @param capacity upper bound of transitions */
  constructor(
    capacity: number,
    private readonly traceStartNs: number,
  ) {
    this.slot = new Uint32Array(capacity);
    this.startNs = new Float64Array(capacity);
    this.class = new Uint8Array(capacity);
    this.reason = new Uint32Array(capacity);
    this.proc = new Int32Array(capacity);
    this.stack = new Uint32Array(capacity);
  }

  /** @param proc P of the event, which is the goroutine's if it runs from here on */
  add(transition: Transition, timeNs: number, proc: number): void {
    const slot = this.slots.slotOf(transition.id);
    let startNs = timeNs;
    if (slot === this.classBefore.length) {
      const known = transition.from !== GoState.Undetermined;
      this.classBefore.push(known ? classOf(transition.from) : noClass);
      startNs = known ? timeNs : this.traceStartNs;
    } else if (transition.from === transition.to) {
      return;
    }
    const row = this.length++;
    const goClass = classOf(transition.to);
    this.slot[row] = slot;
    this.startNs[row] = startNs;
    this.class[row] = goClass;
    this.reason[row] = goClass === GoClass.Waiting ? transition.reason : (0 as StringIndex);
    this.proc[row] = goClass === GoClass.Running ? proc : -1;
    this.stack[row] = transition.stack;
  }

  finish(traceEndNs: number): GoroutineTimelines {
    const goroutines = this.slots.toColumn();
    const rowStart = this.layOut();
    const rows = rowStart[goroutines.length] ?? 0;
    const columns = {
      startNs: new Float64Array(rows),
      endNs: new Float64Array(rows),
      class: new Uint8Array(rows),
      reason: new Uint32Array(rows),
      proc: new Int32Array(rows).fill(-1),
      stack: new Uint32Array(rows),
    };
    const next = rowStart.slice();
    for (let slot = 0; slot < goroutines.length; slot++) {
      const before = this.classBefore[slot] ?? noClass;
      if (before !== noClass) {
        const row = next[slot] ?? 0;
        columns.startNs[row] = this.traceStartNs;
        columns.class[row] = before;
        next[slot] = row + 1;
      }
    }
    for (let i = 0; i < this.length; i++) {
      const slot = this.slot[i] ?? 0;
      const row = next[slot] ?? 0;
      columns.startNs[row] = this.startNs[i] ?? 0;
      columns.class[row] = this.class[i] ?? 0;
      columns.reason[row] = this.reason[i] ?? 0;
      columns.proc[row] = this.proc[i] ?? -1;
      columns.stack[row] = this.stack[i] ?? 0;
      next[slot] = row + 1;
    }
    closeRows(columns.startNs, columns.endNs, rowStart, traceEndNs);
    const { slots } = this;
    return { goroutines, rowStart, ...columns, indexOf: (goroutine) => slots.find(goroutine) };
  }

  /** First row of each slot, and the number of all rows at the end. */
  private layOut(): Uint32Array {
    const rowStart = new Uint32Array(this.slots.length + 1);
    for (let i = 0; i < this.length; i++) {
      const slot = this.slot[i] ?? 0;
      rowStart[slot + 1] = (rowStart[slot + 1] ?? 0) + 1;
    }
    for (let slot = 0; slot < this.slots.length; slot++) {
      const before = this.classBefore[slot] === noClass ? 0 : 1;
      rowStart[slot + 1] = (rowStart[slot + 1] ?? 0) + (rowStart[slot] ?? 0) + before;
    }
    return rowStart;
  }
}

const noClass = 255;

function closeRows(startNs: Float64Array, endNs: Float64Array, rowStart: Uint32Array, traceEndNs: number): void {
  for (let slot = 0; slot + 1 < rowStart.length; slot++) {
    const end = rowStart[slot + 1] ?? 0;
    for (let row = rowStart[slot] ?? 0; row < end; row++) {
      endNs[row] = row + 1 < end ? (startNs[row + 1] ?? 0) : traceEndNs;
    }
  }
}

const classes: Readonly<Record<GoState, GoClass>> = {
  [GoState.Undetermined]: GoClass.Absent,
  [GoState.NotExist]: GoClass.Absent,
  [GoState.Runnable]: GoClass.Runnable,
  [GoState.Running]: GoClass.Running,
  [GoState.Waiting]: GoClass.Waiting,
  [GoState.Syscall]: GoClass.Syscall,
};

function classOf(state: Transition['from']): GoClass {
  return classes[state as GoState];
}

/** The row of goroutine slot `slot` whose interval holds `timeNs`: the last row that starts at or before it. */
export function rowAt(timelines: GoroutineTimelines, slot: number, timeNs: number): number {
  const first = timelines.rowStart[slot] ?? 0;
  let low = first;
  let high = timelines.rowStart[slot + 1] ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timelines.startNs[middle] ?? 0) <= timeNs) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return Math.max(first, low - 1);
}
