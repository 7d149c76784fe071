import type { CostClass } from '../../runtime';
import type { MapLeak } from '../mapLeaks';
import type { MapOwner } from '../mapOwners';
import type { Cause } from './causes';
import type { Endpoint } from './endpoints';
import type { Fact, FactValue, Need } from './fact';
import type { Measured } from './measure';
import type { StopGroup } from './stopGroups';
import type { FactUnit } from './units';

/** An endpoint, and what drives the GC: whether it does is told by both. */
export interface EndpointSource {
  readonly endpoint: Endpoint;
  readonly measured: Measured;
}

/** Facts about each endpoint: requests of one kind. */
export const endpointFacts: readonly Fact<EndpointSource>[] = [
  endpoint('endpoint.name', 'text', ({ endpoint: { type } }) => type),
  endpoint('endpoint.requests', 'count', ({ endpoint: { tasks } }) => tasks),
  endpoint('endpoint.total', 'ns', ({ endpoint: { totalNs } }) => totalNs),
  endpoint('endpoint.mean', 'ns', ({ endpoint: { totalNs, tasks } }) => totalNs / tasks),
  endpoint('endpoint.max', 'ns', ({ endpoint: { maxNs } }) => maxNs),
  endpoint('endpoint.gcTaxTotal', 'ns', ({ endpoint: { gcTaxNs } }) => gcTaxNs),
  endpoint('endpoint.gcTaxMean', 'ns', ({ endpoint: { gcTaxNs, tasks } }) => gcTaxNs / tasks),
  endpoint('endpoint.gcTaxMax', 'ns', ({ endpoint: { maxTaxNs } }) => maxTaxNs),
  endpoint('endpoint.gcTaxShare', 'share', ({ endpoint: { gcTaxNs, totalNs } }) => part(gcTaxNs, totalNs)),
  endpoint('endpoint.familyTaxShare', 'share', ({ endpoint: e }) => part(e.gcTaxNs + e.partsGcTaxNs, e.totalNs + e.partsNs)),
  classFact('endpoint.stoppedShare', ['stwGC']),
  classFact('endpoint.otherStopShare', ['stwOther']),
  classFact('endpoint.assistShare', ['assist', 'assistWait']),
  classFact('endpoint.starvedShare', ['runnableInMark']),
  classFact('endpoint.runnableShare', ['runnable']),
  classFact('endpoint.runningShare', ['running']),
  classFact('endpoint.syscallShare', ['syscall']),
  classFact('endpoint.waitingShare', ['waiting']),
  endpoint('endpoint.waitsFor', 'text', ({ endpoint: { waiting } }) => waiting[0]?.reason ?? null),
  endpoint('endpoint.waitsForShare', 'share', ({ endpoint: { waiting, totalNs } }) => part(waiting[0]?.ns ?? 0, totalNs)),
  endpoint('endpoint.gcWaitShare', 'share', ({ endpoint: { waiting, totalNs } }) =>
    part(
      waiting.reduce((sum, { reason, ns }) => sum + (gcWaits.has(reason) ? ns : 0), 0),
      totalNs,
    ),
  ),
  endpoint('endpoint.waitsAt', 'text', ({ endpoint: { waitsAt } }) => waitsAt),
  endpoint('endpoint.childWaitShare', 'share', ({ endpoint: { childWaitNs, totalNs } }) => part(childWaitNs, totalNs)),
  endpoint('endpoint.driveShare', 'share', ({ endpoint: e, measured }) => measured.causes.reduce((sum, each) => sum + partOf(e, each), 0)),
  endpoint('endpoint.voteShare', 'share', ({ endpoint: { type }, measured }) => {
    const votesOf = (isWanted: (name: string | null) => boolean) =>
      measured.causes.flatMap(({ requests }) => requests).reduce((sum, request) => sum + (isWanted(request.type) ? request.events : 0), 0);
    return part(
      votesOf((name) => name === type),
      votesOf(() => true),
    );
  }),
  endpoint('endpoint.votes', 'count', ({ endpoint: { type }, measured }) =>
    measured.causes.flatMap(({ requests }) => requests).reduce((sum, request) => sum + (request.type === type ? request.events : 0), 0),
  ),
  endpoint('endpoint.driveLine', 'text', (source) => mainCauseOf(source)?.sites[0]?.line ?? null),
  endpoint('endpoint.driveOperation', 'text', (source) => {
    const work = mainCauseOf(source)?.mapWork ?? null;
    return work === null || work.op === 'other' ? null : work.line === null ? work.op : `${work.op} at ${work.line}`;
  }),
  endpoint('endpoint.timeShare', 'share', ({ endpoint: { totalNs }, measured }) =>
    part(
      totalNs,
      measured.endpoints.reduce((sum, each) => sum + each.totalNs, 0),
    ),
  ),
];

