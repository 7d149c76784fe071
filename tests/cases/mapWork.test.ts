import { iterationPatterns, mapRegionTypesOf, mapWorkSites, readMapWork } from '../../src/correlate';
import { readCapturesOf, readProfileOf } from './captures';

describe('iteration paths', () => {
  it.each([
    ['cases/paths', 'swiss', 'sync.Map'],
    ['cases/paths-classic', 'classic', 'sync.Map'],
  ])('of %s: which way each line iterates, on which kind of map, in which region', async (folder, kind, shared) => {
    const work = readMapWork(await readCapturesOf(folder));
    expect(work.implementation).toBe(kind);
    const iterating = mapWorkSites(work).filter(({ iteration }) => iteration !== null);
    const ways = new Map(iterating.map((site) => [site.function, site]));
    expect(ways.get('main.walkRange')).toMatchObject({ iteration: 'range', implementation: kind });
    expect(ways.get('main.walkReflect')).toMatchObject({ iteration: 'reflect', implementation: kind });
    expect(ways.get('main.walkKeys')).toMatchObject({ iteration: 'maps package', implementation: kind });
    expect(ways.get('main.walkJSON')).toMatchObject({ iteration: 'reflect', inside: expect.stringMatching(/^encoding\/json\./) });
    expect(iterating.filter(({ function: name }) => name === 'main.walkSyncMap').map(({ iteration }) => iteration)).toContain(shared);
    const regions = { walkRange: 'range', walkReflect: 'reflect', walkKeys: 'keys', walkJSON: 'json', walkSyncMap: 'syncmap' };
    for (const [name, region] of Object.entries(regions)) {
      expect({ name, region: ways.get(`main.${name}`)?.regions[0]?.type }).toEqual({ name, region: `map.${region}` });
    }
  });

  it('of regions: how often, how long, and what was sampled inside', async () => {
    const types = mapRegionTypesOf(readMapWork(await readCapturesOf('cases/paths')));
    expect(types.map(({ name }) => name).sort()).toEqual(['map.json', 'map.keys', 'map.range', 'map.reflect', 'map.syncmap']);
    for (const { count, totalNs, longestNs, evidence, line } of types) {
      expect({ count, evidence }).toEqual({ count: 1, evidence: 'region' });
      expect(totalNs).toBe(longestNs);
      // Each was to take 400 ms.
      expect(totalNs / 1e6).toBeGreaterThan(399);
      expect(totalNs / 1e6).toBeLessThan(600);
      expect(line).toMatch(/^main\.paths\.func\d+ mapcases\/paths\.go:\d+$/);
    }
    expect(types.find(({ name }) => name === 'map.syncmap')?.samples).toEqual({ syncmap: expect.any(Number) });
  });

  it('of a CPU profile alone: the same lines, without regions', async () => {
    const work = readMapWork([{ kind: 'pprof', sha256: '', name: 'cpu.pprof', profile: await readProfileOf('cases/paths', 'cpu.pprof') }]);
    expect(work.evidence).toBe('samples of the profile');
    const sites = mapWorkSites(work);
    expect(sites.find(({ function: name }) => name === 'main.walkKeys')).toMatchObject({ iteration: 'maps package', regions: [] });
    expect(sites.find(({ function: name }) => name === 'main.walkSyncMap')).toMatchObject({ op: 'syncmap', implementation: 'sync.Map' });
  });
});

describe('iteration patterns', () => {
  it('tell keys-and-lookup from a kept slice, a copy, a direct range and a snapshot', async () => {
    const patterns = iterationPatterns(readMapWork(await readCapturesOf('cases/keys', ['allocs.pprof'])));
    expect(Object.fromEntries(patterns.map(({ function: name, kind }) => [name, kind]))).toEqual({
      'main.collect': 'collect and look up',
      'main.collectInto': 'collect into a kept slice and look up',
      'main.copyPairs': 'copy',
      'main.sumDirect': 'walk',
      'main.sumSnapshot': 'walk',
    });
    const collect = patterns.find(({ function: name }) => name === 'main.collect');
    expect(collect?.lookupFunctions).toEqual(['main.lookUp']);
    expect(collect?.allocation.triggers).toBeGreaterThan(5);
    expect(collect?.allocation.allocBytes).toBeGreaterThan(1e8);
    const walk = patterns.find(({ function: name }) => name === 'main.sumSnapshot');
    expect(walk?.allocation).toMatchObject({ triggers: 0, assists: 0, allocBytes: 0 });
  });

  it('of a service: copies that allocate, and a snapshot that does not', async () => {
    const patterns = iterationPatterns(readMapWork(await readCapturesOf('services/go1.26-traceparent', ['heap.pprof'])));
    const kinds = new Map(patterns.map(({ function: name, kind }) => [name, kind]));
    expect(kinds.get('main.rangeCatalog')).toBe('copy');
    expect(kinds.get('main.rangeSyncMap')).toBe('copy');
    expect(kinds.get('main.walkSnapshot')).toBe('walk');
    expect(kinds.get('main.collectKeys')).toBe('collect and look up');
    expect(patterns.find(({ function: name }) => name === 'main.collectKeys')?.lookupFunctions).toEqual(['main.lookupAll']);
  });
});
