import { createDataFrame, type DataFrame, type DataFrameDTO, dataFrameToJSON, toDataFrame } from '@grafana/data';

import { describeView, type Frame, type FrameContext, frameToJson, migrateQuery, traceSampleTypes, views } from '../../src/frames';
import { decodeTrace } from '../../src/gotrace';
import { blockingKinds, traceProfile } from '../../src/runtime';
import { createInProcessDecoder } from '../../src/worker';
import { captureFolders, readCaptures, readFacts } from './captures';
import { expectAnnotations, expectLinks, expectPlainFrame, expectTimeSeries, fieldOf, readFlameGraph, readTraceView } from './panels';

const decoder = createInProcessDecoder();
const allFiles = ['trace.out', 'cpu.pprof', 'heap.pprof', 'spans.otlp.json'];
const context: FrameContext = {
  refId: 'A',
  datasource: { uid: 'gclens', name: 'gclens' },
  tracingDatasource: { uid: 'tempo', name: 'Tempo', type: 'tempo' },
};

async function ask(
  folder: string,
  query: object,
  { names = allFiles, ...more }: { names?: string[] } & Partial<FrameContext> = {},
): Promise<DataFrame[]> {
  const frames = await decoder.view({
    files: readCaptures(folder, names),
    query: migrateQuery({ version: 1, ...query }),
    context: { ...context, ...more },
  });
  expect(structuredClone(frames)).toEqual(frames);
  expect(JSON.parse(JSON.stringify(frames))).toEqual(frames);
  return frames.map(parse);
}

/** As Grafana reads it. */
function parse(frame: Frame): DataFrame {
  const parsed = toDataFrame(createDataFrame(frame as DataFrameDTO));
  expectPlainFrame(parsed);
  expectLinks(parsed);
  return parsed;
}

function only(frames: readonly DataFrame[]): DataFrame {
  expect(frames).toHaveLength(1);
  return frames[0]!;
}

