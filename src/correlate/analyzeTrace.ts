import type { WorkOptions } from '../base';
import type { Trace } from '../gotrace';
import type { Profile } from '../pprof';
import { anchorFromOutside, computeRuntimeFacts, type RuntimeFacts } from '../runtime';
import type { AppSpan } from './appSpans';
import { type KnownTrace, profileBelongs, spansBelong } from './belonging';
import type { AnalyzedTrace, Belonging, IdentityTable, Join } from './capture';
import { codeOfTrace } from './codeImage';
import { correlateCycles } from './cycleActivity';
import { type FingerprintJoin, joinFingerprints } from './fingerprints';
import { identifyTasks } from './identity';
import { joinById, joinByTime } from './joinAppSpans';
import { joinNotices, type JoinNames } from './joinNotices';
import { joinSamples } from './joinSamples';
import { countMapSites } from './mapSites';
import { nameTasks } from './nameTasks';
import { noticesOf } from './notices';

/** What is known beside the trace. */
export interface AnalyzeOptions extends WorkOptions {
  /** A CPU profile taken with the trace: its labels tell tasks, and its time anchors the clock where the trace has none. */
  readonly profile?: Profile;
  /** Further CPU profiles: the first of all that belongs to the trace is joined. */
  readonly otherProfiles?: readonly Profile[];
  /** What the same trace by itself says, with the same options: it is not found out again. */
  readonly alone?: AnalyzedTrace;
  /** The application's own spans, see {@link parseOtlpSpans}. */
  readonly appSpans?: readonly AppSpan[];
  /** When the trace began, for traces without any other clock. */
  readonly wallUnixNs?: bigint;
  /** Which region types are map activity. */
  readonly mapRegionTypes?: RegExp;
  /** Joins profile and spans also where they are of another process or moment. */
  readonly joinAnyway?: boolean;
  /** What notices call profile and spans. */
  readonly names?: JoinNames;
}

/**
 * All facts of a trace and what they say together (facts.md). Profile and spans that are not of its process and moment are left out, and a notice says why.
 * @throws the signal's reason when aborted
 */
export async function analyzeTrace(trace: Trace, options: AnalyzeOptions = {}): Promise<AnalyzedTrace> {
  const { profile: firstProfile, otherProfiles = [], alone, appSpans, wallUnixNs, joinAnyway = false, names = {}, ...rest } = options;
  const own = alone?.facts ?? (await computeRuntimeFacts(trace, rest));
  const logged = alone?.identities ?? identifyTasks(trace, own);
  const code = alone?.joins.code ?? codeOfTrace(trace);
  const known: KnownTrace = { trace, facts: own, code, identities: logged };
  const join = ({ reasons }: Belonging): Join => ({ reasons, isJoined: joinAnyway || reasons.length === 0 });
  const profiles = firstProfile === undefined ? [] : [firstProfile, ...otherProfiles];
  const tried = profiles.map((each) => profileBelongs(known, each));
  const cpuProfile = Math.max(
    0,
    tried.findIndex(({ reasons }) => reasons.length === 0),
  );
  const profile = profiles[cpuProfile];
  const belonging = tried[cpuProfile];
  const profileJoin = belonging === undefined ? null : join(belonging);
  const joinedProfile = profileJoin?.isJoined === true ? profile : undefined;
  const timed = withClock(own, joinedProfile, wallUnixNs);
  const appSpansJoin = appSpans === undefined ? null : join(spansBelong({ ...known, facts: timed }, appSpans));
  const joinedSpans = appSpansJoin?.isJoined === true ? appSpans : undefined;
  const fingerprints = joinedProfile === undefined ? null : joinFingerprints(trace, timed, joinedProfile);
  const identities = joinAll(timed, logged, fingerprints, joinedSpans);
  const facts = { ...timed, tasks: nameTasks(timed, identities, joinedSpans, joinedProfile) };
  const joins = { code, profile: profileJoin, cpuProfile, appSpans: appSpansJoin, fingerprints };
  return {
    trace,
    facts,
    identities,
    ...correlateCycles(facts),
    mapSites: countMapSites(facts.samples),
    joins,
    notices: [...joinNotices(joins, { ...names, ...nameOfJoined(names, cpuProfile) }), ...noticesOf(trace, facts, identities, joins)],
  };
}

function nameOfJoined({ otherProfiles }: JoinNames, cpuProfile: number): JoinNames {
  const name = otherProfiles?.[cpuProfile - 1];
  return name === undefined ? {} : { profile: name };
}

function withClock(facts: RuntimeFacts, profile: Profile | undefined, wallUnixNs: bigint | undefined): RuntimeFacts {
  const options = {
    ...(profile === undefined ? {} : { profileTimeUnixNs: profile.timeUnixNs }),
    ...(wallUnixNs === undefined ? {} : { wallUnixNs }),
  };
  return { ...facts, wall: facts.wall ?? anchorFromOutside(facts.startNs, options) };
}

/** By time before samples: times are exact, samples a likeness. By id last, for the ids that samples tell. */
function joinAll(
  facts: RuntimeFacts,
  logged: IdentityTable,
  fingerprints: FingerprintJoin | null,
  spans: readonly AppSpan[] | undefined,
): IdentityTable {
  const timed = spans === undefined ? logged : joinByTime(facts, logged, spans);
  const sampled = fingerprints === null ? timed : joinSamples(timed, fingerprints);
  return spans === undefined ? sampled : joinById(sampled, spans);
}
