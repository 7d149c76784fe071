import { breathe, ns, type WorkOptions } from '../base';
import {
  EventType,
  goRuleOfType,
  GoState,
  newTransition,
  ProcState,
  readTaskEnd,
  readTransition,
  stwReasonAt,
  type StringIndex,
  type Trace,
  type Transition,
} from '../gotrace';
import { ArgumentReader } from './argumentReader';
import { CostCollector } from './costCollector';
import { replayTaskCosts } from './costReplay';
import type { AssistTable, RuntimeFacts, SweepTable } from './facts';
import { GcCycleCollector } from './gcCycles';
import { GoroutineStateCollector, rowsAtOnce } from './goroutineStates';
import { HeapSeriesCollector } from './heapSeries';
import { LatencyCollector } from './latencies';
import { LogCollector } from './logs';
import { mapIntervals } from './mapIntervals';
import { RangeCollector, type RangeColumns } from './rangeCollector';
import { RegionCollector } from './regions';
import { SampleCollector } from './samples';
import { StopTheWorldCollector } from './stopTheWorld';
import { CostColumns } from './taskCosts';
import { TaskCollector } from './tasks';
import { findWallAnchor, type WallOptions } from './wallAnchor';

/** Options of {@link computeRuntimeFacts}. */
export interface RuntimeFactsOptions extends WallOptions, WorkOptions {
  /** Which region types are map activity; `mapRegionTypes` without. */
  readonly mapRegionTypes?: RegExp;
}

/** How long to work between two turns of the event loop. */
const msPerTurn = 12;

/**
 * The facts of an execution trace by the definitions of facts.md sections 1 to 6 and 9, in one pass over its events.
 * @throws the signal's reason when aborted
 */
export async function computeRuntimeFacts(trace: Trace, options: RuntimeFactsOptions = {}): Promise<RuntimeFacts> {
  options.signal?.throwIfAborted();
  const { length } = trace.events;
  const pass = new FactsPass(trace, options);
  let turnStart = performance.now();
  for (let event = 0; event < length; event += rowsAtOnce) {
    pass.take(event, Math.min(length, event + rowsAtOnce));
    if (performance.now() - turnStart > msPerTurn) {
      options.onProgress?.('facts', event / length);
      await breathe(options.signal);
      turnStart = performance.now();
    }
  }
  // What follows goes on without a pause: a cancel is heard before it, also where all events took less than a turn.
  await breathe(options.signal);
  return pass.finish(options);
}

/** Types whose rows are taken one by one; common transitions of goroutines are not, nor is what says nothing to facts. */
const ownTypes = new Int32Array(256);
for (const type of [
  EventType.Sync,
  EventType.CPUSample,
  EventType.ProcStart,
  EventType.ProcStop,
  EventType.ProcSteal,
  EventType.ProcStatus,
  EventType.GoCreate,
  EventType.GoCreateBlocked,
  EventType.GoCreateSyscall,
  EventType.GoDestroy,
  EventType.GoDestroySyscall,
  EventType.GoStatus,
  EventType.GoStatusStack,
  EventType.GoSwitch,
  EventType.GoSwitchDestroy,
  EventType.STWBegin,
  EventType.STWEnd,
  EventType.GCActive,
  EventType.GCBegin,
  EventType.GCEnd,
  EventType.GCSweepActive,
  EventType.GCSweepBegin,
  EventType.GCSweepEnd,
  EventType.GCMarkAssistActive,
  EventType.GCMarkAssistBegin,
  EventType.GCMarkAssistEnd,
  EventType.HeapAlloc,
  EventType.HeapGoal,
  EventType.UserTaskBegin,
  EventType.UserTaskEnd,
  EventType.UserRegionBegin,
  EventType.UserRegionEnd,
  EventType.UserLog,
]) {
  ownTypes[type] = -1;
}

