/** @jest-environment jsdom */
import {
  type AnnotationEvent,
  CoreApp,
  createDataFrame,
  type DataFrame,
  DataFrameJSON,
  dataFrameFromJSON,
  dataFrameToJSON,
  dateTime,
  LoadingState,
  type TimeRange,
} from '@grafana/data';
import { firstValueFrom } from 'rxjs';

import { decodeProfile } from '../../src/pprof';
import { decodeTrace } from '../../src/gotrace';
import { createInProcessDecoder } from '../../src/worker';
import { captureFolders, readCapture } from './captures';
import { expectAnnotations, expectTimeSeries, fieldOf, readFlameGraph, readTraceView } from './panels';
import { ask, datasourceWith } from './surroundings';

/** What dashboards and Explore ask of the data source, with real captures and the decoder that the worker runs. */
jest.mock('../../src/gotrace', () => {
  const actual: object = jest.requireActual('../../src/gotrace');
  return { ...actual, decodeTrace: jest.fn((actual as { decodeTrace: typeof decodeTrace }).decodeTrace) };
});
jest.mock('../../src/pprof', () => {
  const actual: object = jest.requireActual('../../src/pprof');
  return { ...actual, decodeProfile: jest.fn((actual as { decodeProfile: typeof decodeProfile }).decodeProfile) };
});

const folder = captureFolders.find((name) => name.includes('go1.26-traceparent')) ?? captureFolders[0]!;
const files = ['trace.out', 'cpu.pprof'].map((name) => readCapture(folder, name));
const decoder = createInProcessDecoder();
const opened = datasourceWith(files, decoder);

/** Frames of a view; an error fails the test. */
async function frames(query: object, part: Parameters<typeof ask>[2] = {}): Promise<DataFrame[]> {
  const { datasource, captures } = await opened;
  const answer = await ask(datasource, { version: 1, view: 'auto', captures, ...query }, part);
  expect(answer.errors).toBeUndefined();
  expect(answer.state).toBe(LoadingState.Done);
  return answer.data as DataFrame[];
}

function between(fromMs: number, toMs: number): TimeRange {
  const [from, to] = [dateTime(fromMs), dateTime(toMs)];
  return { from, to, raw: { from, to } };
}

/** Where the capture lies on the axis, as a notice of a view of another time says. */
async function extent(query: object = {}): Promise<{ readonly fromMs: number; readonly toMs: number }> {
  window.history.replaceState(null, '', '/d/abc/name?orgId=1');
  const [frame] = await frames({ view: 'gcMap', ...query }, { range: between(1000, 2000) });
  const link = frame?.meta?.notices?.find(({ link: found }) => found !== undefined)?.link ?? '';
  const { searchParams } = new URL(link);
  return { fromMs: Number(searchParams.get('from')), toMs: Number(searchParams.get('to')) };
}

function textsOf(shown: readonly DataFrame[]): string[] {
  return shown.flatMap(({ meta }) => meta?.notices?.map(({ text }) => text) ?? []);
}

