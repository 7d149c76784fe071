import type { Notice } from '../base';
import { type AnalyzedTrace, chooseTask } from '../correlate';
import { NONE, type StackIndex, type StringIndex } from '../gotrace';
import { parseSelector, matchesSelector, type Selector } from '../pprof';
import {
  allRows,
  findGcWorkers,
  framesOfStack,
  GoClass,
  gcWorkerModes,
  type GcWorkerTable,
  largestRows,
  type RowGroups,
  rowsBy,
  type RuntimeFacts,
} from '../runtime';
import type { FrameContext } from './context';
import { gcLane, stateColors } from './gcLane';
import { type Lane, laneFrames, type Layer, layerOfRows, TimelineLayer } from './lanes';
import type { FrameDraft } from './makeFrame';
import type { ViewQuery } from './query';
import { TimeAxis } from './timeAxis';
import { chooseCycleWindow, sliverNotices, type Window } from './window';

const defaultLanes = 40;
/** Intervals of a goroutine that are asked for a stack with its entry function. */
const stacksToTry = 16;
const assistWait = 'GC mark assist wait for work';

/**
 * What goroutines did, a lane for each: those that ran longest, or those of the request that `query` names. A selector can name `goroutine` and `function`
 * (where it was started).
 */
export function goroutineFrames(analyzed: AnalyzedTrace, query: ViewQuery, context: FrameContext): FrameDraft[] {
  const { facts } = analyzed;
  const axis = new TimeAxis(facts, query.timeUnit);
  const { window: asked, notices } = chooseCycleWindow(facts, axis, query, context);
  const { row: task, notices: taskNotices } = taskOf(analyzed, query);
  const window = task === undefined ? asked : taskWindow(facts, task, asked);
  const found = chooseGoroutines(analyzed, query, task);
  const limit = query.limit ?? defaultLanes;
  const shown = task === undefined ? largestRows(facts.timelines.runningNs, found, limit) : found.subarray(0, limit);
  const timelines = facts.timelines.restrictedTo(Array.from(shown, (slot) => facts.timelines.goroutines[slot] ?? NONE));
  const maker = new LaneMaker({ ...analyzed, facts: { ...facts, timelines } }, findGcWorkers(facts.timelines, analyzed.trace));
  const frames = laneFrames([gcLane(facts), ...Array.from(shown, (slot) => maker.lane(slot))], axis, window, stateColors);
  const [first, ...rest] = frames;
  return first === undefined
    ? []
    : [
        {
          ...first,
          notices: [
            ...axis.notices,
            ...notices,
            ...sliverNotices(axis, context),
            ...taskNotices,
            ...foldedNotice(shown.length, found.length),
            ...(first.notices ?? []),
          ],
        },
        ...rest,
      ];
}

/** The task that the query names, if it names one. @throws GclensError when there is no such task */
function taskOf(analyzed: AnalyzedTrace, { query = '' }: ViewQuery): { readonly row?: number; readonly notices: readonly Notice[] } {
  return query.trim() === '' ? { notices: [] } : chooseTask(analyzed, query);
}

/** The task's time, as far as the panel shows it. */
function taskWindow({ tasks }: RuntimeFacts, task: number, asked: Window): Window {
  const window = { fromNs: tasks.startNs[task] ?? 0, toNs: tasks.endNs[task] ?? 0 };
  const fromNs = Math.max(asked.fromNs, window.fromNs);
  const toNs = Math.min(asked.toNs, window.toNs);
  return toNs > fromNs ? { fromNs, toNs } : window;
}

/** Slots of the goroutines that are wanted; of a task its own first, then those with regions of it. */
function chooseGoroutines(analyzed: AnalyzedTrace, query: ViewQuery, task: number | undefined): Uint32Array {
  const { timelines } = analyzed.facts;
  const selector = parseSelector(query.selector ?? '');
  const slots = task === undefined ? allRows(timelines.goroutines.length) : Uint32Array.from(slotsOfTask(analyzed.facts, task));
  return selector.matchers.length === 0 ? slots : slots.filter((slot) => isSelected(analyzed, slot, selector));
}

function slotsOfTask({ tasks, regions, timelines }: RuntimeFacts, task: number): number[] {
  const id = tasks.id[task];
  const goroutines = new Set([tasks.goroutine[task] ?? -1]);
  for (let row = 0; row < regions.length; row++) {
    if (regions.task[row] === id) {
      goroutines.add(regions.goroutine[row] ?? -1);
    }
  }
  return [...goroutines].map((goroutine) => timelines.slotOf(goroutine)).filter((slot) => slot >= 0);
}

