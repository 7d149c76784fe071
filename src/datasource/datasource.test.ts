/** @jest-environment jsdom */
import { type DataQueryRequest, type DataQueryResponse, type DataSourceInstanceSettings, dateTime, LoadingState } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { lastValueFrom, toArray } from 'rxjs';

import { GclensError } from '../base';
import { parseSha256 } from '../capture';
import type { Decoder, ViewRequest } from '../worker';
import type { Frame } from '../frames';
import { GclensDataSource } from './datasource';
import type { StoredCapture } from './store';
import { MemoryStore } from './memoryStore.testing';
import { anyFile, stubConnection } from './sources/sources.testing';
import type { GclensOptions, GclensQuery } from './types';

const sha256 = parseSha256('ab'.repeat(32))!;

const tempo = { uid: 'tempo', name: 'Tempo', type: 'tempo' };

const stored: StoredCapture = { sha256, name: 'trace.out', kind: 'trace-v2', sizeBytes: 5, droppedAtMs: 1 };

function makeDataSource({
  captures = [stored],
  view,
  identify = () => Promise.reject(new GclensError('this is no Go profile or execution trace', { looksLike: 'an HTML page' })),
}: { captures?: StoredCapture[] } & Partial<Decoder> = {}) {
  const requests: ViewRequest[] = [];
  const decoder: Decoder = {
    identify,
    view: (request, options) => {
      requests.push(request);
      return view?.(request, options) ?? Promise.resolve([{ refId: request.context.refId, fields: [], length: 0 }]);
    },
  };
  const templateSrv = { replace: (text = '') => text.replace('$request', 'abc') } as TemplateSrv;
  const settings = {
    uid: 'gclens',
    name: 'gclens',
    type: 'gclens-datasource',
    jsonData: { tracingDatasourceUid: 'tempo' },
    meta: { baseUrl: 'public/plugins/gclens-datasource' },
  } as DataSourceInstanceSettings<GclensOptions>;
  return {
    datasource: new GclensDataSource(settings, {
      store: new MemoryStore(captures),
      decoder,
      templateSrv,
      findDatasource: () => tempo,
    }),
    requests,
  };
}

function query(refId: string, part: Partial<GclensQuery> = {}): GclensQuery {
  return { refId, version: 1, view: 'requests', captures: [{ by: 'sha256', sha256, name: 'trace.out' }], ...part };
}

function ask(
  datasource: GclensDataSource,
  targets: GclensQuery[],
  part: Partial<DataQueryRequest<GclensQuery>> = {},
): Promise<DataQueryResponse[]> {
  return lastValueFrom(datasource.query({ targets, scopedVars: {}, ...part } as DataQueryRequest<GclensQuery>).pipe(toArray()));
}

