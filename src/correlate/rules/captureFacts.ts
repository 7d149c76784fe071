import { latencyQuantileNs, type LatencyPhase } from '../../runtime';
import { pauseActivity } from '../pauseActivity';
import { stackSitesOf } from '../stackSite';
import { heapSpan, procLoad } from './captureMeasures';
import type { Fact } from './fact';
import { isSurelyMap } from './heapContent';
import type { Measured } from './measure';

type CaptureFact = Omit<Fact<Measured>, 'scope'>;

const second = 1e9;

const ofTrace: readonly CaptureFact[] = [
  fact('trace.duration', 'ns', 'trace', ({ trace }) => wallOf(trace)),
  fact('gc.cycles', 'count', 'trace', ({ trace }) => trace?.facts.gcCycles.length ?? null),
  fact('gc.cyclesPerSecond', '/s', 'trace', ({ trace }) => quotient(trace?.facts.gcCycles.length ?? null, seconds(trace))),
  fact('gc.cycleShare', 'share', 'trace', ({ rootCause }) => rootCause?.cost.cycleShare ?? null),
  fact('gc.cycleMean', 'ns', 'cycles', ({ trace }) => meanOf(cycleLengths(trace))),
  fact('gc.cycleMax', 'ns', 'cycles', ({ trace }) => maxOf(cycleLengths(trace))),
  fact('gc.heapCycles', 'count', 'trace', ({ trace }) => begunBy(trace, 'heap')),
  fact('gc.forcedCycles', 'count', 'trace', ({ trace }) => begunBy(trace, 'forced')),
  fact('gc.forcedAt', 'text', 'cycles', ({ trace }) => forcedLines(trace)),
  fact('gc.periodicCycles', 'count', 'trace', ({ trace }) => begunBy(trace, 'periodic')),
  fact('gc.limitCycles', 'count', 'trace', ({ pacing }) => pacing?.limitCycles ?? null),
  fact('gc.gogc', 'count', 'cycles', ({ pacing }) => (pacing === null || pacing.gogc === null ? null : Math.round(pacing.gogc))),
  fact('gc.pauseCount', 'count', 'trace', ({ stops, trace }) => (trace === null ? null : sumOf(stops, true, 'count'))),
  fact('gc.pauseTotal', 'ns', 'trace', ({ rootCause }) => rootCause?.cost.stopNs ?? null),
  fact('gc.pauseMax', 'ns', 'trace', ({ rootCause }) => rootCause?.cost.longestStopNs ?? null),
  fact('gc.pauseShare', 'share', 'trace', ({ rootCause, trace }) => quotient(rootCause?.cost.stopNs ?? null, wallOf(trace))),
  fact('gc.assists', 'count', 'trace', ({ trace }) => trace?.facts.assists.length ?? null),
  fact('gc.assistTotal', 'ns', 'trace', ({ rootCause }) => rootCause?.cost.assistNs ?? null),
  fact('gc.collectorShare', 'share', 'samples', ({ cpu }) => quotient(cpu?.collectorSamples ?? null, cpu?.samples ?? null)),
  fact('cpu.samples', 'count', 'samples', ({ cpu }) => cpu?.samples ?? null),
  fact('cpu.mapSamples', 'count', 'samples', ({ cpu }) => cpu?.mapSamples ?? null),
  fact('cpu.mapShare', 'share', 'samples', ({ cpu }) => quotient(cpu?.mapSamples ?? null, cpu?.samples ?? null)),
  fact('cpu.mapLine', 'text', 'samples', ({ mapWork }) => mapWork?.line ?? null),
  fact('cpu.mapOperation', 'text', 'samples', ({ mapWork }) => mapWork?.op ?? null),
  fact('map.driveShare', 'share', 'cycles', ({ rootCause }) => (hasVotes(rootCause) ? (rootCause?.mapShare.all ?? null) : null)),
  fact('map.operationDriveShare', 'share', 'cycles', ({ rootCause }) =>
    hasVotes(rootCause) ? (rootCause?.mapShare.operation ?? null) : null,
  ),
  fact('map.overlapLift', 'ratio', 'samples', ({ trace }) => trace?.overlap.lift ?? null),
  fact('map.regionTotal', 'ns', 'trace', ({ trace }) =>
    trace === null ? null : trace.overlap.inCycles.mapRegionNs + trace.overlap.outside.mapRegionNs,
  ),
  fact('requests.count', 'count', 'tasks', ({ endpoints }) => sum(endpoints.map(({ tasks }) => tasks))),
  fact('requests.gcTaxShare', 'share', 'tasks', ({ rootCause }) => rootCause?.cost.requestShare ?? null),
  fact('requests.gcTaxTotal', 'ns', 'tasks', ({ endpoints }) => sum(endpoints.map(({ gcTaxNs }) => gcTaxNs))),
  fact('requests.gcTaxMean', 'ns', 'tasks', ({ endpoints }) =>
    quotient(sum(endpoints.map(({ gcTaxNs }) => gcTaxNs)), sum(endpoints.map(({ tasks }) => tasks))),
  ),
  fact('requests.gcTaxMax', 'ns', 'tasks', ({ endpoints }) => maxOf(endpoints.map(({ maxTaxNs }) => maxTaxNs))),
  fact('requests.durationMean', 'ns', 'tasks', ({ endpoints }) =>
    quotient(sum(endpoints.map(({ totalNs }) => totalNs)), sum(endpoints.map(({ tasks }) => tasks))),
  ),
  fact('requests.durationMax', 'ns', 'tasks', ({ endpoints }) => maxOf(endpoints.map(({ maxNs }) => maxNs))),
  fact('stops.otherCount', 'count', 'trace', ({ stops, trace }) => (trace === null ? null : sumOf(stops, false, 'count'))),
  fact('stops.otherTotal', 'ns', 'trace', ({ stops, trace }) => (trace === null ? null : sumOf(stops, false, 'totalNs'))),
  fact('heap.liveMin', 'bytes', 'trace', ({ trace }) => heapSpan(trace)?.minBytes ?? null),
  fact('heap.liveMax', 'bytes', 'trace', ({ trace }) => heapSpan(trace)?.maxBytes ?? null),
  fact('heap.markedMax', 'bytes', 'cycles', ({ pacing }) => pacing?.markedMaxBytes ?? null),
  fact('heap.markedFirst', 'bytes', 'cycles', ({ growth }) => growth?.firstBytes ?? null),
  fact('heap.markedLast', 'bytes', 'cycles', ({ growth }) => growth?.lastBytes ?? null),
  fact('heap.markedGrowth', 'bytes', 'cycles', ({ growth }) => (growth === null ? null : growth.lastBytes - growth.firstBytes)),
  fact('heap.markedRising', 'share', 'cycles', ({ growth }) => growth?.risingShare ?? null),
  fact('procs.count', 'count', 'trace', ({ trace }) => procLoad(trace)?.procs ?? null),
  fact('procs.busyShare', 'share', 'trace', ({ trace }) => procLoad(trace)?.busyShare ?? null),
  latencyFact('scheduler.latencyP99', 0.99, ['outside', 'mark', 'stw']),
  latencyFact('scheduler.latencyP99Marking', 0.99, ['mark', 'stw']),
  latencyFact('scheduler.latencyP99Outside', 0.99, ['outside']),
];