describe('auto', () => {
  const isTopic = ({ meta }: DataFrame) => meta?.dataTopic !== undefined;

  it.each(['timeseries', 'barchart'])('gives %s series with regions', async (panelPluginId) => {
    const answer = await frames({}, { panelPluginId });
    answer.filter((frame) => !isTopic(frame)).forEach(expectTimeSeries);
    answer.filter(isTopic).forEach(expectAnnotations);
    expect(answer.some(isTopic)).toBe(true);
  });

  it.each(['stat', 'gauge', 'bargauge', 'piechart'])('gives %s one row of figures', async (panelPluginId) => {
    const [frame, ...others] = await frames({}, { panelPluginId });
    expect(others).toEqual([]);
    expect(frame?.length).toBe(1);
    expect(frame?.fields.every(({ config, values }) => config.unit !== undefined && typeof values[0] === 'number')).toBe(true);
  });

  it.each(['state-timeline', 'status-history'])('gives %s a frame a lane, with start and end', async (panelPluginId) => {
    const lanes = await frames({}, { panelPluginId });
    expect(lanes.length).toBeGreaterThan(2);
    lanes.forEach((lane) => expect(lane.fields.map(({ type }) => type)).toEqual(['time', 'time', 'string']));
  });

  it('gives each other panel what it draws', async () => {
    const only = async (panelPluginId: string) => (await frames({}, { panelPluginId }))[0]!;
    readFlameGraph(await only('flamegraph'));
    readTraceView(await only('traces'));
    expect((await frames({}, { panelPluginId: 'nodeGraph' })).map(({ name }) => name)).toEqual(['nodes', 'edges']);
    expect((await only('heatmap')).meta?.type).toBe('heatmap-cells');
    expect((await only('histogram')).meta?.type).toBe('histogram');
    expect((await only('logs')).meta?.type).toBe('log-lines');
    for (const panel of ['trend', 'xychart']) {
      expect((await only(panel)).fields.slice(0, 2).map(({ type }) => type)).toEqual(['number', 'number']);
    }
    for (const panel of ['table', 'geomap', 'a-panel-of-tomorrow']) {
      expect((await only(panel)).name).toBe('requests');
    }
  });

  it('gives Explore frames of several kinds at once', async () => {
    const kinds = (await frames({}, { app: CoreApp.Explore })).map(
      ({ meta }) => meta?.preferredVisualisationPluginId ?? meta?.preferredVisualisationType ?? meta?.dataTopic,
    );
    expect(new Set(kinds)).toEqual(new Set(['graph', 'annotations', 'table', 'flamegraph', 'state-timeline']));
  });
});