/** Waits of who wants a cycle to be over (Go runtime/traceruntime.go). */
const gcWaits: ReadonlySet<string> = new Set(['wait until GC ends']);

/** How much of what drives GC an endpoint did through one cause. */
function partOf({ type }: Endpoint, { share, requests }: Cause): number {
  const events = requests.reduce((all, request) => all + request.events, 0);
  const own = requests.find((request) => request.type === type)?.events ?? 0;
  return events === 0 ? 0 : (share * own) / events;
}

function mainCauseOf({ endpoint: e, measured }: EndpointSource): Cause | undefined {
  const [most] = measured.causes.map((each) => ({ each, part: partOf(e, each) })).sort((a, b) => b.part - a.part);
  return most !== undefined && most.part > 0 ? most.each : undefined;
}

/** Facts about each function whose allocations drive the GC. */
export const causeFacts: readonly Fact<Cause>[] = [
  cause('cause.function', 'text', (c) => c.function),
  cause('cause.line', 'text', ({ sites }) => sites[0]?.line ?? null),
  cause('cause.inside', 'text', ({ sites }) => sites[0]?.inside ?? null),
  cause('cause.calledFrom', 'text', ({ sites }) => sites[0]?.calledFrom ?? null),
  cause('cause.share', 'share', ({ share }) => share),
  cause('cause.shareLow', 'share', ({ shareLow }) => shareLow),
  cause('cause.voteShare', 'share', ({ voteShare }) => voteShare),
  cause('cause.votes', 'count', ({ votes }) => votes),
  cause('cause.triggers', 'count', ({ triggers }) => triggers),
  cause('cause.expectedTriggers', 'count', ({ expectedTriggers }) => expectedTriggers),
  cause('cause.assists', 'count', ({ assists }) => assists),
  cause('cause.assistTotal', 'ns', ({ assistNs }) => assistNs),
  cause('cause.allocatorSamples', 'count', ({ samples }) => samples),
  cause('cause.mapShare', 'share', ({ mapShare }) => mapShare),
  cause('cause.mapTie', 'text', ({ mapTie }) => mapTie ?? 'none'),
  cause('cause.mapOperation', 'text', ({ mapWork }) => (mapWork === null || mapWork.op === 'other' ? null : mapWork.op)),
  cause('cause.iteration', 'text', ({ mapWork }) => mapWork?.iteration ?? null),
  cause('cause.mapLine', 'text', ({ mapWork }) => mapWork?.line ?? null),
  cause('cause.perhapsCalledAt', 'text', ({ sites }) => sites[0]?.perhapsCalledAt ?? null),
  cause('cause.mapSamples', 'count', ({ mapWork }) => mapWork?.samples ?? 0),
  cause('cause.functionSamples', 'count', ({ functionSamples }) => functionSamples),
  cause('cause.mapEvidence', 'text', (c) => evidenceOf(c)),
  cause('cause.mapKnownBy', 'text', ({ mapWork }) => mapWork?.evidence ?? null),
  cause('cause.mapSampleShare', 'share', ({ mapWork, functionSamples }) =>
    mapWork === null || mapWork.samples === 0 ? null : part(mapWork.samples, functionSamples),
  ),
  cause('cause.endpoints', 'text', ({ requests }) => endpointsOf(requests)),
  cause('cause.allocBytes', 'bytes', ({ allocBytes }) => allocBytes, 'allocs'),
  cause('cause.allocShare', 'share', ({ allocShare }) => allocShare, 'allocs'),
];

