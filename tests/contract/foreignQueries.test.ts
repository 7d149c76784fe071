/** @jest-environment jsdom */
import { AbstractLabelOperator, CoreApp, type DataFrame, type DataQueryResponse } from '@grafana/data';
import { type BackendSrv, setBackendSrv } from '@grafana/runtime';

import { type GclensQuery } from '../../src/datasource';
import { captureFolders, readCapture } from './captures';
import { fieldOf, readFlameGraph } from './panels';
import { ask, datasourceWith } from './surroundings';

/** Queries that other data sources made: Pyroscope panels, Tempo's "traces to profiles", queries that are taken over in Explore, and stored ones of any version. */
const folder = captureFolders.find((name) => name.includes('go1.26-traceparent')) ?? captureFolders[0]!;
const files = ['trace.out', 'cpu.pprof'].map((name) => readCapture(folder, name));
const opened = datasourceWith(files);
const cpu = 'process_cpu:cpu:nanoseconds:cpu:nanoseconds';

async function answer(query: object, app: CoreApp = CoreApp.Dashboard): Promise<DataQueryResponse> {
  const { datasource } = await opened;
  const response = await ask(datasource, query, { app });
  expect(response.errors).toBeUndefined();
  return response;
}

describe('Pyroscope queries', () => {
  it('give the flame graph of the newest drop in a frame named response', async () => {
    const { data } = await answer({ labelSelector: '{}', profileTypeId: cpu, queryType: 'profile', groupBy: [] });
    const [flame, ...others] = data as DataFrame[];
    expect(others).toEqual([]);
    expect(flame).toMatchObject({ name: 'response', refId: 'A', meta: { custom: { sampleType: 'cpu' } } });
    expect(readFlameGraph(flame!).value).toBeGreaterThan(1e9);
  });

  it('select by labels that the captures know, and say which they do not', async () => {
    const value = async (labelSelector: string) => {
      const [flame] = (await answer({ labelSelector, profileTypeId: cpu, queryType: 'profile' })).data as DataFrame[];
      return { value: readFlameGraph(flame!).value, notices: flame!.meta?.notices?.map(({ text }) => text) ?? [] };
    };
    const all = await value('{}');
    const service = await value('{service_name="shop"}');
    expect(service.value).toBe(all.value);
    expect(service.notices).toContain('The captures know no label service_name: it does not select.');
    const iterating = await value('{service_name="shop", map_op="iterate"}');
    expect(iterating.value).toBeGreaterThan(0);
    expect(iterating.value).toBeLessThan(all.value);
  });

  it('give what one span or several did, as Tempo asks', async () => {
    const { captures, datasource } = await opened;
    const [requests] = (await ask(datasource, { version: 1, view: 'requests', captures, limit: 2 })).data as DataFrame[];
    const spans: string[] = fieldOf(requests!, 'request').values;
    const value = async (spanSelector: readonly string[]) => {
      // As SpanFlameGraph.tsx writes it.
      const query = { labelSelector: '{service_name="shop"}', groupBy: [], profileTypeId: '', queryType: 'profile', spanSelector };
      const [flame] = (await answer(query, CoreApp.Unknown)).data as DataFrame[];
      expect(flame!.name).toBe('response');
      return readFlameGraph(flame!).value;
    };
    const all = await value([]);
    const each = await Promise.all(spans.map((span) => value([span])));
    each.forEach((one) => {
      expect(one).toBeGreaterThan(0);
      expect(one).toBeLessThan(all);
    });
    expect(await value(['feedfacefeedface'])).toBe(0);
  });

  it('give the value over time of "metrics", and both in Explore only', async () => {
    const ofApp = async (queryType: string, app: CoreApp) =>
      (await answer({ labelSelector: '{}', profileTypeId: cpu, queryType }, app)).data as DataFrame[];
    const [series, ...others] = await ofApp('metrics', CoreApp.Dashboard);
    expect(others).toEqual([]);
    const [time, value] = [fieldOf(series!, 'time'), fieldOf(series!, 'value')];
    expect(time.values[1] - time.values[0]).toBeGreaterThan(1000);
    expect(value.config.unit).toBe('ns');
    expect(value.values[0]).toBeGreaterThan(1e9);
    expect((await ofApp('both', CoreApp.Dashboard)).map(({ name }) => name)).toEqual(['response']);
    expect((await ofApp('both', CoreApp.Explore)).map(({ name }) => name)).toEqual([undefined, 'response']);
  });

  it('are shown by the editor as queries of gclens', async () => {
    const { datasource } = await opened;
    const pyroscope = { refId: 'A', labelSelector: '{a="b"}', profileTypeId: 'memory:inuse_space:bytes:space:bytes', queryType: 'profile' };
    expect(datasource.migrate(pyroscope as unknown as GclensQuery)).toEqual({
      refId: 'A',
      version: 1,
      view: 'flame',
      captures: [{ by: 'latest' }],
      selector: '{a="b"}',
      sampleType: 'inuse_space',
    });
  });
});

