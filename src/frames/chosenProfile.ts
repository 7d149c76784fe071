import { GclensError, type Notice } from '../base';
import { filterSamples, focusFrames, parseSelector, type Profile } from '../pprof';
import { traceProfileKinds, traceProfileOf, type TraceProfileKind } from '../runtime';
import type { ViewQuery } from './query';
import type { Sources } from './sources';

/** What of the captures a table of functions or a graph of calls is made from. */
export interface ChosenProfile {
  readonly profile: Profile;
  /** Row of the profile's sample types. */
  readonly sampleType: number;
  readonly sampleFilter: Uint8Array;
  readonly title: string;
  /** What is shown, and what else can be asked for. */
  readonly sampleTypeName: string;
  readonly sampleTypeNames: readonly string[];
  readonly notices: readonly Notice[];
}

/**
 * The profile that a query means: one of the captures that has its sample type, else a profile that the trace holds. The selector goes over pprof labels.
 * @throws GclensError that lists the sample types
 */
export function chooseProfile(sources: Sources, query: ViewQuery): ChosenProfile {
  const wanted = query.sampleType ?? '';
  const has = (profile: Profile) => profile.sampleTypes.some(({ type }) => type === wanted);
  const ofCapture = wanted === '' ? (sources.cpuProfile ?? sources.profiles[0]) : sources.profiles.find(({ profile }) => has(profile));
  if (ofCapture !== undefined) {
    const { profile, name } = ofCapture;
    const found = profile.sampleTypes.findIndex(({ type }) => type === wanted);
    const sampleType = found >= 0 ? found : profile.defaultSampleType;
    const type = profile.sampleTypes[sampleType]?.type ?? 'samples';
    return {
      ...choose(profile, sampleType, query),
      title: `${type} of ${name}`,
      sampleTypeName: type,
      sampleTypeNames: listTypes(sources),
    };
  }
  const kind = traceProfileKinds.find((known) => known === wanted) ?? (wanted === '' ? defaultKind(sources) : undefined);
  if (sources.trace === null || kind === undefined) {
    throw unknownType(wanted, sources);
  }
  const { trace, facts } = sources.trace.analyzed;
  const profile = traceProfileOf(trace, facts, kind);
  return {
    ...choose(profile, profile.defaultSampleType, query),
    title: traceTitles[kind],
    sampleTypeName: kind,
    sampleTypeNames: listTypes(sources),
  };
}

const traceTitles: Readonly<Record<TraceProfileKind, string>> = {
  net: 'Waiting for the network',
  sync: 'Waiting for other goroutines',
  syscall: 'System calls',
  sched: 'Waiting for a P',
  cpu: 'CPU samples of the trace',
  assist: 'Mark assists of the trace',
};

function defaultKind({ trace }: Sources): TraceProfileKind {
  return trace !== null && trace.analyzed.facts.samples.length > 0 ? 'cpu' : 'assist';
}

function choose(
  profile: Profile,
  sampleType: number,
  { selector = '', focus = '' }: ViewQuery,
): Pick<ChosenProfile, 'profile' | 'sampleType' | 'sampleFilter' | 'notices'> {
  const parsed = parseSelector(selector);
  const labels = new Set(Array.from(profile.labels.key.subarray(0, profile.labels.length), (key) => profile.strings[key] ?? ''));
  const unknown = parsed.matchers.map(({ name }) => name).filter((name) => !labels.has(name));
  const focused = focusFrames(profile, { focus });
  const ofSelector = filterSamples(profile, parsed);
  return {
    profile: focused.profile,
    sampleType,
    sampleFilter: focused.sampleFilter.map((taken, sample) => taken & (ofSelector[sample] ?? 0)),
    notices: [
      ...(unknown.length === 0
        ? []
        : [{ severity: 'warning', text: `No sample has a label ${[...new Set(unknown)].join(', ')}; it counts as empty.` } as const]),
      ...(focused.idle.length === 0 ? [] : [{ severity: 'info', text: `No function or file matches the focus ${focus}.` } as const]),
    ],
  };
}

function listTypes({ profiles, trace }: Sources): string[] {
  return [
    ...new Set([
      ...profiles.flatMap(({ profile }) => profile.sampleTypes.map(({ type }) => type)),
      ...(trace === null ? [] : traceProfileKinds),
    ]),
  ];
}

function unknownType(wanted: string, sources: Sources): GclensError {
  return new GclensError(`these captures have no sample type ${wanted}; they have ${listTypes(sources).join(', ')}`);
}
