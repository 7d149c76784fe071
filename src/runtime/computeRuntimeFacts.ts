import { breathe, ns, type WorkOptions } from '../base';
import {
  EventType,
  GoState,
  newTransition,
  readTaskBegin,
  readTaskEnd,
  readTransition,
  stwReasonAt,
  type EventIndex,
  type StringIndex,
  type Trace,
  type Transition,
  ProcState,
} from '../gotrace';
import type { Log, RuntimeFacts } from './facts';
import { GcCycleCollector } from './gcCycles';
import { GoroutineTimelineCollector } from './goroutineTimelines';
import { HeapSeriesCollector } from './heapSeries';
import { mapIntervals } from './mapIntervals';
import { RangeCollector } from './rangeCollector';
import { RegionCollector } from './regions';
import { SampleCollector } from './samples';
import { StopTheWorldCollector } from './stopTheWorld';
import { TaskCollector } from './tasks';
import { findWallAnchor, type WallOptions } from './wallAnchor';

/** Options of {@link computeRuntimeFacts}. */
export interface RuntimeFactsOptions extends WallOptions, WorkOptions {
  /** Which region types are map activity; `mapRegionTypes` without. */
  readonly mapRegionTypes?: RegExp;
}

/** Events between two chances for a cancel message to arrive. */
const eventsPerBreath = 2 ** 18;

/**
 * The facts of an execution trace by the definitions of facts.md sections 1 to 6 and 9, in one pass over its events.
 * @throws the signal's reason when aborted
 */
export async function computeRuntimeFacts(trace: Trace, options: RuntimeFactsOptions = {}): Promise<RuntimeFacts> {
  const { length } = trace.events;
  const pass = new FactsPass(trace, options);
  for (let event = 0; event < length;) {
    const end = Math.min(length, event + eventsPerBreath);
    for (; event < end; event++) {
      pass.take(event);
    }
    options.onProgress?.('facts', event / length);
    await breathe(options.signal);
  }
  return pass.finish(options);
}

/** Event types whose rows are state transitions of goroutines. */
const goTransitions: readonly EventType[] = [
  EventType.GoCreate,
  EventType.GoCreateSyscall,
  EventType.GoCreateBlocked,
  EventType.GoStart,
  EventType.GoDestroy,
  EventType.GoDestroySyscall,
  EventType.GoStop,
  EventType.GoBlock,
  EventType.GoUnblock,
  EventType.GoSyscallBegin,
  EventType.GoSyscallEnd,
  EventType.GoSyscallEndBlocked,
  EventType.GoStatus,
  EventType.GoStatusStack,
  EventType.GoSwitch,
  EventType.GoSwitchDestroy,
];
const procTransitions: readonly EventType[] = [EventType.ProcStart, EventType.ProcStop, EventType.ProcSteal, EventType.ProcStatus];
const assistEvents: readonly EventType[] = [EventType.GCMarkAssistActive, EventType.GCMarkAssistBegin, EventType.GCMarkAssistEnd];
const sweepEvents: readonly EventType[] = [EventType.GCSweepActive, EventType.GCSweepBegin, EventType.GCSweepEnd];

/** One walk over the events of a trace: hands each to the collector of what it is about. */
class FactsPass {
  private readonly startNs: number;
  private readonly endNs: number;
  private readonly transition = newTransition();
  private readonly texts = new Map<number, string>();
  private readonly logs: Log[] = [];
  private readonly timelines: GoroutineTimelineCollector;
  private readonly procs: RangeCollector;
  private readonly assists: RangeCollector;
  private readonly sweeps: RangeCollector;
  private readonly cycles: GcCycleCollector;
  private readonly stops: StopTheWorldCollector;
  private readonly tasks: TaskCollector;
  private readonly regions: RegionCollector;
  private readonly heap: HeapSeriesCollector;
  private readonly samples: SampleCollector;

  constructor(
    private readonly trace: Trace,
    options: RuntimeFactsOptions,
  ) {
    const { events } = trace;
    this.startNs = events.length === 0 ? 0 : events.timeNsAt(0);
    this.endNs = events.length === 0 ? 0 : events.timeNsAt(events.length - 1);
    const counts = countTypes(trace);
    const countOf = (types: readonly EventType[]) => types.reduce((sum, type) => sum + (counts[type] ?? 0), 0);
    this.timelines = new GoroutineTimelineCollector(countOf(goTransitions), this.startNs);
    this.procs = new RangeCollector(countOf(procTransitions), this.startNs);
    this.assists = new RangeCollector(countOf(assistEvents), this.startNs);
    this.sweeps = new RangeCollector(countOf(sweepEvents), this.startNs);
    this.cycles = new GcCycleCollector(this.startNs);
    this.stops = new StopTheWorldCollector(this.startNs);
    this.tasks = new TaskCollector(this.startNs);
    this.regions = new RegionCollector(this.startNs, options.mapRegionTypes);
    this.heap = new HeapSeriesCollector(countOf([EventType.HeapAlloc]), countOf([EventType.HeapGoal]));
    this.samples = new SampleCollector(countOf([EventType.CPUSample]), trace);
  }

