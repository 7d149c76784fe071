import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildMetrics, exportRequests, metricsRequest, parseEndpoint, profilesRequest, type SignalRequest } from '../../src/bridge';
import { joinProfile } from '../../src/correlate';
import type { Profile } from '../../src/pprof';
import { framesOfStack } from '../../src/runtime';
import { readServiceCapture, type ServiceCapture, services } from './capture';
import { freePort } from './freePort';
import { buildReceiver, RunningReceiver } from './goReceiver';

const collector = buildReceiver('otlp-sink', '.');
const name = 'missing' in collector ? `metrics and profiles in a Collector (${collector.missing})` : 'metrics and profiles in a Collector';
const describeCollector = 'missing' in collector ? describe.skip : describe;
const service = 'go1.26-traceparent';

interface AnyValue {
  readonly stringValue?: string;
  readonly stringValueStrindex?: number;
  readonly intValue?: string;
}
interface DataPoint {
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly asInt?: string;
  readonly asDouble?: number;
  readonly count?: string;
  readonly sum?: number;
  readonly bucketCounts?: readonly string[];
  readonly attributes?: readonly { readonly key: string; readonly value: AnyValue }[];
}
interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly dataPoints: readonly DataPoint[]; readonly aggregationTemporality: number; readonly isMonotonic?: boolean };
  readonly gauge?: { readonly dataPoints: readonly DataPoint[] };
  readonly histogram?: { readonly dataPoints: readonly DataPoint[]; readonly aggregationTemporality: number };
}
interface SentMetrics {
  readonly resourceMetrics: readonly { readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[] }[];
}
interface SentSample {
  readonly stackIndex?: number;
  readonly attributeIndices?: readonly number[];
  readonly linkIndex?: number;
  readonly values: readonly string[];
  readonly timestampsUnixNano?: readonly string[];
}
interface SentProfile {
  readonly sampleType: { readonly typeStrindex?: number; readonly unitStrindex?: number };
  readonly samples: readonly SentSample[];
  readonly timeUnixNano: string;
  readonly durationNano: string;
  readonly period: string;
  readonly profileId: string;
}
interface Dictionary {
  readonly stringTable: readonly string[];
  readonly stackTable: readonly { readonly locationIndices?: readonly number[] }[];
  readonly locationTable: readonly {
    readonly address?: string;
    readonly lines?: readonly { readonly functionIndex?: number; readonly line?: string }[];
  }[];
  readonly functionTable: readonly { readonly nameStrindex?: number }[];
  readonly linkTable: readonly { readonly traceId?: string; readonly spanId?: string }[];
  readonly attributeTable: readonly { readonly keyStrindex?: number; readonly value?: AnyValue }[];
}
interface SentProfiles {
  readonly resourceProfiles: readonly { readonly scopeProfiles: readonly { readonly profiles: readonly SentProfile[] }[] }[];
  readonly dictionary: Dictionary;
}