/** One walk over the events of a trace: hands each to the collector of what it is about. */
class FactsPass {
  private readonly startNs: number;
  private readonly endNs: number;
  private readonly transition = newTransition();
  private readonly args: ArgumentReader;
  private readonly goroutines: GoroutineStateCollector;
  private readonly latencies: LatencyCollector;
  private readonly costs = new CostCollector();
  private readonly procs: RangeCollector;
  private readonly assists: RangeCollector;
  private readonly sweeps: RangeCollector;
  private readonly cycles: GcCycleCollector;
  private readonly stops: StopTheWorldCollector;
  private readonly tasks: TaskCollector;
  private readonly regions: RegionCollector;
  private readonly logs = new LogCollector();
  private readonly heap = new HeapSeriesCollector();
  private readonly samples: SampleCollector;
  private readonly cpuProfileRate: StringIndex | undefined;

  constructor(
    private readonly trace: Trace,
    options: RuntimeFactsOptions,
  ) {
    const { events, strings } = trace;
    this.startNs = events.length === 0 ? 0 : events.timeNsAt(0);
    this.endNs = events.length === 0 ? 0 : events.timeNsAt(events.length - 1);
    this.args = new ArgumentReader(events);
    this.latencies = new LatencyCollector(this.startNs, this.endNs);
    this.goroutines = new GoroutineStateCollector(trace, this.startNs, this.latencies, this.costs);
    this.procs = new RangeCollector(this.startNs);
    this.assists = new RangeCollector(this.startNs);
    this.sweeps = new RangeCollector(this.startNs);
    this.cycles = new GcCycleCollector(this.startNs);
    this.stops = new StopTheWorldCollector(this.startNs);
    this.tasks = new TaskCollector(this.startNs);
    this.regions = new RegionCollector(this.startNs, this.textOf, options.mapRegionTypes);
    this.samples = new SampleCollector(trace);
    this.cpuProfileRate = strings.find('cpuProfileRate');
  }

  /** Takes rows [from, to), `rowsAtOnce` at most. */
  take(from: number, to: number): void {
    const { events } = this.trace;
    const baseNs = events.lapNsAt(from);
    if (baseNs !== events.lapNsAt(to - 1)) {
      // The upper half of the time changes within: rows are then few, or lie seconds apart.
      const middle = (from + to) >>> 1;
      this.take(from, middle);
      this.take(middle, to);
      return;
    }
    const { goroutines } = this;
    const { type: types, timeLowNs } = events.rows;
    goroutines.look(from, to, ownTypes);
    let next = from;
    for (let n = 0; n < goroutines.otherCount; n++) {
      const row = goroutines.others[n] ?? 0;
      goroutines.walk(next, row, baseNs);
      this.takeOne(row, types[row] ?? 0, baseNs + (timeLowNs[row] ?? 0));
      next = row + 1;
    }
    goroutines.walk(next, to, baseNs);
  }

  finish(options: RuntimeFactsOptions): RuntimeFacts {
    const { trace, startNs, endNs, textOf } = this;
    const stops = this.stops.finish(endNs);
    const gcCycles = this.cycles.finish(endNs, trace, stops);
    const assists = assistTable(this.assists.finish(endNs));
    const sweeps = procTable(this.sweeps.finish(endNs));
    for (const task of this.tasks.openRows()) {
      this.endCost(task, endNs);
    }
    const { tasks, order } = this.tasks.finish(endNs, textOf);
    const states = this.goroutines.finish(endNs);
    const classNs = this.costs.isExact
      ? this.costs.finish(order)
      : replayTaskCosts(trace, { timelines: states.timelines, stops, gcCycles, assists, sweeps }, tasks);
    const regions = this.regions.finish(endNs);
    const logs = this.logs.finish(textOf);
    return {
      startNs: ns(startNs),
      endNs: ns(endNs),
      wall: findWallAnchor(trace, startNs, logs, options),
      gcCycles,
      stops,
      assists,
      sweeps,
      ...states,
      schedulerLatencies: this.latencies.finish(),
      procs: procTable(this.procs.finish(endNs)),
      heap: this.heap.finish(),
      tasks,
      costs: new CostColumns(tasks.length, classNs),
      regions,
      logs,
      samples: this.samples.finish(),
      mapIntervals: mapIntervals(trace, regions, logs),
    };
  }

