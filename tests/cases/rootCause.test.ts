import { describeRootCause, findRootCause, type RootCause, stringifyFacts, toFactsJson } from '../../src/correlate';
import { readProfileOf, readTraceOf } from './captures';

function wordsOf(cause: RootCause): string {
  const { headline, details } = describeRootCause(cause);
  const words = [headline, ...details].join('\n');
  expect(words).not.toMatch(/NaN|undefined|Infinity|null/);
  return words;
}

describe('root cause', () => {
  it('is the code that collects keys and copies pairs, and not what walks a snapshot or uses its slice again', async () => {
    const cause = findRootCause(await readTraceOf('cases/keys'), [await readProfileOf('cases/keys', 'allocs.pprof')]);
    expect(cause.verdict).toBe('map code');
    const [first, second] = cause.sites;
    expect([first?.function, second?.function].sort()).toEqual(['main.collect', 'main.copyPairs']);
    for (const site of [first, second]) {
      expect(site?.mapTie).toBe('function');
      expect(site?.mapShare).toBe(1);
      expect(site?.requests[0]?.type).toBe(site?.function === 'main.collect' ? 'GET /collect' : 'GET /copy');
      expect(site?.interval?.low).toBeLessThanOrEqual(site?.share ?? 0);
      expect(site?.interval?.high).toBeGreaterThanOrEqual(site?.share ?? 1);
    }
    const blamed = cause.sites.filter(({ share }) => share > 0.03).flatMap(({ requests }) => requests.map(({ type }) => type));
    expect(blamed).not.toEqual(expect.arrayContaining([expect.stringMatching(/snapshot|direct|pooled/)]));
    expect(cause.sites.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(wordsOf(cause)).toMatch(/Code that works on maps is the cause: .* at main\.(collect|copyPairs) /);
  });

  it('agrees with the bytes of the allocs profile on what the lines allocate', async () => {
    const cause = findRootCause(await readTraceOf('cases/keys'), [await readProfileOf('cases/keys', 'allocs.pprof')]);
    const shares = (member: 'share' | 'allocShare') =>
      ['main.collect', 'main.copyPairs'].map((name) =>
        cause.sites.filter((site) => site.function === name).reduce((sum, site) => sum + (site[member] ?? 0), 0),
      );
    const [votes, bytes] = [shares('share'), shares('allocShare')];
    const ratio = (pair: number[]) => (pair[0] ?? 0) / ((pair[0] ?? 0) + (pair[1] ?? 0));
    expect(Math.abs(ratio(votes) - ratio(bytes))).toBeLessThan(0.2);
  });

  it('has a cause for each cycle, made from votes of that cycle', async () => {
    const analyzed = await readTraceOf('cases/keys');
    const { cycles, evidence } = findRootCause(analyzed);
    expect(cycles.map(({ seq }) => seq)).toEqual(analyzed.facts.gcCycles.map(({ seq }) => seq));
    expect(cycles.reduce((sum, cycle) => sum + cycle.evidence.assists, 0)).toBe(evidence.assists);
    const byHeap = cycles.filter(({ trigger }) => trigger === 'heap');
    expect(byHeap.length).toBeGreaterThan(3);
    expect(byHeap.every(({ startedAt }) => startedAt !== null)).toBe(true);
    // The slice that is used again grows once.
    const blaming = byHeap.filter(({ sites }) => /^main\.(collect|copyPairs) /.test(sites[0]?.line ?? ''));
    expect(blaming.length).toBeGreaterThanOrEqual(byHeap.length - 2);
  });

  it('is not GC where requests wait for a lock or for an answer', async () => {
    const cause = findRootCause(await readTraceOf('cases/notgc'));
    expect(cause.cost.cycles).toBeGreaterThan(0);
    expect(cause.verdict).toBe('not GC');
    const mostly = new Map(cause.time.map(({ type, mostly: part }) => [type, part]));
    expect(mostly.get('POST /locked')).toMatchObject({ part: 'waiting', reason: 'sync' });
    expect(mostly.get('GET /answer')).toMatchObject({ part: 'waiting', reason: 'chan receive' });
    expect(mostly.get('GET /sum')).toMatchObject({ part: 'running' });
    expect(wordsOf(cause)).toMatch(/^It is not GC: .*POST \/locked .*waiting \(sync\)/);
  });

  it('splits the time of requests into parts that add up to it', async () => {
    const analyzed = await readTraceOf('services/go1.26-traceparent');
    const { time } = findRootCause(analyzed);
    const requests = time.filter(({ isRequest }) => isRequest);
    expect(requests.map(({ type }) => type)).toEqual(expect.arrayContaining(['GET /range', 'GET /light', 'GET /rwmutex']));
    for (const { type, totalNs, classes, waiting, tasks } of time) {
      expect({ type, sum: Object.values(classes).reduce((sum, ns) => sum + ns, 0) }).toEqual({ type, sum: totalNs });
      expect({ type, waiting: waiting.reduce((sum, { ns }) => sum + ns, 0) }).toEqual({ type, waiting: classes.waiting });
      expect(tasks).toBeGreaterThan(0);
    }
  });

  it.each([
    ['go1.21-traceparent', /^main\.(rangeCatalog|summarize|collectKeys|copySessions)$/],
    ['go1.23-none', /^main\.(rangeCatalog|summarize|collectKeys|copySessions)$/],
    ['go1.26-datadog', /^main\.(rangeCatalog|summarize|collectKeys|copySessions)$/],
    ['go1.26-traceparent', /^main\.rangeCatalog$/],
  ])('of the service %s is the code that copies out of maps, and no request that only suffers', async (folder, expected) => {
    const cause = findRootCause(await readTraceOf(`services/${folder}`), [await readProfileOf(`services/${folder}`, 'heap.pprof')]);
    expect(cause.verdict).toBe('map code');
    expect(cause.sites[0]?.function).toMatch(expected);
    const served = cause.sites.filter(({ share }) => share > 0.05).flatMap(({ requests }) => requests.map(({ type }) => type));
    expect(served).not.toContain('GET /light');
    expect(served).not.toContain('GET /snapshot');
    wordsOf(cause);
  });

  it('is none where no GC ran, and stands in the JSON of the facts', async () => {
    const analyzed = await readTraceOf('cases/paths');
    const json: unknown = JSON.parse(stringifyFacts(toFactsJson(analyzed, null, undefined, findRootCause(analyzed))));
    expect(json).toMatchObject({ rootCause: { verdict: expect.any(String), sites: expect.any(Array), time: expect.any(Array) } });
  });
});