function isSelected(analyzed: AnalyzedTrace, slot: number, selector: Selector): boolean {
  return matchesSelector(selector, (name) => {
    switch (name) {
      case 'goroutine':
        return [String(analyzed.facts.timelines.goroutines[slot] ?? '')];
      case 'function':
        return [entryFunction(analyzed, slot)];
      default:
        return [];
    }
  });
}

/** Where a goroutine was started: the outermost function of its stacks; empty when none is known. */
function entryFunction({ trace, facts: { timelines } }: AnalyzedTrace, slot: number): string {
  const first = timelines.rowStart[slot] ?? 0;
  const end = Math.min(timelines.rowStart[slot + 1] ?? 0, first + stacksToTry);
  for (let row = first; row < end; row++) {
    const stack: StackIndex = timelines.stackAt(row);
    const outermost = framesOfStack(trace, stack).at(-1);
    if (outermost !== undefined) {
      return outermost.function;
    }
  }
  return '';
}

/** Makes lanes of goroutines: what they did, with assists and mark work in it. */
class LaneMaker {
  private readonly assistsOf: RowGroups;
  private readonly workersOf: RowGroups;
  private readonly waitStates = new Map<StringIndex, string>();

  constructor(
    private readonly analyzed: AnalyzedTrace,
    private readonly workers: GcWorkerTable,
  ) {
    this.assistsOf = rowsBy(analyzed.facts.assists.goroutine);
    this.workersOf = rowsBy(workers.goroutine);
  }

  lane(slot: number): Lane {
    const { timelines } = this.analyzed.facts;
    const goroutine = timelines.goroutines[slot] ?? -1;
    const entry = entryFunction(this.analyzed, slot);
    return {
      title: `${entry === '' ? 'goroutine' : entry} #${goroutine}`,
      layers: [
        layerOfRows(
          this.workers,
          this.workersOf.rowsOf(goroutine),
          (row) => `mark worker: ${gcWorkerModes[this.workers.mode[row] ?? 0] ?? ''}`,
        ),
        this.assistLayer(slot, goroutine),
        new TimelineLayer(timelines, slot, (row) => this.stateOf(row)),
      ],
    };
  }

  /** Assists on the CPU: an assist that waits, or has no P, shows that. */
  private assistLayer(slot: number, goroutine: number): Layer {
    const { assists, timelines } = this.analyzed.facts;
    const whole = layerOfRows(assists, this.assistsOf.rowsOf(goroutine), () => 'mark assist');
    const states = new TimelineLayer(timelines, slot, (row) =>
      timelines.classAt(row) === GoClass.Running ? 'mark assist' : this.stateOf(row),
    );
    return {
      at: (timeNs) => {
        const assist = whole.at(timeNs);
        if (assist === undefined || assist.startNs > timeNs) {
          return assist;
        }
        const state = states.at(timeNs);
        return state === undefined
          ? undefined
          : {
              startNs: Math.max(assist.startNs, state.startNs),
              endNs: Math.min(assist.endNs, state.endNs),
              state: state.state,
            };
      },
      countWithin: (fromNs, toNs) => whole.countWithin(fromNs, toNs),
    };
  }

  private stateOf(row: number): string | null {
    const { timelines } = this.analyzed.facts;
    switch (timelines.classAt(row)) {
      case GoClass.Running:
        return 'running';
      case GoClass.Runnable:
        return 'runnable';
      case GoClass.Syscall:
        return 'syscall';
      case GoClass.Waiting:
        return this.waitState(timelines.reasonAt(row));
      default:
        return null;
    }
  }

  private waitState(reason: StringIndex): string {
    let state = this.waitStates.get(reason);
    if (state === undefined) {
      const text = this.analyzed.trace.strings.textOf(reason);
      state = text === assistWait ? 'assist wait' : text === '' ? 'waiting' : `waiting: ${text}`;
      this.waitStates.set(reason, state);
    }
    return state;
  }
}

function foldedNotice(shown: number, found: number): Notice[] {
  return shown < found
    ? [{ severity: 'info', text: `The ${shown} of ${found} goroutines that ran longest are shown; the limit can be raised.` }]
    : [];
}