describe('stored queries', () => {
  it.each([
    ['without a version', { view: 'requests', captures: [{ by: 'sample' }], limit: '5' }, { view: 'requests', limit: 5 }],
    ['of a version to come', { version: 7, view: 'requests', captures: [{ by: 'sample' }], tomorrow: {} }, { view: 'requests' }],
    ['of a view to come', { version: 2, view: 'hologram', captures: [{ by: 'sample' }] }, { view: 'auto' }],
    ['of captures to come', { version: 2, view: 'flame', captures: [{ by: 'satellite' }, { by: 'sample' }] }, { view: 'flame' }],
    ['of nothing', {}, { view: 'auto' }],
  ])('%s open as the current version', async (_, query, expected) => {
    const { datasource } = await opened;
    expect(datasource.migrate({ refId: 'A', ...query } as GclensQuery)).toEqual({
      refId: 'A',
      version: 1,
      captures: [{ by: 'sample' }],
      ...expected,
    });
  });
});

describe('label matchers', () => {
  const loki = {
    refId: 'A',
    labelMatchers: [
      { name: 'map_op', operator: AbstractLabelOperator.EqualRegEx, value: 'iter.*' },
      { name: 'namespace', operator: AbstractLabelOperator.Equal, value: 'shop' },
      { name: 'type', operator: AbstractLabelOperator.NotEqual, value: 'a"b' },
    ],
  };

  it('are taken over from Loki, Prometheus and Pyroscope, as far as the captures know the labels', async () => {
    const { datasource } = await opened;
    const [query] = await datasource.importFromAbstractQueries([loki]);
    expect(query).toMatchObject({ view: 'auto', captures: [{ by: 'latest' }], selector: '{map_op=~"iter.*", type!="a\\"b"}' });
    expect((await ask(datasource, query!)).errors).toBeUndefined();
  });

  it('are taken over whole where it is not known what the captures know, because there are none yet', async () => {
    const { datasource } = await datasourceWith([]);
    const [query] = await datasource.importFromAbstractQueries([loki]);
    expect(query).toMatchObject({ captures: [{ by: 'latest' }], selector: '{map_op=~"iter.*", namespace="shop", type!="a\\"b"}' });
  });

  it('pick captures of a store where its paths have the label', async () => {
    const { datasource } = await datasourceWith([], undefined, { source: 'store', glob: '{namespace}/{type}/{time}.*' });
    const [query] = await datasource.importFromAbstractQueries([loki]);
    expect(query).toMatchObject({
      captures: [{ by: 'store', pick: 'range', labels: { namespace: 'shop' } }],
      selector: '{map_op=~"iter.*", type!="a\\"b"}',
    });
    const [exported] = await datasource.exportToAbstractQueries([query!]);
    expect(exported?.labelMatchers).toEqual(expect.arrayContaining(loki.labelMatchers));
  });

  it('are given to them again', async () => {
    const { datasource } = await opened;
    const [first] = await datasource.importFromAbstractQueries([loki]);
    const [exported] = await datasource.exportToAbstractQueries([first!]);
    expect(exported?.labelMatchers).toEqual([loki.labelMatchers[0], loki.labelMatchers[2]]);
    expect(await datasource.exportToAbstractQueries([{ ...first!, selector: '{broken=' }])).toEqual([{ refId: 'A', labelMatchers: [] }]);
  });

  it('come from clicks on log labels and table cells too', async () => {
    const { datasource, captures } = await opened;
    const logs: GclensQuery = { refId: 'A', version: 1, view: 'logs', captures };
    const [frame] = (await ask(datasource, logs)).data as DataFrame[];
    const { category } = fieldOf(frame!, 'labels').values[0] as { category: string };
    const clicked = datasource.modifyQuery(logs, { type: 'ADD_FILTER', options: { key: 'category', value: category } });
    const [filtered] = (await ask(datasource, clicked)).data as DataFrame[];
    expect(filtered!.length).toBeGreaterThan(0);
    expect(fieldOf(filtered!, 'category').values.every((shown) => shown === category)).toBe(true);
    expect(datasource.queryHasFilter(clicked, { key: 'category', value: category })).toBe(true);
    const without = datasource.modifyQuery(clicked, { type: 'ADD_FILTER_OUT', options: { key: 'category', value: category } });
    const [others] = (await ask(datasource, without)).data as DataFrame[];
    expect(fieldOf(others!, 'category').values.some((shown) => shown === category)).toBe(false);
    expect(datasource.modifyQuery(logs, { type: 'ADD_LEVEL', options: { key: 'a', value: 'b' } })).toEqual(logs);
  });
});

