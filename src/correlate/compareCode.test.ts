import type { CodeImage } from './codeImage';
import { compareCode } from './compareCode';

const image = (change: Partial<CodeImage> = {}): CodeImage => ({
  functionsAt: addresses(0x1000),
  mainFolders: new Set(['/src/shop']),
  goRoot: '/usr/local/go/',
  goos: 'linux',
  goarch: 'amd64',
  binary: '/app/shop',
  buildId: 'abc',
  ...change,
});

function addresses(first: number): Map<number, Set<string>> {
  return new Map(Array.from({ length: 40 }, (_, k) => [first + 16 * k, new Set([`main.f${k}`])]));
}

describe('compareCode', () => {
  it('says nothing against captures of one program, nor against what a capture does not know', () => {
    expect(compareCode(image(), image())).toEqual([]);
    const unknown = image({ mainFolders: new Set(), goRoot: null, goos: null, goarch: null, binary: null, buildId: null });
    expect(compareCode(unknown, image())).toEqual([]);
  });

  it.each([
    [{ goos: 'darwin', goarch: 'arm64' }, /built for darwin\/arm64, not linux\/amd64/],
    [{ goarch: 'arm64' }, /built for linux\/arm64, not linux\/amd64/],
    [{ binary: '/app/cart' }, /program is \/app\/cart, not \/app\/shop/],
    [{ buildId: 'def' }, /build id is def, not abc/],
    [{ mainFolders: new Set(['/src/cart']) }, /package main is in \/src\/cart, not in \/src\/shop/],
    [{ goRoot: '' }, /Go runtime was compiled in a path cut by -trimpath, not \/usr\/local\/go/],
    [{ functionsAt: addresses(0x1010) }, /39 of the 39 code addresses that both have are other functions/],
    [{ functionsAt: addresses(0x1008) }, /none of its code addresses is the same function/],
  ])('tells %s apart', (change, reason) => {
    expect(compareCode(image(), image(change)).join()).toMatch(reason);
  });
});