describe('GclensDataSource', () => {
  it('answers a packet for each target under its refId, and is done with the last', async () => {
    const { datasource } = makeDataSource();
    const packets = await ask(datasource, [query('A'), query('B')]);
    expect(packets.map(({ key, data, state }) => [key, (data[0] as { refId: string }).refId, state])).toEqual([
      ['A', 'A', LoadingState.Loading],
      ['B', 'B', LoadingState.Done],
    ]);
  });

  it('links from embedded captures lead to the same files of this browser; without them a table says why it has no links', async () => {
    const identify: Decoder['identify'] = () => Promise.resolve({ sha256, name: 'trace.out', kind: 'trace-v2', sizeBytes: 5 });
    const captures = [{ by: 'embedded' as const, name: 'trace.out', data: 'A'.repeat(10_000) }];
    const kept = makeDataSource({ identify });
    await ask(kept.datasource, [query('A', { captures })]);
    expect(kept.requests[0]?.context).toMatchObject({ linkCaptures: [{ by: 'sha256', sha256, name: 'trace.out' }], notices: [] });
    const foreign = makeDataSource({ identify, captures: [] });
    await ask(foreign.datasource, [query('A', { captures }), query('B', { captures, view: 'flame' })]);
    expect(foreign.requests.map(({ context }) => context.notices?.map(({ text }) => text.slice(0, 28)))).toEqual([
      ['Rows lead to no other view: '],
      [],
    ]);
  });

  it('hands variables, ad-hoc filters, the panel and the tracing data source on', async () => {
    const { datasource, requests } = makeDataSource();
    await ask(datasource, [query('A', { query: '$request', selector: '{a="b"}' })], {
      panelPluginId: 'traces',
      filters: [{ key: 'map_op', operator: '=', value: 'iterate' }],
    });
    expect(requests[0]).toMatchObject({
      context: { refId: 'A', panelPluginId: 'traces', tracingDatasource: tempo, datasource: { uid: 'gclens', name: 'gclens' } },
      query: { query: 'abc', selector: '{a="b", map_op="iterate"}' },
      files: [{ name: 'trace.out', sha256 }],
    });
  });

  it('says which file is missing, and where to drop it', async () => {
    const { datasource } = makeDataSource({ captures: [] });
    const [packet] = await ask(datasource, [query('A')]);
    expect(packet).toMatchObject({ key: 'A', data: [], state: LoadingState.Error });
    expect(packet?.errors).toEqual([
      { refId: 'A', message: expect.stringMatching(/^trace\.out: not in this browser \(sha-256 abababababab\); Drop the file/) },
    ]);
  });

  it('answers the other targets when one fails', async () => {
    const { datasource } = makeDataSource({
      view: ({ context: { refId } }) =>
        refId === 'A'
          ? Promise.reject(new GclensError('cut short', { file: 'trace.out', offset: 77 }))
          : Promise.resolve([{ refId, fields: [], length: 0 }]),
    });
    const packets = await ask(datasource, [query('A'), query('B')]);
    expect(packets.find(({ key }) => key === 'A')?.errors).toEqual([{ refId: 'A', message: 'trace.out: offset 77: cut short' }]);
    expect(packets.find(({ key }) => key === 'B')?.data).toHaveLength(1);
  });

  it('cancels the work of every target when the panel loses interest', async () => {
    const signals: AbortSignal[] = [];
    const { datasource } = makeDataSource({
      view: (_request, { signal } = {}) => {
        signals.push(signal!);
        return new Promise(() => undefined);
      },
    });
    const subscription = datasource
      .query({ targets: [query('A'), query('B')], scopedVars: {} } as unknown as DataQueryRequest<GclensQuery>)
      .subscribe();
    await new Promise((resolve) => setTimeout(resolve));
    subscription.unsubscribe();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('reports progress by refId', async () => {
    const { datasource } = makeDataSource({
      view: (request, { onProgress } = {}) => {
        onProgress?.('ordering', 0.5);
        return Promise.resolve([{ refId: request.context.refId, fields: [], length: 0 }]);
      },
    });
    const seen: unknown[] = [];
    datasource.progress.subscribe((progress) => seen.push(progress));
    await ask(datasource, [query('A')]);
    expect(seen).toEqual([{ refId: 'A', stage: 'ordering', fraction: 0.5 }]);
  });

  it('answers with what is read so far, and then with the whole', async () => {
    const frame = (name: string) => ({ refId: 'A', name, length: 0, fields: [] });
    const { datasource } = makeDataSource({
      view: (_, { onPartial } = {}) => {
        onPartial?.([frame('part')]);
        return Promise.resolve([frame('whole')]);
      },
    });
    const packets = await ask(datasource, [query('A')]);
    expect(packets.map(({ state, data }) => [state, data.map(({ name }) => name)])).toEqual([
      [LoadingState.Loading, ['part']],
      [LoadingState.Done, ['whole']],
    ]);
  });

  it('takes the newest drop as a whole, and each file once', async () => {
    const profile: StoredCapture = { ...stored, sha256: parseSha256('cd'.repeat(32))!, name: 'cpu.pprof', kind: 'pprof', droppedAtMs: 9 };
    const { datasource, requests } = makeDataSource({
      captures: [{ ...stored, droppedAtMs: 9 }, profile, { ...stored, sha256: parseSha256('ef'.repeat(32))!, name: 'old' }],
    });
    await ask(datasource, [query('A', { captures: [{ by: 'latest' }, { by: 'sha256', sha256 }] })]);
    expect(requests[0]?.files.map(({ name }) => name)).toEqual(['trace.out', 'cpu.pprof']);
  });

  it('answers the store itself without a capture', async () => {
    const { datasource, requests } = makeDataSource();
    await ask(datasource, [query('A', { view: 'captures', captures: [] })]);
    expect(requests[0]).toMatchObject({ files: [], context: { stored: [{ name: 'trace.out' }] } });
  });

  it('skips hidden targets and those without a capture', async () => {
    const { datasource, requests } = makeDataSource();
    const packets = await ask(datasource, [query('A', { hide: true }), query('B', { captures: [] })]);
    expect(packets).toEqual([{ data: [], state: LoadingState.Done }]);
    expect(requests).toEqual([]);
  });

  it('completes ad-hoc filters from the labels of the captures', async () => {
    const { datasource } = makeDataSource({
      view: ({ context: { refId } }) =>
        Promise.resolve([
          {
            refId,
            length: 3,
            fields: [
              { name: 'key', type: 'string', config: {}, values: ['map_op', 'map_op', 'route'] },
              { name: 'value', type: 'string', config: {}, values: ['grow', 'iterate', '/keys'] },
              { name: 'count', type: 'number', config: {}, values: [1, 5, 2] },
            ],
          },
        ]),
    });
    await expect(datasource.getTagKeys({ filters: [], queries: [query('A')] })).resolves.toEqual([{ text: 'map_op' }, { text: 'route' }]);
    await expect(datasource.getTagValues({ key: 'map_op', filters: [], queries: [query('A')] })).resolves.toEqual([
      { text: 'iterate' },
      { text: 'grow' },
    ]);
  });

  it('looks for the capture of a span around the time of the span, in its store', async () => {
    const names = ['2026-11-27T09-00-00Z.trace', '2026-11-27T09-00-30Z.trace', '2026-11-27T09-01-30Z.trace'];
    const { connection } = stubConnection(
      ({ path }) =>
        path.endsWith('.trace')
          ? { body: path, headers: {} }
          : { body: JSON.stringify(names.map((name) => ({ name, type: 'file', size: 1, mtime: 'Fri, 27 Nov 2026 12:00:00 GMT' }))) },
      {},
    );
    const found: string[][] = [];
    const view = ({ context: { refId }, files }: ViewRequest): Promise<Frame[]> => {
      found.push(files.map(({ name }) => name));
      return Promise.resolve([{ refId, fields: [], length: 0 }]);
    };
    const settings = {
      uid: 'gclens',
      name: 'gclens',
      type: 'gclens-datasource',
      url: '/api/datasources/proxy/uid/gclens',
      jsonData: { source: 'store', glob: '{time}.trace' },
      meta: { baseUrl: '' },
    } as unknown as DataSourceInstanceSettings<GclensOptions>;
    const datasource = new GclensDataSource(settings, {
      store: new MemoryStore([]),
      decoder: { ...anyFile, view },
      templateSrv: { replace: (text = '') => text } as TemplateSrv,
      findDatasource: () => undefined,
      ask: connection.ask,
    });
    const [from, to] = [dateTime('2026-11-27T09:00:41.100Z'), dateTime('2026-11-27T09:00:41.300Z')];
    const range = { from, to, raw: { from, to } };
    const ofStore = [{ by: 'store' as const, pick: 'range' as const }];
    await ask(datasource, [query('A', { view: 'request', query: 'd6fc093e5bbe5d99', captures: ofStore })], { range });
    // As Tempo writes it: without captures.
    const fromTempo = { refId: 'B', labelSelector: '{}', queryType: 'profile', profileTypeId: '', spanSelector: ['d6fc093e5bbe5d99'] };
    await ask(datasource, [fromTempo as unknown as GclensQuery], { range });
    expect(new Set(found.flat())).toEqual(new Set(['2026-11-27T09-00-30Z.trace']));
    expect(found.length).toBeGreaterThanOrEqual(2);
  });

  it('describes a query in a line', () => {
    const { datasource } = makeDataSource();
    expect(datasource.getQueryDisplayText(query('A', { query: 'd6fc', selector: '{a="b"}' }))).toBe(
      'Requests of request d6fc {a="b"} from trace.out',
    );
  });

  it('refuses a foreign file with what it seems to be', async () => {
    const { datasource } = makeDataSource();
    const added = datasource.addFile(new File(['<html>'], 'login.html'), { droppedAtMs: 1 });
    await expect(added).rejects.toThrow(/seems to be an HTML page/);
  });
});
