import { createDataFrame, type DataFrame, type DataFrameDTO, FieldType, toDataFrame } from '@grafana/data';

import { drawGraph } from '../../src/pprof';
import { type Frame, type FrameContext, migrateQuery } from '../../src/frames';
import { createInProcessDecoder } from '../../src/worker';
import { caseFiles, readProfileOf } from '../cases/captures';
import { expectAnnotations, expectPlainFrame, expectTimeSeries, fieldOf } from './panels';

const decoder = createInProcessDecoder();
const context: FrameContext = { refId: 'A' };

interface Asked {
  readonly files: readonly [folder: string, ...names: string[]];
  readonly baseline?: readonly [folder: string, ...names: string[]];
  readonly query: object;
}

async function ask({ files: [folder, ...names], baseline, query }: Asked): Promise<DataFrame[]> {
  const frames = await decoder.view({
    files: caseFiles(folder, names),
    ...(baseline === undefined ? {} : { baseline: caseFiles(baseline[0], baseline.slice(1)) }),
    query: migrateQuery({ version: 1, ...query }),
    context,
  });
  expect(JSON.parse(JSON.stringify(frames))).toEqual(frames);
  return frames.map(parse);
}

function parse(frame: Frame): DataFrame {
  const parsed = toDataFrame(createDataFrame(frame as DataFrameDTO));
  expectPlainFrame(parsed);
  return parsed;
}

/** What a table shows of its row with this text in a column. */
function rowOf(frame: DataFrame, column: string, text: string | RegExp): Record<string, unknown> {
  const row = fieldOf(frame, column).values.findIndex((value) => (typeof text === 'string' ? value === text : text.test(String(value))));
  expect({ column, text, row }).not.toEqual({ column, text, row: -1 });
  return Object.fromEntries(frame.fields.map(({ name, values }) => [name, values[row]]));
}

function tablesOf(frames: readonly DataFrame[]): DataFrame[] {
  frames.forEach(({ meta }) => expect(meta?.preferredVisualisationType).toBe('table'));
  return [...frames];
}

const keys = ['cases/keys', 'trace.out', 'allocs.pprof'] as const;

