import { parseSha256 } from '../capture';
import { interpolateQuery } from './interpolate';
import type { GclensQuery } from './types';

const values: Record<string, string | string[]> = {
  op: 'iterate',
  ops: ['iterate', 'a.b'],
  request: 'd6fc093e5bbe5d99',
  quoted: 'a"b',
  hash: '00',
};

/** As Grafana's: `$name` by its value, formatted by a function or as text. */
function replace(text: string, _scoped?: unknown, format?: string | ((value: unknown) => string)): string {
  return text.replace(/\$(\w+)/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) {
      return whole;
    }
    return typeof format === 'function' ? format(value) : String(value);
  });
}

const query: GclensQuery = { refId: '$op', version: 1, view: 'requests', captures: [{ by: 'sample' }] };

describe('interpolateQuery', () => {
  it('replaces variables in every text of the query, at any depth', () => {
    const sha256 = parseSha256('0'.repeat(64));
    const replaced = interpolateQuery(
      { ...query, query: '$request', sampleType: '$op', focus: 'main.$op', captures: [{ by: 'sha256', sha256: sha256!, name: '$op.out' }] },
      replace,
    );
    expect(replaced).toEqual({
      ...query,
      query: 'd6fc093e5bbe5d99',
      sampleType: 'iterate',
      focus: 'main.iterate',
      captures: [{ by: 'sha256', sha256, name: 'iterate.out' }],
    });
  });

  it('writes several values into a selector as alternatives, one value as text', () => {
    expect(interpolateQuery({ ...query, selector: '{map_op=~"$ops"}' }, replace).selector).toBe('{map_op=~"(iterate|a\\\\.b)"}');
    expect(interpolateQuery({ ...query, selector: '{map_op="$op", path="$quoted"}' }, replace).selector).toBe(
      '{map_op="iterate", path="a\\"b"}',
    );
  });

  it('leaves what is no text as it is', () => {
    expect(interpolateQuery({ ...query, maxNodes: 100, hide: true }, replace)).toEqual({ ...query, maxNodes: 100, hide: true });
  });
});
