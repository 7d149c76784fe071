import { rangeUrl } from './rangeUrl';

const range = { fromMs: 1000, toMs: 2000 };

describe('rangeUrl', () => {
  it('sets the range of a dashboard, below any path, and keeps the rest', () => {
    expect(rangeUrl('https://g.example/grafana/d/abc/x?var-a=1&from=now-6h&to=now', range)).toBe(
      'https://g.example/grafana/d/abc/x?var-a=1&from=1000&to=2000',
    );
  });

  it('sets the range of each pane of Explore', () => {
    const panes = JSON.stringify({ a: { queries: [], range: { from: 'now-1h', to: 'now' } }, b: {} });
    const url = new URL(rangeUrl(`https://g.example/explore?panes=${encodeURIComponent(panes)}`, range) ?? '');
    expect(JSON.parse(url.searchParams.get('panes') ?? '')).toEqual({
      a: { queries: [], range: { from: '1000', to: '2000' } },
      b: { range: { from: '1000', to: '2000' } },
    });
  });

  it('has no address where a page has no time range, or the time is none', () => {
    expect(rangeUrl('https://g.example/connections/datasources', range)).toBeUndefined();
    expect(rangeUrl('https://g.example/explore?panes=%7Bx', range)).toBeUndefined();
    expect(rangeUrl('about:blank', range)).toBeUndefined();
    expect(rangeUrl('https://g.example/d/abc/x', { fromMs: NaN, toMs: 1 })).toBeUndefined();
  });
});