describe('views that have nothing to show', () => {
  const trace = ['trace/v1', 'v1-user_task_region_1_21_good.trace'] as const;

  it.each([
    ['gcCycles', trace, {}, /No GC cycle ran in this trace/],
    ['flame', trace, { sampleType: 'gc-trigger' }, /No GC cycle ran in this trace/],
    ['requests', trace, { selector: '{nosuch="x"}' }, /No request is left by the selector/],
    ['top', ['pprof', 'synth-no-samples.pb.gz'], {}, /There are no samples/],
    ['labels', ['pprof', 'google-cppbench.cpu'], {}, /There are no labels\..*pprof\.Do\(/],
  ] as const)('%s says why', async (view, files, members, expected) => {
    const [frame] = await ask({ files: [...files], query: { view, ...members } });
    expect(frame?.length).toBe(view === 'flame' ? 1 : 0);
    expect(frame?.meta?.notices?.map(({ text }) => text).join(' ')).toMatch(expected);
  });
});

describe('views of map work and root causes', () => {
  it('rootCause: lines, causes of cycles, time of requests, and the answer in words', async () => {
    const [sites, cycles, time] = tablesOf(await ask({ files: keys, query: { view: 'rootCause' } }));
    expect(sites?.meta?.custom).toMatchObject({
      verdict: 'map code',
      answer: { headline: expect.stringContaining('Code that works on maps') },
    });
    expect(rowOf(sites!, 'line', /^main\.collect /)).toMatchObject({
      mapTie: 'function',
      requests: expect.stringContaining('GET /collect'),
    });
    expect(fieldOf(sites!, 'share').values).toEqual([...fieldOf(sites!, 'share').values].sort((a, b) => b - a));
    expect(fieldOf(sites!, 'share').config).toMatchObject({ unit: 'percentunit', max: 1 });
    expect(fieldOf(cycles!, 'cycle').values).toEqual([...Array(cycles!.length).keys()]);
    expect(rowOf(time!, 'type', 'GET /direct')).toMatchObject({ kind: 'request' });
  });

  it('mapSites: lines by operation, patterns, regions', async () => {
    const [sites, patterns] = tablesOf(await ask({ files: keys, query: { view: 'mapSites' } }));
    expect(rowOf(sites!, 'line', /^main\.sumDirect /)).toMatchObject({
      op: 'iterate',
      iteration: 'range',
      implementation: 'swiss',
      allocBytes: 0,
    });
    expect(rowOf(patterns!, 'function', 'main.collect')).toMatchObject({ pattern: 'collect and look up', lookups: 'main.lookUp' });
    const [, , regions] = tablesOf(await ask({ files: ['cases/paths', 'trace.out'], query: { view: 'mapSites' } }));
    expect(rowOf(regions!, 'name', 'map.json')).toMatchObject({ evidence: 'region', count: 1 });
  });

  it('mapSites says what is missing, and how to record it', async () => {
    const [sites] = await ask({ files: ['cases/keys', 'allocs.pprof'], query: { view: 'mapSites' } });
    const words = sites?.meta?.notices?.map(({ text }) => text).join(' ');
    expect(words).toMatch(/no CPU samples.*debug\/pprof\/profile/);
  });

  it('mapSites and findings count nothing of a profile without function names, and say how to get them', async () => {
    const files = ['pprof', 'google-cppbench.cpu'] as const;
    const [sites] = await ask({ files, query: { view: 'mapSites' } });
    expect(sites?.length).toBe(0);
    expect(sites?.meta?.notices?.map(({ text }) => text).join(' ')).toMatch(/no function names.*go tool pprof -proto/);
    const [findings] = await ask({ files, query: { view: 'findings' } });
    expect(rowOf(findings!, 'rule', 'nothing-wrong')).toMatchObject({ severity: 'info', title: expect.stringContaining('cannot be told') });
  });

  it('mapGrowth: steps of each map beside GC cycles, and the lines that grow', async () => {
    const frames = await ask({ files: ['cases/growth-classic', 'trace.out'], query: { view: 'mapGrowth' } });
    const series = frames.filter(({ meta }) => meta?.preferredVisualisationType === 'graph');
    series.forEach(expectTimeSeries);
    expect(series[0]?.fields.map(({ name }) => name)).toEqual([
      'time',
      'filled entries',
      'filled room',
      'filled buckets',
      'filled B',
      'filled old buckets',
      'filled evacuated',
    ]);
    frames.filter(({ meta }) => meta?.dataTopic !== undefined).forEach(expectAnnotations);
    expect(frames.some(({ meta }) => meta?.dataTopic !== undefined)).toBe(true);
    expect(
      rowOf(
        frames.find(({ name }) => name === 'growing maps')!,
        'step',
        'evacuate',
      ),
    ).toMatchObject({ line: expect.stringMatching(/^main\.fill /) });
    await expect(ask({ files: ['cases/notgc', 'trace.out'], query: { view: 'mapGrowth' } })).rejects.toThrow(/map\.stats/);
  });

  it('mapHeap: owners and leaks, with an earlier heap profile as baseline', async () => {
    const [owners, leaks] = tablesOf(
      await ask({
        files: ['cases/leaks', 'trace.out', 'heap-after.pprof'],
        baseline: ['cases/leaks', 'heap-before.pprof'],
        query: { view: 'mapHeap' },
      }),
    );
    expect(rowOf(owners!, 'line', /^main\.remember /)).toMatchObject({ evidence: 'samples', slotBytes: 16 });
    expect(fieldOf(owners!, 'grownBytes').values[0]).toBeGreaterThan(5e6);
    expect(rowOf(leaks!, 'pattern', 'never shrinks')).toMatchObject({ subject: 'queue' });
    const [empty] = tablesOf(await ask({ files: ['cases/paths', 'trace.out'], query: { view: 'mapHeap' } }));
    expect(empty?.length).toBe(0);
    expect(empty?.meta?.notices?.[0]?.text).toMatch(/told by a heap profile, and none was given.*curl -o heap\.pprof/);
  });

  it('pauses: one row a phase, with the lift', async () => {
    const [pauses] = tablesOf(await ask({ files: ['cases/pauses', 'trace.out'], query: { view: 'pauses' } }));
    expect(fieldOf(pauses!, 'phase').values).toEqual(['before a pause', 'during a pause', 'after a pause', 'elsewhere']);
    expect(fieldOf(pauses!, 'lift').values[2]).toBeGreaterThan(5);
  });

  it('compare: figures with their verdicts; without a baseline it says how to name one', async () => {
    const [comparison] = tablesOf(
      await ask({ files: ['cases/syncmap', 'trace.out'], baseline: ['cases/rwmutex', 'trace.out'], query: { view: 'compare' } }),
    );
    expect(rowOf(comparison!, 'name', 'allocatedBytesPerRequest')).toMatchObject({
      figure: 'allocated per request',
      direction: 'up',
      verdict: 'beyond noise, worse',
    });
    await expect(ask({ files: ['cases/syncmap', 'trace.out'], query: { view: 'compare' } })).rejects.toThrow(/--baseline/);
  });
});

describe('views of functions', () => {
  it('top: rows by falling flat value, sums and shares', async () => {
    const [top] = tablesOf(await ask({ files: ['cases/keys', 'cpu.pprof'], query: { view: 'top' } }));
    const flat = fieldOf(top!, 'flat').values;
    expect(flat).toEqual([...flat].sort((a, b) => b - a));
    expect(fieldOf(top!, 'flat').config.unit).toBe('ns');
    expect(fieldOf(top!, 'sumShare').values.at(-1)).toBeCloseTo(flat.reduce((sum, value) => sum + value, 0) / top!.meta!.custom!.total, 6);
    expect(fieldOf(top!, 'cum').values.every((cum, row) => cum >= flat[row])).toBe(true);
  });

  it('top: of a trace, of allocations, and of a label', async () => {
    const [sync] = await ask({ files: ['cases/notgc', 'trace.out'], query: { view: 'top', sampleType: 'sync' } });
    expect(sync?.name).toBe('Waiting for other goroutines');
    const [allocated] = await ask({ files: keys, query: { view: 'top', sampleType: 'alloc_space', limit: 2 } });
    expect(fieldOf(allocated!, 'function').values).toEqual(['main.collect', 'main.copyPairs']);
    await expect(ask({ files: keys, query: { view: 'top', sampleType: 'nothing' } })).rejects.toThrow(/alloc_space/);
  });

  it('callGraph: nodes and edges as the node graph panel demands them', async () => {
    const [nodes, edges] = await ask({ files: ['services/go1.26-traceparent', 'cpu.pprof'], query: { view: 'callGraph' } });
    expect([nodes?.name, edges?.name]).toEqual(['nodes', 'edges']);
    expect([nodes?.meta?.preferredVisualisationType, edges?.meta?.preferredVisualisationType]).toEqual(['nodeGraph', 'nodeGraph']);
    // A frame with a field `source` is taken for the edges.
    expect(nodes?.fields.map(({ name }) => name)).not.toContain('source');
    const ids = new Set(fieldOf(nodes!, 'id').values);
    expect(ids.size).toBe(nodes!.length);
    expect(new Set(fieldOf(edges!, 'id').values).size).toBe(edges!.length);
    fieldOf(edges!, 'source').values.forEach((source, row) => {
      const target: string = fieldOf(edges!, 'target').values[row];
      // An edge to a node that is not there, and one to its own node, make the panel throw.
      expect(ids.has(source) && ids.has(target) && source !== target).toBe(true);
    });
    expect(fieldOf(nodes!, 'mainstat').type).toBe(FieldType.number);
    const arcs = ['arc__flat', 'arc__below', 'arc__rest'].map((name) => fieldOf(nodes!, name).values);
    for (let row = 0; row < nodes!.length; row++) {
      expect(arcs.reduce((sum, values) => sum + values[row], 0)).toBeCloseTo(1, 6);
      expect(arcs.every((values) => values[row] >= 0)).toBe(true);
    }
    const drawn = drawGraph(await readProfileOf('services/go1.26-traceparent', 'cpu.pprof'), { sampleType: 1 });
    expect(fieldOf(nodes!, 'detail__cum').values).toEqual(drawn.nodes.map(({ cum }) => cum));
    expect(rowOf(nodes!, 'detail__function', 'net/http.(*conn).serve')).toMatchObject({ title: '(*conn).serve', subtitle: 'net/http' });
  });

  it('callGraph: fewer nodes where fewer are wanted', async () => {
    const [nodes] = await ask({ files: ['cases/keys', 'cpu.pprof'], query: { view: 'callGraph', maxNodes: 5 } });
    expect(nodes?.length).toBeLessThanOrEqual(5);
    expect(nodes?.meta?.notices?.[0]?.text).toMatch(/Left out/);
  });
});
