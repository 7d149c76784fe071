import { ns } from '../base';
import { EventType, GoState, NONE, type RowColumns, type StringIndex, type Trace } from '../gotrace';
import { growColumns, resized } from './columns';
import { GoClass, type ClassTotals, type WaitTable } from './facts';
import { classOfState, EventTimelines, type Layout, noReason, stateIsBefore, stateIsFirst, unnumberedReason } from './goroutineTimelines';
import type { LatencyCollector } from './latencies';
import type { CostCollector } from './costCollector';
import { assistWaitReason, costClass } from './costRules';
import { Slots } from './slots';

/** Rows that are looked at together: few enough that what is known of them stays in the processor's cache. */
export const rowsAtOnce = 4096;

const noOffset = 2 ** 32 - 1;
/** Bits of a slot + 1: a file of 2^26 goroutines has more bytes than fit into memory. */
const slotBits = 26;
const slotMask = 2 ** slotBits - 1;
/** The argument of a row without bytes, or one too large to be an index. */
const noArgument = 2 ** 31 - 1;

/** Marks types in a table that is read without a branch: all bits set. */
function maskOf(types: readonly EventType[]): Int32Array {
  const mask = new Int32Array(256);
  for (const type of types) {
    mask[type] = -1;
  }
  return mask;
}

/** Transitions that happen so often that they are taken in a loop of their own. */
const commonTransitions: readonly (readonly [type: EventType, before: GoClass, after: GoClass])[] = [
  [EventType.GoStart, GoClass.Runnable, GoClass.Running],
  [EventType.GoStop, GoClass.Running, GoClass.Runnable],
  [EventType.GoBlock, GoClass.Running, GoClass.Waiting],
  [EventType.GoUnblock, GoClass.Waiting, GoClass.Runnable],
  [EventType.GoSyscallBegin, GoClass.Running, GoClass.Syscall],
  [EventType.GoSyscallEnd, GoClass.Syscall, GoClass.Running],
  [EventType.GoSyscallEndBlocked, GoClass.Syscall, GoClass.Runnable],
];
/** Transitions of the goroutine that the first argument names. */
const named = maskOf([
  EventType.GoCreate,
  EventType.GoCreateBlocked,
  EventType.GoCreateSyscall,
  EventType.GoStart,
  EventType.GoUnblock,
  EventType.GoStatus,
  EventType.GoStatusStack,
  EventType.GoSwitch,
  EventType.GoSwitchDestroy,
]);
/** Transitions of the goroutine that was running. */
const running = maskOf([
  EventType.GoStop,
  EventType.GoBlock,
  EventType.GoSyscallBegin,
  EventType.GoSyscallEnd,
  EventType.GoSyscallEndBlocked,
  EventType.GoDestroy,
  EventType.GoDestroySyscall,
]);
/** By type of a common transition: the class it comes from, and the one it leads to. */
const classBefore = new Uint8Array(256);
const classAfter = new Uint8Array(256);
for (const [type, before, after] of commonTransitions) {
  classBefore[type] = before;
  classAfter[type] = after;
}
/** The class before the first transition where that one said what the goroutine was doing all along. */
const unknownBefore = 255;

/** What a goroutine does is numbered: its class, or one of these. */
enum State {
  /** Before its first transition. */
  Unborn = 5,
  /** Runnable from before the trace on: nobody knows how long it waits for a P. */
  LongRunnable,
  /** From here on: waiting, by reason. */
  FirstReason,
}

/**
 * Follows what every goroutine does, over the rows of a trace in their order (facts.md section 5). Rows come in runs of at most `rowsAtOnce`: `look` finds
 * out whose transitions they are, and which rows need more than that; then `walk` takes the common transitions between these.
 */
export class GoroutineStateCollector {
  /** Rows of the run that are no common transitions, in `others[0 … otherCount)`. */
  readonly others = new Uint32Array(rowsAtOnce);
  otherCount = 0;
  private readonly rows: RowColumns;
  private readonly slots = new Slots();
  /** By row: slot of the goroutine that changes + 1, 0 for all other rows; above `slotBits` the number of the reason of waiting. */
  private readonly subject: Uint32Array;
  /** By position in goroutineIds + 1: slot + 1, 0 when it has none. */
  private readonly slotOfContext: Int32Array;
  /** First arguments of the run's common transitions. */
  private readonly argument = new Int32Array(rowsAtOnce);
  private firstRow = 0;