function evidenceOf({ mapWork }: Cause): string | null {
  if (mapWork === null) {
    return null;
  }
  const { evidence, region, samples, preemptions } = mapWork;
  return [
    ...(evidence === 'operation' ? ['stacks of its allocations'] : []),
    ...(evidence === 'samples' ? [`${samples} CPU ${samples === 1 ? 'sample' : 'samples'}`] : []),
    ...(evidence === 'caller' ? ['its caller, seen to walk a map in turn with it'] : []),
    ...(preemptions === 0 ? [] : [`${preemptions} ${preemptions === 1 ? 'preemption' : 'preemptions'} in it`]),
    ...(region === null ? [] : [`region ${region}`]),
  ].join(', ');
}

/** An endpoint that did less than this of what was done on a line is not what the line is about. */
const leastPart = 0.05;

function endpointsOf(requests: Cause['requests']): string[] {
  const all = requests.reduce((sum, { events }) => sum + events, 0);
  return requests.filter(({ events }) => events >= leastPart * all).map(({ type }) => type ?? 'goroutines outside of tasks');
}

/** Facts about stop-the-worlds by their reason. */
export const stopFacts: readonly Fact<StopGroup>[] = [
  stop('stop.reason', 'text', ({ reason }) => reason),
  stop('stop.kind', 'text', ({ isGc }) => (isGc ? 'GC' : 'other')),
  stop('stop.count', 'count', ({ count }) => count),
  stop('stop.total', 'ns', ({ totalNs }) => totalNs),
  stop('stop.share', 'share', ({ share }) => share),
  stop('stop.max', 'ns', ({ maxNs }) => maxNs),
  stop('stop.line', 'text', ({ site }) => site),
];

/** A line that owns maps, with the heap it is part of. */
export interface OwnerSource {
  readonly owner: MapOwner;
  readonly measured: Measured;
}

/** Facts about lines that own maps, by the heap profile. */
export const ownerFacts: readonly Fact<OwnerSource>[] = [
  owner('owner.line', 'text', ({ owner: { line } }) => line),
  owner('owner.bytes', 'bytes', ({ owner: { inuseBytes } }) => inuseBytes),
  owner('owner.share', 'share', ({ owner: { inuseBytes }, measured }) => part(inuseBytes, measured.heap.inuseBytes ?? 0)),
  owner('owner.objects', 'count', ({ owner: { inuseObjects } }) => Math.round(inuseObjects)),
  owner('owner.evidence', 'text', ({ owner: { evidence } }) => evidence),
];

/** Facts about known leak patterns. */
export const leakFacts: readonly Fact<MapLeak>[] = [
  leak('leak.kind', 'text', ({ kind }) => kind),
  leak('leak.subject', 'text', ({ subject }) => subject),
  leak('leak.says', 'text', ({ evidence }) => evidence),
  leak('leak.source', 'text', ({ source }) => source),
  leak('leak.confidence', 'text', ({ confidence }) => confidence),
  leak('leak.bytes', 'bytes', ({ bytes }) => bytes),
];

function owner(name: string, unit: FactUnit, of: (source: OwnerSource) => FactValue): Fact<OwnerSource> {
  return { name, scope: 'owner', unit, needs: 'heap', of };
}

function leak(name: string, unit: FactUnit, of: (source: MapLeak) => FactValue): Fact<MapLeak> {
  return { name, scope: 'leak', unit, needs: 'heap', of };
}

function endpoint(name: string, unit: FactUnit, of: (source: EndpointSource) => FactValue): Fact<EndpointSource> {
  return { name, scope: 'endpoint', unit, needs: 'tasks', of };
}

function classFact(name: string, classes: readonly CostClass[]): Fact<EndpointSource> {
  return endpoint(name, 'share', ({ endpoint: { classes: timeOf, totalNs } }) =>
    part(
      classes.reduce((sum, member) => sum + timeOf[member], 0),
      totalNs,
    ),
  );
}

function cause(name: string, unit: FactUnit, of: (source: Cause) => FactValue, needed: Need = 'cycles'): Fact<Cause> {
  return { name, scope: 'cause', unit, needs: needed, of };
}

function stop(name: string, unit: FactUnit, of: (source: StopGroup) => FactValue): Fact<StopGroup> {
  return { name, scope: 'stop', unit, needs: 'trace', of };
}

function part(some: number, whole: number): number | null {
  return whole === 0 ? null : some / whole;
}
