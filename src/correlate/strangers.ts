import type { Notice } from '../base';
import { isCpuProfile } from '../pprof';
import { profileBelongs, profilesBelong } from './belonging';
import type { Capture, Join, ProfileCapture, TraceCapture } from './capture';
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
  return {
    strangers: new Set(joins.filter(({ join }) => !join.isJoined).map(({ capture }) => capture)),
    notices: joins.filter(({ isSaid }) => !isSaid).flatMap(({ capture, join }) => describeJoin(join, capture.name, other)),
  };
}

/** The captures without those that {@link findStrangers} finds: what may be seen together. */
export function joinedCaptures(captures: readonly Capture[], joinAnyway = false): Capture[] {
  const { strangers } = findStrangers(captures, joinAnyway);
  return captures.filter((capture) => capture.kind === 'trace' || !strangers.has(capture));
}

interface ProfileJoin {
  readonly capture: ProfileCapture;
  readonly join: Join;
  /** Whether the trace's own notices say it. */
  readonly isSaid: boolean;
}

function joinsWithTrace({ analyzed }: TraceCapture, profiles: readonly ProfileCapture[], joinAnyway: boolean): ProfileJoin[] {
  const { trace, facts, identities, joins } = analyzed;
  const first = profiles.find(({ profile }) => isCpuProfile(profile));
  return profiles.map((capture) => {
    if (capture === first && joins.profile !== null) {
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
