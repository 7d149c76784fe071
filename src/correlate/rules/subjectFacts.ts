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
  endpoint('endpoint.name', 'text', 'type of its tasks', ({ endpoint: { type } }) => type),
  endpoint('endpoint.requests', 'count', 'requests whose begin is in the trace', ({ endpoint: { tasks } }) => tasks),
  endpoint('endpoint.total', 'ns', 'time of its requests, added up', ({ endpoint: { totalNs } }) => totalNs),
  endpoint('endpoint.mean', 'ns', 'mean length of its requests', ({ endpoint: { totalNs, tasks } }) => totalNs / tasks),
  endpoint('endpoint.max', 'ns', 'length of its longest request', ({ endpoint: { maxNs } }) => maxNs),
  endpoint('endpoint.gcTaxTotal', 'ns', 'time that the GC took of its requests', ({ endpoint: { gcTaxNs } }) => gcTaxNs),
  endpoint(
    'endpoint.gcTaxMean',
    'ns',
    'time that the GC took of a request, on average',
    ({ endpoint: { gcTaxNs, tasks } }) => gcTaxNs / tasks,
  ),
  endpoint('endpoint.gcTaxMax', 'ns', 'time that the GC took of the request that paid most', ({ endpoint: { maxTaxNs } }) => maxTaxNs),
  endpoint('endpoint.gcTaxShare', 'share', 'part of its requests’ time that the GC took', ({ endpoint: { gcTaxNs, totalNs } }) =>
    part(gcTaxNs, totalNs),
  ),
  endpoint(
    'endpoint.familyTaxShare',
    'share',
    'part that the GC took of its requests’ time and of that of their tasks on other goroutines',
    ({ endpoint: e }) => part(e.gcTaxNs + e.elsewhereTaxNs, e.totalNs + e.elsewhereNs),
  ),
  classFact('endpoint.stoppedShare', 'part of the time in which the GC had stopped the world and its requests would have run', ['stwGC']),
  classFact(
    'endpoint.otherStopShare',
    'part of the time in which the world was stopped for another reason and its requests would have run',
    ['stwOther'],
  ),
  classFact('endpoint.assistShare', 'part of the time in mark assists and waiting for assist work', ['assist', 'assistWait']),
  classFact('endpoint.starvedShare', 'part of the time runnable without a P while the GC marked', ['runnableInMark']),
  classFact('endpoint.runnableShare', 'part of the time runnable without a P outside of GC', ['runnable']),
  classFact('endpoint.runningShare', 'part of the time running', ['running']),
  classFact('endpoint.syscallShare', 'part of the time in system calls', ['syscall']),
  classFact('endpoint.waitingShare', 'part of the time waiting for something that is not the GC', ['waiting']),
  endpoint(
    'endpoint.waitsFor',
    'text',
    'what its requests waited for longest, as the runtime calls it',
    ({ endpoint: { waiting } }) => waiting[0]?.reason ?? null,
  ),
  endpoint('endpoint.waitsForShare', 'share', 'part of the time waiting for that', ({ endpoint: { waiting, totalNs } }) =>
    part(waiting[0]?.ns ?? 0, totalNs),
  ),
  endpoint(
    'endpoint.gcWaitShare',
    'share',
    'part of the time waiting for a GC cycle to end, as who calls runtime.GC does: no part of the GC tax',
    ({ endpoint: { waiting, totalNs } }) =>
      part(
        waiting.reduce((sum, { reason, ns }) => sum + (gcWaits.has(reason) ? ns : 0), 0),
        totalNs,
      ),
  ),
  endpoint('endpoint.waitsAt', 'text', 'line that waited for it longest', ({ endpoint: { waitsAt } }) => waitsAt),
  endpoint(
    'endpoint.childWaitShare',
    'share',
    'part of the time waiting while its own tasks on other goroutines were at work',
    ({ endpoint: { childWaitNs, totalNs } }) => part(childWaitNs, totalNs),
  ),
  endpoint(
    'endpoint.driveShare',
    'share',
    'part of what drives GC (triggers, assists, samples in the allocator) that its requests did',
    ({ endpoint: e, measured }) => measured.causes.reduce((sum, each) => sum + partOf(e, each), 0),
  ),
  endpoint(
    'endpoint.voteShare',
    'share',
    'its part of these when each counts once, however long an assist took',
    ({ endpoint: { type }, measured }) => {
      const votesOf = (isWanted: (name: string | null) => boolean) =>
        measured.causes
          .flatMap(({ requests }) => requests)
          .reduce((sum, request) => sum + (isWanted(request.type) ? request.events : 0), 0);
      return part(
        votesOf((name) => name === type),
        votesOf(() => true),
      );
    },
  ),
  endpoint(
    'endpoint.votes',
    'count',
    'how many triggers, assists and samples in the allocator its requests did',
    ({ endpoint: { type }, measured }) =>
      measured.causes.flatMap(({ requests }) => requests).reduce((sum, request) => sum + (request.type === type ? request.events : 0), 0),
  ),
  endpoint(
    'endpoint.driveLine',
    'text',
    'line of its requests that drives GC most',
    (source) => mainCauseOf(source)?.sites[0]?.line ?? null,
  ),
  endpoint('endpoint.driveOperation', 'text', 'map operation that goes on there; unknown where maps are not in sight', (source) => {
    const work = mainCauseOf(source)?.mapWork ?? null;
    return work === null ? null : work.op === 'other' ? work.region : work.line === null ? work.op : `${work.op} at ${work.line}`;
  }),
  endpoint('endpoint.timeShare', 'share', 'its part of the time of all requests', ({ endpoint: { totalNs }, measured }) =>
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
  cause('cause.function', 'text', 'function whose allocations drive the GC', (c) => c.function),
  cause('cause.line', 'text', 'line of it that drives the GC most', ({ sites }) => sites[0]?.line ?? null),
  cause('cause.inside', 'text', 'line of a library that allocates there, where it is one', ({ sites }) => sites[0]?.inside ?? null),
  cause('cause.share', 'share', 'its part of what drives GC: triggers, assists and samples in the allocator', ({ share }) => share),
  cause(
    'cause.voteShare',
    'share',
    'its part of these when each counts once, however long an assist took: few but long assists are those of one who had to wait',
    ({ voteShare }) => voteShare,
  ),
  cause(
    'cause.votes',
    'count',
    'triggers, assists and samples in the allocator that show it, but for the starts of cycles that a memory limit began',
    ({ votes }) => votes,
  ),
  cause('cause.triggers', 'count', 'GC cycles that it began', ({ triggers }) => triggers),
  cause('cause.assists', 'count', 'mark assists that it had to do', ({ assists }) => assists),
  cause('cause.assistTotal', 'ns', 'time of these, on and off the CPU', ({ assistNs }) => assistNs),
  cause('cause.allocatorSamples', 'count', 'CPU samples of it in the allocator', ({ samples }) => samples),
  cause('cause.mapShare', 'share', 'part of its share that has evidence of maps', ({ mapShare }) => mapShare),
  cause(
    'cause.mapTie',
    'text',
    'strongest evidence that ties it to maps: operation (in its stack), region (around it), function (samples in it walk or fill a map, or look up where it allocates); else none',
    ({ mapTie }) => mapTie ?? 'none',
  ),
  cause(
    'cause.mapOperation',
    'text',
    'map operation that goes on there: grow, iterate, assign, delete, clear, clone, make, access or syncmap; unknown where only a region of another name tells of it',
    ({ mapWork }) => (mapWork === null || mapWork.op === 'other' ? null : mapWork.op),
  ),
  cause(
    'cause.iteration',
    'text',
    'which way an iteration goes: range, reflect, library (another of Go’s own packages, as encoding/json), maps package, sync.Map; unknown of other operations',
    ({ mapWork }) => mapWork?.iteration ?? null,
  ),
  cause('cause.mapLine', 'text', 'line that asks for the map operation', ({ mapWork }) => mapWork?.line ?? null),
  cause('cause.mapSamples', 'count', 'CPU samples in that operation', ({ mapWork }) => mapWork?.samples ?? 0),
  cause(
    'cause.functionSamples',
    'count',
    'CPU samples with the function in their stack: chances to see map work in it',
    ({ functionSamples }) => functionSamples,
  ),
  cause('cause.mapEvidence', 'text', 'how the map operation is known', (c) => evidenceOf(c)),
  cause('cause.endpoints', 'text', 'requests that were served there, most first', ({ requests }) => endpointsOf(requests)),
  cause('cause.allocBytes', 'bytes', 'bytes it allocated since the process began', ({ allocBytes }) => allocBytes, 'allocs'),
  cause('cause.allocShare', 'share', 'its part of all bytes allocated since the process began', ({ allocShare }) => allocShare, 'allocs'),
];

