import { EventType, goRuleOfType, NONE, newTransition, readTransition, stwReasonAt, type GoState, type Trace } from '../gotrace';
import { GoClass, type RuntimeFacts } from './facts';
import { gcWorkerModeOf } from './gcWorkers';
import { rareEvents } from './rareEvents';
import { rowAt, classOfState, TimelineCursor } from './goroutineTimelines';
import { rowsBy } from './rowGroups';
import { gcReasons } from './stopTheWorld';

/** The share of the processors that the program itself may use, in steps: `share[k]` holds from `timeNs[k]` on. The last step is the end. */
export interface UtilisationSteps {
  readonly timeNs: Float64Array;
  readonly share: Float64Array;
}

/** What of it is wanted. */
export interface UtilisationOptions {
  /** A series for each P, of 1 or 0, instead of one for all of them; dedicated workers, which take a whole P away, then do not count. */
  readonly perProc?: boolean;
  /**
   * As `go tool trace` of Go 1.22 to 1.26 counts: it counts a background worker's second and each later run twice, and from then on takes that P for one that
   * never stops working for the GC. To be compared with it; whoever wants to know what the GC took leaves it out.
   */
  readonly likeGoToolTrace?: boolean;
}

/** GOMAXPROCS beyond this are a damaged event. */
const maxProcs = 2 ** 16;

/**
 * Mutator utilisation over time, by the definition of `go tool trace` with its usual choices: a P is taken from the program while a GC stop-the-world lasts,
 * while a mark assist runs on it, and while a background worker (dedicated or fractional) does.
 */
export class MutatorUtilisation {
  private readonly events: readonly number[];

  constructor(
    private readonly trace: Trace,
    private readonly facts: RuntimeFacts,
  ) {
    this.events = relevantEvents(trace, facts);
  }

  /** One series, or one for each P; none for traces that never say how many Ps there are. */
  series(options: UtilisationOptions = {}): UtilisationSteps[] {
    const { events } = this.trace;
    const meter = new UtilisationMeter(this.trace, this.facts, options);
    for (const event of this.events) {
      meter.take(event);
    }
    return events.length === 0 ? [] : meter.finish(events.timeNsAt(events.length - 1));
  }
}

/** Types that say something to utilisation whoever they are about. */
const ownTypes = new Uint8Array(256);
for (const type of [
  EventType.Sync,
  EventType.ProcsChange,
  EventType.STWBegin,
  EventType.STWEnd,
  EventType.GCMarkAssistActive,
  EventType.GCMarkAssistBegin,
  EventType.GCMarkAssistEnd,
  EventType.GoLabel,
]) {
  ownTypes[type] = 1;
}

/** Events that may change utilisation, in their order; of transitions, those of goroutines that assist at the time or are workers. */
function relevantEvents({ events }: Trace, { assists, timelines }: RuntimeFacts): number[] {
  // A bit each puts events in order, and holds each once, without sorting.
  const bits = new Uint32Array(Math.ceil(events.length / 32));
  const add = (event: number) => {
    bits[event >>> 5] = (bits[event >>> 5] ?? 0) | (1 << (event & 31));
  };
  const workers = new Map<number, number>();
  for (const event of rareEvents(events)) {
    const type = events.typeAt(event);
    if (ownTypes[type] === 1) {
      add(event);
      if (type === EventType.GoLabel && !workers.has(events.goroutineAt(event))) {
        workers.set(events.goroutineAt(event), events.timeNsAt(event));
      }
    }
  }
  const shown = timelines.restrictedTo([...rowsBy(assists.goroutine).keys(), ...workers.keys()]);
  const cursor = new TimelineCursor(shown);
  const addTransitions = (goroutine: number, fromNs: number, toNs: number) => {
    const slot = shown.slotOf(goroutine);
    if (slot >= 0) {
      const endRow = shown.rowStart[slot + 1] ?? 0;
      for (let row = cursor.rowAt(slot, fromNs); row < endRow && shown.startNsAt(row) <= toNs; row++) {
        add(shown.eventAt(row));
      }
    }
  };
  for (let row = 0; row < assists.length; row++) {
    addTransitions(assists.goroutine[row] ?? NONE, assists.startNs[row] ?? 0, assists.endNs[row] ?? 0);
  }
  for (const [goroutine, fromNs] of workers) {
    addTransitions(goroutine, fromNs, Infinity);
  }
  return positionsOf(bits);
}

