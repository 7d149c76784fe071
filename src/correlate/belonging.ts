import { type Profile, isCpuProfile, sampleCounts, sumOfType } from '../pprof';
import type { Trace } from '../gotrace';
import type { RuntimeFacts, WallAnchor } from '../runtime';
import { allocationsByLine, isAllocationProfile } from './allocationProfile';
import type { AppSpan } from './appSpans';
import type { Belonging, IdentityTable } from './capture';
import type { CodeImage } from './codeImage';
import { codeOfProfile } from './codeImage';
import { compareCode } from './compareCode';
import { isStartedByLimit } from './heapPacing';
import { SampleStacks } from './sampleStacks';
import { labelsOfSample, spanIdOfLabel, spanLabels } from './spanLabels';
import { stackSitesOf } from './stackSite';
import { count, duration, list, percent } from './words';

/** A trace as far as it tells what belongs to it. */
export interface KnownTrace {
  readonly trace: Trace;
  readonly facts: RuntimeFacts;
  readonly code: CodeImage;
  /** What the trace itself says, or what was joined to it already. */
  readonly identities: IdentityTable;
}

/** Captures of one moment that are further apart than this are of two moments: profiles of the heap are often taken a little later. */
const mostApartNs = 10 * 60e9;
/** So many samples, or ids, that have nothing in common are no chance. */
const enoughSamples = 30;
const enoughIds = 5;
/** Lines whose allocation began so many cycles have allocated megabytes each, of which an allocs profile samples every 512 KiB. */
const enoughTriggers = 5;
/** A line or two may be called otherwise in a profile; of another process nearly all are missing. */
const missingShare = 0.75;
/** Traces hold the samples of a CPU profile that runs with them since this version of Go. */
const firstWithSamples = 19;
/** Of the samples that a profile took while the trace ran, so many are in the trace at least. */
const heldSamples = 0.1;
/** A profile that ran with the trace has nearly all of the trace's samples; one of a like process has up to half. */
const sharedSamples = 0.6;

/** Whether a profile can be of the trace's process and moment. */
export function profileBelongs(known: KnownTrace, profile: Profile): Belonging {
  const code = compareCode(known.code, codeOfProfile(profile));
  const time = compareTime(known.facts, profile);
  const reasons = [...code, ...time];
  if (reasons.length > 0) {
    return { reasons };
  }
  if (isCpuProfile(profile)) {
    return { reasons: [...compareSamples(known, profile), ...compareIds(known, profile)] };
  }
  return { reasons: isAllocationProfile(profile) ? compareAllocations(known, profile) : [] };
}

/** Whether two profiles can be of one process and moment. */
export function profilesBelong(a: Profile, b: Profile): Belonging {
  return {
    reasons: [
      ...compareCode(codeOfProfile(a), codeOfProfile(b)),
      ...apart(spanOfProfile(a), spanOfProfile(b), mostApartNs, 'the first one'),
    ],
  };
}

/** Why two profiles are not of one program, whenever they were taken. */
export function programsDiffer(a: Profile, b: Profile): readonly string[] {
  return compareCode(codeOfProfile(a), codeOfProfile(b));
}

/** Whether spans can be of the trace's process and moment. */
export function spansBelong({ facts, identities }: KnownTrace, spans: readonly AppSpan[]): Belonging {
  if (spans.length === 0) {
    return { reasons: ['there is no span in it'] };
  }
  const time = facts.wall === null ? [] : apart(spanOfTrace(facts, facts.wall), spanOfSpans(spans), facts.wall.precisionNs, 'the trace');
  return { reasons: time.length > 0 ? time : compareSpanIds(identities, new Set(spans.map(({ spanId }) => spanId))) };
}

/** A stretch of wall time. */
interface Stretch {
  readonly startUnixNs: bigint;
  readonly endUnixNs: bigint;
}

function spanOfTrace({ startNs, endNs }: RuntimeFacts, wall: WallAnchor): Stretch {
  return { startUnixNs: wall.unixNs + BigInt(startNs - wall.traceNs), endUnixNs: wall.unixNs + BigInt(endNs - wall.traceNs) };
}