const evidenceWords = { operation: 'stacks of its allocations', region: 'region', samples: 'CPU samples' } as const;

function evidenceOf({ mapWork }: Cause): string | null {
  if (mapWork === null) {
    return null;
  }
  const { evidence, region, samples } = mapWork;
  const counted = samples > 0 ? `${samples} CPU ${samples === 1 ? 'sample' : 'samples'}` : null;
  const parts = [evidence === 'samples' ? counted : evidenceWords[evidence], region === null ? null : `region ${region}`];
  return [...new Set(parts.filter((part) => part !== null && part !== 'region'))].join(', ');
}

/** An endpoint that did less than this of what was done on a line is not what the line is about. */
const leastPart = 0.05;

function endpointsOf(requests: Cause['requests']): string[] {
  const all = requests.reduce((sum, { events }) => sum + events, 0);
  return requests.filter(({ events }) => events >= leastPart * all).map(({ type }) => type ?? 'goroutines outside of tasks');
}

/** Facts about stop-the-worlds by their reason. */
export const stopFacts: readonly Fact<StopGroup>[] = [
  stop('stop.reason', 'text', 'why the world was stopped, as the runtime says it', ({ reason }) => reason),
  stop('stop.kind', 'text', 'GC or other', ({ isGc }) => (isGc ? 'GC' : 'other')),
  stop('stop.count', 'count', 'how often', ({ count }) => count),
  stop('stop.total', 'ns', 'how long in all, stopping included', ({ totalNs }) => totalNs),
  stop('stop.share', 'share', 'part of the time', ({ share }) => share),
  stop('stop.max', 'ns', 'the longest, stopping included', ({ maxNs }) => maxNs),
  stop('stop.line', 'text', 'line that asked for it most often', ({ site }) => site),
];

