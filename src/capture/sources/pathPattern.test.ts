import { parsePathPattern } from './pathPattern';

const unixMs = Date.UTC(2026, 10, 27, 9, 34, 57);

describe('parsePathPattern', () => {
  it('reads labels and time out of a path', () => {
    const pattern = parsePathPattern('captures/{service}/{pod}/{time}.trace');
    expect(pattern.labelNames).toEqual(['service', 'pod']);
    expect(pattern.folder).toBe('captures');
    expect(pattern.match('captures/checkout/pod-1/2026-11-27T09-34-57Z.trace')).toEqual({
      labels: { service: 'checkout', pod: 'pod-1' },
      unixMs,
    });
    expect(pattern.match('captures/checkout/2026-11-27T09-34-57Z.trace')).toBeUndefined();
    expect(pattern.match('captures/checkout/pod-1/latest.trace')).toBeUndefined();
  });

  it('reads labels in pieces of a name', () => {
    const { match } = parsePathPattern('{service}-{kind}-{time}.*');
    expect(match('shop-front-cpu-20261127T093457.pprof')).toEqual({ labels: { service: 'shop', kind: 'front-cpu' }, unixMs });
  });

  it('finds the time anywhere where the pattern does not say where', () => {
    expect(parsePathPattern('*/*.trace').match('2026-11-27T09-34-57Z/x.trace')?.unixMs).toBe(unixMs);
    expect(parsePathPattern().match('deep/in/a/trace.out')).toEqual({ labels: {}, unixMs: null });
  });

  it('keeps to the labels that are asked for, also as globs and as values of a variable', () => {
    const services = (wanted: string) =>
      ['checkout', 'cart', 'shop'].filter((name) => parsePathPattern('{service}/*', { service: wanted }).match(`${name}/x`) !== undefined);
    expect(services('cart')).toEqual(['cart']);
    expect(services('c*')).toEqual(['checkout', 'cart']);
    expect(services('{cart,shop}')).toEqual(['cart', 'shop']);
    expect(services('.*')).toEqual([]);
    expect(services('')).toEqual(['checkout', 'cart', 'shop']);
  });

  it('knows either, one character, anything, and a label that stands twice', () => {
    const matches = (pattern: string, path: string) => parsePathPattern(pattern).match(path) !== undefined;
    expect(matches('{a,b}/x?.out', 'b/x1.out')).toBe(true);
    expect(matches('{a,b}/x?.out', 'c/x1.out')).toBe(false);
    expect(matches('a/**/x.out', 'a/x.out')).toBe(true);
    expect(matches('a/**/x.out', 'a/b/c/x.out')).toBe(true);
    expect(matches('a/*.out', 'a/b/c.out')).toBe(false);
    expect(matches('{pod}/{pod}.out', 'p/p.out')).toBe(true);
    expect(matches('{pod}/{pod}.out', 'p/q.out')).toBe(false);
  });

  it('knows which folders are worth a look', () => {
    const { canMatchBelow } = parsePathPattern('captures/{service}/*/x.out', { service: 'shop' });
    expect(['captures', 'captures/shop', 'captures/shop/p', 'captures/cart', 'other', 'captures/shop/p/q'].map(canMatchBelow)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    const open = parsePathPattern('captures/**/x.out').canMatchBelow;
    expect(['captures', 'captures/a/b', 'other/a'].map(open)).toEqual([true, true, false]);
    const dated = parsePathPattern('{service}/{time}/*', { service: 'shop' }).canMatchBelow;
    expect(['shop/2026', 'shop/2026/11', 'cart/2026'].map(dated)).toEqual([true, true, false]);
    expect(parsePathPattern('*.trace').canMatchBelow('a')).toBe(false);
    expect(parsePathPattern().canMatchBelow('a/b')).toBe(true);
  });

  it.each([
    ['{service', /“\{” without its partner/],
    ['{a b}/x', /“\{a b\}” is no name of a label/],
    ['{time}/{time}', /stands in it twice/],
  ])('says what is wrong with %s', (pattern, message) => {
    expect(() => parsePathPattern(pattern)).toThrow(message);
  });
});