describeCollector(name, () => {
  let capture: ServiceCapture;
  let profile: Profile;
  let metrics: ReadonlyMap<string, Metric>;
  let profiles: readonly SentProfile[];
  let dictionary: Dictionary;

  beforeAll(async () => {
    capture = await readServiceCapture(service);
    ({ profile } = capture);
    const info = { sha256: 'ab'.repeat(32), name: 'trace.out' };
    const options = { profile, appSpans: capture.appSpans, serviceName: 'shop' };
    const port = await freePort();
    const grpcPort = await freePort();
    const file = (config: string) => `--config=${join(__dirname, 'otlp-sink', config)}`;
    const receiver = await RunningReceiver.start(
      'path' in collector ? collector.path : '',
      () => [
        '--feature-gates=service.profilesSupport',
        file('sink.yaml'),
        file('profiles.yaml'),
        `--config=yaml:receivers::otlp::protocols::http::endpoint: 127.0.0.1:${port}`,
        `--config=yaml:receivers::otlp::protocols::grpc::endpoint: 127.0.0.1:${grpcPort}`,
      ],
      port,
    );
    const send = async (request: SignalRequest, encoding: 'json' | 'protobuf') => {
      const endpoint = parseEndpoint(`http://127.0.0.1:${port}`, {}, { signal: request.signal });
      expect(await exportRequests([request], endpoint, { encoding })).toEqual({
        accepted: request.items,
        rejected: 0,
        notSent: 0,
        problems: [],
      });
    };
    try {
      await send(metricsRequest(buildMetrics(capture.analyzed, info, options)), 'json');
      await send(profilesRequest(capture.analyzed, info, options), 'json');
      await receiver.stop();
      const [sentMetrics, sentProfiles] = ['metrics.jsonl', 'profiles.jsonl'].map(
        (sent) => JSON.parse(readFileSync(join(receiver.folder, sent), 'utf8')) as unknown,
      );
      const all = (sentMetrics as SentMetrics).resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap((scoped) => scoped.metrics),
      );
      metrics = new Map(all.map((metric) => [metric.name, metric]));
      profiles = (sentProfiles as SentProfiles).resourceProfiles.flatMap(({ scopeProfiles }) =>
        scopeProfiles.flatMap((scoped) => scoped.profiles),
      );
      ({ dictionary } = sentProfiles as SentProfiles);
    } finally {
      receiver.remove();
    }
  });

  const pointsOf = (metric: string) => {
    const { sum, gauge, histogram } = metrics.get(metric) ?? {};
    return (sum ?? gauge ?? histogram)?.dataPoints ?? [];
  };

  it('count cycles and pauses as the facts do, in the time of the trace', () => {
    const { facts } = capture.analyzed;
    const reference = JSON.parse(readFileSync(join(services, service, 'facts.json'), 'utf8')) as { readonly gcCycles: readonly unknown[] };
    expect(pointsOf('go.memory.gc.cycles').map(({ asInt }) => Number(asInt))).toEqual([reference.gcCycles.length]);
    const pauses = facts.stops.filter(({ isGc }) => isGc);
    const [pause] = pointsOf('go.memory.gc.pause.duration');
    expect(Number(pause?.count)).toBe(pauses.length);
    expect(pause?.sum).toBeCloseTo(pauses.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0) / 1e9, 9);
    expect(pause?.bucketCounts?.reduce((sum, count) => sum + Number(count), 0)).toBe(pauses.length);
    expect(BigInt(pause?.timeUnixNano ?? 0) - BigInt(pause?.startTimeUnixNano ?? 0)).toBe(BigInt(facts.endNs - facts.startNs));
    expect(metrics.get('go.memory.gc.pause.duration')).toMatchObject({ unit: 's', histogram: { aggregationTemporality: 1 } });
  });

  it('tell levels of the heap at the ends of each cycle, and the scheduler’s latencies by phase', () => {
    const { facts } = capture.analyzed;
    const goals = pointsOf('go.memory.gc.goal');
    expect(Number(goals.at(-1)?.asInt)).toBe(facts.heap.lastGoalBytes);
    expect(goals.length).toBeGreaterThan(facts.gcCycles.length);
    expect(new Set(goals.map(({ timeUnixNano }) => timeUnixNano)).size).toBe(goals.length);
    expect(Number(pointsOf('go.memory.used').at(-1)?.asInt)).toBe(facts.heap.liveBytes.at(-1));
    const latencies = pointsOf('go.schedule.duration').map(({ attributes, count }) => [attributes?.[0]?.value.stringValue, Number(count)]);
    expect(latencies).toEqual(
      (['outside', 'mark', 'stw'] as const).map((phase) => [
        phase,
        facts.schedulerLatencies[phase].buckets.reduce((sum, count) => sum + count, 0),
      ]),
    );
    expect(pointsOf('gclens.gc.assist.ratio')[0]?.asDouble).toBeGreaterThan(0);
  });

  const stackOf = ({ stackIndex = 0 }: SentSample) =>
    (dictionary.stackTable[stackIndex]?.locationIndices ?? []).flatMap((location) =>
      (dictionary.locationTable[location]?.lines ?? []).map(
        ({ functionIndex = 0, line }) =>
          `${dictionary.stringTable[dictionary.functionTable[functionIndex]?.nameStrindex ?? 0]} ${line ?? 0}`,
      ),
    );
  const typeOf = ({ sampleType }: SentProfile) => dictionary.stringTable[sampleType.typeStrindex ?? 0];
  const spanOf = ({ linkIndex = 0 }: SentSample) => dictionary.linkTable[linkIndex]?.spanId ?? '';

  it('have every CPU sample of the trace at its moment and stack, linked to the span of its request', () => {
    const { facts, trace } = capture.analyzed;
    const sent = profiles[0]?.samples.flatMap((sample) =>
      (sample.timestampsUnixNano ?? []).map((time) => `${time} ${stackOf(sample).join()}`),
    );
    const firstNs = BigInt(profiles[0]?.timeUnixNano ?? 0) - BigInt(facts.startNs);
    const expected = Array.from(facts.samples.timeNs, (timeNs, sample) => {
      const frames = framesOfStack(trace, facts.samples.stack[sample] ?? 0);
      return `${firstNs + BigInt(timeNs)} ${frames.map((frame) => `${frame.function} ${frame.line}`).join()}`;
    });
    expect([...(sent ?? [])].sort()).toEqual(expected.sort());
    const own = new Set(capture.appSpans.map(({ spanId }) => spanId));
    const linked = profiles[0]?.samples.map(spanOf).filter((spanId) => spanId !== '') ?? [];
    expect(linked.length).toBeGreaterThan(10);
    expect(linked.filter((spanId) => !own.has(spanId)).length).toBeLessThan(0.1 * linked.length);
  });

  it('have each sample type of the profile, whole, with labels and links', () => {
    const { sampleTypes, samples } = profile;
    expect(profiles.slice(1).map(typeOf)).toEqual(sampleTypes.map(({ type }) => type));
    sampleTypes.forEach((_, column) => {
      const values = profiles[column + 1]?.samples.map((sample) => Number(sample.values[0]));
      expect(values).toEqual(Array.from(samples.values[column] ?? []));
    });
    const { taskOfSample } = joinProfile(capture.analyzed, profile);
    expect(profiles[1]?.samples.map((sample) => spanOf(sample) !== '')).toEqual(Array.from(taskOfSample, (row) => row >= 0));
    const keys = new Set(
      profiles[1]?.samples.flatMap(({ attributeIndices = [] }) =>
        attributeIndices.map((index) => dictionary.stringTable[dictionary.attributeTable[index]?.keyStrindex ?? 0]),
      ),
    );
    const labels = new Set(Array.from(profile.labels.key, (key) => profile.strings[key]));
    expect(keys).toEqual(labels);
    expect(profiles.map(({ profileId }) => profileId).every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });
});
