import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { analyzeTrace, findRootCause, identityReport, type AnalyzedTrace, parseOtlpSpans } from '../../src/correlate';
import { openCapture } from '../../src/capture';
import { decodeTrace } from '../../src/gotrace';
import { decodeProfile, type Profile } from '../../src/pprof';

/** Captures of one service, whose application's spans say which span each task was. */
const root = join(__dirname, '../..');
const shared = join(root, '../shared/fixtures/services');
const services = existsSync(shared) ? shared : join(root, 'tests/fixtures/services');

async function open(service: string, file: string): Promise<Uint8Array> {
  return (await openCapture(new Uint8Array(readFileSync(join(services, service, file))), file)).bytes;
}

async function profileOf(service: string, file = 'cpu.pprof'): Promise<Profile> {
  return decodeProfile(await open(service, file));
}

async function spansOf(service: string) {
  return parseOtlpSpans(await open(service, 'spans.otlp.json')).spans;
}

async function traceOf(service: string) {
  return decodeTrace(await open(service, 'trace.out'));
}

/** What the program of a capture wrote of a request. */
interface KnownRequest {
  readonly requestId: string;
  readonly name: string;
  readonly traceId?: string;
  readonly spanId: string;
}

/** Reasons against each join that was asked for. */
function reasonsOf({ joins }: AnalyzedTrace): readonly string[] {
  return [...(joins.profile?.reasons ?? []), ...(joins.appSpans?.reasons ?? [])];
}

describe('the identity of tasks', () => {
  it.each(['go1.23-none', 'go1.26-none'].filter((service) => existsSync(join(services, service))))(
    'by CPU samples is that of the application’s spans, or said to be unknown: %s',
    async (service) => {
      const profile = await profileOf(service);
      const analyzed = await analyzeTrace(await traceOf(service), { profile });
      const spans = new Map((await spansOf(service)).map((span) => [span.spanId, span]));
      const wall = analyzed.facts.wall!;
      const { tasks } = identityReport(analyzed, profile);
      const inferred = tasks.filter(({ dialect }) => dialect === 'samples-grafana');
      expect(inferred.length).toBeGreaterThan(20);
      for (const { task, spanId, type, score } of inferred) {
        const row = analyzed.facts.tasks.id.indexOf(task);
        const startUnixNs = wall.unixNs + BigInt((analyzed.facts.tasks.startNs[row] ?? 0) - wall.traceNs);
        const span = spans.get(spanId ?? '');
        expect(span?.name).toBe(type);
        expect(Math.abs(Number(span!.startUnixNs - startUnixNs))).toBeLessThan(wall.precisionNs);
        expect(score).toBeGreaterThanOrEqual(0.5);
      }
      const unknown = tasks.filter(({ spanId }) => spanId === null);
      expect(unknown.length + inferred.length).toBe(tasks.length);
      expect(unknown.every(({ missing }) => missing !== null && missing.reason !== '' && missing.remedy !== '')).toBe(true);
      expect(unknown.some(({ missing }) => missing?.reason.includes('no CPU sample fell into it'))).toBe(true);
    },
  );

  /** A task is named after what its span began with; who looks for an endpoint wants what it ended with. */
  it.each([
    ['otelhttp', 'GET', 'otlp-time', ['GET /fail', 'GET /group', 'GET /list', 'GET /sort', 'GET /workers']],
    ['datadog-http', 'http.request', 'datadog-raw', ['GET /fail', 'GET /group', 'GET /list', 'GET /sort', 'GET /workers']],
  ] as const)('is that of spans which are renamed once their route is known: %s', async (service, startName, dialect, endpoints) => {
    const folder = join(root, 'tests/fixtures/identity', service);
    const read = async (file: string) => (await openCapture(new Uint8Array(readFileSync(join(folder, file))), file)).bytes;
    const profile = await decodeProfile(await read('cpu.pprof'));
    const spans = existsSync(join(folder, 'spans.otlp.gz')) ? { appSpans: parseOtlpSpans(await read('spans.otlp.gz')).spans } : {};
    const analyzed = await analyzeTrace(await decodeTrace(await read('trace.out.gz')), { profile, ...spans });
    const { tasks } = identityReport(analyzed, profile);
    const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as readonly { spanId: string; name: string }[];
    const nameOf = new Map(truth.map(({ spanId, name }) => [spanId, name]));
    const told = tasks.filter(({ spanId }) => nameOf.has(spanId ?? ''));
    expect(told.filter((task) => task.dialect === dialect).length).toBeGreaterThan(0.8 * tasks.length);
    expect(told.filter(({ spanId, type }) => type !== startName && type !== nameOf.get(spanId ?? ''))).toEqual([]);
    const found = new Set(told.map(({ type }) => type));
    expect(endpoints.filter((endpoint) => !found.has(endpoint))).toEqual([]);
    const { sites } = findRootCause(analyzed);
    const most = sites.find(({ line }) => line.startsWith('main.listCatalog '))?.requests[0];
    expect(most?.type).toBe('GET /list');
  });

  // The fingerprint join may leave what is ambiguous; whatever it says must be true.
  it.each([
    ['grafana', 'samples-grafana', 8],
    ['polarsignals', 'samples-polarsignals', 8],
    ['processor', 'traceparent-before-task', 12],
    ['decimal', 'datadog-decimal', 12],
    ['datadog', 'datadog-raw', 12],
  ] as const)('in the dialect of %s is what the program knew', async (dialect, by, atLeast) => {
    const folder = join(root, 'tests/fixtures/identity', dialect);
    const read = (file: string) => new Uint8Array(readFileSync(join(folder, file)));
    const profile = await decodeProfile((await openCapture(read('cpu.pprof'), 'cpu.pprof')).bytes);
    const { tasks } = identityReport(await analyzeTrace(await decodeTrace(read('trace.out')), { profile }), profile);
    const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as readonly KnownRequest[];
    let known = 0;
    for (const { requestId, name, traceId, spanId } of truth) {
      const task = tasks.find(({ attributes }) => attributes['http.request_id'] === requestId);
      expect(task?.type).toBe(name);
      if (task?.dialect === by) {
        expect([spanId, null]).toContain(task.spanId);
        expect([traceId, null]).toContain(task.traceId);
        known++;
      } else {
        expect(task?.missing?.reason).toMatch(/ambiguous|fit no label/);
      }
    }
    expect(known).toBeGreaterThanOrEqual(atLeast);
  });

  it('by logs agrees with the samples of the profile, without having been asked', async () => {
    const service = 'go1.26-traceparent';
    const analyzed = await analyzeTrace(await traceOf(service), { profile: await profileOf(service) });
    let agreeing = 0;
    for (const [row, { work }] of analyzed.joins.fingerprints?.byTask ?? []) {
      if (work !== null) {
        expect(analyzed.identities.at(row)?.ids.map(({ spanId }) => spanId)).toContain(work.spanId);
        agreeing++;
      }
    }
    expect(agreeing).toBeGreaterThan(20);
  });

  it('reads Datadog’s raw ids, and finds their traces in the application’s spans', async () => {
    const service = 'go1.26-datadog';
    const analyzed = await analyzeTrace(await traceOf(service), { appSpans: await spansOf(service) });
    const { tasks, summary } = identityReport(analyzed);
    expect(summary[0]?.dialect).toBe('datadog-raw');
    expect(tasks.filter(({ dialect, traceId }) => dialect === 'datadog-raw' && traceId !== null).length).toBeGreaterThan(100);
  });
});