describe.each(captureFolders)('views of %s', (folder) => {
  it('draws the timeline: series in steps, cycles and stops as regions of the same panel', async () => {
    const frames = await ask(folder, { view: 'gcMap' });
    const regions = frames.filter(({ meta }) => meta?.dataTopic !== undefined);
    const series = frames.filter(({ meta }) => meta?.dataTopic === undefined);
    regions.forEach(expectAnnotations);
    series.forEach(expectTimeSeries);
    expect(series.flatMap(({ fields }) => fields.map(({ name }) => name))).toEqual(
      expect.arrayContaining(['map regions', 'mark assists', 'map samples', 'heap live', 'heap goal']),
    );
    for (const field of series.flatMap(({ fields }) => fields).filter(({ name }) => name.startsWith('map'))) {
      expect(field.config.description).toMatch(/Evidence: /);
    }
    expect(frames[0]?.meta?.custom).toMatchObject({ answer: { headline: expect.any(String), details: expect.any(Array) } });
  });

  it('draws the same on a stretched axis, a thousand times as long', async () => {
    const extent = async (timeUnit: string) => {
      const stops = (await ask(folder, { view: 'gcMap', timeUnit })).find(({ name }) => name === 'stop-the-worlds');
      return stops === undefined ? 0 : fieldOf(stops, 'timeEnd').values.at(-1) - fieldOf(stops, 'time').values[0];
    };
    expect((await extent('stretched')) / 1000).toBeCloseTo(await extent('real'), 2);
  });

  it('lists cycles and requests', async () => {
    const cycles = only(await ask(folder, { view: 'gcCycles' }));
    expect(fieldOf(cycles, 'cycle').values).toEqual([...Array(cycles.length).keys()]);
    const requests = only(await ask(folder, { view: 'requests' }));
    const tax = fieldOf(requests, 'gcTax').values.map((value) => value ?? -1);
    expect(tax).toEqual([...tax].sort((a, b) => b - a));
    expect(fieldOf(requests, 'assist').config.custom).toMatchObject({ cellOptions: { type: 'gauge' } });
  });

  it('shows the reference numbers', async () => {
    const facts = readFacts(folder) as ReferenceFacts | undefined;
    if (facts === undefined) {
      return;
    }
    const cycles = only(await ask(folder, { view: 'gcCycles' }, { names: ['trace.out'] }));
    for (const name of ['mapRegionNs', 'mapSamples', 'samples', 'assistNs', 'assistCount', 'stwNs'] as const) {
      expect({ [name]: fieldOf(cycles, name).values }).toEqual({ [name]: facts.gcCycles.map((cycle) => cycle[name]) });
    }
    const requests = only(await ask(folder, { view: 'requests', limit: 100000 }, { names: ['trace.out'] }));
    const expected = new Map(facts.tasks.map((task) => [`${task.id} ${task.endNs - task.startNs}`, task.cost]));
    fieldOf(requests, 'task').values.forEach((id, row) => {
      const key = `${id} ${fieldOf(requests, 'durationNs').values[row]}`;
      expect([...expected.keys()]).toContain(key);
      const cost = expected.get(key);
      for (const [name, value] of Object.entries(cost ?? {})) {
        expect({ id, [name]: fieldOf(requests, name).values[row] }).toEqual({ id, [name]: value });
      }
    });
    const [timeline] = await ask(folder, { view: 'gcMap' }, { names: ['trace.out'] });
    const { inCycles, outside } = facts.overlap;
    expect(
      integrate(timeline!, 'map regions', facts.clock.endNs - facts.clock.startNs) / (inCycles.mapRegionNs + outside.mapRegionNs),
    ).toBeCloseTo(1, 6);
    const flame = readFlameGraph(only(await ask(folder, { view: 'flame', sampleType: 'gc-trigger' }, { names: ['trace.out'] })));
    expect(flame.value).toBe(facts.counts.gcCycles);
    const assists = readFlameGraph(only(await ask(folder, { view: 'flame', sampleType: 'assist' }, { names: ['trace.out'] })));
    expect(assists.value).toBe(facts.assist.totalNs);
  });

  it('draws each of the requests that paid most, found again by its id', async () => {
    const requests = only(await ask(folder, { view: 'requests', limit: 5 }));
    const ids: string[] = fieldOf(requests, 'request').values;
    for (const [row, query] of ids.entries()) {
      const frame = only(await ask(folder, { view: 'request', query }));
      const [root, ...others] = readTraceView(frame);
      expect(root?.operationName).toBe(fieldOf(requests, 'type').values[row]);
      expect(root?.duration).toBeCloseTo(fieldOf(requests, 'durationNs').values[row] / 1e6, 6);
      expect(others.every(({ tags }) => tags?.some(({ key }) => key === 'gclens.evidence'))).toBe(true);
      // What a link of the trace view carries finds a task too.
      readTraceView(only(await ask(folder, { view: 'request', query: root?.traceID })));
    }
  });

  it('gives spans whose time is the cost they stand for', async () => {
    const requests = only(await ask(folder, { view: 'requests', limit: 20 }));
    const [query] = fieldOf(requests, 'request').values;
    const rows = readTraceView(only(await ask(folder, { view: 'request', query })));
    const sums = new Map<string, number>();
    rows.forEach(({ tags, duration }) => {
      const name = tags?.find(({ key }) => key === 'gclens.cost.class')?.value;
      sums.set(name, (sums.get(name) ?? 0) + Math.round(duration * 1e6));
    });
    if (rows.filter(({ serviceName }) => serviceName === 'request').length === 1) {
      for (const name of ['stwGC', 'assist', 'assistWait', 'sweep', 'runnableInMark', 'waiting']) {
        expect({ [name]: sums.get(name) ?? 0 }).toEqual({ [name]: fieldOf(requests, name).values[0] });
      }
    }
  });

  it.each(['samples', 'inuse_space', ...traceSampleTypes, undefined])('draws a flame graph of %s', async (sampleType) => {
    const frame = only(await ask(folder, { view: 'flame', sampleType }));
    const root = readFlameGraph(frame);
    const unit = fieldOf(frame, 'value').config.unit;
    expect(unit).toBe(sampleType === 'samples' || sampleType === 'gc-trigger' ? 'short' : sampleType === 'inuse_space' ? 'bytes' : 'ns');
    const pruned = readFlameGraph(only(await ask(folder, { view: 'flame', sampleType, maxNodes: 20 })));
    expect(pruned.value).toBeCloseTo(root.value, 0);
  });

  it.each(blockingKinds)('draws of %s all that go tool trace counts, and of a GC cycle what lies in it', async (sampleType) => {
    const names = ['trace.out'];
    const [trace] = readCaptures(folder, names);
    const { samples } = await traceProfile(await decodeTrace(trace!.file as Uint8Array), sampleType);
    const delayNs = samples.values[1]!.reduce((sum, value) => sum + value, 0);
    expect(readFlameGraph(only(await ask(folder, { view: 'flame', sampleType }, { names }))).value).toBe(delayNs);
    const cycles = only(await ask(folder, { view: 'gcCycles' }, { names }));
    let inCyclesNs = 0;
    for (const cycle of fieldOf(cycles, 'cycle').values.slice(0, 3)) {
      inCyclesNs += readFlameGraph(only(await ask(folder, { view: 'flame', sampleType, cycle }, { names }))).value;
    }
    expect(inCyclesNs).toBeLessThanOrEqual(delayNs);
  });

  it('draws one row of value 0 where a selector leaves nothing', async () => {
    const frame = only(await ask(folder, { view: 'flame', selector: '{nothing="at all"}' }));
    expect(readFlameGraph(frame)).toMatchObject({ value: 0, children: [] });
    expect(frame.meta?.notices?.length).toBeGreaterThan(0);
  });

  it('keeps a flame graph to one GC cycle', async () => {
    const cycles = only(await ask(folder, { view: 'gcCycles' }));
    const sampled = fieldOf(cycles, 'samples').values.findIndex((count) => count > 0);
    if (sampled >= 0) {
      const frame = only(await ask(folder, { view: 'flame', cycle: sampled }));
      expect(readFlameGraph(frame).value).toBe(fieldOf(cycles, 'samples').values[sampled] * 1e7);
    }
  });

  it.each([
    ['the profile by its labels, else of the trace by its tasks', ['trace.out', 'cpu.pprof']],
    ['the trace by its tasks', ['trace.out']],
  ])('keeps a flame graph to one request: samples of %s', async (_, names) => {
    const requests = only(await ask(folder, { view: 'requests', selector: '{parent=""}', limit: 1000 }, { names }));
    const valueOf = async (query: string) => readFlameGraph(only(await ask(folder, { view: 'flame', query }, { names }))).value;
    const all = await valueOf('');
    const values: number[] = [];
    for (const id of fieldOf(requests, 'task').values.slice(0, 25)) {
      values.push(await valueOf(String(id)));
    }
    const sum = values.reduce((total, value) => total + value, 0);
    expect(sum).toBeLessThanOrEqual(all);
    expect(sum).toBeGreaterThan(0);
    const nobody = only(await ask(folder, { view: 'flame', query: 'ffffffffffffffff' }, { names }));
    expect(readFlameGraph(nobody).value).toBe(0);
    expect(nobody.meta?.notices?.map(({ text }) => text).join()).toMatch(/is known as ffffffffffffffff/);
  });

  it.each(['samples', 'assist'])('focuses a flame graph of %s on stacks with a function that matches', async (sampleType) => {
    const draw = async (focus: string) => only(await ask(folder, { view: 'flame', sampleType, focus, maxNodes: 200_000 }));
    const all = await draw('');
    const labels: string[] = fieldOf(all, 'label').config.type?.enum?.text ?? [];
    const isWanted: boolean[] = fieldOf(all, 'label').values.map((label) => /^runtime\.gcAssist/.test(labels[label] ?? ''));
    const levels: number[] = fieldOf(all, 'level').values;
    let [wanted, above] = [0, Infinity];
    levels.forEach((level, row) => {
      above = level <= above ? Infinity : above;
      if (isWanted[row] === true && above === Infinity) {
        wanted += fieldOf(all, 'value').values[row];
        above = level;
      }
    });
    expect(readFlameGraph(await draw('^runtime\\.gcAssist')).value).toBe(wanted);
  });

  it('selects the samples of a cycle by the labels that the profile has', async () => {
    const cycles = only(await ask(folder, { view: 'gcCycles' }));
    const seqs: number[] = fieldOf(cycles, 'cycle').values;
    const labelled = async (query: object) => {
      const selector = '{map_op!=""}';
      return readFlameGraph(only(await ask(folder, { view: 'flame', selector, ...query }, { names: ['trace.out', 'cpu.pprof'] }))).value;
    };
    let inCycles = 0;
    for (const cycle of seqs) {
      inCycles += await labelled({ cycle });
    }
    const all = await labelled({});
    expect(inCycles).toBeLessThanOrEqual(all);
    // Most of the clock is inside of cycles in these captures, and so are most of the samples.
    expect(seqs.length > 5 ? inCycles : all).toBeGreaterThan(0.3 * all);
  });

  it('lists what selectors can name, each value once, and selects by it', async () => {
    const labels = only(await ask(folder, { view: 'labels' }));
    const pairs: string[] = fieldOf(labels, 'key').values.map((key, row) => `${key}=${fieldOf(labels, 'value').values[row]}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(pairs).toEqual(expect.arrayContaining(['state=whole']));
    const type = pairs.find((pair) => pair.startsWith('type='))?.slice(5) ?? '';
    const requests = only(await ask(folder, { view: 'requests', selector: `{type=${JSON.stringify(type)}}` }));
    expect(new Set(fieldOf(requests, 'type').values)).toEqual(new Set([type]));
  });

  it('draws of each label value what the list says it weighs', async () => {
    const labels = only(await ask(folder, { view: 'labels' }, { names: ['cpu.pprof'] }));
    const rows = fieldOf(labels, 'weight')
      .values.flatMap((weight, row) => (weight > 0 ? [row] : []))
      .slice(0, 8);
    for (const row of rows) {
      const [key, value, weight] = ['key', 'value', 'weight'].map((name) => fieldOf(labels, name).values[row]);
      const selector = `{${JSON.stringify(key)}=${JSON.stringify(value)}}`;
      expect(readFlameGraph(only(await ask(folder, { view: 'flame', selector }, { names: ['cpu.pprof'] }))).value).toBe(weight);
    }
  });

  it('answers each panel with frames it can draw, and Explore with several', async () => {
    readFlameGraph(only(await ask(folder, { view: 'auto' }, { panelPluginId: 'flamegraph' })));
    readTraceView(only(await ask(folder, { view: 'auto' }, { panelPluginId: 'traces' })));
    (await ask(folder, { view: 'auto' }, { panelPluginId: 'timeseries' }))
      .filter(({ meta }) => meta?.dataTopic === undefined)
      .forEach(expectTimeSeries);
    const kinds = (await ask(folder, { view: 'auto' })).map(({ meta }) => meta?.preferredVisualisationType ?? meta?.dataTopic);
    expect(kinds).toEqual(expect.arrayContaining(['graph', 'table', 'flamegraph']));
  });
});

/** Area under a series in nanoseconds; its last value holds until the end of the trace. */
function integrate(frame: DataFrame, name: string, durationNs: number): number {
  const time = fieldOf(frame, 'time');
  const sinceNs = (row: number) => (time.values[row] - time.values[0]) * 1e6 + (time.nanos?.[row] ?? 0) - (time.nanos?.[0] ?? 0);
  return fieldOf(frame, name).values.reduce(
    (sum: number, value, row) => sum + value * ((row + 1 < frame.length ? sinceNs(row + 1) : durationNs) - sinceNs(row)),
    0,
  );
}

interface ReferenceFacts {
  readonly clock: { readonly startNs: number; readonly endNs: number };
  readonly overlap: Readonly<Record<'inCycles' | 'outside', { readonly mapRegionNs: number }>>;
  readonly counts: { readonly gcCycles: number };
  readonly assist: { readonly totalNs: number };
  readonly gcCycles: readonly Readonly<Record<string, number>>[];
  readonly tasks: readonly {
    readonly id: number;
    readonly startNs: number;
    readonly endNs: number;
    readonly cost?: Readonly<Record<string, number>> | null;
  }[];
}

describe('frames as JSON', () => {
  it('equal what dataFrameToJSON of Grafana gives', async () => {
    const [folder = ''] = captureFolders;
    for (const view of ['gcMap', 'gcCycles', 'requests', 'request', 'flame', 'labels'] as const) {
      const frames = await decoder.view({ files: readCaptures(folder, allFiles), query: migrateQuery({ view }), context });
      for (const frame of frames) {
        const theirs: unknown = JSON.parse(JSON.stringify(dataFrameToJSON(toDataFrame(createDataFrame(frame as DataFrameDTO)))));
        expect(JSON.parse(JSON.stringify(frameToJson(frame)))).toEqual(theirs);
      }
    }
  });
});

describe('captures that cannot answer', () => {
  const [folder = ''] = captureFolders;

  it('says what is missing and how to get it', async () => {
    await expect(ask(folder, { view: 'gcMap' }, { names: ['cpu.pprof'] })).rejects.toThrow(
      /execution trace, and none was given; Take one with curl/,
    );
    await expect(ask(folder, { view: 'flame' }, { names: [] })).rejects.toThrow(/no profile and no execution trace/);
    await expect(ask(folder, { view: 'request', query: 'feedfacefeedface' })).rejects.toThrow(
      /no task of the trace is known as feedfacefeedface/,
    );
    await expect(ask(folder, { view: 'flame', sampleType: 'alloc_space' }, { names: ['cpu.pprof'] })).rejects.toThrow(
      'these captures have no sample type alloc_space; they have samples, cpu',
    );
    await expect(ask(folder, { view: 'requests', cycle: 4711 })).rejects.toThrow(/has no GC cycle 4711; it has/);
    await expect(ask(folder, { view: 'requests', selector: '{type=' })).rejects.toThrow(/selector, character/);
  });

  it.each(views)('says beforehand whether %s needs a trace', async (view) => {
    const files = readCaptures(folder, ['cpu.pprof', 'heap.pprof']);
    const answered = decoder.view({ files, baseline: files, query: migrateQuery({ version: 1, view }), context });
    await (describeView(view).needsTrace === true
      ? expect(answered).rejects.toThrow(/execution trace, and none was given/)
      : expect(answered).resolves.not.toHaveLength(0));
  });

  it('draws a profile alone, whose samples no cycle can choose', async () => {
    const frame = only(await ask(folder, { view: 'flame', cycle: 1 }, { names: ['cpu.pprof'] }));
    expect(readFlameGraph(frame).value).toBeGreaterThan(0);
    expect(frame.meta?.notices?.map(({ text }) => text)).toEqual(
      expect.arrayContaining([expect.stringMatching(/do not say when they were taken/)]),
    );
    expect(await ask(folder, { view: 'auto' }, { names: ['cpu.pprof'] })).toHaveLength(1);
  });
});
