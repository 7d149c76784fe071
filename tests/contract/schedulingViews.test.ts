import { createDataFrame, type DataFrame, type DataFrameDTO, dataFrameToJSON, FieldType, MappingType, toDataFrame } from '@grafana/data';

import { frameToJson, type FrameContext, migrateQuery, type View } from '../../src/frames';
import { createInProcessDecoder } from '../../src/worker';
import { captureFolders, readCaptures, readFacts } from './captures';
import { expectPlainFrame, fieldOf } from './panels';

const decoder = createInProcessDecoder();
const views = ['goroutines', 'procs', 'mmu', 'latency', 'events', 'logs'] as const satisfies readonly View[];

async function ask(folder: string, query: object, more: Partial<FrameContext> & { names?: string[] } = {}): Promise<DataFrame[]> {
  const { names = ['trace.out'], ...context } = more;
  const frames = await decoder.view({
    files: readCaptures(folder, names),
    query: migrateQuery({ version: 1, ...query }),
    context: { refId: 'A', ...context },
  });
  // What crosses workers, snapshots and panel JSON comes out as it went in.
  expect(JSON.parse(JSON.stringify(frames))).toEqual(frames);
  for (const frame of frames) {
    const theirs: unknown = JSON.parse(JSON.stringify(dataFrameToJSON(toDataFrame(createDataFrame(frame as DataFrameDTO)))));
    expect(JSON.parse(JSON.stringify(frameToJson(frame)))).toEqual(theirs);
  }
  return frames.map((frame) => {
    const parsed = toDataFrame(createDataFrame(frame as DataFrameDTO));
    expectPlainFrame(parsed);
    return parsed;
  });
}

function noticesOf(frames: readonly DataFrame[]): string[] {
  return frames.flatMap(({ meta }) => meta?.notices ?? []).map(({ text }) => text);
}

/** What the state timeline panel needs of a lane: no frame name, start before end, no overlaps, a colour for each value. */
function readLane(frame: DataFrame): { readonly title: string; readonly states: readonly string[]; readonly totalMs: number } {
  expect(frame.name).toBeUndefined();
  const [start, end, state] = frame.fields;
  expect([start?.type, end?.type, state?.type]).toEqual([FieldType.time, FieldType.time, FieldType.string]);
  let totalMs = 0;
  for (let row = 0; row < frame.length; row++) {
    expect(end?.values[row]).toBeGreaterThan(start?.values[row]);
    expect(start?.values[row]).toBeGreaterThanOrEqual(end?.values[row - 1] ?? 0);
    totalMs += end?.values[row] - start?.values[row];
  }
  const colors = (state?.config.mappings ?? []).flatMap((mapping) =>
    mapping.type === MappingType.ValueToText ? Object.entries(mapping.options) : [],
  );
  expect(new Set(colors.map(([value]) => value))).toEqual(new Set(state?.values));
  expect(colors.every(([value, { text, color }]) => text === value && color !== undefined)).toBe(true);
  return { title: state?.config.displayName ?? '', states: state?.values ?? [], totalMs };
}

interface ReferenceFacts {
  readonly clock: { readonly startNs: number; readonly endNs: number };
  readonly counts: { readonly events: number; readonly logs: number; readonly gcCycles: number };
  readonly stw: readonly { readonly startNs: number; readonly endNs: number }[];
  readonly tasks: readonly { readonly id: number; readonly cutStart: boolean; readonly cutEnd: boolean }[];
}

/** Of each Go version and each kind of identity one is enough. */
const folders = captureFolders.filter((folder) => !folder.includes('compare'));

