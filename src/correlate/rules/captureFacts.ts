import { latencyQuantileNs, type LatencyPhase } from '../../runtime';
import { pauseActivity } from '../pauseActivity';
import { heapSpan, procLoad } from './captureMeasures';
import type { Fact } from './fact';
import { isSurelyMap } from './heapContent';
import type { Measured } from './measure';

type CaptureFact = Omit<Fact<Measured>, 'scope'>;

const second = 1e9;

const ofTrace: readonly CaptureFact[] = [
  fact('trace.duration', 'ns', 'trace', 'how long the trace is', ({ trace }) => wallOf(trace)),
  fact(
    'gc.cycles',
    'count',
    'trace',
    'GC cycles that ran in the trace, cut ones included',
    ({ trace }) => trace?.facts.gcCycles.length ?? null,
  ),
  fact('gc.cyclesPerSecond', '/s', 'trace', 'GC cycles a second', ({ trace }) =>
    quotient(trace?.facts.gcCycles.length ?? null, seconds(trace)),
  ),
  fact(
    'gc.cycleShare',
    'share',
    'trace',
    'part of the time in which a GC cycle ran',
    ({ rootCause }) => rootCause?.cost.cycleShare ?? null,
  ),
  fact('gc.cycleMean', 'ns', 'cycles', 'mean length of a GC cycle, from the start of marking until the world runs again', ({ trace }) =>
    meanOf(cycleLengths(trace)),
  ),
  fact('gc.cycleMax', 'ns', 'cycles', 'length of the longest GC cycle', ({ trace }) => maxOf(cycleLengths(trace))),
  fact('gc.heapCycles', 'count', 'trace', 'GC cycles that an allocation began', ({ trace }) => begunBy(trace, 'heap')),
  fact('gc.forcedCycles', 'count', 'trace', 'GC cycles that runtime.GC began, also under debug.FreeOSMemory', ({ trace }) =>
    begunBy(trace, 'forced'),
  ),
  fact('gc.forcedAt', 'text', 'cycles', 'lines that called runtime.GC', ({ trace }) => forcedLines(trace)),
  fact('gc.periodicCycles', 'count', 'trace', 'GC cycles that the two-minute timer began', ({ trace }) => begunBy(trace, 'periodic')),
  fact(
    'gc.limitCycles',
    'count',
    'trace',
    'GC cycles that the heap began while it was far from its goal or had none (GOGC=off): a memory limit began them',
    ({ pacing }) => pacing?.limitCycles ?? null,
  ),
  fact(
    'gc.gogc',
    'count',
    'cycles',
    'what GOGC seems to be, in percent, by the goals that were set; unknown with GOGC=off',
    ({ pacing }) => (pacing === null || pacing.gogc === null ? null : Math.round(pacing.gogc)),
  ),
  fact('gc.pauseCount', 'count', 'trace', 'stop-the-worlds of the GC', ({ stops, trace }) =>
    trace === null ? null : sumOf(stops, true, 'count'),
  ),
  fact(
    'gc.pauseTotal',
    'ns',
    'trace',
    'time in stop-the-worlds of the GC, stopping included',
    ({ rootCause }) => rootCause?.cost.stopNs ?? null,
  ),
  fact(
    'gc.pauseMax',
    'ns',
    'trace',
    'longest stop-the-world of the GC, stopping included',
    ({ rootCause }) => rootCause?.cost.longestStopNs ?? null,
  ),
  fact('gc.pauseShare', 'share', 'trace', 'part of the time in stop-the-worlds of the GC', ({ rootCause, trace }) =>
    quotient(rootCause?.cost.stopNs ?? null, wallOf(trace)),
  ),
  fact('gc.assists', 'count', 'trace', 'mark assists', ({ trace }) => trace?.facts.assists.length ?? null),
  fact(
    'gc.assistTotal',
    'ns',
    'trace',
    'time in mark assists of all goroutines, on and off the CPU: far above their CPU time on a busy machine',
    ({ rootCause }) => rootCause?.cost.assistNs ?? null,
  ),
  fact(
    'gc.collectorShare',
    'share',
    'samples',
    'part of the CPU samples in the collector: marking, assists, sweeping in the background',
    ({ cpu }) => quotient(cpu?.collectorSamples ?? null, cpu?.samples ?? null),
  ),
  fact('cpu.samples', 'count', 'samples', 'CPU samples, of the CPU profile where there is one', ({ cpu }) => cpu?.samples ?? null),
  fact('cpu.mapSamples', 'count', 'samples', 'CPU samples in map operations', ({ cpu }) => cpu?.mapSamples ?? null),
  fact('cpu.mapShare', 'share', 'samples', 'part of the CPU samples in map operations', ({ cpu }) =>
    quotient(cpu?.mapSamples ?? null, cpu?.samples ?? null),
  ),
  fact(
    'cpu.mapLine',
    'text',
    'samples',
    'the program’s line with most CPU samples in a map operation',
    ({ mapWork }) => mapWork?.line ?? null,
  ),
  fact('cpu.mapOperation', 'text', 'samples', 'map operation of that line', ({ mapWork }) => mapWork?.op ?? null),
  fact(
    'map.driveShare',
    'share',
    'cycles',
    'part of what drives GC (triggers, assists, samples in the allocator) that has any evidence of maps: a map operation in the stack, a map region, samples of the function that walk or fill a map',
    ({ rootCause }) => (hasVotes(rootCause) ? (rootCause?.mapShare.all ?? null) : null),
  ),
  fact('map.operationDriveShare', 'share', 'cycles', 'part of what drives GC that allocates within map operations', ({ rootCause }) =>
    hasVotes(rootCause) ? (rootCause?.mapShare.operation ?? null) : null,
  ),
  fact(
    'map.overlapLift',
    'ratio',
    'samples',
    'map samples a second within GC cycles, times those outside',
    ({ trace }) => trace?.overlap.lift ?? null,
  ),
  fact('map.regionTotal', 'ns', 'trace', 'time in map regions, added up over goroutines', ({ trace }) =>
    trace === null ? null : trace.overlap.inCycles.mapRegionNs + trace.overlap.outside.mapRegionNs,
  ),
  fact('requests.count', 'count', 'tasks', 'requests: tasks that are part of no other', ({ endpoints }) =>
    sum(endpoints.map(({ tasks }) => tasks)),
  ),
  fact(
    'requests.gcTaxShare',
    'share',
    'tasks',
    'part of the requests’ time that the GC took: stopped, assisting, waiting to assist, sweeping, without a P while it marked',
    ({ rootCause }) => rootCause?.cost.requestShare ?? null,
  ),
  fact('requests.gcTaxTotal', 'ns', 'tasks', 'time that the GC took of the requests', ({ endpoints }) =>
    sum(endpoints.map(({ gcTaxNs }) => gcTaxNs)),
  ),
  fact('requests.gcTaxMean', 'ns', 'tasks', 'time that the GC took of a request, on average', ({ endpoints }) =>
    quotient(sum(endpoints.map(({ gcTaxNs }) => gcTaxNs)), sum(endpoints.map(({ tasks }) => tasks))),
  ),
  fact('requests.gcTaxMax', 'ns', 'tasks', 'time that the GC took of the request that paid most', ({ endpoints }) =>
    maxOf(endpoints.map(({ maxTaxNs }) => maxTaxNs)),
  ),
  fact('requests.durationMean', 'ns', 'tasks', 'mean length of a request', ({ endpoints }) =>
    quotient(sum(endpoints.map(({ totalNs }) => totalNs)), sum(endpoints.map(({ tasks }) => tasks))),
  ),
  fact('requests.durationMax', 'ns', 'tasks', 'length of the longest request', ({ endpoints }) =>
    maxOf(endpoints.map(({ maxNs }) => maxNs)),
  ),
  fact('stops.otherCount', 'count', 'trace', 'stop-the-worlds that are not the GC’s', ({ stops, trace }) =>
    trace === null ? null : sumOf(stops, false, 'count'),
  ),
  fact('stops.otherTotal', 'ns', 'trace', 'time in stop-the-worlds that are not the GC’s', ({ stops, trace }) =>
    trace === null ? null : sumOf(stops, false, 'totalNs'),
  ),
  fact(
    'heap.liveMin',
    'bytes',
    'trace',
    'smallest heap: what a cycle left, and what was allocated since',
    ({ trace }) => heapSpan(trace)?.minBytes ?? null,
  ),
  fact(
    'heap.liveMax',
    'bytes',
    'trace',
    'largest heap: what a cycle left, and what was allocated since',
    ({ trace }) => heapSpan(trace)?.maxBytes ?? null,
  ),
  fact(
    'heap.markedMax',
    'bytes',
    'cycles',
    'the most that was live when a GC cycle had marked: the heap without garbage',
    ({ pacing }) => pacing?.markedMaxBytes ?? null,
  ),
  fact('procs.count', 'count', 'trace', 'Ps that ran', ({ trace }) => procLoad(trace)?.procs ?? null),
  fact('procs.busyShare', 'share', 'trace', 'part of the time in which the Ps ran', ({ trace }) => procLoad(trace)?.busyShare ?? null),
  latencyFact('scheduler.latencyP99', 0.99, ['outside', 'mark', 'stw'], 'time that 99 of 100 runnable goroutines waited at most for a P'),
  latencyFact(
    'scheduler.latencyP99Marking',
    0.99,
    ['mark', 'stw'],
    'time that 99 of 100 runnable goroutines waited at most for a P while the GC marked or stopped the world',
  ),
  latencyFact(
    'scheduler.latencyP99Outside',
    0.99,
    ['outside'],
    'time that 99 of 100 runnable goroutines waited at most for a P outside of GC',
  ),
];

