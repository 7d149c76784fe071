import { ns } from '../base';
import { type EventIndex, type EventTable, EventType, NONE, type StackIndex, type StringIndex, type Trace } from '../gotrace';
import {
  cutEnd,
  cutStart,
  GoClass,
  noEvent,
  type GcCycle,
  type Latencies,
  type Log,
  type LogTable,
  type MapInterval,
  type MapIntervalTable,
  type Region,
  type RegionTable,
  type RuntimeFacts,
  type StopTheWorld,
  type Task,
  type TaskTable,
} from '../runtime';
import { replayTaskCosts } from '../runtime/costReplay';
import { CostColumns } from '../runtime/taskCosts';
import type { IdentityTable, SpanId, TaskIdentity, TraceJoins } from './capture';

const assistWait = 7;
const emptyTable = { length: 0, startNs: new Float64Array(), endNs: new Float64Array(), stack: new Uint32Array() };

/**
 * Facts from a picture, for tests: one line a subject, one character 1 ns. `g1 P0 RRrrwwaass..` is goroutine 1 on P 0, running, runnable, waiting,
 * waiting for assist work, in a syscall, absent. `mark`, `gcstop`, `stop`, `assist 1`, `sweep 0`, `map 1 5` (goroutine 1 for task 5, or none) and `task 5 1 4` (task 5 of
 * goroutine 1, part of task 4 or of none) have `x` where they are on.
 */
export function drawFacts(picture: string): RuntimeFacts {
  const lines = picture
    .split('\n')
    .map((line) => line.trim().split(/ +/))
    .filter(([subject]) => subject !== '');
  const drawn = (subject: string) =>
    lines
      .filter(([first]) => first === subject)
      .flatMap((words) => runsOf(words.at(-1) ?? '').map((run) => ({ ids: words.slice(1, -1).map(Number), ...run })))
      .sort((a, b) => a.startNs - b.startNs);
  const assists = drawn('assist');
  const sweeps = drawn('sweep');
  return withCosts({
    startNs: ns(0),
    endNs: ns(Math.max(0, ...lines.map((words) => words.at(-1)?.length ?? 0))),
    wall: null,
    gcCycles: drawn('mark').map(({ startNs, endNs }, seq) => cycle(seq, startNs, endNs)),
    stops: [...drawn('gcstop').map((run) => stop(run, true)), ...drawn('stop').map((run) => stop(run, false))],
    assists: { ...columnsOf(assists), goroutine: Float64Array.from(assists, ({ ids }) => ids[0] ?? 0) },
    sweeps: { ...columnsOf(sweeps), proc: Float64Array.from(sweeps, ({ ids }) => ids[0] ?? 0) },
    timelines: timelinesOf(lines.filter(([subject]) => /^g\d+$/.test(subject ?? ''))),
    classTotals: { runningNs: 0, runnableNs: 0, syscallNs: 0, waitingNs: 0 },
    waits: { length: 0, reason: new Uint32Array(), count: new Uint32Array(), totalNs: new Float64Array() },
    schedulerLatencies: noLatencies,
    procs: { ...emptyTable, proc: new Float64Array() },
    heap: {
      liveNs: new Float64Array(),
      liveBytes: new Float64Array(),
      goalNs: new Float64Array(),
      goalBytes: new Float64Array(),
      lastGoalBytes: null,
    },
    tasks: taskTableOf(drawn('task').map(({ ids, startNs, endNs }) => task(ids, startNs, endNs))),
    regions: regionTableOf(drawn('map').map(({ ids, startNs, endNs }) => region(ids, startNs, endNs))),
    logs: logTableOf([]),
    samples: {
      length: 0,
      timeNs: new Float64Array(),
      goroutine: new Float64Array(),
      proc: new Int32Array(),
      stack: new Uint32Array(),
      mapOp: new Int8Array(),
      site: new Int32Array(),
      sites: [],
      periodNs: ns(1e7),
    },
    mapIntervals: mapIntervalTableOf([]),
  });
}

