import { quoteGo } from './quote';

const quoted = (...bytes: number[]): string => quoteGo(Uint8Array.from(bytes));
const quotedText = (text: string): string => quoteGo(new TextEncoder().encode(text));

describe('quoteGo', () => {
  it('keeps what prints and escapes what does not', () => {
    expect(quotedText('chan send é 世界 🙂')).toBe('"chan send é 世界 🙂"');
    expect(quotedText('a"b\\c\n\t\x07\x01\x7f')).toBe('"a\\"b\\\\c\\n\\t\\a\\x01\\x7f"');
    expect(quotedText('\u00a0\u200b\ufeff\u{e0001}')).toBe('"\\u00a0\\u200b\\ufeff\\U000e0001"');
  });

  it('writes bytes that are no UTF-8 one by one', () => {
    expect(quoted(0xff, 0x41, 0xc3)).toBe('"\\xffA\\xc3"');
    expect(quoted(0xed, 0xa0, 0x80)).toBe('"\\xed\\xa0\\x80"');
    expect(quoted(0xef, 0xbf, 0xbd)).toBe('"\ufffd"');
  });
});
