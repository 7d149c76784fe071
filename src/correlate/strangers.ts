import type { Notice } from '../base';
import { isCpuProfile, type Profile } from '../pprof';
import { profileBelongs, profilesBelong } from './belonging';
import type { Capture, Join, ProfileCapture, TraceCapture, TraceJoins } from './capture';
import { describeJoin } from './joinNotices';

/** Profiles that are not of the process and moment of the others. */
export interface Strangers {
  readonly strangers: ReadonlySet<ProfileCapture>;
  /** Why, for each. What analyzing the trace said already is not said again. */
  readonly notices: readonly Notice[];
}

/**
 * Finds the profiles that do not belong to the trace; where there is no trace, to the first profile.
 * @param joinAnyway whether they count as belonging, which their notices then say
 */
export function findStrangers(captures: readonly Capture[], joinAnyway: boolean): Strangers {
  const trace = captures.find((capture) => capture.kind === 'trace');
  const profiles = captures.filter((capture) => capture.kind === 'pprof');
  const joins = trace === undefined ? joinsWithFirst(profiles, joinAnyway) : joinsWithTrace(trace, profiles, joinAnyway);
  const other = trace?.name ?? profiles[0]?.name ?? '';
  const strangers = new Set(joins.filter(({ join }) => !join.isJoined).map(({ capture }) => capture));
  const belonging = profiles.filter((capture) => !strangers.has(capture));
  return {
    strangers,
    notices: [
      ...joins.filter(({ isSaid }) => !isSaid).flatMap(({ capture, join }) => describeJoin(join, capture.name, other)),
      ...(trace === undefined ? [] : choiceNotices(trace, profiles, belonging)),
    ],
  };
}

/** The captures without those that {@link findStrangers} finds: what may be seen together. */
export function joinedCaptures(captures: readonly Capture[], joinAnyway = false): Capture[] {
  const { strangers } = findStrangers(captures, joinAnyway);
  return captures.filter((capture) => capture.kind === 'trace' || !strangers.has(capture));
}

/** The CPU profile that was joined to a trace, or was tried; undefined without any. */
export function joinedCpuProfile<Given extends { readonly profile: Profile }>(
  { cpuProfile }: TraceJoins,
  profiles: readonly Given[],
): Given | undefined {
  return profiles.filter(({ profile }) => isCpuProfile(profile))[cpuProfile];
}

/** What of several CPU profiles that belong to a trace is asked. */
function choiceNotices({ analyzed }: TraceCapture, profiles: readonly ProfileCapture[], belonging: readonly ProfileCapture[]): Notice[] {
  const joined = joinedCpuProfile(analyzed.joins, profiles);
  const others = belonging.filter((capture) => capture !== joined && isCpuProfile(capture.profile));
  return joined === undefined || others.length === 0
    ? []
    : [
        {
          severity: 'info',
          text: `Several CPU profiles belong to the trace: labels and samples are read from ${joined.name}; ${others.map(({ name }) => name).join(', ')} only shows its own views.`,
        },
      ];
}

interface ProfileJoin {
  readonly capture: ProfileCapture;
  readonly join: Join;
  /** Whether the trace's own notices say it. */
  readonly isSaid: boolean;
}

function joinsWithTrace({ analyzed }: TraceCapture, profiles: readonly ProfileCapture[], joinAnyway: boolean): ProfileJoin[] {
  const { trace, facts, identities, joins } = analyzed;
  const joined = joinedCpuProfile(joins, profiles);
  return profiles.map((capture) => {
    if (capture === joined && joins.profile !== null) {
      return { capture, join: joins.profile, isSaid: true };
    }
    const { reasons } = profileBelongs({ trace, facts, code: joins.code, identities }, capture.profile);
    return { capture, join: { reasons, isJoined: joinAnyway || reasons.length === 0 }, isSaid: false };
  });
}

function joinsWithFirst([first, ...others]: readonly ProfileCapture[], joinAnyway: boolean): ProfileJoin[] {
  return others.flatMap((capture) => {
    const { reasons } = first === undefined ? { reasons: [] } : profilesBelong(first.profile, capture.profile);
    return { capture, join: { reasons, isJoined: joinAnyway || reasons.length === 0 }, isSaid: false };
  });
}