/** Facts whose tasks cost what their other members say. */
export function withCosts(facts: Omit<RuntimeFacts, 'costs'>): RuntimeFacts {
  return { ...facts, costs: new CostColumns(facts.tasks.length, replayTaskCosts(emptyTrace, facts, facts.tasks)) };
}

const noDistribution = { buckets: new Uint32Array(), steps: new Uint32Array(), totalNs: 0, maxNs: 0 };
const noLatencies: Latencies = {
  startNs: 0,
  stepNs: 1,
  stepCount: 0,
  outside: noDistribution,
  mark: noDistribution,
  stw: noDistribution,
};

/** Tables of facts from rows, for tests. */
export function taskTableOf(tasks: readonly Task[]): TaskTable {
  return {
    length: tasks.length,
    id: Float64Array.from(tasks, ({ id }) => id),
    parent: Float64Array.from(tasks, ({ parent }) => parent),
    type: new Uint32Array(tasks.length),
    startNs: Float64Array.from(tasks, ({ startNs }) => startNs),
    endNs: Float64Array.from(tasks, ({ endNs }) => endNs),
    goroutine: Float64Array.from(tasks, ({ goroutine }) => goroutine ?? NONE),
    beginEvent: Uint32Array.from(tasks, ({ beginEvent }) => beginEvent ?? noEvent),
    cut: Uint8Array.from(tasks, cutOf),
    at: (row) => tasks[row],
  };
}

export function regionTableOf(regions: readonly Region[]): RegionTable {
  return {
    length: regions.length,
    type: new Uint32Array(regions.length),
    task: Float64Array.from(regions, ({ task: id }) => id),
    goroutine: Float64Array.from(regions, ({ goroutine }) => goroutine),
    startNs: Float64Array.from(regions, ({ startNs }) => startNs),
    endNs: Float64Array.from(regions, ({ endNs }) => endNs),
    beginEvent: Uint32Array.from(regions, ({ beginEvent }) => beginEvent ?? noEvent),
    cut: Uint8Array.from(regions, cutOf),
    isMap: Uint8Array.from(regions, ({ isMap }) => Number(isMap)),
    at: (row) => regions[row],
  };
}

/** @param categories categories are numbered by their place in this list */
export function logTableOf(logs: readonly Log[], categories: readonly string[] = []): LogTable {
  return {
    length: logs.length,
    event: Uint32Array.from(logs, ({ event }) => event),
    timeNs: Float64Array.from(logs, ({ timeNs }) => timeNs),
    goroutine: Float64Array.from(logs, ({ goroutine }) => goroutine),
    task: Float64Array.from(logs, ({ task: id }) => id),
    category: Uint32Array.from(logs, ({ category }) => categories.indexOf(category)),
    message: Uint32Array.from(logs, ({ message }) => message),
    at: (row) => logs[row],
  };
}

export function mapIntervalTableOf(intervals: readonly MapInterval[]): MapIntervalTable {
  return {
    length: intervals.length,
    source: new Uint32Array(intervals.length),
    isLog: Uint8Array.from(intervals, ({ evidence }) => Number(evidence === 'log')),
    goroutine: Float64Array.from(intervals, ({ goroutine }) => goroutine),
    startNs: Float64Array.from(intervals, ({ startNs }) => startNs),
    endNs: Float64Array.from(intervals, ({ endNs }) => endNs),
    at: (row) => intervals[row],
  };
}

/** Identities of tasks from rows; without, of so many tasks of which nothing is known. */
export function identityTableOf(identities: readonly TaskIdentity[] | number): IdentityTable {
  const rows = typeof identities === 'number' ? Array.from({ length: identities }, () => ({ ids: [], attributes: {} })) : identities;
  return { length: rows.length, at: (row) => rows[row], isIdentified: (row) => rows[row]?.ids.length !== 0 };
}