  private takeOne(row: number, type: EventType, timeNs: number): void {
    const { events } = this.trace;
    switch (type) {
      case EventType.GCSweepBegin:
      case EventType.GCSweepEnd:
      case EventType.GCSweepActive:
        return this.takeSweep(row, type, timeNs);
      case EventType.ProcStart:
        this.procs.begin(this.args.seek(row).next(), timeNs, 0);
        return;
      case EventType.ProcStop:
        this.procs.end(events.procAt(row), timeNs);
        return;
      case EventType.UserLog:
        return this.takeLog(row, timeNs);
      case EventType.UserRegionBegin:
      case EventType.UserRegionEnd:
        return this.takeRegion(row, type, timeNs);
      case EventType.UserTaskBegin:
      case EventType.UserTaskEnd:
        return this.takeTask(row, type, timeNs);
      case EventType.HeapAlloc:
        return this.heap.addLive(timeNs, this.args.seek(row).next());
      case EventType.HeapGoal:
        return this.heap.addGoal(timeNs, this.args.seek(row).next());
      case EventType.CPUSample:
        return this.samples.add(timeNs, events.goroutineAt(row), events.procAt(row), events.stackAt(row));
      case EventType.GCMarkAssistActive:
      case EventType.GCMarkAssistBegin:
      case EventType.GCMarkAssistEnd:
        return this.takeAssist(row, type, timeNs);
      case EventType.GCActive:
      case EventType.GCBegin:
      case EventType.GCEnd:
        return this.takeMark(row, type, timeNs);
      case EventType.STWBegin:
      case EventType.STWEnd:
        return this.takeStop(row, type, timeNs);
      case EventType.Sync:
        this.args.beginGeneration();
        return this.goroutines.beginGeneration();
      default:
        return this.takeTransition(row, type, timeNs);
    }
  }

  /** Transitions that are not among the common ones. */
  private takeTransition(row: number, type: EventType, timeNs: number): void {
    const rule = goRuleOfType[type];
    if (rule !== undefined) {
      this.goroutines.change(row, timeNs, rule.from, rule.to);
      if (rule.to === GoState.NotExist) {
        this.regions.goroutineEnds(this.trace.events.goroutineAt(row), timeNs);
      }
      return;
    }
    const { transition } = this;
    if (!readTransition(this.trace, row, transition)) {
      return;
    }
    if (transition.resource === 'proc') {
      this.takeProcTransition(transition, timeNs);
      return;
    }
    this.goroutines.change(row, timeNs, transition.from as GoState, transition.to as GoState);
    if (transition.to === GoState.NotExist) {
      this.regions.goroutineEnds(transition.id, timeNs);
    }
  }

  private takeProcTransition({ id, from, to }: Transition, timeNs: number): void {
    if (to !== ProcState.Running) {
      if (from === ProcState.Running) {
        this.procs.end(id, timeNs);
      }
    } else if (from === ProcState.Undetermined) {
      this.procs.active(id);
    } else {
      this.procs.begin(id, timeNs, 0);
    }
  }

  /** The goroutine that runs on the P pays for the sweep; it may have begun before that goroutine ran. */
  private takeSweep(row: number, type: EventType, timeNs: number): void {
    const proc = type === EventType.GCSweepActive ? this.args.seek(row).next() : this.trace.events.procAt(row);
    this.goroutines.spend(this.goroutines.slotAt(row), timeNs);
    let isLate = false;
    if (type === EventType.GCSweepBegin) {
      this.sweeps.begin(proc, timeNs, 0);
    } else {
      isLate = type === EventType.GCSweepEnd ? this.sweeps.end(proc, timeNs) : this.sweeps.active(proc);
    }
    this.costs.setSweeping(proc, type !== EventType.GCSweepEnd);
    if (isLate) {
      this.costs.noticeLate();
    }
  }

  private takeAssist(row: number, type: EventType, timeNs: number): void {
    const goroutine = type === EventType.GCMarkAssistActive ? this.args.seek(row).next() : this.trace.events.goroutineAt(row);
    const slot = this.goroutines.slotOf(goroutine);
    this.goroutines.spend(slot, timeNs);
    let isLate = false;
    if (type === EventType.GCMarkAssistBegin) {
      this.assists.begin(goroutine, timeNs, this.args.seek(row).nextStack());
    } else {
      isLate = type === EventType.GCMarkAssistEnd ? this.assists.end(goroutine, timeNs) : this.assists.active(goroutine);
    }
    this.goroutines.setAssisting(slot, type !== EventType.GCMarkAssistEnd);
    if (isLate) {
      this.costs.noticeLate();
    }
  }

