import { parseSelector } from '../../src/pprof';
import { Chance } from './chance';
import { readable } from './check/finding';

describe('any selector', () => {
  it('is read or refused with a position', async () => {
    const chance = new Chance('selector');
    const parts = [
      '{',
      '}',
      'a',
      '=',
      '!=',
      '=~',
      '!~',
      '"',
      "'",
      '`',
      ',',
      ' ',
      '(',
      ')',
      '[',
      ']',
      '*',
      '+',
      '\\',
      '\\\\',
      '{2}',
      '.',
      '|',
      '^',
      '$',
      'ä',
      '😀',
      '(?i)',
      '\\d',
      '-',
    ];
    for (let round = 0; round < 20000; round++) {
      const inner = Array.from({ length: chance.below(10) }, () => parts[chance.below(parts.length)]).join('');
      const text = chance.below(2) === 0 ? inner : `{a=~\`${inner.replaceAll('`', '')}\`}`;
      await readable(() => void parseSelector(text).matchers.forEach(({ regex }) => regex?.matchesWhole('a(b)*😀')));
    }
  });
});