  private bySlot = {
    state: new Uint32Array(256),
    sinceNs: new Float64Array(256),
    runningNs: new Float64Array(256),
    /** How many transitions it has. */
    transitions: new Uint32Array(256),
    /** Row of the first transition, and the class before it. */
    first: new Uint32Array(256),
    before: new Uint8Array(256),
    /** 1 + the cost meter of a goroutine with an open task, 0 without; and whether it is in a mark assist. */
    meter: new Uint32Array(256),
    isAssisting: new Uint8Array(256),
  };
  // By state.
  private totalNs = new Float64Array(64);
  private count = new Uint32Array(64);
  /** As the class of costs that it is where nothing else holds. */
  private costOf = new Uint8Array(64).fill(costClass.waiting);
  private readonly assistWait: StringIndex | undefined;
  private readonly reasons: StringIndex[] = [];
  private readonly stateOfReason = new Map<StringIndex, number>([[0 as StringIndex, GoClass.Waiting]]);
  /** By string id of the generation: the state of waiting for it; 0 is not yet known. */
  private readonly stateOfId = new Uint32Array(2 ** 12);

  constructor(
    private readonly trace: Trace,
    private readonly traceStartNs: number,
    private readonly latencies: LatencyCollector,
    private readonly costs: CostCollector,
  ) {
    this.rows = trace.events.rows;
    this.assistWait = trace.strings.find(assistWaitReason);
    this.costOf.set([
      costClass.absent,
      costClass.running,
      costClass.runnable,
      costClass.syscall,
      costClass.waiting,
      costClass.absent,
      costClass.runnable,
    ]);
    this.subject = new Uint32Array(trace.events.length);
    this.slotOfContext = new Int32Array(this.rows.goroutineIds.length + 1);
  }

  /** Ids of strings mean something else from here on. */
  beginGeneration(): void {
    this.stateOfId.fill(0);
  }

  /** Looks at rows [from, to), `rowsAtOnce` at most. @param isOther all bits set for types whose rows go to `others` */
  look(from: number, to: number, isOther: Int32Array): void {
    const { rows, subject, slotOfContext, argument, others } = this;
    const { type: types, goroutine, offset, wire } = rows;
    let { direct } = this.slots;
    let otherCount = 0;
    this.firstRow = from;
    for (let row = from; row < to; row++) {
      const type = types[row] ?? 0;
      others[otherCount] = row;
      otherCount -= isOther[type] ?? 0;
      const isNamed = named[type] ?? 0;
      const isRunning = running[type] ?? 0;
      if ((isNamed | isRunning) === 0) {
        continue;
      }
      const start = offset[row] ?? noOffset;
      let value = noArgument;
      if (start !== noOffset) {
        // Of one or two bytes, without a branch between them.
        const low = wire[start] ?? 0;
        const high = wire[start + 1] ?? 0;
        value = (low & high) < 0x80 ? (low & 0x7f) | (((high & 0x7f) << 7) & -(low >> 7)) : readLong(wire, start);
      }
      argument[row - from] = value;
      const byName = value < direct.length ? (direct[value] ?? 0) : 0;
      let slot = (byName & isNamed) | ((slotOfContext[goroutine[row] ?? 0] ?? 0) & isRunning);
      if (slot === 0) {
        slot = this.meet(row, isNamed !== 0) + 1;
        ({ direct } = this.slots);
      }
      subject[row] = slot;
    }
    this.otherCount = otherCount;
  }

