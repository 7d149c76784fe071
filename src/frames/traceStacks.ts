import type { Notice } from '../base';
import type { AnalyzedTrace } from '../correlate';
import type { Trace } from '../gotrace';
import { compileFilter, matchesSelector, type Profile, type Selector, type WeightedStacks } from '../pprof';
import { type BlockingKind, type BlockingTable, findBlocking, mapOps } from '../runtime';
import { noCyclesNotice } from './emptyNotice';
import { type TraceSampleType, traceSampleTypes } from './query';
import { StackLabels } from './stackLabels';
import type { TaskLookup } from './taskLookup';
import type { Window } from './window';

export function isTraceSampleType(text: string): text is TraceSampleType {
  return traceSampleTypes.some((type) => type === text);
}

interface TraceStacksOptions {
  /**
   * Over what the goroutine's tasks are known by at that moment; of CPU samples also over the profile's labels, and where there are none over `map_op`, the map
   * operation of their stack.
   */
  readonly selector: Selector;
  /** Only what lies in this part of the trace; null for all of it. */
  readonly window: Window | null;
  /** Only what goroutines did while they were in one of these tasks: rows of facts.tasks. */
  readonly tasks: ReadonlySet<number> | null;
  /** Only stacks with a function or file that matches, as go tool pprof's -focus; '' for all. */
  readonly focus: string;
  readonly sampleType: TraceSampleType;
  /** The CPU profile taken with the trace: its labels are those of the trace's CPU samples, as far as stacks tell. */
  readonly profile: Profile | undefined;
}

interface TraceStacks {
  readonly stacks: WeightedStacks;
  readonly title: string;
  readonly unit: string;
  readonly notices: readonly Notice[];
}

/** One thing that happened with a stack. */
interface Happening {
  readonly stack: number;
  readonly weight: number;
  readonly goroutine: number;
  readonly timeNs: number;
  readonly mapOp: string | null;
}

/** Stacks of a trace: CPU samples by CPU time, mark assists and waits by their time, and what began GC cycles by count. */
export function traceStacks(analyzed: AnalyzedTrace, lookup: TaskLookup, options: TraceStacksOptions): TraceStacks {
  const { happenings, ...rest } = collectors[options.sampleType](analyzed, options.window);
  const weights = new Map<number, number>();
  const { selector, sampleType, profile, tasks } = options;
  const needsLabels = sampleType === 'cpu' && profile !== undefined && selector.matchers.length > 0;
  const labels = needsLabels ? new StackLabels(analyzed.trace, profile) : null;
  const isFocused = focusTest(analyzed.trace, options.focus);
  for (const happening of happenings) {
    const isOfTasks = tasks === null || lookup.tasksAt(happening.goroutine, happening.timeNs).some((row) => tasks.has(row));
    if (isOfTasks && isFocused(happening.stack) && takes(selector, lookup, labels, happening)) {
      weights.set(happening.stack, (weights.get(happening.stack) ?? 0) + happening.weight);
    }
  }
  return { ...rest, stacks: nameStacks(analyzed.trace, weights) };
}

/** Whether a stack holds a function or file that an expression matches. */
function focusTest({ stacks, strings }: Trace, focus: string): (stack: number) => boolean {
  if (focus === '') {
    return () => true;
  }
  const expression = compileFilter('focus', focus);
  const matchesString = memoize((string) => expression.matches(strings.textOf(string as Parameters<Trace['strings']['textOf']>[0])));
  const { frameStart, frame, frames } = stacks;
  return memoize((stack) =>
    frame
      .subarray(frameStart[stack] ?? 0, frameStart[stack + 1] ?? 0)
      .some((row) => matchesString(frames.function[row] ?? 0) || matchesString(frames.file[row] ?? 0)),
  );
}

/** Answers for each number once. */
function memoize(test: (value: number) => boolean): (value: number) => boolean {
  const answers = new Map<number, boolean>();
  return (value) => {
    const answer = answers.get(value) ?? test(value);
    answers.set(value, answer);
    return answer;
  };
}

function takes(
  selector: Selector,
  lookup: TaskLookup,
  labels: StackLabels | null,
  { stack, goroutine, timeNs, mapOp }: Happening,
): boolean {
  if (selector.matchers.length === 0) {
    return true;
  }
  const tasks = lookup.tasksAt(goroutine, timeNs);
  return matchesSelector(selector, (name) => {
    if (name === 'goroutine') {
      return [String(goroutine)];
    }
    const label = labels?.valueOf(stack, name);
    if (label !== undefined) {
      return [label];
    }
    const ofTasks = tasks.flatMap((row) => lookup.valuesOf(row, name));
    return name === 'map_op' && mapOp !== null ? [mapOp, ...ofTasks] : ofTasks;
  });
}

type Collected = Omit<TraceStacks, 'stacks'> & { readonly happenings: readonly Happening[] };

