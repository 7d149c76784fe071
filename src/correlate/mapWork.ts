import { compareText, groupBy } from '../base';
import { isCpuProfile, type Profile } from '../pprof';
import type { MapOp } from '../runtime';
import { type AllocatedAt, allocationsByLine, isAllocationProfile, ProfileStackSites } from './allocationProfile';
import { allocationEvents, AllocationKind } from './allocationEvents';
import type { AnalyzedTrace, Capture } from './capture';
import { namesFunctions } from './profileFrames';
import { rememberLast } from './rememberLast';
import { requestLookupOf } from './requestAt';
import { type IterationPath, type MapImplementation, type StackSite, type StackSites, stackSitesOf } from './stackSite';

/** A CPU sample in a map operation, of a trace or of a profile. */
export interface MapSample {
  readonly site: StackSite;
  readonly op: MapOp;
  /** The program's line that asked for it, and the library's that did in its place. */
  readonly line: string;
  readonly inside: string | null;
  readonly count: number;
  readonly cpuNs: number;
  /** Row of the innermost region it lies in; -1 without, and for samples of profiles. */
  readonly region: number;
}

/** What is known of map work, before it is summed up: read once for all that is made of it. */
export interface MapWork {
  readonly evidence: 'samples of the trace' | 'samples of the profile' | 'none';
  readonly samples: readonly MapSample[];
  /** All CPU samples, those in no map operation too. */
  readonly allSamples: number;
  /** Whether there are samples of a profile, which has no function names. */
  readonly isNameless: boolean;
  /** Which implementation built-in maps of this binary have; null where no frame tells. */
  readonly implementation: Exclude<MapImplementation, 'sync.Map'> | null;
  /** What the trace shows of allocation, by the function that holds the line. */
  readonly allocationsOf: ReadonlyMap<string, SeenAllocation>;
  /** What an allocs or heap profile says, by function; null without one. */
  readonly bytesOf: ReadonlyMap<string, readonly AllocatedAt[]> | null;
  readonly trace: AnalyzedTrace | null;
}

/** A line by map operation: how it works on the map, and what the function around it allocates. */
export interface MapWorkSite {
  readonly op: MapOp;
  /** The program's own line. */
  readonly line: string;
  /** The library's line that works on the map in its place, as `encoding/json` does; null where the program does it itself. */
  readonly inside: string | null;
  /** Where `line` is of a module that the program depends on: the program's own line that leads there most; null elsewhere. */
  readonly calledFrom: string | null;
  readonly function: string;
  /** Which way an iteration takes; null where the operation is none. */
  readonly iteration: IterationPath | null;
  readonly implementation: MapImplementation | null;
  readonly samples: number;
  readonly cpuNs: number;
  /** Types of the regions around the samples, those with most samples first; '' stands for none. */
  readonly regions: readonly { readonly type: string; readonly samples: number }[];
  /** What the function that holds the line allocates: on this line or on others of it. */
  readonly allocation: FunctionAllocation;
}

/** What a trace shows of what one function allocates. */
interface SeenAllocation {
  readonly triggers: number;
  readonly assists: number;
  readonly assistNs: number;
  /** CPU samples inside of the allocator. */
  readonly samples: number;
}

const nothingSeen: SeenAllocation = { triggers: 0, assists: 0, assistNs: 0, samples: 0 };

/** What one function allocates, with its closures. */
export interface FunctionAllocation extends SeenAllocation {
  /** By the allocs or heap profile, since the process began; null without one. */
  readonly allocBytes: number | null;
  readonly allocObjects: number | null;
  readonly inuseBytes: number | null;
}

/** Reads what captures of one process say of map work: CPU samples of the trace, else those of a CPU profile. */
export function readMapWork(captures: readonly Capture[]): MapWork {
  return rememberedWork(captures);
}

const rememberedWork = rememberLast(readAnew, ([first, ...others]) =>
  first === undefined ? null : [contentOf(first), ...others.map(contentOf)],
);

const contentOf = (capture: Capture): object => (capture.kind === 'trace' ? capture.analyzed : capture.profile);

function readAnew(captures: readonly Capture[]): MapWork {
  const trace = captures.find((capture) => capture.kind === 'trace')?.analyzed ?? null;
  const profiles = captures.flatMap((capture) => (capture.kind === 'pprof' ? [capture.profile] : []));
  const cpuProfile = profiles.find(isCpuProfile);
  const cpu = cpuProfile !== undefined && namesFunctions(cpuProfile) ? cpuProfile : undefined;
  const allocs = profiles.find(isAllocationProfile);
  const sites = trace === null ? null : stackSitesOf(trace.trace);
  const ofTrace = trace === null || sites === null || trace.facts.samples.length === 0 ? null : traceSamples(trace, sites);
  const ofProfile = ofTrace === null && cpu !== undefined ? profileSamples(cpu) : null;
  const read = ofTrace ?? ofProfile ?? { samples: [], allSamples: 0 };
  return {
    ...read,
    evidence: ofTrace !== null ? 'samples of the trace' : ofProfile !== null ? 'samples of the profile' : 'none',
    isNameless: ofTrace === null && cpu !== cpuProfile,
    implementation: implementationOf(read.samples),
    allocationsOf: trace === null || sites === null ? new Map() : countAllocations(trace, sites),
    bytesOf: allocs === undefined ? null : groupBy(allocationsByLine(allocs), ({ function: name }) => name),
    trace,
  };
}