  /** Takes the common transitions among rows [from, to) of the run. @param baseNs what their times have above `timeLowNs` */
  walk(from: number, to: number, baseNs: number): void {
    const { subject, argument, firstRow, latencies } = this;
    const { state, sinceNs, runningNs, meter, transitions } = this.bySlot;
    const { type: types, timeLowNs, context, contextProc } = this.rows;
    let { totalNs } = this;
    for (let row = from; row < to; row++) {
      const slot = (subject[row] ?? 0) - 1;
      if (slot < 0) {
        continue;
      }
      const type = types[row] ?? 0;
      const timeNs = baseNs + (timeLowNs[row] ?? 0);
      transitions[slot] = (transitions[slot] ?? 0) + 1;
      const was = state[slot] ?? 0;
      const spentNs = timeNs - (sinceNs[slot] ?? 0);
      totalNs[was] = (totalNs[was] ?? 0) + spentNs;
      sinceNs[slot] = timeNs;
      if (was === GoClass.Running) {
        runningNs[slot] = (runningNs[slot] ?? 0) + spentNs;
      } else if (was === GoClass.Runnable && type === EventType.GoStart) {
        latencies.add(spentNs, timeNs);
      } else if (was === State.Unborn) {
        this.bear(row, slot, classBefore[type] ?? GoClass.Absent, timeNs);
      }
      if (meter[slot] !== 0) {
        this.spendOf(slot, timeNs);
      }
      if (type === EventType.GoBlock) {
        const waiting = this.waitFor(row, argument[row - firstRow] ?? noArgument);
        state[slot] = waiting;
        subject[row] = (slot + 1) | (numberOf(waiting) << slotBits);
        ({ totalNs } = this);
      } else {
        const goClass = classAfter[type] ?? 0;
        state[slot] = goClass;
        if (goClass === GoClass.Running && meter[slot] !== 0) {
          this.costs.setProc((meter[slot] ?? 0) - 1, contextProc[context[row] ?? 0] ?? NONE);
        }
      }
    }
  }

  /** The slot of the goroutine in whose context a row happens, -1 of one that nothing is known of. */
  slotAt(row: number): number {
    return (this.slotOfContext[this.rows.goroutine[row] ?? 0] ?? 0) - 1;
  }

  slotOf(goroutine: number): number {
    return this.slots.find(goroutine);
  }

  /** The cost meter of a goroutine, told up to now; started if it has none. @param proc P that the goroutine runs on */
  startMeter(slot: number, proc: number, timeNs: number): number {
    if (this.bySlot.meter[slot] === 0) {
      this.bySlot.meter[slot] = 1 + this.costs.startMeter(slot, proc, timeNs);
    } else {
      this.spendOf(slot, timeNs);
    }
    return (this.bySlot.meter[slot] ?? 0) - 1;
  }

  stopMeter(slot: number): void {
    this.bySlot.meter[slot] = 0;
  }

  /** Spends what a goroutine with an open task did up to now. */
  spend(slot: number, timeNs: number): void {
    if (slot >= 0 && this.bySlot.meter[slot] !== 0) {
      this.spendOf(slot, timeNs);
    }
  }

  setAssisting(slot: number, isOn: boolean): void {
    if (slot >= 0) {
      this.bySlot.isAssisting[slot] = isOn ? 1 : 0;
    }
  }

  /** Takes any other transition of the run. A status that says what is known begins nothing. */
  change(row: number, timeNs: number, from: GoState, to: GoState): void {
    const slot = (this.subject[row] ?? 0) - 1;
    if (slot < 0) {
      return;
    }
    const was = this.bySlot.state[slot] ?? State.Unborn;
    const goClass = classOfState[to];
    this.spend(slot, timeNs);
    if (was === State.Unborn && from === GoState.Undetermined) {
      // What it says holds from the start of the trace on.
      this.bySlot.first[slot] = row;
      this.bySlot.before[slot] = unknownBefore;
      this.bySlot.state[slot] = goClass === GoClass.Runnable ? State.LongRunnable : goClass;
      this.keep(row, slot, goClass);
    } else if (was === State.Unborn || from !== to) {
      if (was === State.Unborn) {
        this.bear(row, slot, classOfState[from], timeNs);
      }
      this.settle(slot, was, timeNs);
      this.bySlot.state[slot] = goClass;
      this.keep(row, slot, goClass);
      if (goClass === GoClass.Running && this.bySlot.meter[slot] !== 0) {
        this.costs.setProc((this.bySlot.meter[slot] ?? 0) - 1, this.trace.events.procAt(row));
      }
    } else {
      this.subject[row] = 0;
    }
  }

