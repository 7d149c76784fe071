import { openCapture } from '../../src/capture';
import { decodeTrace } from '../../src/gotrace';
import { findMapHeap, mapGrowth, mapTypeMemory, pauseActivity, readMapWork } from '../../src/correlate';
import { findHeapObjects, heapByType } from '../../src/runtime';
import { caseFiles, readCapturesOf, readProfileOf, readTraceOf } from './captures';

describe('growing maps', () => {
  it('of Swiss maps are tables that split, on the line that fills them, and never the map with room from the start', async () => {
    const { sites, samples, series } = mapGrowth(readMapWork(await readCapturesOf('cases/growth')));
    expect(samples).toBeGreaterThan(5);
    expect(sites.every(({ line }) => /^main\.fill mapcases\/growth\.go:\d+$/.test(line))).toBe(true);
    expect(sites.map(({ step }) => step)).toContain('split');
    expect(sites.map(({ step }) => step)).not.toContain('evacuate');
    const [filled] = series;
    expect(filled).toMatchObject({ name: 'filled', kind: 'swiss', resets: 5, wasEvacuating: false });
    expect(Math.max(...(filled?.stats.map(({ count }) => count) ?? []))).toBe(200000);
    expect(filled?.stats.every(({ count, capacity }) => count <= (capacity ?? 0) * 1.2)).toBe(true);
  });

  it('of classic maps evacuate old buckets', async () => {
    const { sites, series } = mapGrowth(readMapWork(await readCapturesOf('cases/growth-classic')));
    expect(sites.map(({ step }) => step)).toContain('evacuate');
    expect(sites.map(({ step }) => step)).not.toContain('split');
    const [filled] = series;
    expect(filled).toMatchObject({ name: 'filled', kind: 'classic', resets: 5, wasEvacuating: true });
    const evacuating = filled?.stats.find(({ oldBuckets }) => (oldBuckets ?? 0) > 0);
    expect(evacuating?.tables).toBe(2 * (evacuating?.oldBuckets ?? 0));
    expect(evacuating?.evacuated).toBeLessThanOrEqual(evacuating?.oldBuckets ?? 0);
    expect(2 ** (evacuating?.b ?? 0)).toBe(evacuating?.tables);
  });

  it('read logs that services write, and pass over those that are no map.stats', async () => {
    const { series } = mapGrowth(readMapWork(await readCapturesOf('services/go1.21-traceparent')));
    expect(series.find(({ name }) => name === 'catalog')).toMatchObject({ kind: 'classic', growths: 0, resets: 0 });
    expect(series.find(({ name }) => name === 'catalog')?.stats[0]?.count).toBe(200000);
    expect(series.find(({ name }) => name === 'index')?.growths).toBeGreaterThan(0);
  });
});

describe('memory of maps', () => {
  it('has its owners by line, and the leak patterns that the program was made to show', async () => {
    const captures = await readCapturesOf('cases/leaks', ['heap-before.pprof', 'heap-after.pprof']);
    const { owners, leaks, hasEarlier } = findMapHeap(captures.slice(0, 1).concat(captures.slice(2)), captures.slice(1, 2));
    expect(hasEarlier).toBe(true);
    const byFunction = new Map(owners.map((owner) => [owner.function, owner]));
    expect([...byFunction.keys()].sort()).toEqual(['main.count', 'main.enqueue', 'main.remember']);
    // Keys and values: an int and a pointer, an int and four, an int and a bool.
    expect([...byFunction.values()].map(({ function: name, slotBytes }) => [name, slotBytes]).sort()).toEqual([
      ['main.count', 16],
      ['main.enqueue', 40],
      ['main.remember', 16],
    ]);
    expect(byFunction.get('main.remember')?.evidence).toBe('samples');
    expect(byFunction.get('main.enqueue')).toMatchObject({ evidence: 'block sizes', grownBytes: 0 });
    const seen = leaks.map(({ kind, subject }) => `${kind}: ${subject.split(' ')[0]}`).sort();
    expect(seen).toEqual([
      'grows: main.remember',
      'grows: registry',
      'made again and again: main.count',
      'many pointers: main.remember',
      'never shrinks: queue',
    ]);
  });

  it('finds sync.Map by the stacks of the heap profile itself', async () => {
    const captures = await readCapturesOf('services/go1.23-none', ['heap.pprof']);
    const { owners } = findMapHeap(captures);
    expect(owners[0]).toMatchObject({ function: 'main.newStore', evidence: 'operation', ops: ['syncmap'] });
    // Classic maps have other blocks than Swiss ones: no guesses from sizes.
    expect(owners.map(({ evidence }) => evidence)).not.toContain('block sizes');
  });

  it('has the types of maps exactly where the alloc/free experiment was on', async () => {
    const [capture] = caseFiles('trace/recorded', ['af-1.26.trace']);
    const { bytes } = await openCapture(capture!.file as Uint8Array, 'af-1.26.trace');
    const heap = await findHeapObjects(await decodeTrace(bytes));
    const types = mapTypeMemory(heapByType(heap!));
    expect(types).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'map.group[string]runtime.metricData',
          key: 'string',
          value: 'runtime.metricData',
          hasPointers: true,
        }),
      ]),
    );
  });

  it('without a heap profile says what logs say', async () => {
    const { profile, leaks } = findMapHeap(await readCapturesOf('cases/growth'));
    expect(profile).toBeNull();
    expect(leaks).toEqual([expect.objectContaining({ kind: 'made again and again', subject: 'filled', source: 'map.stats logs' })]);
  });
});

describe('iteration around pauses', () => {
  it('is far more frequent after pauses where the program iterates right after each', async () => {
    const activity = pauseActivity(await readTraceOf('cases/pauses'));
    expect(activity?.pauses).toBeGreaterThanOrEqual(60);
    expect(activity?.reasons).toContain('read mem stats');
    const { before, after, elsewhere } = activity?.phases ?? {};
    // 4 ms of iterating follow each pause, then 24 of other work.
    expect(after?.lift).toBeGreaterThan(5);
    expect(after?.liftInterval?.low).toBeGreaterThan(2);
    expect(after?.regionLiftInterval?.low).toBeGreaterThan(2);
    expect(after?.regionStarts).toBeGreaterThanOrEqual(58);
    expect(after?.goroutinesInRegions).toBeGreaterThan(0.6);
    expect(before?.lift).toBe(0);
    expect(elsewhere?.lift).toBeNull();
  });

  it('covers the whole trace once', async () => {
    const analyzed = await readTraceOf('services/go1.26-traceparent');
    const activity = pauseActivity(analyzed);
    const wallNs = Object.values(activity?.phases ?? {}).reduce((sum, { wallNs: own }) => sum + own, 0);
    expect(wallNs).toBeCloseTo(analyzed.facts.endNs - analyzed.facts.startNs, 0);
    const { iterate = 0, syncmap = 0 } = Object.fromEntries(
      ['iterate', 'syncmap'].map((op) => [
        op,
        analyzed.mapSites.filter((site) => site.op === op).reduce((sum, { samples }) => sum + samples, 0),
      ]),
    );
    expect(Object.values(activity?.phases ?? {}).reduce((sum, { samples }) => sum + samples, 0)).toBe(iterate + syncmap);
  });

  it('is nothing where the world was not stopped, and says so of profiles', async () => {
    const profile = await readProfileOf('cases/paths', 'cpu.pprof');
    expect(readMapWork([{ kind: 'pprof', sha256: '', name: 'cpu.pprof', profile }]).trace).toBeNull();
  });
});