function cutOf(range: { readonly cutStart: boolean; readonly cutEnd: boolean }): number {
  return (range.cutStart ? cutStart : 0) | (range.cutEnd ? cutEnd : 0);
}

/** CPU samples for drawn facts: in map operation `mapOp` (index, -1 for none) at each time. */
export function withSamples(
  facts: RuntimeFacts,
  samples: readonly (readonly [timeNs: number, mapOp: number])[],
  site = 'main.f m/m.go:1',
): RuntimeFacts {
  return {
    ...facts,
    samples: {
      ...facts.samples,
      length: samples.length,
      timeNs: Float64Array.from(samples, ([timeNs]) => timeNs),
      mapOp: Int8Array.from(samples, ([, mapOp]) => mapOp),
      site: Int32Array.from(samples, ([, mapOp]) => (mapOp < 0 ? -1 : 0)),
      sites: [site],
    },
  };
}

/** A trace without events that knows the one string the costs need. */
export const emptyTrace: Trace = {
  bytes: new Uint8Array(),
  goVersion: 26,
  originNs: 2n ** 60n,
  events: {
    length: 0,
    typeAt: () => 9,
    lapNsAt: () => 0,
    timeNsAt: () => ns(0),
    goroutineAt: () => -1,
    procAt: () => -1,
    threadAt: () => -1,
    argAt: () => 0,
    stringAt: () => 0 as StringIndex,
    stackAt: () => 0 as StackIndex,
    bigArgAt: () => 0n,
    bigTimeNsAt: () => 0n,
    bigContextAt: () => ({ goroutine: 0n, proc: 0n, thread: 0n }),
    stackArgAt: () => 0 as StackIndex,
    extras: { from: new Map(), status: new Map(), reason: new Map(), task: new Map() },
    rows: {
      type: new Uint8Array(),
      timeLowNs: new Uint32Array(),
      goroutine: new Uint32Array(),
      goroutineIds: [],
      context: new Uint16Array(),
      contextProc: [],
      offset: new Uint32Array(),
      wire: new Uint8Array(),
    },
  },
  strings: {
    length: 8,
    textOf: (index) => (index === assistWait ? 'GC mark assist wait for work' : ''),
    bytesOf: () => new Uint8Array(),
    find: (text) => (text === 'GC mark assist wait for work' ? (assistWait as StringIndex) : undefined),
  },
  stacks: {
    length: 1,
    frameStart: new Uint32Array(2),
    frame: new Uint32Array(),
    frames: { length: 0, pc: new Float64Array(), function: new Uint32Array(), file: new Uint32Array(), line: new Float64Array() },
  },
  syncs: [],
  experimentalBatches: [],
  damage: null,
};

interface Run {
  readonly char: string;
  readonly startNs: number;
  readonly endNs: number;
}

/** Stretches of one character; dots are nothing. */
function runsOf(drawing: string): Run[] {
  return [...drawing.matchAll(/([^.])\1*/g)].map((match) => ({
    char: match[1] ?? '',
    startNs: match.index,
    endNs: match.index + match[0].length,
  }));
}

function columnsOf(runs: readonly Run[]): typeof emptyTable {
  return {
    length: runs.length,
    startNs: Float64Array.from(runs, (run) => run.startNs),
    endNs: Float64Array.from(runs, (run) => run.endNs),
    stack: new Uint32Array(runs.length),
  };
}

const classOfChar: Readonly<Record<string, GoClass>> = {
  R: GoClass.Running,
  r: GoClass.Runnable,
  s: GoClass.Syscall,
  w: GoClass.Waiting,
  a: GoClass.Waiting,
  '.': GoClass.Absent,
};