/** Positions of the bits that are set, rising. */
function positionsOf(bits: Uint32Array): number[] {
  const positions: number[] = [];
  bits.forEach((word, n) => {
    for (let left = word; left !== 0; left &= left - 1) {
      positions.push(n * 32 + 31 - Math.clz32(left & -left));
    }
  });
  return positions;
}

interface Proc {
  /** How much GC work goes on on this P. */
  work: number;
  readonly series: number;
}

/** Follows who works for the GC; names of states and rules are those of MutatorUtilizationV2 in Go's internal/trace. */
class UtilisationMeter {
  private readonly procs: Proc[] = [];
  /** Ps with work. */
  private busy = 0;
  private readonly series: StepColumns[] = [];
  private stops = 0;
  private syncs = 0;
  private readonly assisting = new Set<number>();
  private readonly workers = new Set<number>();
  private readonly procsChanges: { readonly timeNs: number; readonly count: number }[] = [];
  private readonly transition = newTransition();

  constructor(
    private readonly trace: Trace,
    private readonly facts: RuntimeFacts,
    private readonly options: UtilisationOptions,
  ) {}

  take(event: number): void {
    const { events } = this.trace;
    const type = events.typeAt(event);
    const timeNs = events.timeNsAt(event);
    if (type === EventType.Sync) {
      this.syncs++;
      return;
    }
    if (type === EventType.ProcsChange) {
      this.setProcs(events.argAt(event, 0), timeNs);
    }
    if (this.procs.length > 0) {
      this.change(event, type);
      this.measure(timeNs);
    }
  }

  finish(endNs: number): UtilisationSteps[] {
    for (const { series } of this.procs) {
      this.series[series]?.add(endNs, 0);
    }
    return this.series.map((steps) => steps.finish());
  }

  private setProcs(count: number, timeNs: number): void {
    if (!(count >= 0 && count <= maxProcs)) {
      return;
    }
    if (this.options.perProc === true) {
      for (const { series } of this.procs.slice(count)) {
        this.series[series]?.add(timeNs, 0);
      }
    }
    this.procs.length = Math.min(this.procs.length, count);
    while (this.procs.length < count) {
      const isNew = this.options.perProc === true || this.series.length === 0;
      this.procs.push({ work: 0, series: isNew ? this.series.push(new StepColumns(timeNs)) - 1 : 0 });
    }
    this.busy = this.procs.filter(({ work }) => work > 0).length;
    if (this.procsChanges.at(-1)?.count !== count) {
      this.procsChanges.push({ timeNs, count });
    }
  }

  private change(event: number, type: EventType): void {
    const { events } = this.trace;
    const proc = events.procAt(event);
    switch (type) {
      case EventType.STWBegin:
      case EventType.STWEnd:
        if (gcReasons.has(this.trace.strings.textOf(stwReasonAt(this.trace, event)))) {
          this.stops += type === EventType.STWBegin ? 1 : -1;
        }
        return;
      case EventType.GCMarkAssistActive:
        return this.learnOfAssist(event, proc);
      case EventType.GCMarkAssistBegin:
        this.assisting.add(events.goroutineAt(event));
        return this.work(proc, 1);
      case EventType.GCMarkAssistEnd:
        this.assisting.delete(events.goroutineAt(event));
        return this.work(proc, -1);
      case EventType.GoLabel:
        return this.takeLabel(this.trace.strings.textOf(events.stringAt(event, 0)), events.goroutineAt(event), proc);
      default:
        return this.takeTransition(event, type, proc);
    }
  }

  /** An assist is on as a generation begins. In the first one it has been since the start of the trace, if its goroutine runs; later that is no news. */
  private learnOfAssist(event: number, proc: number): void {
    if (this.syncs > 1) {
      return;
    }
    const { events } = this.trace;
    if (this.options.perProc !== true && this.isKnownToExecute(events.goroutineAt(event), event)) {
      this.series[0]?.takeAway(this.procsChanges);
    }
    this.assisting.add(events.argAt(event, 0));
    this.work(proc, 1);
  }

