import { parseSha256 } from '../capture';
import { formatPageState, isCutLink, parsePageState } from './pageState';

const trace = parseSha256('a'.repeat(64))!;
const profile = parseSha256('0123456789abcdef'.repeat(4))!;

describe('the page state in a URL', () => {
  it('comes back as it was', () => {
    const state = {
      captures: [trace, profile],
      cycle: 0,
      request: 'd6fc093e5bbe5d99',
      selector: '{map_op="iterate", route=~"/a&b#c"}',
      sampleType: 'cpu',
      range: { fromMs: 1795432239000, toMs: 1795432240000 },
      view: 'latency' as const,
      baseline: [profile],
    };
    expect(parsePageState(`#${formatPageState(state)}`)).toEqual(state);
  });

  it('tells the sample from what the server was started with', () => {
    expect(parsePageState(formatPageState({ captures: 'sample' }))).toEqual({ captures: 'sample' });
  });

  it('is empty for the page as it opens', () => {
    expect(formatPageState({ selector: '', request: undefined })).toBe('');
    expect(parsePageState('')).toEqual({});
  });

  it.each([
    'captures=nonsense',
    `captures=${'A'.repeat(63)}`,
    'cycle=-1',
    'cycle=1e9',
    'cycle=',
    'range=5-5',
    'range=9-3',
    'range=x-y',
    'range=',
    'request=',
    'view=nonsense',
    'baseline=nonsense',
  ])('leaves out what a broken link holds: %s', (fragment) => {
    expect(parsePageState(fragment)).toEqual({});
  });

  it('knows a link whose captures were cut off', () => {
    expect(['captures=deadbeef', `captures=${trace},${'a'.repeat(63)}`].map(isCutLink)).toEqual([true, true]);
    expect(['', 'captures=sample', `captures=${trace},${profile}`, 'cycle=1'].map(isCutLink)).toEqual([false, false, false, false]);
  });
});