function spanOfProfile({ timeUnixNs, durationNs }: Profile): Stretch | null {
  return timeUnixNs <= 0n ? null : { startUnixNs: timeUnixNs, endUnixNs: timeUnixNs + BigInt(Math.max(0, Math.round(durationNs))) };
}

function spanOfSpans(spans: readonly AppSpan[]): Stretch {
  let [startUnixNs, endUnixNs] = [spans[0]?.startUnixNs ?? 0n, spans[0]?.endUnixNs ?? 0n];
  for (const span of spans) {
    startUnixNs = span.startUnixNs < startUnixNs ? span.startUnixNs : startUnixNs;
    endUnixNs = span.endUnixNs > endUnixNs ? span.endUnixNs : endUnixNs;
  }
  return { startUnixNs, endUnixNs };
}

/** A profile of CPU time covers the time it ran; any other was taken at a moment, and counts since the process began or since the last. */
function compareTime(facts: RuntimeFacts, profile: Profile): string[] {
  const { wall } = facts;
  const hasOwnClock = wall !== null && wall.source !== 'pprof';
  const isOfStretch = isCpuProfile(profile) && profile.durationNs > 0;
  return hasOwnClock
    ? apart(spanOfTrace(facts, wall), spanOfProfile(profile), isOfStretch ? wall.precisionNs : mostApartNs, 'the trace')
    : [];
}

/** @returns why not, where the second is more than `toleranceNs` before or after the first */
function apart(a: Stretch | null, b: Stretch | null, toleranceNs: number, first: string): string[] {
  if (a === null || b === null) {
    return [];
  }
  const before = Number(a.startUnixNs - b.endUnixNs);
  const after = Number(b.startUnixNs - a.endUnixNs);
  if (Math.max(before, after) <= toleranceNs) {
    return [];
  }
  return [
    before > after ? `it ended ${longDuration(before)} before ${first} began` : `it began ${longDuration(after)} after ${first} ended`,
  ];
}

function longDuration(timeNs: number): string {
  const units = [
    [86_400e9, 'days'],
    [3600e9, 'h'],
    [60e9, 'min'],
  ] as const;
  const [size, unit] = units.find(([ns]) => timeNs >= 2 * ns) ?? [1, 'ns'];
  return unit === 'ns' ? duration(timeNs) : `${(timeNs / size).toFixed(timeNs / size < 10 ? 1 : 0)} ${unit}`;
}

/** The signals of a CPU profile that runs with a trace go into both. */
function compareSamples({ trace, facts }: KnownTrace, profile: Profile): string[] {
  const stacks = new SampleStacks();
  const [numberInTrace, numberInProfile] = [stacks.ofTrace(trace), stacks.ofProfile(profile)];
  const counts = sampleCounts(profile);
  const left = new Map<number, number>();
  for (let sample = 0; sample < profile.samples.length; sample++) {
    const stack = numberInProfile(profile.samples.stack[sample] ?? 0);
    left.set(stack, (left.get(stack) ?? 0) + (counts?.[sample] ?? 1));
  }
  const covers = coveredBy(facts, profile);
  const expected = trace.goVersion < firstWithSamples ? 0 : samplesMeanwhile(facts, profile, counts);
  let [all, shared] = [0, 0];
  for (let sample = 0; sample < facts.samples.length; sample++) {
    if (covers(facts.samples.timeNs[sample] ?? 0)) {
      all++;
      const stack = numberInTrace(facts.samples.stack[sample] ?? 0);
      const remaining = left.get(stack) ?? 0;
      shared += remaining > 0 ? 1 : 0;
      left.set(stack, remaining - 1);
    }
  }
  if (expected >= enoughSamples && all < heldSamples * expected) {
    return [`the trace would hold about ${expected} of its samples had both run at once, and holds ${all}`];
  }
  return all >= enoughSamples && shared < sharedSamples * all
    ? [
        `only ${shared} of the ${count(all, 'CPU sample')} that the trace holds are in it (${percent(shared / all)}), and all would be had it run with the trace`,
      ]
    : [];
}

