import { compileRegex } from './linearRegex';

describe('compileRegex', () => {
  const texts = [
    '',
    'a',
    'b',
    'ab',
    'aab',
    'abc',
    'ABC',
    'a.b',
    'a\nb',
    '12',
    'x12',
    'foo bar',
    'größe',
    '😀',
    'aaaa',
    '-',
    ']',
    'runtime.mapaccess1_faststr',
  ];
  it.each([
    '',
    'a',
    'ab|a',
    'a*',
    'a+b?',
    '(a|b)*c?',
    '.',
    '.*',
    'a.b',
    'a\\.b',
    '[a-c]+',
    '[^a-c]+',
    '[a\\-]+',
    '\\d+',
    '\\w+',
    '\\W',
    'x\\d{2}',
    'a{2,}',
    'a{1,3}',
    'a{4}',
    '(?:ab)+',
    '(a(b(c)?)?)?',
    '^a$',
    'foo\\b.*',
    'fo\\Bo bar',
    'runtime\\.map(access|assign)\\d?(_fast(str|32|64))?',
    '[A-Za-z]+',
    'gr.+e',
    '\\x61',
    'a??b',
    '(|a)+',
  ])('matches whole texts as the engine does: %s', (source) => {
    const engine = new RegExp(`^(?:${source})$`, 'u');
    const own = compileRegex(source);
    for (const text of texts) {
      expect([text, own.matchesWhole(text)]).toEqual([text, engine.test(text)]);
    }
  });

  it.each([
    ['(?i)größe', 'GRÖSSE', false],
    ['(?i)größe', 'GRÖßE', true],
    ['(?i:a)b', 'Ab', true],
    ['(?i:a)b', 'AB', false],
    ['(?s)a.b', 'a\nb', true],
    ['(?P<name>a)', 'a', true],
    ['\\Qa.b\\E', 'a.b', true],
    ['\\Qa.b\\E', 'axb', false],
    ['[[:alpha:]]+', 'abc', true],
    ['\\pL+', 'größe', true],
    ['[]a]+', 'a]', true],
    ['\\p{Greek}', 'λ', true],
    ['\\PL', '1', true],
    ['a{,3}', 'a{,3}', true],
    ['\\p{Letter}+', 'größe', true],
    ['\\p{lu}', 'A', true],
    ['\\p{lu}', 'a', false],
    ['\\P{^uppercase letter}', 'A', true],
    ['[\\p{Decimal-Number}\\p{greek}]+', 'λ1', true],
    ['(?P<n>a)|(?<n>b)', 'b', true],
    ['\\Q\\p{Letter}\\E\\p{digit}', '\\p{Letter}1', true],
    ['\\\\p{2}\\p{punct}', '\\pp!', true],
  ])('knows the syntax of Go: %s on %s', (source, text, expected) => {
    expect(compileRegex(source).matchesWhole(text)).toBe(expected);
  });

  it.each([
    '(?P<n>a)(?P<n',
    '(?P<a b>a)|(?P<a b>b)',
    '\\p{Letters}',
    '(',
    ')',
    '[',
    '*',
    'a**',
    '\\',
    '(?=a)',
    '(?<!a)b',
    '\\1',
    'a{1001}',
    'a{2,1}',
    '[b-a]',
    '[[:nope:]]',
    '\\p{Nope}',
    '(((a{1000}){1000}){1000})',
    `${'('.repeat(1000)}`,
    '(?z)',
  ])('refuses %s', (source) => {
    expect(() => compileRegex(source)).toThrow();
  });

  it('does not go over a text again and again', () => {
    const hostile = compileRegex('(a+)+(a|aa)*(a*)*b');
    expect(hostile.matchesWhole('a'.repeat(20000))).toBe(false);
    expect(hostile.matchesWhole(`${'a'.repeat(20000)}b`)).toBe(true);
  });
});