describe('captures', () => {
  it.each(['go1.21-traceparent', 'go1.23-none', 'go1.26-datadog', 'go1.26-traceparent'])(
    'of one process belong together: %s',
    async (service) => {
      const analyzed = await analyzeTrace(await traceOf(service), { profile: await profileOf(service), appSpans: await spansOf(service) });
      expect(reasonsOf(analyzed)).toEqual([]);
      expect(analyzed.joins).toMatchObject({ profile: { isJoined: true }, appSpans: { isJoined: true } });
    },
  );

  it('of another build, another moment or another process are not joined, and the notice says why', async () => {
    const trace = await traceOf('go1.23-none');
    const otherBuild = await analyzeTrace(trace, { profile: await profileOf('go1.26-datadog'), names: { profile: 'b.pprof' } });
    expect(otherBuild.joins).toMatchObject({ profile: { isJoined: false }, fingerprints: null });
    expect(otherBuild.facts.wall).toBeNull();
    expect(otherBuild.notices[0]?.text).toMatch(/^b\.pprof does not belong to the trace and is not joined to it: .*code addresses/);

    // The same program a few seconds later: its clock says so. Where the trace has no clock, the samples do.
    const later = await analyzeTrace(await traceOf('go1.26-traceparent'), { profile: await profileOf('go1.26-datadog') });
    expect(reasonsOf(later)[0]).toMatch(/^it began .* after the trace ended/);
    const timeless = { ...(await profileOf('go1.26-datadog')), timeUnixNs: 0n };
    const unlike = await analyzeTrace(await traceOf('go1.26-traceparent'), { profile: timeless });
    expect(reasonsOf(unlike)[0]).toMatch(/^only \d+ of the 249 CPU samples that the trace holds are in it/);

    const spans = await analyzeTrace(await traceOf('go1.26-traceparent'), { appSpans: await spansOf('go1.21-traceparent') });
    expect(reasonsOf(spans)[0]).toMatch(/^it began .* after the trace ended/);
    expect(spans.joins.appSpans?.isJoined).toBe(false);
  });

  it('are joined anyway when that is asked for, and it is said', async () => {
    const analyzed = await analyzeTrace(await traceOf('go1.23-none'), { profile: await profileOf('go1.26-datadog'), joinAnyway: true });
    expect(analyzed.joins.profile?.isJoined).toBe(true);
    expect(analyzed.facts.wall?.source).toBe('pprof');
    expect(analyzed.notices[0]?.text).toMatch(/is joined to the trace because that was asked for/);
  });
});