const ofProfiles: readonly CaptureFact[] = [
  fact('heap.inuse', 'bytes', 'heap', 'bytes in use by the heap profile', ({ heap }) => heap.inuseBytes),
  fact(
    'heap.mapBytes',
    'bytes',
    'heap',
    'bytes in use on lines that fill maps, by stacks or CPU samples: tables, and values that are made there',
    ({ heap }) => mapBytesOf(heap),
  ),
  fact('heap.mapShare', 'share', 'heap', 'part of the bytes in use that is on lines that fill maps', ({ heap }) =>
    quotient(mapBytesOf(heap), heap.inuseBytes),
  ),
  fact(
    'heap.mapLine',
    'text',
    'heap',
    'line that fills the map with most bytes in use',
    ({ heap }) => heap.owners.find(isSurelyMap)?.line ?? null,
  ),
  fact(
    'map.pauseLift',
    'ratio',
    'samples',
    'iteration samples a millisecond while the world is stopped or stopping, times those elsewhere',
    ({ trace }) => (trace === null ? null : (pauseActivity(trace)?.phases.within.lift ?? null)),
  ),
];

function mapBytesOf({ inuseBytes, owners }: Measured['heap']): number | null {
  return inuseBytes === null ? null : owners.filter(isSurelyMap).reduce((total, owner) => total + owner.inuseBytes, 0);
}

