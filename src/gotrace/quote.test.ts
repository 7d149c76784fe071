import { isPrintable } from './printable';
import { quoteGo } from './quote';

const quoted = (...bytes: number[]): string => quoteGo(Uint8Array.from(bytes));
const quotedText = (text: string): string => quoteGo(new TextEncoder().encode(text));

describe('quoteGo', () => {
  it('keeps what prints and escapes what does not', () => {
    expect(quotedText('chan send é 世界 🙂')).toBe('"chan send é 世界 🙂"');
    expect(quotedText('a"b\\c\n\t\x07\x01\x7f')).toBe('"a\\"b\\\\c\\n\\t\\a\\x01\\x7f"');
    expect(quotedText('\u00a0\u200b\ufeff\u{e0001}')).toBe('"\\u00a0\\u200b\\ufeff\\U000e0001"');
  });

  it('knows Unicode 15.0, the edition of the official tool, whatever the JavaScript engine knows', () => {
    expect(quotedText('\u{323af}\u{1fae8}')).toBe('"\u{323af}\u{1fae8}"');
    expect(quotedText('\u2ffc\u{2ebf0}\u1c89\u{13460}\u{1fae9}\u{323b0}')).toBe(
      '"\\u2ffc\\U0002ebf0\\u1c89\\U00013460\\U0001fae9\\U000323b0"',
    );
    const printed = Array.from({ length: 0x110000 }, (_, codePoint) => isPrintable(codePoint)).filter(Boolean);
    expect(printed).toHaveLength(148998);
  });

  it('writes bytes that are no UTF-8 one by one', () => {
    expect(quoted(0xff, 0x41, 0xc3)).toBe('"\\xffA\\xc3"');
    expect(quoted(0xed, 0xa0, 0x80)).toBe('"\\xed\\xa0\\x80"');
    expect(quoted(0xef, 0xbf, 0xbd)).toBe('"\ufffd"');
  });
});