const ofProfiles: readonly CaptureFact[] = [
  fact('heap.inuse', 'bytes', 'heap', ({ heap }) => heap.inuseBytes),
  fact('heap.mapBytes', 'bytes', 'heap', ({ heap }) => mapBytesOf(heap)),
  fact('heap.mapShare', 'share', 'heap', ({ heap }) => quotient(mapBytesOf(heap), heap.inuseBytes)),
  fact('heap.mapLine', 'text', 'heap', ({ heap }) => heap.owners.find(isSurelyMap)?.line ?? null),
  fact('allocs.function', 'text', 'allocs', ({ allocating }) => allocating?.function ?? null),
  fact('allocs.line', 'text', 'allocs', ({ allocating }) => allocating?.line ?? null),
  fact('allocs.bytes', 'bytes', 'allocs', ({ allocating }) => allocating?.bytes ?? null),
  fact('allocs.share', 'share', 'allocs', ({ allocating }) => allocating?.share ?? null),
  fact('allocs.mapOperation', 'text', 'allocs', ({ allocating }) => allocating?.mapWork?.op ?? null),
  fact('allocs.mapLine', 'text', 'allocs', ({ allocating }) => allocating?.mapWork?.line ?? null),
  fact('allocs.mapSamples', 'count', 'allocs', ({ allocating }) => allocating?.mapWork?.samples ?? null),
  fact('map.pauseLift', 'ratio', 'samples', ({ trace }) => (trace === null ? null : (pauseActivity(trace)?.phases.within.lift ?? null))),
];

function mapBytesOf({ inuseBytes, owners }: Measured['heap']): number | null {
  const sure = owners.filter(isSurelyMap);
  // What only the sizes of blocks speak for may be maps or not: none is no zero then.
  return inuseBytes === null || (sure.length === 0 && owners.length > 0)
    ? null
    : sure.reduce((total, owner) => total + owner.inuseBytes, 0);
}

/** Facts about captures as a whole. */
export const captureFacts: readonly Fact<Measured>[] = [...ofTrace, ...ofProfiles].map((known) => ({ scope: 'capture', ...known }));

function fact(name: string, unit: CaptureFact['unit'], needed: CaptureFact['needs'], of: CaptureFact['of']): CaptureFact {
  return { name, unit, needs: needed, of };
}

function latencyFact(name: string, quantile: number, phases: readonly LatencyPhase[]): CaptureFact {
  return fact(name, 'ns', 'trace', ({ trace }) => {
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
  const sites = trace === null ? null : stackSitesOf(trace.trace);
  const forced = trace?.facts.gcCycles.filter(({ trigger }) => trigger === 'forced') ?? [];
  const lines = forced.flatMap(({ stack }) => sites?.at(stack).line ?? []);
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
