import { hasMatcher, withMatcher, withToggledMatcher } from './toggleMatcher';

const label = { key: 'category', value: 'a"b' };

describe('matchers of clicks', () => {
  it('are added to the selector, instead of the opposite one', () => {
    expect(withMatcher(undefined, label, false)).toBe('{category="a\\"b"}');
    expect(withMatcher('{task="1", category!="a\\"b"}', label, false)).toBe('{task="1", category="a\\"b"}');
    expect(withMatcher('{category="a\\"b"}', label, true)).toBe('{category!="a\\"b"}');
  });

  it('are taken away by the second click, and told', () => {
    const once = withToggledMatcher('{task="1"}', label, false);
    expect(hasMatcher(once, label)).toBe(true);
    expect(hasMatcher(once, label, true)).toBe(false);
    expect(withToggledMatcher(once, label, false)).toBe('{task="1"}');
    expect(withToggledMatcher(once, label, true)).toBe('{task="1", category!="a\\"b"}');
  });

  it('name columns of tables as selectors do', () => {
    expect(withMatcher('', { key: 'request', value: '17' }, false)).toBe('{task="17"}');
    expect(withMatcher('', { key: 'request', value: '32e4fde13b61d64b' }, false)).toBe('{span_id="32e4fde13b61d64b"}');
  });

  it('leave a selector alone that is being typed', () => {
    expect(withMatcher('{task=', label, false)).toBe('{task=');
    expect(hasMatcher('{task=', label)).toBe(false);
  });
});
