import { matchesSelector, parseSelector } from '../../pprof';
import { withAdHocFilters } from './adHocFilters';

/** Which of these values the selector takes. */
function taken(selector: string | undefined, key: string, values: readonly string[]): string[] {
  const parsed = parseSelector(selector ?? '');
  return values.filter((value) => matchesSelector(parsed, (name) => (name === key ? [value] : [])));
}

const routes = ['/keys', '/keys.all', '/snapshot', 'a"b\\c'];

describe('withAdHocFilters', () => {
  it.each([
    ['=', '/keys', ['/keys']],
    ['!=', '/keys', ['/keys.all', '/snapshot', 'a"b\\c']],
    ['=~', '/keys.*', ['/keys', '/keys.all']],
    ['!~', '/.*', ['a"b\\c']],
    ['=', 'a"b\\c', ['a"b\\c']],
  ])('selects by %s %s', (operator, value, expected) => {
    expect(taken(withAdHocFilters(undefined, [{ key: 'route', operator, value }]), 'route', routes)).toEqual(expected);
  });

  it.each([
    ['=|', ['/keys', 'a"b\\c'], ['/keys', 'a"b\\c']],
    ['!=|', ['/keys.all', '/snapshot'], ['/keys', 'a"b\\c']],
  ])('selects by %s %j', (operator, values, expected) => {
    expect(taken(withAdHocFilters('{}', [{ key: 'route', operator, value: values[0]!, values }]), 'route', routes)).toEqual(expected);
  });

  it.each([
    ['<', '10', ['2', '9.5']],
    ['<=', '10', ['2', '9.5', '10']],
    ['>', '9.5', ['10', '300']],
    ['>=', '9.5', ['9.5', '10', '300']],
    ['>', '1000', []],
  ])('compares numbers by %s %s', (operator, value, expected) => {
    const sizes = ['2', '9.5', '10', '300', 'many', ''];
    const labels = [{ key: 'size', values: sizes.map((size) => ({ value: size, count: 1 })) }];
    expect(taken(withAdHocFilters(undefined, [{ key: 'size', operator, value }], labels), 'size', sizes)).toEqual(expected);
  });

  it('adds to the selector of the query', () => {
    expect(withAdHocFilters('{map_op="iterate"}', [{ key: 'route', operator: '!=', value: '/a"b' }])).toBe(
      '{map_op="iterate", route!="/a\\"b"}',
    );
    expect(withAdHocFilters('{a="b"}', [])).toBe('{a="b"}');
    expect(withAdHocFilters(undefined, undefined)).toBeUndefined();
  });

  it('knows columns of tables by the names of selectors', () => {
    const of = (key: string, value: string) => withAdHocFilters(undefined, [{ key, operator: '=', value }]);
    expect(of('request', 'd6fc093e5bbe5d99')).toBe('{span_id="d6fc093e5bbe5d99"}');
    expect(of('request', '17')).toBe('{task="17"}');
    expect(of('traceId', 'ab')).toBe('{trace_id="ab"}');
  });

  it('leaves out what is no filter yet', () => {
    expect(
      withAdHocFilters('{a="b"}', [
        { key: '', operator: '=', value: '' },
        { key: 'n', operator: '?', value: '1' },
      ]),
    ).toBe('{a="b"}');
  });
});