describe('time range', () => {
  it('says of a capture outside of it where it is, with a link that goes there', async () => {
    const { fromMs, toMs } = await extent();
    expect(toMs - fromMs).toBeGreaterThan(1000);
    for (const view of ['gcMap', 'requests', 'gcCycles', 'flame', 'procs', 'logs', 'findings', 'latency', 'mapSites']) {
      window.history.replaceState(null, '', '/d/abc/name?orgId=1&from=now-1h');
      const outside = await frames({ view }, { range: between(1000, 2000) });
      const link = outside.flatMap(({ meta }) => meta?.notices ?? []).find(({ text }) => /shows nothing of the capture/.test(text))?.link;
      expect({ view, link }).toEqual({ view, link: `http://localhost/d/abc/name?orgId=1&from=${fromMs}&to=${toMs}` });
      const inside = await frames({ view }, { range: between(fromMs, toMs) });
      expect(textsOf(inside).filter((text) => /time range/.test(text))).toEqual([]);
    }
  });

  it('moves the panes of Explore', async () => {
    const { fromMs, toMs } = await extent();
    const panes = { abc: { datasource: 'gclens', queries: [{ refId: 'A' }], range: { from: 'now-1h', to: 'now' } } };
    window.history.replaceState(null, '', `/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify(panes))}`);
    const [frame] = await frames({ view: 'gcMap' }, { range: between(1000, 2000) });
    const link = new URL(frame?.meta?.notices?.find(({ link: found }) => found !== undefined)?.link ?? '');
    expect(JSON.parse(link.searchParams.get('panes') ?? '')).toEqual({
      abc: { ...panes.abc, range: { from: String(fromMs), to: String(toMs) } },
    });
  });

  it('keeps tables and flame graphs to what it shows', async () => {
    const { fromMs, toMs } = await extent();
    const range = between(fromMs + 1000, fromMs + 1500);
    for (const [view, time] of [
      ['gcCycles', 'durationNs'],
      ['requests', 'durationNs'],
    ] as const) {
      const [part] = await frames({ view, limit: 100000 }, { range });
      const [all] = await frames({ view, limit: 100000 }, { range: between(fromMs, toMs) });
      expect(part!.length).toBeGreaterThan(0);
      expect(part!.length).toBeLessThan(all!.length);
      const [start, durationNs] = [fieldOf(part!, 'start'), fieldOf(part!, time)];
      start.values.forEach((at, row) => {
        expect(at).toBeLessThanOrEqual(fromMs + 1500);
        expect(at + durationNs.values[row] / 1e6).toBeGreaterThanOrEqual(fromMs + 999);
      });
      expect(textsOf([part!]).join(' ')).toMatch(/time range/);
    }
    const whole = readFlameGraph((await frames({ view: 'flame', sampleType: 'assist' }, { range: between(fromMs, toMs) }))[0]!).value;
    const halves = await Promise.all(
      [between(fromMs, fromMs + 1000), between(fromMs + 1000, toMs)].map(
        async (half) => readFlameGraph((await frames({ view: 'flame', sampleType: 'assist' }, { range: half }))[0]!).value,
      ),
    );
    expect(halves.every((half) => half > 0)).toBe(true);
    expect(halves.reduce((sum, half) => sum + half, 0)).toBeCloseTo(whole, -3);
  });

  it.each(['scheduler', 'tasks'])('divides latencies of the %s finer where it is zoomed, and loses none', async (sampleType) => {
    const { fromMs, toMs } = await extent();
    const heat = async (range: TimeRange) => (await frames({ view: 'latency', sampleType }, { range, panelPluginId: 'heatmap' }))[0]!;
    const sum = (frame: DataFrame, name: string) => fieldOf(frame, name).values.reduce((total: number, count: number) => total + count, 0);
    const whole = await heat(between(fromMs, toMs));
    const parts = await Promise.all([between(fromMs, fromMs + 1500), between(fromMs + 1500, toMs)].map(heat));
    for (const name of ['count', 'while the GC marks', 'across a stop-the-world']) {
      expect(sum(whole, name)).toBeGreaterThan(0);
      expect({ name, count: sum(parts[0]!, name) + sum(parts[1]!, name) }).toEqual({ name, count: sum(whole, name) });
    }
    const stepOf = (frame: DataFrame) => fieldOf(frame, 'xMax').config.custom.intervalMs;
    expect(stepOf(parts[0]!)).toBeLessThan(stepOf(whole));
  });

  it('says of a view that counts whole captures that it does, and of a capture that is a line that it is one', async () => {
    const { fromMs, toMs } = await extent();
    expect(textsOf(await frames({ view: 'findings' }, { range: between(fromMs + 100, fromMs + 200) })).join(' ')).toMatch(
      /counts the whole capture/,
    );
    expect(textsOf(await frames({ view: 'gcMap' }, { range: between(fromMs - 3_600_000, toMs) })).join(' ')).toMatch(
      /too short to be seen/,
    );
  });

  it('draws finer inside of a zoomed range', async () => {
    const { fromMs } = await extent();
    const width = async (range: TimeRange) => {
      const [series] = await frames({ view: 'gcMap' }, { range });
      const { values, nanos } = fieldOf(series!, 'time');
      return values[2] - values[1] + ((nanos?.[2] ?? 0) - (nanos?.[1] ?? 0)) / 1e6;
    };
    expect(await width(between(fromMs, fromMs + 100))).toBeLessThan(await width(between(fromMs, fromMs + 3000)));
  });

  it('shows microseconds as milliseconds where times are stretched, and links to the range that they need', async () => {
    const real = await extent();
    const stretched = await extent({ timeUnit: 'stretched' });
    expect(stretched.fromMs).toBe(real.fromMs);
    expect((stretched.toMs - stretched.fromMs) / (real.toMs - real.fromMs)).toBeCloseTo(1000, -1);
    // A hundredth of the trace.
    const range = between(stretched.fromMs + 1_000_000, stretched.fromMs + 1_030_000);
    for (const view of ['gcMap', 'procs', 'goroutines']) {
      const shown = (await frames({ view, timeUnit: 'stretched' }, { range })).filter(({ meta }) => meta?.dataTopic === undefined);
      const times = shown.flatMap(({ fields }) => fields.filter(({ type }) => type === 'time').flatMap(({ values }) => values as number[]));
      expect(times.length).toBeGreaterThan(10);
      // A step that leads into the range begins before it.
      expect(times.filter((time) => time > range.to.valueOf() + 1)).toEqual([]);
      expect(textsOf(shown).join(' ')).toMatch(/1 µs of the trace is shown as 1 ms/);
    }
    const [logs] = await frames({ view: 'logs', timeUnit: 'stretched' }, { range: between(stretched.fromMs, stretched.toMs) });
    expect(fieldOf(logs!, 'timestamp').nanos).toHaveLength(logs!.length);
  });
});

