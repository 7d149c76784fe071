import { type Profile, sampleCounts } from '../../pprof';
import type { AnalyzedTrace, Capture } from '..';
import { framesOfProfile } from '../profileFrames';
import { labelsOfSample } from '../spanLabels';
import { functionAt } from '../stackSite';
import { joinedCpuProfile } from '../strangers';

/** Labels that hold the name of what a request asks for: of Datadog, grafana/otel-profiling-go and OpenTelemetry, and what programs call it themselves. */
const endpointLabels = ['trace endpoint', 'span_name', 'http.route', 'http_route', 'endpoint', 'route', 'handler'];

/** CPU samples by function, then by endpoint. */
type Served = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Which endpoints the labels of the CPU profile that was taken with a trace name, by function that was at work for them. */
export function endpointsByLabel({ joins }: AnalyzedTrace, captures: readonly Capture[]): Served {
  const profiles = captures.filter((capture) => capture.kind === 'pprof');
  const joined = joins.profile?.isJoined === true ? joinedCpuProfile(joins, profiles) : undefined;
  return joined === undefined ? new Map() : countServed(joined.profile);
}

function countServed(profile: Profile): Served {
  const served = new Map<string, Map<string, number>>();
  const counts = sampleCounts(profile);
  for (let sample = 0; sample < profile.samples.length; sample++) {
    const labels = labelsOfSample(profile, sample);
    const key = endpointLabels.find((label) => labels.has(label));
    if (key !== undefined) {
      const endpoint = `${labels.get(key) ?? ''} (label ${key})`;
      const frames = framesOfProfile(profile, profile.samples.stack[sample] ?? 0);
      for (const name of new Set(frames.map((_, at) => functionAt(frames, at)))) {
        const ofFunction = served.get(name) ?? new Map<string, number>();
        served.set(name, ofFunction.set(endpoint, (ofFunction.get(endpoint) ?? 0) + (counts?.[sample] ?? 1)));
      }
    }
  }
  return served;
}