  take(event: number): void {
    const { events } = this.trace;
    const type = events.typeAt(event);
    switch (type) {
      case EventType.HeapAlloc:
        return this.heap.addLive(events.timeNsAt(event), events.argAt(event, 0));
      case EventType.HeapGoal:
        return this.heap.addGoal(events.timeNsAt(event), events.argAt(event, 0));
      case EventType.CPUSample:
        return this.samples.add(events.timeNsAt(event), events.goroutineAt(event), events.procAt(event), events.stackAt(event));
      case EventType.GCActive:
        return this.cycles.active();
      case EventType.GCBegin:
        return this.cycles.begin(events.timeNsAt(event), events.stackAt(event));
      case EventType.GCEnd:
        return this.cycles.end(events.timeNsAt(event));
      case EventType.GCMarkAssistActive:
        return this.assists.active(events.argAt(event, 0), events.stackAt(event));
      case EventType.GCMarkAssistBegin:
        return this.assists.begin(events.goroutineAt(event), events.timeNsAt(event), events.stackAt(event));
      case EventType.GCMarkAssistEnd:
        return this.assists.end(events.goroutineAt(event), events.timeNsAt(event));
      case EventType.GCSweepActive:
        return this.sweeps.active(events.argAt(event, 0));
      case EventType.GCSweepBegin:
        return this.sweeps.begin(events.procAt(event), events.timeNsAt(event), events.stackAt(event));
      case EventType.GCSweepEnd:
        return this.sweeps.end(events.procAt(event), events.timeNsAt(event));
      case EventType.STWBegin:
        return this.stops.begin(
          events.goroutineAt(event),
          this.textOf(stwReasonAt(this.trace, event)),
          events.timeNsAt(event),
          events.stackAt(event),
        );
      case EventType.STWEnd:
        return this.stops.end(events.goroutineAt(event), this.textOf(stwReasonAt(this.trace, event)), events.timeNsAt(event));
      case EventType.UserTaskBegin:
      case EventType.UserTaskEnd:
        return this.takeTask(event, type);
      case EventType.UserRegionBegin:
      case EventType.UserRegionEnd:
        return this.takeRegion(event, type);
      case EventType.UserLog:
        return this.takeLog(event);
      default:
        return this.takeTransition(event);
    }
  }

  finish(options: RuntimeFactsOptions): RuntimeFacts {
    const { trace, startNs, endNs, logs } = this;
    const stops = this.stops.finish(endNs);
    const assists = this.assists.finish(endNs);
    const sweeps = this.sweeps.finish(endNs);
    const procs = this.procs.finish(endNs);
    const regions = this.regions.finish(endNs);
    return {
      startNs: ns(startNs),
      endNs: ns(endNs),
      wall: findWallAnchor(trace, startNs, logs, options),
      gcCycles: this.cycles.finish(endNs, trace, stops),
      stops,
      assists: {
        length: assists.length,
        startNs: assists.startNs,
        endNs: assists.endNs,
        goroutine: assists.key,
        stack: assists.stack,
      },
      sweeps: { length: sweeps.length, startNs: sweeps.startNs, endNs: sweeps.endNs, proc: sweeps.key },
      timelines: this.timelines.finish(endNs),
      procs: { length: procs.length, startNs: procs.startNs, endNs: procs.endNs, proc: procs.key },
      heap: this.heap.finish(),
      tasks: this.tasks.finish(endNs),
      regions,
      logs,
      samples: this.samples.finish(),
      mapIntervals: mapIntervals(trace, regions, logs),
    };
  }

  private takeTransition(event: number): void {
    const { events } = this.trace;
    const { transition } = this;
    if (!readTransition(this.trace, event, transition)) {
      return;
    }
    const timeNs = events.timeNsAt(event);
    if (transition.resource === 'goroutine') {
      this.timelines.add(transition, timeNs, events.procAt(event));
      if (transition.to === GoState.NotExist) {
        this.regions.goroutineEnds(transition.id, timeNs);
      }
    } else {
      this.takeProcTransition(transition, timeNs);
    }
  }

  private takeProcTransition(transition: Transition, timeNs: number): void {
    if (transition.to !== ProcState.Running) {
      if (transition.from === ProcState.Running) {
        this.procs.end(transition.id, timeNs);
      }
    } else if (transition.from === ProcState.Undetermined) {
      this.procs.active(transition.id);
    } else {
      this.procs.begin(transition.id, timeNs, 0);
    }
  }

  private takeTask(event: number, type: EventType): void {
    const { events } = this.trace;
    const timeNs = events.timeNsAt(event);
    if (type === EventType.UserTaskBegin) {
      const { task, parent, type: name } = readTaskBegin(this.trace, event);
      const goroutine = events.goroutineAt(event);
      this.tasks.begin({ id: task, parent, type: this.textOf(name), goroutine, event: event as EventIndex }, timeNs);
    } else {
      const { task, parent, type: name } = readTaskEnd(this.trace, event);
      this.tasks.end({ id: task, parent, type: this.textOf(name) }, timeNs);
    }
  }

  private takeRegion(event: number, type: EventType): void {
    const { events } = this.trace;
    const goroutine = events.goroutineAt(event);
    const task = events.argAt(event, 0);
    const name = this.textOf(events.stringAt(event, 1));
    if (type === EventType.UserRegionBegin) {
      this.regions.begin(goroutine, task, name, events.timeNsAt(event), events.stackAt(event));
    } else {
      this.regions.end(goroutine, task, name, events.timeNsAt(event));
    }
  }

  private takeLog(event: number): void {
    const { events, strings } = this.trace;
    const category = this.textOf(events.stringAt(event, 1));
    const message = events.stringAt(event, 2);
    if (category === 'cpuProfileRate') {
      this.samples.setRate(strings.textOf(message));
    }
    this.logs.push({
      event: event as EventIndex,
      timeNs: events.timeNsAt(event),
      goroutine: events.goroutineAt(event),
      task: events.argAt(event, 0),
      category,
      message,
    });
  }

  private textOf(string: StringIndex): string {
    let text = this.texts.get(string);
    if (text === undefined) {
      text = this.trace.strings.textOf(string);
      this.texts.set(string, text);
    }
    return text;
  }
}

function countTypes(trace: Trace): Uint32Array {
  const { events } = trace;
  const counts = new Uint32Array(256);
  for (let event = 0; event < events.length; event++) {
    const type = events.typeAt(event);
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}
