import { GclensError, type Notice } from '../base';
import { type AnalyzedTrace, type Capture, findStrangers, joinedCpuProfile, type ProfileCapture, type TraceCapture } from '../correlate';
import { isCpuProfile } from '../pprof';

/** Captures of one process and one moment, by what they are. */
export interface Sources {
  readonly trace: TraceCapture | null;
  readonly profiles: readonly ProfileCapture[];
  /** The profile of CPU samples whose labels name tasks: the first that belongs to the trace. */
  readonly cpuProfile: ProfileCapture | null;
  /** Profiles that are not of the process and moment of the trace, or of the first profile where there is no trace. */
  readonly strangers: ReadonlySet<ProfileCapture>;
  readonly notices: readonly Notice[];
}

/**
 * Sorts captures by what they are, with what a reader must know of them.
 * @param joinAnyway whether also what does not belong together is joined
 */
export function sortSources(captures: readonly Capture[], joinAnyway: boolean): Sources {
  const traces = captures.filter((capture) => capture.kind === 'trace');
  const profiles = captures.filter((capture) => capture.kind === 'pprof');
  const trace = traces[0] ?? null;
  const firstCpu = profiles.find(({ profile }) => isCpuProfile(profile));
  const cpuProfile = (trace === null ? firstCpu : joinedCpuProfile(trace.analyzed.joins, profiles)) ?? null;
  const { strangers, notices } = findStrangers(captures, joinAnyway);
  return {
    trace,
    profiles,
    cpuProfile: cpuProfile !== null && strangers.has(cpuProfile) ? null : cpuProfile,
    strangers,
    notices: [
      ...traces.slice(1).map(({ name }): Notice => ({ severity: 'warning', text: `One trace is shown at a time: ${name} is left out.` })),
      ...(trace === null ? [] : trace.analyzed.notices),
      ...notices,
      ...profiles.flatMap(({ name, profile }) =>
        profile.notices.map(({ severity, text }): Notice => ({ severity, text: `${name}: ${text}` })),
      ),
    ],
  };
}

/** The captures that are seen together: the trace, and the profiles that belong to it. */
export function joinedSources({ trace, profiles, strangers }: Sources): Capture[] {
  return [...(trace === null ? [] : [trace]), ...profiles.filter((profile) => !strangers.has(profile))];
}

/** @throws GclensError when there is no trace: only a trace knows what this view shows */
export function requireTrace(sources: Sources, what: string): AnalyzedTrace {
  return requireTraceCapture(sources, what).analyzed;
}

/** The same, with the trace's identity. */
export function requireTraceCapture({ trace }: Sources, what: string): TraceCapture {
  if (trace === null) {
    throw new GclensError(`${what} come from an execution trace, and none was given`, {
      advice: 'Take one with curl -o trace.out http://HOST/debug/pprof/trace?seconds=5 and add it, or look at the flame graph',
    });
  }
  return trace;
}
