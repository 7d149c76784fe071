import { GclensError } from '../base';
import { decodeProfile } from './decodeProfile';
import { encodeProfile } from './encodeProfile.testing';
import { filterSamples, labelValues } from './labels';
import { formatSelector, matchesSelector, parseSelector } from './selector';

const labels: Readonly<Record<string, readonly string[]>> = { map_op: ['iterate'], 'span id': ['ab12'], worker: ['1', '2'] };
const matches = (selector: string): boolean => matchesSelector(parseSelector(selector), (name) => labels[name] ?? []);

describe('selectors', () => {
  it.each([
    ['', true],
    ['{}', true],
    ['{map_op="iterate"}', true],
    ['{ map_op = "grow" }', false],
    ['{map_op!="grow", "span id"=~"ab.*"}', true],
    ['{map_op=~"iter"}', false],
    ["{'span id'=~`ab\\d+`,}", true],
    ['{map_op!~"iter.*"}', false],
    ['{missing=""}', true],
    ['{missing!=""}', false],
    ['{missing=~".*"}', true],
    ['{worker="2"}', true],
    ['{worker!="2"}', false],
    ['{worker!="3"}', true],
    ['{worker=~"[12]"}', true],
    ['{worker!~"1|9"}', false],
  ])('%s: %s', (selector, expected) => {
    expect(matches(selector)).toBe(expected);
  });

  it.each([
    ['map_op="x"', 'character 1: a selector begins with {'],
    ['{map_op="x"', 'character 12: a comma or } is missing'],
    ['{map_op}', 'character 8: one of = != =~ !~ is missing'],
    ['{map_op=x}', 'character 9: a value in quotes is missing'],
    ['{map_op="x}', 'character 9: this quote is not closed'],
    ['{="x"}', 'character 2: a label name is missing'],
    ['{a="b"} c', 'character 9: something follows the selector'],
    ['{a="\\q"}', 'character 5: this escape does not exist (write \\\\ for a backslash, or use back quotes)'],
    ['{a=~"x(y"}', 'character 6: bad regular expression: missing closing )'],
    ['{a=~"\\\\d["}', 'character 9: bad regular expression: missing closing ]'],
    ['{a=~"(?=b)"}', 'character 6: bad regular expression: invalid or unsupported Perl syntax'],
  ])('%s is refused with its position', (selector, message) => {
    expect(() => parseSelector(selector)).toThrow(new GclensError(`selector, ${message}`));
  });

  it('are written as they are read', () => {
    const selector = '{map_op="a\\"b\\n", "span id"!~"x.*"}';
    expect(formatSelector(parseSelector(selector))).toBe(selector);
    expect(formatSelector(parseSelector(''))).toBe('{}');
  });
});

describe('labels of a profile', () => {
  const read = decodeProfile(
    encodeProfile({
      samples: [
        { stack: ['a'], values: [10], labels: { map_op: 'iterate', worker: ['1', '2'] } },
        { stack: ['b'], values: [5], labels: { map_op: 'grow' } },
        { stack: ['c'], values: [1] },
      ],
    }),
  );

  it('select samples', async () => {
    const profile = await read;
    expect([...filterSamples(profile, parseSelector('{map_op="iterate"}'))]).toEqual([1, 0, 0]);
    expect([...filterSamples(profile, parseSelector('{map_op!="iterate"}'))]).toEqual([0, 1, 1]);
    expect([...filterSamples(profile, parseSelector('{worker="2"}'))]).toEqual([1, 0, 0]);
  });

  it('are listed with weights', async () => {
    const profile = await read;
    expect([...(labelValues(profile).get('map_op') ?? [])]).toEqual([
      ['iterate', { weight: 10, samples: 1 }],
      ['grow', { weight: 5, samples: 1 }],
    ]);
  });
});