function timelinesOf(lines: readonly string[][]): RuntimeFacts['timelines'] {
  const rows = lines.map((words) => [...(words.at(-1) ?? '').matchAll(/(.)\1*/g)]);
  const flat = rows.flatMap((row, k) =>
    row.map((match) => ({ proc: Number(lines[k]?.[1]?.slice(1)), char: match[1] ?? '', startNs: match.index, length: match[0].length })),
  );
  const goroutines = Float64Array.from(lines, ([subject]) => Number(subject?.slice(1)));
  const rowStart = Uint32Array.from([0, ...rows.map((_, k) => rows.slice(0, k + 1).flat().length)]);
  const timelines: RuntimeFacts['timelines'] = {
    goroutines,
    rowStart,
    restrictedTo: () => timelines,
    runningNs: new Float64Array(goroutines.length),
    slotOf: (goroutine) => goroutines.indexOf(goroutine),
    startNsAt: (row) => ns(flat[row]?.startNs ?? 0),
    endNsAt: (row) => ns((flat[row]?.startNs ?? 0) + (flat[row]?.length ?? 0)),
    classAt: (row) => classOfChar[flat[row]?.char ?? '.'] ?? GoClass.Absent,
    isWaitingAt: (row) => classOfChar[flat[row]?.char ?? '.'] === GoClass.Waiting,
    reasonAt: (row) => (flat[row]?.char === 'a' ? assistWait : 0) as StringIndex,
    procAt: (row) => (flat[row]?.char === 'R' ? (flat[row]?.proc ?? NONE) : NONE),
    stackAt: () => 0 as StackIndex,
    eventAt: () => 0 as EventIndex,
  };
  return timelines;
}

const uncut = { cutStart: false, cutEnd: false };

function cycle(seq: number, startNs: number, endNs: number): GcCycle {
  const mark = { markStartNs: ns(startNs), markEndNs: ns(endNs) };
  return { seq, startNs: ns(startNs), endNs: ns(endNs), ...mark, trigger: 'heap', site: null, stack: 0 as StackIndex, ...uncut };
}

function stop({ startNs, endNs }: Run, isGc: boolean): StopTheWorld {
  const reason = isGc ? 'GC mark termination' : 'read mem stats';
  return { reason, isGc, startNs: ns(startNs), endNs: ns(endNs), goroutine: 99, stack: 0 as StackIndex, ...uncut };
}

function task([id = 0, goroutine, parent = 0]: readonly number[], startNs: number, endNs: number): Task {
  return {
    id,
    parent,
    type: 'GET /x',
    startNs: ns(startNs),
    endNs: ns(endNs),
    goroutine: goroutine ?? null,
    beginEvent: null,
    ...uncut,
  };
}

function region([goroutine = 0, task = 0]: readonly number[], startNs: number, endNs: number): Region {
  return { type: 'map.iterate', task, goroutine, startNs: ns(startNs), endNs: ns(endNs), isMap: true, beginEvent: null, ...uncut };
}

/** An id as a log gives it: with a trace id by a traceparent, without by Datadog's. */
export function loggedId(spanId: string, traceId?: string): SpanId {
  return traceId === undefined
    ? { spanId, source: 'datadog.uint64_span_id', dialect: 'datadog-raw', evidence: 'its log' }
    : { traceId, spanId, source: 'otel.traceparent', dialect: 'traceparent', evidence: 'its log' };
}

/** A trace that was looked at by itself. */
export const nothingJoined: TraceJoins = {
  code: { functionsAt: new Map(), mainFolders: new Set(), goRoot: null, goos: null, goarch: null, binary: null, buildId: null },
  profile: null,
  cpuProfile: 0,
  appSpans: null,
  fingerprints: null,
};

/** Events by which goroutine `creator` makes goroutine `made` at each time. */
export function creationEvents(...creations: [timeNs: number, creator: number, made: number][]): EventTable {
  const { events } = emptyTrace;
  return {
    ...events,
    length: creations.length,
    rows: { ...events.rows, type: new Uint8Array(creations.length).fill(EventType.GoCreate) },
    typeAt: () => EventType.GoCreate,
    timeNsAt: (row) => ns(creations[row]?.[0] ?? 0),
    goroutineAt: (row) => creations[row]?.[1] ?? -1,
    argAt: (row) => creations[row]?.[2] ?? 0,
  };
}
