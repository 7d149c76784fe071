import type { Moment } from '../../capture';
import { buildFrames, migrateQuery } from '../../frames';
import { migrateVariableQuery, type VariableQuery } from './variableQuery';
import { variableValues } from './variableValues';

const file = (path: string) => ({
  path,
  sizeBytes: 5,
  modifiedUnixMs: null,
  version: null,
  labels: {},
  unixMs: 0,
  timeFrom: 'path' as const,
});
const moments: readonly Moment[] = [
  {
    unixMs: Date.UTC(2026, 10, 27, 11),
    labels: { service: 'shop', pod: 'p 1' },
    files: [file('shop/p 1/a.trace'), file('shop/p 1/a.pprof')],
  },
  { unixMs: Date.UTC(2026, 10, 27, 10), labels: { service: 'cart', pod: 'p2' }, files: [file('cart/p2/b.trace')] },
];

function valuesOf(query: Pick<VariableQuery, 'kind' | 'key'>, listed: readonly Moment[] | null = moments) {
  return variableValues(migrateVariableQuery({ ...query, captures: [{ by: 'store', pick: 'latest' }] }), {
    store: { list: () => Promise.resolve([]) },
    listed: () => Promise.resolve(listed ?? undefined),
    view: () => Promise.reject(new Error('a file was read')),
  });
}

describe('variables of a directory or bucket', () => {
  it('come from its paths, without reading a file', async () => {
    expect(await valuesOf({ kind: 'services' })).toEqual(['cart', 'shop'].map((text) => ({ text, value: text })));
    expect(await valuesOf({ kind: 'labelValues', key: 'pod' })).toEqual(['p 1', 'p2'].map((text) => ({ text, value: text })));
    await expect(valuesOf({ kind: 'labelValues', key: 'map_op' })).rejects.toThrow('a file was read');
  });

  it('name all files of a moment, as a reference by variable takes them', async () => {
    const [newest] = await valuesOf({ kind: 'captures' });
    expect(newest?.text).toBe('shop p 1 2026-11-27 11:00:00');
    expect(migrateQuery({ captures: [{ by: 'variable', variable: newest?.value }] }).captures).toEqual([
      { by: 'url', path: 'shop/p%201/a.trace' },
      { by: 'url', path: 'shop/p%201/a.pprof' },
    ]);
  });

  it('offer the sample and the newest drop where there is neither a store nor a file', async () => {
    expect((await valuesOf({ kind: 'captures' }, null)).map(({ value }) => value)).toEqual(['sample', 'latest']);
  });
});

describe('the view captures of a directory or bucket', () => {
  it('has a row a moment, with a column a label', () => {
    const query = { version: 1, view: 'captures', captures: [{ by: 'store', pick: 'range' }] } as const;
    const [frame] = buildFrames([], query, { refId: 'A', listed: moments });
    expect(frame?.fields.map(({ name, values }) => [name, ...values])).toEqual([
      ['time', ...moments.map(({ unixMs }) => unixMs)],
      ['service', 'shop', 'cart'],
      ['pod', 'p 1', 'p2'],
      ['files', 'shop/p 1/a.trace, shop/p 1/a.pprof', 'cart/p2/b.trace'],
      ['sizeBytes', 10, 5],
      ['capture', 'shop/p%201/a.trace\nshop/p%201/a.pprof', 'cart/p2/b.trace'],
      ['from', ...moments.map(({ unixMs }) => String(unixMs - 60_000))],
      ['to', ...moments.map(({ unixMs }) => String(unixMs + 60_000))],
    ]);
  });
});