describe.each(folders)('views of %s', (folder) => {
  it('draws what goroutines did, a lane each, the collector above', async () => {
    const frames = await ask(folder, { view: 'goroutines', limit: 6 });
    const [gc, ...lanes] = frames.map(readLane);
    expect(gc?.title).toBe('GC');
    expect(lanes).toHaveLength(6);
    expect(new Set(lanes.map(({ title }) => title)).size).toBe(6);
    expect(lanes.flatMap(({ states }) => states)).toContain('running');
    expect(frames.reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(21_000);
    expect(noticesOf(frames)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^The 6 of \d+ goroutines that ran longest are shown/)]),
    );
  });

  it('keeps lanes to the time range and to a GC cycle, where stretches are exact', async () => {
    const facts = readFacts(folder) as ReferenceFacts | undefined;
    if (facts === undefined || facts.counts.gcCycles === 0) {
      return;
    }
    const whole = await ask(folder, { view: 'procs' });
    const cycle = await ask(folder, { view: 'procs', cycle: 0 });
    expect(cycle.map(readLane).map(({ title }) => title)).toEqual(whole.map(readLane).map(({ title }) => title));
    const [cycles] = await ask(folder, { view: 'gcCycles' });
    const durationMs = fieldOf(cycles!, 'durationNs').values[0] / 1e6;
    for (const { totalMs } of cycle.map(readLane)) {
      expect(totalMs).toBeLessThanOrEqual(durationMs + 0.01);
    }
    expect(cycle.map(readLane).some(({ states }) => states.some((state) => state.startsWith('mark worker: ')))).toBe(true);
  });

  it.each([undefined, 'go tool trace'])('draws utilisation over rising windows, counted as %s', async (sampleType) => {
    const [frame] = await ask(folder, { view: 'mmu', sampleType });
    const windows: number[] = fieldOf(frame!, 'window').values;
    expect(windows.every((windowNs, row) => row === 0 || windowNs > windows[row - 1]!)).toBe(true);
    expect(windows.length).toBeGreaterThan(50);
    for (const name of ['all Ps', 'one P']) {
      const { values, config } = fieldOf(frame!, name);
      expect(config.unit).toBe('percentunit');
      expect(values.every((share) => share >= 0 && share <= 1)).toBe(true);
    }
    expect(noticesOf([frame!]).join('\n')).toMatch(/go tool trace/);
  });

  it('gives each panel the latency it draws, and the same waits in all of them', async () => {
    const [heatMap] = await ask(folder, { view: 'latency' }, { panelPluginId: 'heatmap' });
    expect(heatMap?.meta?.type).toBe('heatmap-cells');
    expect(heatMap?.fields.slice(0, 4).map(({ name }) => name)).toEqual(['xMax', 'yMin', 'yMax', 'count']);
    const [histogram] = await ask(folder, { view: 'latency' }, { panelPluginId: 'histogram' });
    expect(histogram?.meta?.type).toBe('histogram');
    expect(histogram?.fields.slice(0, 2).map(({ name }) => name)).toEqual(['xMin', 'xMax']);
    const [table] = await ask(folder, { view: 'latency' }, { panelPluginId: 'table' });
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const waits = sum(fieldOf(table!, 'count').values);
    expect(waits).toBeGreaterThan(0);
    expect(sum(fieldOf(heatMap!, 'count').values)).toBe(waits);
    expect(sum(histogram!.fields.slice(2).flatMap(({ values }) => values))).toBe(waits);
    expect(await ask(folder, { view: 'latency' })).toHaveLength(6);
  });

  it('counts each request that is whole', async () => {
    const facts = readFacts(folder) as ReferenceFacts | undefined;
    const [table] = await ask(folder, { view: 'latency', sampleType: 'tasks' }, { panelPluginId: 'table' });
    const whole = facts?.tasks.filter(({ cutStart, cutEnd }) => !cutStart && !cutEnd).length;
    expect(whole ?? 1).toBe(whole === undefined ? 1 : fieldOf(table!, 'count').values.reduce((sum: number, count) => sum + count, 0));
  });

  it('lists events from the first on, those selected, and says how many there are', async () => {
    const [events] = await ask(folder, { view: 'events', limit: 50 });
    expect(fieldOf(events!, 'event').values).toEqual([...Array(50).keys()]);
    const [selected] = await ask(folder, { view: 'events', limit: 20, selector: '{kind="RangeBegin"}' });
    expect(new Set(fieldOf(selected!, 'kind').values)).toEqual(new Set(['RangeBegin']));
    const facts = readFacts(folder) as ReferenceFacts | undefined;
    expect(noticesOf([events!]).join('\n')).toMatch(facts === undefined ? /Of \d+ events/ : new RegExp(`Of ${facts.counts.events} events`));
  });

  it('shows logs as log lines to the nanosecond, or how to get some', async () => {
    const [logs] = await ask(folder, { view: 'logs', limit: 100000 });
    expect(logs?.meta).toMatchObject({ type: 'log-lines', preferredVisualisationType: 'logs' });
    expect(['timestamp', 'body', 'severity', 'id', 'labels'].map((name) => fieldOf(logs!, name).type)).toEqual([
      FieldType.time,
      FieldType.string,
      FieldType.string,
      FieldType.string,
      FieldType.other,
    ]);
    expect(new Set(fieldOf(logs!, 'id').values).size).toBe(logs!.length);
    const facts = readFacts(folder) as ReferenceFacts | undefined;
    expect(logs!.length).toBe(facts?.counts.logs ?? logs!.length);
    expect(logs!.length > 0 || /runtime\/trace\.Log/.test(noticesOf([logs!]).join())).toBe(true);
    const category = fieldOf(logs!, 'category').values[0];
    if (category !== undefined) {
      const [some] = await ask(folder, { view: 'logs', limit: 3, selector: `{category=${JSON.stringify(category)}}` });
      expect(new Set(fieldOf(some!, 'category').values)).toEqual(new Set([category]));
    }
  });
});

describe('captures that cannot answer', () => {
  const [folder = ''] = folders;

  it.each(views)('says of %s that it takes a trace, and how to record one', async (view) => {
    await expect(ask(folder, { view }, { names: ['cpu.pprof'] })).rejects.toThrow(
      /come from an execution trace, and none was given; Take one with curl/,
    );
  });

  it('says which names of a selector the view does not know', async () => {
    for (const view of ['goroutines', 'events']) {
      const known = noticesOf(await ask(folder, { view, limit: 5, selector: '{goroutine!="0"}' })).join(' ');
      expect(known).not.toMatch(/counts as empty/);
      const unknown = noticesOf(await ask(folder, { view, limit: 5, selector: '{map_op="iterate", goroutine!="0"}' })).join(' ');
      expect(unknown).toMatch(/This view selects by .*goroutine.*, not by map_op, which counts as empty/);
    }
  });

  it('says which request is not known', async () => {
    await expect(ask(folder, { view: 'logs', query: 'feedfacefeedface' })).rejects.toThrow(
      /no task of the trace is known as feedfacefeedface/,
    );
    await expect(ask(folder, { view: 'goroutines', query: 'feedfacefeedface' })).rejects.toThrow(/no task of the trace is known as/);
    expect(noticesOf(await ask(folder, { view: 'requests', query: 'feedfacefeedface' }))).toContain(
      'No request is known as feedfacefeedface.',
    );
  });
});