  /** The row becomes one of the timelines. */
  private keep(row: number, slot: number, goClass: GoClass): void {
    this.bySlot.transitions[slot] = (this.bySlot.transitions[slot] ?? 0) + 1;
    if (goClass === GoClass.Waiting) {
      this.subject[row] = (slot + 1) | (noReason << slotBits);
    }
  }

  /** Ends what goes on, and lays the transitions out by goroutine. */
  finish(traceEndNs: number): { timelines: EventTimelines; classTotals: ClassTotals; waits: WaitTable } {
    const { slots } = this;
    const { state } = this.bySlot;
    for (let slot = 0; slot < slots.length; slot++) {
      this.settle(slot, state[slot] ?? State.Unborn, traceEndNs);
    }
    const timelines = new EventTimelines(this.trace, {
      slots,
      reasons: this.reasons,
      runningNs: resized(this.bySlot.runningNs, slots.length),
      traceStartNs: ns(this.traceStartNs),
      traceEndNs: ns(traceEndNs),
      countOf: (slot) => this.countOf(slot),
      layOut: (isWanted) => this.layOut(isWanted),
    });
    return { timelines, classTotals: this.sumClasses(), waits: this.listWaits() };
  }

  private settle(slot: number, was: number, timeNs: number): void {
    const spentNs = timeNs - (this.bySlot.sinceNs[slot] ?? 0);
    this.totalNs[was] = (this.totalNs[was] ?? 0) + spentNs;
    this.bySlot.sinceNs[slot] = timeNs;
    if (was === GoClass.Running) {
      this.bySlot.runningNs[slot] = (this.bySlot.runningNs[slot] ?? 0) + spentNs;
    }
  }

  private spendOf(slot: number, timeNs: number): void {
    const { meter, state, isAssisting } = this.bySlot;
    const cost = this.costOf[state[slot] ?? 0] ?? costClass.absent;
    this.costs.spend((meter[slot] ?? 0) - 1, cost, isAssisting[slot] === 1, timeNs);
  }

  /** The first transition of a goroutine says what it was doing since the start of the trace. */
  private bear(row: number, slot: number, goClass: GoClass, timeNs: number): void {
    this.bySlot.first[slot] = row;
    this.bySlot.before[slot] = goClass;
    this.totalNs[goClass] = (this.totalNs[goClass] ?? 0) + timeNs - this.traceStartNs;
    if (goClass === GoClass.Running) {
      this.bySlot.runningNs[slot] = timeNs - this.traceStartNs;
    }
  }

  /** The slot of the goroutine that changes at a row; it may be a new one. */
  private meet(row: number, isNamed: boolean): number {
    const known = this.slots.length;
    const slot = this.slots.slotOf(isNamed ? this.trace.events.argAt(row, 0) : this.trace.events.goroutineAt(row));
    if (!isNamed) {
      this.slotOfContext[this.rows.goroutine[row] ?? 0] = slot + 1;
    }
    if (slot === this.bySlot.state.length) {
      this.bySlot = growColumns(this.bySlot);
    }
    if (slot === known) {
      this.bySlot.state[slot] = State.Unborn;
      this.bySlot.sinceNs[slot] = this.traceStartNs;
    }
    return slot;
  }

  /** The state of waiting for the reason that a GoBlock gives. @param id of its string */
  private waitFor(row: number, id: number): number {
    let state = id < this.stateOfId.length ? (this.stateOfId[id] ?? 0) : 0;
    if (state === 0) {
      state = this.stateOf(this.trace.events.stringAt(row, 0));
      if (id < this.stateOfId.length) {
        this.stateOfId[id] = state;
      }
    }
    this.count[state] = (this.count[state] ?? 0) + 1;
    return state;
  }