/** How many samples of a profile fell into the trace, had it run with it, and were they evenly spread. */
function samplesMeanwhile(facts: RuntimeFacts, profile: Profile, counts: Float64Array | undefined): number {
  const { startNs, endNs } = facts;
  if (profile.durationNs <= 0 || counts === undefined) {
    return 0;
  }
  const stretch = stretchInTrace(facts, profile);
  const togetherNs =
    stretch === null
      ? Math.min(endNs - startNs, profile.durationNs)
      : Math.max(0, Math.min(endNs, stretch.toNs) - Math.max(startNs, stretch.fromNs));
  return Math.floor((counts.reduce((sum, samples) => sum + samples, 0) * togetherNs) / profile.durationNs);
}

/** Which moments of a trace a profile ran at; all where the trace has no clock of its own. */
function coveredBy(facts: RuntimeFacts, profile: Profile): (timeNs: number) => boolean {
  const stretch = stretchInTrace(facts, profile);
  return stretch === null ? () => true : (timeNs) => timeNs >= stretch.fromNs && timeNs <= stretch.toNs;
}

/** When a profile ran, in the trace's time; null where the trace has no clock of its own, or the profile does not say. */
function stretchInTrace({ wall }: RuntimeFacts, profile: Profile): { readonly fromNs: number; readonly toNs: number } | null {
  const stretch = spanOfProfile(profile);
  if (wall === null || wall.source === 'pprof' || stretch === null || profile.durationNs <= 0) {
    return null;
  }
  const sinceAnchor = (unixNs: bigint) => Number(unixNs - wall.unixNs) + wall.traceNs;
  return { fromNs: sinceAnchor(stretch.startUnixNs), toNs: sinceAnchor(stretch.endUnixNs) };
}

/**
 * What was allocated in the trace is in each allocs or heap profile that is taken later: they count since the process began. Where no clock says when, it is taken
 * for later: whoever has several captures of one moment seldom began with it.
 */
function compareAllocations({ trace, facts }: KnownTrace, profile: Profile): string[] {
  const taken = spanOfProfile(profile);
  const isDelta = profile.durationNs > 0;
  const isEarlier = facts.wall !== null && taken !== null && taken.startUnixNs < spanOfTrace(facts, facts.wall).endUnixNs;
  if (isDelta || isEarlier || sampledAllocations(profile) < enoughSamples) {
    return [];
  }
  const sites = stackSitesOf(trace);
  const began = facts.gcCycles.flatMap((cycle) =>
    cycle.trigger === 'heap' && !isStartedByLimit(cycle, facts.heap) ? (sites.at(cycle.stack).line ?? []) : [],
  );
  const allocated = new Set(allocationsByLine(profile).map(({ line }) => placeOf(line)));
  const missing = began.filter((line) => !allocated.has(placeOf(line)));
  return missing.length >= enoughTriggers && missing.length >= missingShare * began.length
    ? [
        `it holds nothing of ${list([...new Set(missing)].slice(0, 2))}, whose allocation began ${count(missing.length, 'GC cycle')} of the trace`,
      ]
    : [];
}

/** How often the profile looked at allocations: once each so many bytes, however few lines these were on. */
function sampledAllocations(profile: Profile): number {
  return profile.period > 0 ? (sumOfType(profile, 'alloc_space') ?? 0) / profile.period : 0;
}

/** `file:line` of `function file:line`: traces and profiles print the names of generic functions each in its way. */
function placeOf(line: string): string {
  return line.slice(line.lastIndexOf(' ') + 1);
}

function compareIds({ identities }: KnownTrace, profile: Profile): string[] {
  const labelled = new Set<string>();
  for (let sample = 0; sample < profile.samples.length; sample++) {
    const labels = labelsOfSample(profile, sample);
    for (const label of spanLabels) {
      const spanId = spanIdOfLabel(label, labels.get(label.key) ?? '');
      if (spanId !== null) {
        labelled.add(spanId);
      }
    }
  }
  return labelled.size < enoughIds ? [] : compareSpanIds(identities, labelled);
}

function compareSpanIds(identities: IdentityTable, spanIds: ReadonlySet<string>): string[] {
  let [named, shared] = [0, 0];
  for (let row = 0; row < identities.length; row++) {
    for (const { spanId } of identities.at(row)?.ids ?? []) {
      named++;
      shared += spanIds.has(spanId) ? 1 : 0;
    }
  }
  return named >= enoughIds && shared === 0 ? [`none of the ${count(named, 'span id')} in the trace's logs is in it`] : [];
}