describe('a dashboard of 100 panels on one capture', () => {
  it('decodes it once', async () => {
    jest.mocked(decodeTrace).mockClear();
    jest.mocked(decodeProfile).mockClear();
    const { datasource, captures } = await datasourceWith(files, createInProcessDecoder());
    const panels = ['timeseries', 'table', 'stat', 'flamegraph', 'traces', 'state-timeline', 'heatmap', 'logs', 'nodeGraph', 'trend'];
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        ask(datasource, { version: 1, view: 'auto', captures }, { panelPluginId: panels[n % panels.length]! }),
      ),
    );
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(answers.every(({ data }) => data.length > 0)).toBe(true);
    expect([jest.mocked(decodeTrace).mock.calls.length, jest.mocked(decodeProfile).mock.calls.length]).toEqual([1, 1]);
  });

  it('stops decoding when its last panel is left', async () => {
    const { datasource, captures } = await datasourceWith(files, createInProcessDecoder());
    const signals: AbortSignal[] = [];
    jest.mocked(decodeTrace).mockImplementationOnce(async (_bytes, { signal } = {}) => {
      signals.push(signal!);
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
      throw new Error('never');
    });
    const running = [1, 2].map(() =>
      datasource.query({ targets: [{ refId: 'A', version: 1, view: 'gcCycles', captures }], scopedVars: {} } as never).subscribe(),
    );
    while (signals.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    running[0]!.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(signals[0]!.aborted).toBe(false);
    running[1]!.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(signals[0]!.aborted).toBe(true);
  });
});

describe('snapshots', () => {
  it.each(['gcMap', 'gcCycles', 'requests', 'request', 'flame', 'procs', 'logs', 'latency', 'findings', 'regions', 'summary'])(
    'hold %s as Grafana writes it, and give it back',
    async (view) => {
      for (const frame of await frames({ view })) {
        const json = JSON.parse(JSON.stringify(dataFrameToJSON(frame))) as DataFrameJSON;
        const back = dataFrameFromJSON(json);
        expect(back.fields.map(({ name, type, values }) => ({ name, type, values }))).toEqual(
          createDataFrame(frame).fields.map(({ name, type, values }) => ({ name, type, values })),
        );
        expect(back.meta).toEqual(frame.meta);
      }
    },
  );
});