const collectors: Readonly<Record<TraceSampleType, (analyzed: AnalyzedTrace, window: Window | null) => Collected>> = {
  cpu: ({ facts: { samples } }, window) => {
    const happenings: Happening[] = [];
    for (let row = 0; row < samples.length; row++) {
      const timeNs = samples.timeNs[row] ?? 0;
      if (window === null || (window.fromNs <= timeNs && timeNs < window.toNs)) {
        happenings.push({
          stack: samples.stack[row] ?? 0,
          weight: samples.periodNs,
          goroutine: samples.goroutine[row] ?? -1,
          timeNs,
          mapOp: mapOps[samples.mapOp[row] ?? -1] ?? null,
        });
      }
    }
    const text = `CPU time by ${happenings.length} samples of the trace, one each ${samples.periodNs / 1e6} ms.`;
    return { happenings, title: 'CPU samples of the trace', unit: 'ns', notices: [{ severity: 'info', text }] };
  },
  assist: ({ facts: { assists } }, window) => {
    const happenings = cutToWindow(assists, window);
    const text = `Time in ${happenings.length} GC mark assists, on and off the CPU, by where they began.`;
    return { happenings, title: 'GC mark assists of the trace', unit: 'ns', notices: [{ severity: 'info', text }] };
  },
  'gc-trigger': ({ facts }, window) => {
    const cycles = facts.gcCycles.filter(({ startNs }) => window === null || (window.fromNs <= startNs && startNs < window.toNs));
    const happenings = cycles.map(({ stack, startNs, endNs }) => {
      // Whoever begins a cycle stops the world next.
      const starter = facts.stops.find((stop) => stop.reason === 'GC sweep termination' && startNs <= stop.startNs && stop.startNs < endNs);
      return { stack, weight: 1, goroutine: starter?.goroutine ?? -1, timeNs: startNs, mapOp: null };
    });
    return { happenings, title: 'GC triggers of the trace', unit: 'short', notices: noCyclesNotice(facts.gcCycles) };
  },
  net: (analyzed, window) => waits(analyzed, window, 'net', 'Waits for the network'),
  sync: (analyzed, window) => waits(analyzed, window, 'sync', 'Waits for other goroutines'),
  syscall: (analyzed, window) => waits(analyzed, window, 'syscall', 'System calls'),
  sched: (analyzed, window) => waits(analyzed, window, 'sched', 'Waits for a P'),
};

function waits({ trace }: AnalyzedTrace, window: Window | null, kind: BlockingKind, title: string): Collected {
  const happenings = cutToWindow(findBlocking(trace, kind), window);
  const place = kind === 'sched' ? 'by where the goroutine stopped or who woke it' : 'by where they began';
  const text =
    `Time in ${happenings.length} ${title[0]?.toLowerCase()}${title.slice(1)}, ${place}: those that begin and end in the trace, ` +
    `as go tool trace -pprof=${kind} counts them.`;
  return { happenings, title: `${title} of the trace`, unit: 'ns', notices: [{ severity: 'info', text }] };
}

/** Stretches of time as far as they lie in the window. */
function cutToWindow({ length, startNs, endNs, goroutine, stack }: BlockingTable, window: Window | null): Happening[] {
  const happenings: Happening[] = [];
  for (let row = 0; row < length; row++) {
    const from = Math.max(startNs[row] ?? 0, window?.fromNs ?? -Infinity);
    const to = Math.min(endNs[row] ?? 0, window?.toNs ?? Infinity);
    if (to > from) {
      happenings.push({ stack: stack[row] ?? 0, weight: to - from, goroutine: goroutine[row] ?? -1, timeNs: from, mapOp: null });
    }
  }
  return happenings;
}

const unknownName = '<no stack>';

/** Stacks with their weights as runs of function names, interned. */
function nameStacks(trace: Trace, weights: ReadonlyMap<number, number>): WeightedStacks {
  const { frameStart: startOf, frame: frameOf, frames } = trace.stacks;
  const names: string[] = [];
  const positions = new Map<number, number>();
  const nameOf = (text: number, read: () => string): number => {
    const known = positions.get(text);
    if (known !== undefined) {
      return known;
    }
    positions.set(text, names.length);
    return names.push(read()) - 1;
  };
  const frameStart = new Uint32Array(weights.size + 1);
  const frame: number[] = [];
  let position = 0;
  for (const stack of weights.keys()) {
    frameStart[position++] = frame.length;
    const [start, end] = [startOf[stack] ?? 0, startOf[stack + 1] ?? 0];
    if (stack === 0 || end <= start) {
      frame.push(nameOf(-1, () => unknownName));
    }
    for (let entry = start; entry < end; entry++) {
      const text = frames.function[frameOf[entry] ?? 0] ?? 0;
      frame.push(nameOf(text, () => functionName(trace, text)));
    }
  }
  frameStart[position] = frame.length;
  return { length: weights.size, weight: Float64Array.from(weights.values()), frameStart, frame: Uint32Array.from(frame), names };
}

function functionName({ strings }: Trace, text: number): string {
  return strings.textOf(text as Parameters<Trace['strings']['textOf']>[0]) || '<unknown>';
}
