import { checkSelector, unknownLabels } from './checkSelector';

describe('checkSelector', () => {
  it('has nothing to say of a selector that is fine', () => {
    expect(checkSelector('{map_op="iterate", route=~"/a.*"}')).toBeUndefined();
    expect(checkSelector(' ')).toBeUndefined();
  });

  it('points at the character of the mistake', () => {
    expect(checkSelector('{map_op "iterate"}')).toMatchObject({ message: expect.stringContaining('= != =~ !~'), offset: 8 });
    expect(checkSelector('{map_op=~"("}')?.offset).toBeGreaterThanOrEqual(10);
  });

  it.each(['{map_op=~"$op"}', '{map_op="${op:regex}"}', '{map_op=~"[[op]]|x"}', '$selector', '{$matchers}'])(
    'does not judge what a variable will hold: %s',
    (text) => {
      expect(checkSelector(text)).toBeUndefined();
    },
  );

  it('finds mistakes beside variables', () => {
    expect(checkSelector('{map_op=~"$op", x}')).toMatchObject({ offset: 17 });
  });

  it.each([
    ['map_op="iterate"', '{map_op="iterate"}'],
    ['{map_op="iterate"', '{map_op="iterate"}'],
    ['{map_op="iterate}', '{map_op="iterate"}'],
    ['{map_op "iterate"}', '{map_op="iterate"}'],
    ['{map_op=iterate}', '{map_op="iterate"}'],
    ['{map_op == "iterate" and type=GET}', '{map_op="iterate", type="GET"}'],
    ['{span id="7"}', '{"span id"="7"}'],
    ['map_op: iterate', '{map_op="iterate"}'],
    ['{route=~"/a(b"}', '{route=~"/a\\\\(b"}'],
    ['{a="x" b="y"}', undefined],
    ['iterate', undefined],
    ['{map_op="', undefined],
    ['{map_op=}', undefined],
  ])('proposes for %s', (text, proposal) => {
    expect(checkSelector(text)?.proposal).toBe(proposal);
  });
});

describe('unknownLabels', () => {
  const known = ['map_op', 'route'].map((key) => ({ key, values: [] }));

  it('names the labels that no capture has, with the one that is meant', () => {
    expect(unknownLabels('{map_opp="iterate", route="/"}', known)).toMatch(/label map_opp; .* Is map_op meant\?$/);
    expect(unknownLabels('{something="else"}', known)).not.toMatch(/meant/);
  });

  it('is silent where there is nothing to tell from', () => {
    expect(unknownLabels('{map_op="iterate"}', known)).toBeUndefined();
    expect(unknownLabels('{other="x"}', [])).toBeUndefined();
    expect(unknownLabels('{other', known)).toBeUndefined();
  });
});