describe('annotations', () => {
  async function events(query: object, range?: TimeRange): Promise<AnnotationEvent[]> {
    const { datasource, captures } = await opened;
    const { prepareQuery, processEvents } = datasource.annotations;
    const annotation = { name: 'GC', enable: true, iconColor: 'blue', target: { refId: 'Anno', captures, ...query } };
    const target = prepareQuery!(annotation as never)!;
    const { data } = await ask(datasource, target, range === undefined ? {} : { range });
    return (await firstValueFrom(processEvents!(annotation as never, data as DataFrame[]))) ?? [];
  }

  it('mark GC cycles and stop-the-worlds of the time range, stops in another colour', async () => {
    const { fromMs, toMs } = await extent();
    const all = await events({ regions: ['cycles', 'stops'] }, between(fromMs, toMs));
    const [cycles] = await frames({ view: 'gcCycles' });
    expect(all.filter(({ tags }) => tags?.includes('GC'))).toHaveLength(cycles!.length);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.every(({ time, timeEnd, isRegion }) => isRegion === true && timeEnd! > time!)).toBe(true);
    expect(new Set(all.filter(({ tags }) => tags?.includes('STW')).map((event) => Reflect.get(event, 'newState')))).toContain('alerting');
    expect(all.filter(({ tags }) => tags?.includes('GC')).every((event) => !('newState' in event))).toBe(true);
    const part = await events({ regions: ['cycles'] }, between(fromMs + 1000, fromMs + 1001));
    expect(part.length).toBeLessThanOrEqual(2);
    expect(await events({}, between(1000, 2000))).toEqual([]);
  });

  it('mark the findings of a capture over its time', async () => {
    const { fromMs, toMs } = await extent();
    const [finding, ...others] = await events({ regions: ['findings'] }, between(fromMs - 1000, toMs + 1000));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ time: expect.closeTo(fromMs, -1), timeEnd: expect.closeTo(toMs, -1), tags: ['findings', 'high'] });
    expect(finding?.text).toMatch(/^High: .+<br>/);
  });

  it('keep to the longest where there are too many', async () => {
    const all = await events({ regions: ['stops'] });
    const most = await events({ regions: ['stops'], limit: 3 });
    const lengths = (list: readonly AnnotationEvent[]) => list.map(({ time, timeEnd }) => timeEnd! - time!).sort((a, b) => b - a);
    expect(lengths(most)).toEqual(lengths(all).slice(0, 3));
  });
});

describe('variables', () => {
  async function values(query: object): Promise<{ text: string; value: string }[]> {
    const { datasource, captures } = await opened;
    const support = datasource.variables as unknown as {
      query(request: unknown): import('rxjs').Observable<{ data: { text: string; value: string }[] }>;
    };
    return (await firstValueFrom(support.query({ targets: [{ captures, ...query }] }))).data;
  }

  it('list what dashboards choose from, as texts and values that queries take', async () => {
    const { datasource } = await opened;
    expect((await values({ kind: 'captures' })).map(({ text }) => text.split(' ')[0])).toEqual([
      'Sample',
      'Newest',
      'trace.out',
      'cpu.pprof',
    ]);
    expect((await values({ kind: 'endpoints' })).map(({ value }) => value)).toContain('GET /range');
    expect((await values({ kind: 'labelKeys' })).map(({ value }) => value)).toContain('map_op');
    expect((await values({ kind: 'labelValues', key: 'map_op' })).map(({ value }) => value)).toContain('iterate');
    expect((await values({ kind: 'sampleTypes' })).map(({ value }) => value)).toEqual(expect.arrayContaining(['cpu', 'assist']));
    const cycles = await values({ kind: 'gcCycles' });
    expect(cycles[0]).toEqual({ text: expect.stringMatching(/^GC 0: [\d.]+ ms, /), value: '0' });
    const [site] = await values({ kind: 'mapSites' });
    expect(site?.text).toMatch(/\.go:\d+/);
    // What each means: a query with the value in its place.
    const { captures } = await opened;
    const capture = (await values({ kind: 'captures' })).find(({ text }) => text.startsWith('trace.out'));
    for (const query of [
      { view: 'flame', captures, cycle: cycles[0]!.value },
      { view: 'flame', captures, focus: site!.value },
      { view: 'gcCycles', captures: [{ by: 'variable', variable: capture!.value }] },
    ]) {
      expect((await ask(datasource, query)).errors).toBeUndefined();
    }
  });

  it('say what is wrong with their captures', async () => {
    await expect(values({ kind: 'endpoints', captures: [{ by: 'sha256', sha256: '0'.repeat(64), name: 'gone.out' }] })).rejects.toThrow(
      /gone\.out: not in this browser/,
    );
  });
});