  private takeMark(row: number, type: EventType, timeNs: number): void {
    let isLate = false;
    if (type === EventType.GCEnd) {
      isLate = this.cycles.end(timeNs);
    } else if (type === EventType.GCActive) {
      isLate = this.cycles.active();
    } else {
      this.cycles.begin(timeNs, this.trace.events.stackAt(row));
    }
    if (isLate) {
      this.latencies.allWas('mark');
      this.costs.noticeLate();
    }
    this.latencies.setMarking(type !== EventType.GCEnd, timeNs);
    this.costs.setMarking(type !== EventType.GCEnd, timeNs);
  }

  private takeStop(row: number, type: EventType, timeNs: number): void {
    const { events } = this.trace;
    const goroutine = events.goroutineAt(row);
    const reason = this.textOf(stwReasonAt(this.trace, row));
    if (type === EventType.STWBegin) {
      this.costs.beginStop(this.stops.begin(goroutine, reason, timeNs, events.stackAt(row)), timeNs);
      this.latencies.stopBegins();
      return;
    }
    const stop = this.stops.end(goroutine, reason, timeNs);
    if (stop?.cutStart === true) {
      this.latencies.allWas('stw');
      this.costs.noticeLate();
    } else if (stop !== undefined) {
      this.costs.endStop(stop.isGc, timeNs);
    }
    this.latencies.stopEnds(timeNs);
  }

  private takeTask(row: number, type: EventType, timeNs: number): void {
    if (type === EventType.UserTaskEnd) {
      const ended = this.args.seek(row).next();
      this.endCost(this.tasks.openRowOf(ended), timeNs);
      if (!this.tasks.end(ended, timeNs)) {
        this.tasks.addEnded(readTaskEnd(this.trace, row), timeNs);
      }
      return;
    }
    const args = this.args.seek(row);
    const task = args.next();
    const parent = args.next();
    const words = { task, parent, type: args.nextString() };
    this.endCost(this.tasks.openRowOf(task), timeNs);
    this.beginCost(this.tasks.begin(words, this.trace.events.goroutineAt(row), row, timeNs), row, timeNs);
  }

  private beginCost(task: number, row: number, timeNs: number): void {
    const slot = this.goroutines.slotAt(row);
    if (slot < 0) {
      this.costs.isExact = false;
    } else {
      this.costs.beginTask(task, this.goroutines.startMeter(slot, this.trace.events.procAt(row), timeNs));
    }
  }

  private endCost(task: number, timeNs: number): void {
    const slot = this.costs.slotOfTask(task);
    if (slot >= 0) {
      this.goroutines.spend(slot, timeNs);
      if (this.costs.endTask(task)) {
        this.goroutines.stopMeter(slot);
      }
    }
  }

  private takeRegion(row: number, type: EventType, timeNs: number): void {
    const goroutine = this.trace.events.goroutineAt(row);
    const args = this.args.seek(row);
    const task = args.next();
    const name = args.nextString();
    if (type === EventType.UserRegionBegin) {
      this.regions.begin(goroutine, task, name, timeNs, row);
    } else {
      this.regions.end(goroutine, task, name, timeNs);
    }
  }

  private takeLog(row: number, timeNs: number): void {
    const args = this.args.seek(row);
    const task = args.next();
    const category = args.nextString();
    const message = args.nextString();
    if (category === this.cpuProfileRate) {
      this.samples.setRate(this.textOf(message));
    }
    this.logs.add(row, timeNs, this.trace.events.goroutineAt(row), task, category, message);
  }

  private readonly textOf = (string: StringIndex): string => this.trace.strings.textOf(string);
}

function assistTable({ length, startNs, endNs, key, stack }: RangeColumns): AssistTable {
  return { length, startNs, endNs, goroutine: key, stack };
}

function procTable({ length, startNs, endNs, key }: RangeColumns): SweepTable {
  return { length, startNs, endNs, proc: key };
}
