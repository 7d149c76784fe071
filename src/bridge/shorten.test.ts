import { shortenAttributes, shortenText } from './shorten';

describe('shortenText', () => {
  it('leaves what fits', () => {
    expect(shortenText('abc', 3)).toBe('abc');
    expect(shortenText('ä'.repeat(10), 20)).toBe('ä'.repeat(10));
  });

  it('ends within the bytes, at the end of a character', () => {
    const short = shortenText('ä'.repeat(20), 16);
    expect(short).toBe(`${'ä'.repeat(6)}…`);
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(16);
    expect(shortenText('😀'.repeat(10), 12)).toBe('😀😀…');
  });
});

describe('shortenAttributes', () => {
  it('names what it cut, and nothing else', () => {
    const cut = shortenAttributes({ long: 'x'.repeat(3000), short: 'y', number: 4 });
    expect(cut).toMatchObject({ short: 'y', number: 4, 'gclens.cut.attributes': ['long'] });
    expect(String(cut.long)).toHaveLength(2046);
    expect(shortenAttributes({ short: 'y' })).toEqual({ short: 'y' });
  });
});