describe('filters of a dashboard', () => {
  it('select logs by what their tasks are known by', async () => {
    const { datasource, captures } = await opened;
    const of = async (filters: { key: string; operator: string; value: string }[]) =>
      (await ask(datasource, { version: 1, view: 'logs', captures, limit: 100000 }, { filters })).data as DataFrame[];
    const [all] = await of([]);
    const [some] = await of([{ key: 'type', operator: '=', value: 'GET /range' }]);
    expect(some!.length).toBeGreaterThan(0);
    expect(some!.length).toBeLessThan(all!.length);
  });

  it('are offered by the cells of columns that selectors know', async () => {
    const { datasource, captures } = await opened;
    const query: GclensQuery = { refId: 'A', version: 1, view: 'requests', captures };
    const [frame] = (await ask(datasource, query)).data as DataFrame[];
    const offering = frame!.fields.filter(({ config }) => config.filterable === true);
    expect(offering.map(({ name }) => name)).toEqual(expect.arrayContaining(['type', 'request', 'traceId', 'task', 'state']));
    for (const { name, values } of offering) {
      const value = String(values.find((cell) => cell !== null));
      const clicked = datasource.modifyQuery(query, { type: 'ADD_FILTER', options: { key: name, value } });
      const [filtered] = (await ask(datasource, clicked)).data as DataFrame[];
      expect({ name, cells: new Set(fieldOf(filtered!, name).values.map(String)) }).toEqual({ name, cells: new Set([value]) });
    }
  });

  it('select the rows of tables, and are said not to apply where a view counts whole captures', async () => {
    const { datasource, captures } = await opened;
    const of = async (view: string, operator: string, value: string) =>
      (await ask(datasource, { version: 1, view, captures, limit: 10000 }, { filters: [{ key: 'task', operator, value }] }))
        .data as DataFrame[];
    const [some] = await of('requests', '<=', '40');
    expect(some!.length).toBeGreaterThan(0);
    expect(fieldOf(some!, 'task').values.every((task) => Number(task) <= 40)).toBe(true);
    const [cycles] = await of('gcCycles', '=', '1');
    expect(cycles?.meta?.notices?.map(({ text }) => text)).toContain(
      'This view counts whole captures: the filters of the dashboard do not apply to it.',
    );
  });

  it('offer the labels of all queries of a dashboard', async () => {
    const { datasource, captures } = await opened;
    const queries = captures.map((capture, n): GclensQuery => ({ refId: String(n), version: 1, view: 'flame', captures: [capture] }));
    const gone: GclensQuery = { refId: 'gone', version: 1, view: 'flame', captures: [{ by: 'url', path: 'gone.out' }] };
    const keys = (await datasource.getTagKeys({ filters: [], queries: [...queries, gone] })).map(({ text }) => text);
    expect(keys).toEqual(expect.arrayContaining(['span_id', 'map_op', 'type']));
    const values = await datasource.getTagValues({ key: 'map_op', filters: [], queries });
    expect(values.map(({ text }) => text)).toContain('iterate');
  });
});

describe('a data source without a server part', () => {
  it('asks none, though its class is one that could', async () => {
    const fetched: string[] = [];
    const refuse = ({ url }: { url: string }): never => {
      fetched.push(url);
      throw new Error('asked a server');
    };
    setBackendSrv({ fetch: refuse, get: refuse, post: refuse, datasourceRequest: refuse } as unknown as BackendSrv);
    const { datasource, captures } = await opened;
    await ask(datasource, { version: 1, view: 'auto', captures });
    await datasource.labels({ refId: 'A', version: 1, view: 'labels', captures });
    await datasource.testDatasource();
    await datasource.getTagKeys({ filters: [], queries: [{ refId: 'A', version: 1, view: 'flame', captures }] });
    datasource.interpolateVariablesInQueries([{ refId: 'A', version: 1, view: 'flame', captures }], {});
    expect(fetched).toEqual([]);
  });
});