describe('links', () => {
  const linksOf = (frame: DataFrame, name: string) => fieldOf(frame, name).config.links ?? [];

  it('lead from requests, cycles, logs and spans to traces in their backend, and from logs to requests and back', async () => {
    const [requests] = await frames({ view: 'requests' });
    const [cycles] = await frames({ view: 'gcCycles' });
    const [logs] = await frames({ view: 'logs' });
    const [request] = await frames({ view: 'request' });
    for (const [frame, field] of [
      [requests, 'traceId'],
      [cycles, 'traceId'],
      [logs, 'traceId'],
      [request, 'traceID'],
    ] as const) {
      expect(linksOf(frame!, field)).toMatchObject([
        { url: '', internal: { datasourceUid: 'tempo', datasourceName: 'Tempo', query: { queryType: 'traceql' } } },
      ]);
    }
    expect(fieldOf(cycles!, 'traceId').values.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    expect(linksOf(requests!, 'request').map(({ internal }) => (internal!.query as { view: string }).view)).toEqual([
      'request',
      'logs',
      'goroutines',
    ]);
    expect(linksOf(logs!, 'task')[0]?.internal?.query).toMatchObject({ view: 'request', query: '${__value.raw}' });
    const task = fieldOf(logs!, 'task').values.find((id) => id !== null);
    readTraceView((await frames({ view: 'request', query: task }))[0]!);
  });

  it('survive "share": the trace view puts the trace id into the member `query`', async () => {
    const [first] = await frames({ view: 'request' });
    const shared = readTraceView((await frames({ view: 'request', query: fieldOf(first!, 'traceID').values[0] }))[0]!);
    expect(shared.map(({ spanID }) => spanID)).toContain(fieldOf(first!, 'spanID').values[0]);
  });
});

describe('hostile captures', () => {
  const replacements = [
    ['main.rangeCatalog', '<img onerror=x()>'],
    ['main.(*server).janitor', '${__url}<b>bold</b>[[x'],
    ['catalog.walk', '${__user}<i>'],
  ] as const;
  const texts = replacements.map(([, hostile]) => hostile);

  /** The trace with names of other bytes, of the same length. */
  function hostileTrace(): Uint8Array {
    let trace = Buffer.from(readCapture(folder, 'trace.out').file).toString('latin1');
    for (const [name, hostile] of replacements) {
      expect(hostile).toHaveLength(name.length);
      trace = trace.replaceAll(name, hostile);
    }
    return new Uint8Array(Buffer.from(trace, 'latin1'));
  }

  it('reach no link, no title in which variables are filled in, and no place that renders HTML', async () => {
    const { datasource, captures } = await datasourceWith([{ name: 'trace.out', file: hostileTrace() }, files[1]!]);
    let seen = '';
    for (const view of ['gcMap', 'gcCycles', 'requests', 'request', 'flame', 'goroutines', 'logs', 'findings', 'mapSites', 'regions']) {
      const { data, errors } = await ask(datasource, { version: 1, view, captures, limit: 200 });
      expect(errors).toBeUndefined();
      for (const frame of data as DataFrame[]) {
        seen += JSON.stringify(frame.fields.map(({ values }) => values));
        for (const { config } of frame.fields) {
          expect(JSON.stringify(config.links ?? [])).not.toMatch(/onerror|bold|__user|__url/);
          seen += JSON.stringify(config.displayName ?? '').replaceAll('\u2060', '');
          for (const title of [config.displayName ?? '', config.displayNameFromDS ?? '']) {
            expect(title).not.toMatch(/\$\{__u|\[\[x/);
          }
        }
        if (frame.meta?.dataTopic !== undefined) {
          for (const name of ['title', 'text']) {
            expect(fieldOf(frame, name).values.filter((text) => /<(?!br>)/.test(text))).toEqual([]);
          }
        }
      }
    }
    // They are shown, as text.
    expect([...texts, '&lt;img onerror=x()&gt;'].filter((hostile) => !seen.includes(hostile))).toEqual([]);
  });
});
