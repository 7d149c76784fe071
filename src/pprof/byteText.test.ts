import { bytesOfText, textOfBytes } from './byteText';

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));

describe('texts of bytes that need not be UTF-8', () => {
  it('are what UTF-8 says where it is UTF-8', () => {
    for (const text of ['', 'main.handle', 'Größe', '日本', '𝄞 and \ufffd', '\ufeffmark']) {
      expect(textOfBytes(new TextEncoder().encode(text))).toBe(text);
      expect(Buffer.from(bytesOfText(text)).toString()).toBe(text);
    }
  });

  it('differ where the bytes differ, and lead back to them', () => {
    const seen = new Set<string>();
    // All pairs, which begin characters, end them, or are none, before one that may go on with them.
    for (let pair = 0; pair < 65536; pair++) {
      for (const third of [0x61, 0x80, 0xbf]) {
        const bytes = Uint8Array.of(pair >> 8, pair & 0xff, third, 0x80);
        const text = textOfBytes(bytes);
        expect(Buffer.compare(bytesOfText(text), bytes)).toBe(0);
        seen.add(text);
      }
    }
    expect(seen.size).toBe(3 * 65536);
  });

  it('keep the characters around a byte that is part of none', () => {
    const bytes = Uint8Array.from([...ascii('Gr'), 0xf6, ...ascii('e '), 0xe6, 0x97, 0xa5, 0xe6]);
    expect(textOfBytes(bytes)).toBe('Gr\udcf6e 日\udce6');
  });
});
