import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Capture, compareCaptures, type ComparedMetric, type MetricName } from '../../src/correlate';
import { readCapturesOf, readProfileOf } from './captures';

function byName(metrics: readonly ComparedMetric[]): ReadonlyMap<MetricName, ComparedMetric> {
  return new Map(metrics.map((metric) => [metric.name, metric]));
}

describe('comparison', () => {
  it('of a sync.Map with a locked map: more bytes and assists for each request, beyond noise', async () => {
    const { metrics, missing, value, baseline } = compareCaptures(
      await readCapturesOf('cases/syncmap', ['allocs.pprof']),
      await readCapturesOf('cases/rwmutex', ['allocs.pprof']),
    );
    expect(missing).toEqual([]);
    expect(value.requests).toBeLessThan(baseline.requests ?? 0);
    const figures = byName(metrics);
    for (const name of ['allocatedBytesPerRequest', 'gcCyclesPerRequest', 'assistNsPerRequest'] as const) {
      const { ratio, interval, direction, isBeyondNoise } = figures.get(name)!;
      expect({ name, direction, isBeyondNoise }).toEqual({ name, direction: 'up', isBeyondNoise: true });
      expect(interval!.low).toBeGreaterThan(1);
      expect(ratio!).toBeGreaterThan(interval!.low);
      expect(ratio!).toBeLessThan(interval!.high);
    }
    // Growing by append from nothing allocates over twice what it ends with, and the other made room for all at once.
    expect(figures.get('allocatedBytesPerRequest')?.ratio).toBeGreaterThan(5);
  });

  it('of a capture with itself: nothing is beyond noise', async () => {
    const captures = await readCapturesOf('cases/rwmutex', ['allocs.pprof']);
    for (const { name, ratio, direction, isBeyondNoise } of compareCaptures(captures, captures).metrics) {
      expect({ name, ratio, direction, isBeyondNoise: isBeyondNoise ?? false }).toEqual({
        name,
        ratio: ratio === null ? null : 1,
        direction: 'same',
        isBeyondNoise: false,
      });
    }
  });

  it('says the same at every run', async () => {
    const [a, b] = [await readCapturesOf('cases/syncmap'), await readCapturesOf('cases/rwmutex')];
    expect(compareCaptures(a, b)).toEqual(compareCaptures(a, b));
  });

  it('of CPU profiles alone has shares with their intervals, and says what it lacks', async () => {
    const read = async (folder: string): Promise<Capture[]> => [
      { kind: 'pprof', sha256: folder, name: 'cpu.pprof', profile: await readProfileOf(folder, 'cpu.pprof') },
    ];
    const { metrics, missing } = compareCaptures(await read('cases/keys'), await read('cases/notgc'));
    expect(missing).toEqual([expect.stringContaining('execution traces')]);
    const share = byName(metrics).get('mapShare');
    expect(share?.value).toBeGreaterThan(0.4);
    expect(share?.direction).toBe('up');
    expect(metrics.map(({ name }) => name)).toEqual(['mapShare', 'gcShare']);
  });

  const services = join(__dirname, '../../../shared/fixtures/services');
  (existsSync(services) ? it : it.skip).each(['rwmutex', 'syncmap', 'keys-alloc'])(
    'counts the bytes that the service %s says it allocated',
    async (name) => {
      const folder = `../../../shared/fixtures/services/compare/${name}`;
      const captures = await readCapturesOf(folder);
      const truth = JSON.parse(readFileSync(join(services, 'compare', name, 'truth.json'), 'utf8'));
      const { metrics, value } = compareCaptures(captures, captures);
      const allocated = (byName(metrics).get('allocatedBytes')?.value ?? 0) * ((value.wallNs ?? 0) / 1e9);
      const said = truth.gc_after_window.total_alloc - truth.gc_before_window.total_alloc;
      expect(allocated / said).toBeGreaterThan(0.85);
      expect(allocated / said).toBeLessThan(1.1);
    },
  );
});