function countAllocations(trace: AnalyzedTrace, sites: StackSites): Map<string, SeenAllocation> {
  const { length, kind, stack, durationNs } = allocationEvents(trace, sites);
  const counts = new Map<string, { -readonly [Count in keyof SeenAllocation]: number }>();
  for (let event = 0; event < length; event++) {
    const { function: name } = sites.at(stack[event] ?? 0);
    const own = counts.get(name) ?? { ...nothingSeen };
    own.triggers += kind[event] === AllocationKind.Trigger ? 1 : 0;
    own.assists += kind[event] === AllocationKind.Assist ? 1 : 0;
    own.samples += kind[event] === AllocationKind.Sample ? 1 : 0;
    own.assistNs += durationNs[event] ?? 0;
    counts.set(name, own);
  }
  return counts;
}

function traceSamples(trace: AnalyzedTrace, sites: StackSites): Pick<MapWork, 'samples' | 'allSamples'> {
  const { samples } = trace.facts;
  const lookup = requestLookupOf(trace.facts);
  const found: MapSample[] = [];
  for (let row = 0; row < samples.length; row++) {
    if ((samples.mapOp[row] ?? -1) >= 0) {
      const site = sites.at(samples.stack[row] ?? 0);
      const region = lookup.regionAt(samples.goroutine[row] ?? -1, samples.timeNs[row] ?? 0);
      found.push(...sampleOf(site, 1, samples.periodNs, region));
    }
  }
  return { samples: found, allSamples: samples.length };
}

function profileSamples(profile: Profile): Pick<MapWork, 'samples' | 'allSamples'> {
  const column = (name: string) => profile.samples.values[profile.sampleTypes.findIndex(({ type }) => type === name)];
  const [counts, cpu] = [column('samples'), column('cpu')];
  const sites = new ProfileStackSites(profile);
  const found: MapSample[] = [];
  let allSamples = 0;
  for (let sample = 0; sample < profile.samples.length; sample++) {
    const count = counts?.[sample] ?? 1;
    allSamples += count;
    found.push(...sampleOf(sites.at(profile.samples.stack[sample] ?? 0), count, cpu?.[sample] ?? 0, -1));
  }
  return { samples: found, allSamples };
}

function sampleOf(site: StackSite, count: number, cpuNs: number, region: number): MapSample[] {
  if (site.mapOp === null) {
    return [];
  }
  const line = site.mapLine ?? '';
  return [{ site, op: site.mapOp, line, inside: site.mapSite === line ? null : site.mapSite, count, cpuNs, region }];
}

/** A binary has one implementation of built-in maps. */
function implementationOf(samples: readonly MapSample[]): MapWork['implementation'] {
  const told = samples.map(({ site }) => site.implementation);
  return told.includes('swiss') ? 'swiss' : told.includes('classic') ? 'classic' : null;
}

/** Lines by map operation, most samples first. */
export function mapWorkSites(work: MapWork): MapWorkSite[] {
  const groups = groupBy(
    work.samples,
    ({ op, line, inside, site }) => `${op}\0${line}\0${inside ?? ''}\0${site.iteration ?? ''}\0${site.mapFunction}`,
  );
  return [...groups.values()]
    .flatMap((own): MapWorkSite[] => {
      const [first] = own;
      if (first === undefined) {
        return [];
      }
      const { op, line, inside, site } = first;
      const functionName = site.mapFunction;
      return [
        {
          op,
          line,
          inside,
          calledFrom: mostCalling(own),
          function: functionName,
          iteration: site.iteration,
          implementation: op === 'syncmap' ? 'sync.Map' : work.implementation,
          samples: sum(own, ({ count }) => count),
          cpuNs: sum(own, ({ cpuNs }) => cpuNs),
          regions: countRegions(own, work.trace),
          allocation: allocationOf(functionName, work),
        },
      ];
    })
    .sort((a, b) => b.samples - a.samples || compareText(a.op, b.op) || compareText(a.line, b.line));
}

function mostCalling(samples: readonly MapSample[]): string | null {
  const counts = [...groupBy(samples, ({ site }) => site.mapCalledFrom)].map(([line, own]) => ({
    line,
    samples: sum(own, ({ count }) => count),
  }));
  return counts.sort((a, b) => b.samples - a.samples)[0]?.line ?? null;
}

function countRegions(samples: readonly MapSample[], trace: AnalyzedTrace | null): MapWorkSite['regions'] {
  if (trace === null) {
    return [];
  }
  return [...groupBy(samples, ({ region }) => trace.facts.regions.at(region)?.type ?? '')]
    .map(([type, own]) => ({ type, samples: sum(own, ({ count }) => count) }))
    .sort((a, b) => b.samples - a.samples);
}

/** What a function allocates by all that the captures show. */
export function allocationOf(functionName: string, { allocationsOf, bytesOf }: MapWork): FunctionAllocation {
  const lines = bytesOf?.get(functionName) ?? [];
  return {
    ...(allocationsOf.get(functionName) ?? nothingSeen),
    allocBytes: bytesOf === null ? null : sum(lines, ({ allocBytes }) => allocBytes),
    allocObjects: bytesOf === null ? null : sum(lines, ({ allocObjects }) => allocObjects),
    inuseBytes: bytesOf === null ? null : sum(lines, ({ inuseBytes }) => inuseBytes),
  };
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0);
}