/** A line that owns maps, with the heap it is part of. */
export interface OwnerSource {
  readonly owner: MapOwner;
  readonly measured: Measured;
}

/** Facts about lines that own maps, by the heap profile. */
export const ownerFacts: readonly Fact<OwnerSource>[] = [
  owner('owner.line', 'text', 'line that fills a map, and what else is allocated on it', ({ owner: { line } }) => line),
  owner('owner.bytes', 'bytes', 'bytes in use that it allocated', ({ owner: { inuseBytes } }) => inuseBytes),
  owner('owner.share', 'share', 'its part of all bytes in use', ({ owner: { inuseBytes }, measured }) =>
    part(inuseBytes, measured.heap.inuseBytes ?? 0),
  ),
  owner('owner.objects', 'count', 'objects in use that it allocated', ({ owner: { inuseObjects } }) => Math.round(inuseObjects)),
  owner(
    'owner.evidence',
    'text',
    'how it is known to fill a map: operation (stacks of the profile), samples (CPU samples), block sizes (only a hint)',
    ({ owner: { evidence } }) => evidence,
  ),
];

/** Facts about known leak patterns. */
export const leakFacts: readonly Fact<MapLeak>[] = [
  leak('leak.kind', 'text', 'made again and again, grows, never shrinks, or many pointers', ({ kind }) => kind),
  leak('leak.subject', 'text', 'line that owns the map, or its name in map.stats logs', ({ subject }) => subject),
  leak('leak.says', 'text', 'the numbers that say so', ({ evidence }) => evidence),
  leak('leak.source', 'text', 'what says so: heap profile, map.stats logs', ({ source }) => source),
  leak('leak.confidence', 'text', 'high or low', ({ confidence }) => confidence),
  leak('leak.bytes', 'bytes', 'bytes that are held or were wasted', ({ bytes }) => bytes),
];

function owner(name: string, unit: FactUnit, doc: string, of: (source: OwnerSource) => FactValue): Fact<OwnerSource> {
  return { name, scope: 'owner', unit, doc, needs: 'heap', of };
}

function leak(name: string, unit: FactUnit, doc: string, of: (source: MapLeak) => FactValue): Fact<MapLeak> {
  return { name, scope: 'leak', unit, doc, needs: 'heap', of };
}

function endpoint(name: string, unit: FactUnit, doc: string, of: (source: EndpointSource) => FactValue): Fact<EndpointSource> {
  return { name, scope: 'endpoint', unit, doc, needs: 'tasks', of };
}

function classFact(name: string, doc: string, classes: readonly CostClass[]): Fact<EndpointSource> {
  return endpoint(name, 'share', doc, ({ endpoint: { classes: timeOf, totalNs } }) =>
    part(
      classes.reduce((sum, member) => sum + timeOf[member], 0),
      totalNs,
    ),
  );
}

function cause(name: string, unit: FactUnit, doc: string, of: (source: Cause) => FactValue, needed: Need = 'cycles'): Fact<Cause> {
  return { name, scope: 'cause', unit, doc, needs: needed, of };
}

function stop(name: string, unit: FactUnit, doc: string, of: (source: StopGroup) => FactValue): Fact<StopGroup> {
  return { name, scope: 'stop', unit, doc, needs: 'trace', of };
}

function part(some: number, whole: number): number | null {
  return whole === 0 ? null : some / whole;
}
