import { applyCompletion, selectorPlace } from './selectorCompletion';

/** The selector with its cursor written as `|`. */
function at(marked: string): { text: string; cursor: number } {
  return { text: marked.replace('|', ''), cursor: marked.indexOf('|') };
}

function complete(marked: string, completion: string): string {
  const { text, cursor } = at(marked);
  const next = applyCompletion(text, selectorPlace(text, cursor)!, completion);
  return `${next.text.slice(0, next.cursor)}|${next.text.slice(next.cursor)}`;
}

describe('selectorPlace', () => {
  it.each([
    ['|', 'key', ''],
    ['{|', 'key', ''],
    ['{ma|', 'key', 'ma'],
    ['{a="b", ma|', 'key', 'ma'],
    ['{a="b,c", ma|}', 'key', 'ma'],
  ])('%s stands in a key', (marked, kind, prefix) => {
    const { text, cursor } = at(marked);
    expect(selectorPlace(text, cursor)).toMatchObject({ kind, prefix });
  });

  it.each([
    ['{map_op=|', 'map_op', ''],
    ['{map_op="it|"}', 'map_op', 'it'],
    ['{a="b", map_op=~"it|', 'map_op', 'it'],
    ['{map_op != "a\\"|', 'map_op', 'a"'],
    ["{a='x,y', map_op='it|'}", 'map_op', 'it'],
    ['{`span id`=`|`}', 'span id', ''],
    ['{map_op=~"$op|", x="y"}', 'map_op', '$op'],
    ['{"span id"="|', 'span id', ''],
  ])('%s stands in a value', (marked, key, prefix) => {
    const { text, cursor } = at(marked);
    expect(selectorPlace(text, cursor)).toMatchObject({ kind: 'value', key, prefix });
  });
});

describe('applyCompletion', () => {
  it('completes one alternative of a regular expression, escaped', () => {
    const text = '{route=~"/a|/b|c"}';
    const place = selectorPlace(text, text.indexOf('/b') + 2)!;
    expect(place).toMatchObject({ kind: 'value', prefix: '/b', isRegex: true });
    expect(applyCompletion(text, place, '$b', true).text).toBe('{route=~"/a|$b|c"}');
    expect(applyCompletion(text, place, '/b.x').text).toBe('{route=~"/a|/b\\\\.x|c"}');
  });

  it.each([
    ['|', 'map_op', '{map_op="|'],
    ['{ma|', 'map_op', '{map_op="|'],
    ['{ma|="x"}', 'map_op', '{map_op|="x"}'],
    ['{sp|', 'span id', '{"span id"="|'],
    ['{map_op="it|', 'iterate', '{map_op="iterate"|}'],
    ['{map_op=|', 'iterate', '{map_op="iterate"|}'],
    ['{map_op="it|", a="b"}', 'iterate', '{map_op="iterate"|, a="b"}'],
    ['{map_op=~"|"}', 'a"b', '{map_op=~"a\\"b"|}'],
    ['{map_op="i|t", a="b"}', 'iterate', '{map_op="iterate"|, a="b"}'],
    ["{map_op='it|', a='b'}", "it's", "{map_op='it\\'s'|, a='b'}"],
    ['{"sp|an"="x"}', 'span id', '{"span id"|="x"}'],
    ['{map_op |', '=~', '{map_op=~"|'],
    ['{map_op !| "x"}', '!=', '{map_op !=| "x"}'],
    ['{m|, a="b"}', 'map_op', '{map_op="|, a="b"}'],
  ])('%s with %s', (marked, completion, result) => {
    expect(complete(marked, completion)).toBe(result);
  });
});