  /** Whether what came before an event says that a goroutine is on a CPU or in a syscall. */
  private isKnownToExecute(goroutine: number, event: number): boolean {
    const { timelines } = this.facts;
    const slot = timelines.slotOf(goroutine);
    const row = slot < 0 ? -1 : rowAt(timelines, slot, this.trace.events.timeNsAt(event));
    return row >= 0 && timelines.eventAt(row) <= event && isExecutingClass(timelines.classAt(row));
  }

  private takeLabel(label: string, goroutine: number, proc: number): void {
    const mode = gcWorkerModeOf(label);
    const counts = this.options.perProc === true ? mode === 'fractional' : mode === 'fractional' || mode === 'dedicated';
    const wasWorker = this.workers.has(goroutine);
    if (counts) {
      this.workers.add(goroutine);
      if (!wasWorker || this.options.likeGoToolTrace === true) {
        this.work(proc, 1);
      }
    } else if (wasWorker && this.options.likeGoToolTrace !== true) {
      this.workers.delete(goroutine);
      this.work(proc, -1);
    }
  }

  private takeTransition(event: number, type: EventType, proc: number): void {
    const rule = goRuleOfType[type];
    if (rule !== undefined) {
      const { events } = this.trace;
      if (isExecuting(rule.from) !== isExecuting(rule.to)) {
        this.execute(rule.subject === 'named' ? events.argAt(event, 0) : events.goroutineAt(event), isExecuting(rule.to), proc);
      }
      return;
    }
    if (!readTransition(this.trace, event, this.transition) || this.transition.resource !== 'goroutine') {
      return;
    }
    const was = isExecuting(this.transition.from as GoState);
    const is = isExecuting(this.transition.to as GoState);
    if (was !== is) {
      this.execute(this.transition.id, is, proc);
    }
  }

  /** A goroutine begins or ceases to be on a CPU or in a syscall. */
  private execute(goroutine: number, isOn: boolean, proc: number): void {
    if (this.assisting.has(goroutine) || this.workers.has(goroutine)) {
      this.work(proc, isOn ? 1 : -1);
    }
  }

  private work(proc: number, change: number): void {
    const state = this.procs[proc];
    if (state !== undefined) {
      this.busy -= state.work > 0 ? 1 : 0;
      state.work += change;
      this.busy += state.work > 0 ? 1 : 0;
    }
  }

  private measure(timeNs: number): void {
    if (this.options.perProc === true) {
      for (const { work, series } of this.procs) {
        this.series[series]?.add(timeNs, this.stops > 0 || work > 0 ? 0 : 1);
      }
      return;
    }
    const taken = this.stops > 0 ? this.procs.length : this.busy;
    this.series[0]?.add(timeNs, 1 - taken / this.procs.length);
  }
}

function isExecuting(state: GoState): boolean {
  return isExecutingClass(classOfState[state]);
}

function isExecutingClass(goClass: GoClass): boolean {
  return goClass === GoClass.Running || goClass === GoClass.Syscall;
}

/** Steps of one series, changes only. */
class StepColumns {
  private readonly timeNs: number[];
  private readonly share = [1];

  constructor(startNs: number) {
    this.timeNs = [startNs];
  }

  /** Of several shares at one time the lowest holds. */
  add(timeNs: number, share: number): void {
    const last = this.share.length - 1;
    const lastShare = this.share[last] ?? 0;
    if (share !== lastShare) {
      if (timeNs === this.timeNs[last]) {
        this.share[last] = Math.min(share, lastShare);
      } else {
        this.timeNs.push(timeNs);
        this.share.push(share);
      }
    }
  }

  /** One P fewer than was known, in all steps so far. */
  takeAway(procsChanges: readonly { readonly timeNs: number; readonly count: number }[]): void {
    let change = 0;
    this.timeNs.forEach((timeNs, step) => {
      while ((procsChanges[change + 1]?.timeNs ?? Infinity) < timeNs) {
        change++;
      }
      this.share[step] = Math.max(0, (this.share[step] ?? 0) - 1 / (procsChanges[change]?.count ?? 1));
    });
  }

  finish(): UtilisationSteps {
    return { timeNs: new Float64Array(this.timeNs), share: new Float64Array(this.share) };
  }
}