/** Facts about captures as a whole. */
export const captureFacts: readonly Fact<Measured>[] = [...ofTrace, ...ofProfiles].map((known) => ({ scope: 'capture', ...known }));

function fact(name: string, unit: CaptureFact['unit'], needed: CaptureFact['needs'], doc: string, of: CaptureFact['of']): CaptureFact {
  return { name, unit, needs: needed, doc, of };
}

function latencyFact(name: string, quantile: number, phases: readonly LatencyPhase[], doc: string): CaptureFact {
  return fact(name, 'ns', 'trace', doc, ({ trace }) => {
    const columns = phases.flatMap((phase) => trace?.facts.schedulerLatencies[phase].buckets ?? []);
    const [first] = columns;
    return first === undefined
      ? null
      : latencyQuantileNs(
          first.map((_, bucket) => columns.reduce((total, column) => total + (column[bucket] ?? 0), 0)),
          quantile,
        );
  });
}

type Trace = Measured['trace'];

function wallOf(trace: Trace): number | null {
  return trace === null ? null : trace.facts.endNs - trace.facts.startNs;
}

function seconds(trace: Trace): number | null {
  const wall = wallOf(trace);
  return wall === null ? null : wall / second;
}

function cycleLengths(trace: Trace): number[] {
  return trace?.facts.gcCycles.map(({ startNs, endNs }) => endNs - startNs) ?? [];
}

function begunBy(trace: Trace, trigger: string): number | null {
  return trace?.facts.gcCycles.filter((cycle) => cycle.trigger === trigger && !cycle.cutStart).length ?? null;
}

function forcedLines(trace: Trace): string[] | null {
  const lines = trace?.facts.gcCycles.flatMap(({ trigger, site }) => (trigger === 'forced' && site !== null ? [site] : [])) ?? [];
  return lines.length === 0 ? null : [...new Set(lines)];
}

function hasVotes(rootCause: Measured['rootCause']): boolean {
  return rootCause !== null && rootCause.evidence.triggers + rootCause.evidence.assists + rootCause.evidence.samples > 0;
}

function sumOf(stops: Measured['stops'], isGc: boolean, member: 'count' | 'totalNs'): number {
  return stops.reduce((total, group) => total + (group.isGc === isGc ? group[member] : 0), 0);
}

function sum(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0);
}

function maxOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((most, value) => Math.max(most, value), -Infinity);
}

function meanOf(values: readonly number[]): number | null {
  return quotient(sum(values), values.length);
}

/** Null where either is unknown, or there is nothing to divide by. */
function quotient(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}
