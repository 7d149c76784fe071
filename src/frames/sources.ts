import { GclensError, type Notice } from '../base';
import type { AnalyzedTrace, Capture, ProfileCapture, TraceCapture } from '../correlate';
import { isCpuProfile } from '../pprof';

/** Captures of one process and one moment, by what they are. */
export interface Sources {
  readonly trace: TraceCapture | null;
  readonly profiles: readonly ProfileCapture[];
  /** The first profile of CPU samples: the one whose labels name tasks. */
  readonly cpuProfile: ProfileCapture | null;
  readonly notices: readonly Notice[];
}

/** Sorts captures by what they are, with what a reader must know of them. */
export function sortSources(captures: readonly Capture[]): Sources {
  const traces = captures.filter((capture) => capture.kind === 'trace');
  const profiles = captures.filter((capture) => capture.kind === 'pprof');
  const trace = traces[0] ?? null;
  return {
    trace,
    profiles,
    cpuProfile: profiles.find(({ profile }) => isCpuProfile(profile)) ?? null,
    notices: [
      ...traces.slice(1).map(({ name }): Notice => ({ severity: 'warning', text: `One trace is shown at a time: ${name} is left out.` })),
      ...(trace === null ? [] : trace.analyzed.notices),
      ...profiles.flatMap(({ name, profile }) =>
        profile.notices.map(({ severity, text }): Notice => ({ severity, text: `${name}: ${text}` })),
      ),
    ],
  };
}

/** @throws GclensError when there is no trace: only a trace knows what this view shows */
export function requireTrace({ trace }: Sources, what: string): AnalyzedTrace {
  if (trace === null) {
    throw new GclensError(`${what} come from an execution trace, and none was given`, {
      advice:
        'Take one with curl -o trace.out http://HOST/debug/pprof/trace?seconds=5, add it to the query, or choose the view Flame graph',
    });
  }
  return trace.analyzed;
}