  private stateOf(reason: StringIndex): number {
    let state = this.stateOfReason.get(reason);
    if (state === undefined) {
      state = State.FirstReason + this.reasons.length;
      this.reasons.push(reason);
      this.stateOfReason.set(reason, state);
      if (state === this.totalNs.length) {
        this.totalNs = resized(this.totalNs, state * 2);
        this.count = resized(this.count, state * 2);
        this.costOf = resized(this.costOf, state * 2).fill(costClass.waiting, state);
      }
      if (reason === this.assistWait) {
        this.costOf[state] = costClass.assistWait;
      }
    }
    return state;
  }

  private countOf(slot: number): number {
    return (this.bySlot.transitions[slot] ?? 0) + (this.bySlot.before[slot] === unknownBefore ? 0 : 1);
  }

  /** Transitions by goroutine, in order of time: a counting sort. @param isWanted by slot: the goroutines that are to have rows; without it all */
  private layOut(isWanted?: Uint8Array): Layout {
    const { subject, slots } = this;
    const { first, before } = this.bySlot;
    const { timeLowNs: times } = this.rows;
    const isLeftOut = (slot: number) => isWanted !== undefined && isWanted[slot] !== 1;
    const rowStart = new Uint32Array(slots.length + 1);
    for (let slot = 0; slot < slots.length; slot++) {
      rowStart[slot + 1] = (rowStart[slot] ?? 0) + (isLeftOut(slot) ? 0 : this.countOf(slot));
    }
    const event = new Uint32Array(rowStart[slots.length] ?? 0);
    const timeLowNs = new Uint32Array(event.length);
    const wait = new Uint8Array(event.length);
    const next = rowStart.slice();
    for (let slot = 0; slot < slots.length; slot++) {
      if (before[slot] !== unknownBefore && !isLeftOut(slot)) {
        event[next[slot] ?? 0] = (first[slot] ?? 0) | stateIsBefore;
        next[slot] = (next[slot] ?? 0) + 1;
      }
    }
    for (let row = 0; row < subject.length; row++) {
      const entry = subject[row] ?? 0;
      const slot = (entry & slotMask) - 1;
      if (slot >= 0 && (isWanted === undefined || isWanted[slot] === 1)) {
        const place = next[slot] ?? 0;
        event[place] = row;
        timeLowNs[place] = times[row] ?? 0;
        wait[place] = entry >>> slotBits;
        next[slot] = place + 1;
      }
    }
    for (let slot = 0; slot < slots.length; slot++) {
      const place = rowStart[slot] ?? 0;
      if (place < (rowStart[slot + 1] ?? 0)) {
        event[place] = (event[place] ?? 0) | stateIsFirst;
      }
    }
    return { rowStart, event, timeLowNs, wait };
  }

  private sumClasses(): ClassTotals {
    const total = (state: number) => this.totalNs[state] ?? 0;
    return {
      runningNs: total(GoClass.Running),
      runnableNs: total(GoClass.Runnable) + total(State.LongRunnable),
      syscallNs: total(GoClass.Syscall),
      waitingNs: this.reasons.reduce((sum, _, reason) => sum + total(State.FirstReason + reason), total(GoClass.Waiting)),
    };
  }

  private listWaits(): WaitTable {
    const states = this.reasons.map((_, reason) => State.FirstReason + reason);
    return {
      length: states.length + 1,
      reason: Uint32Array.from([0, ...this.reasons]),
      count: Uint32Array.from([GoClass.Waiting, ...states], (state) => this.count[state] ?? 0),
      totalNs: Float64Array.from([GoClass.Waiting, ...states], (state) => this.totalNs[state] ?? 0),
    };
  }
}

/** What a row of the timelines says of waiting in a state. */
function numberOf(state: number): number {
  const number = state - State.FirstReason + 1;
  return number <= 0 ? noReason : number < noReason ? number : unnumberedReason;
}

/** A varint of three or four bytes; longer ones are no index of anything. */
function readLong(wire: Uint8Array, position: number): number {
  let value = 0;
  for (let n = 0; n < 4; n++) {
    const byte = wire[position + n] ?? 0xff;
    value |= (byte & 0x7f) << (7 * n);
    if (byte < 0x80) {
      return value;
    }
  }
  return noArgument;
}
