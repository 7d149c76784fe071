import { groupBy, pushTo } from './groups';

describe('groupBy', () => {
  it('keeps keys in the order of their first item, and items in their own', () => {
    const groups = groupBy(['pear', 'plum', 'apple', 'peach'], (word) => word[0]);
    expect([...groups]).toEqual([
      ['p', ['pear', 'plum', 'peach']],
      ['a', ['apple']],
    ]);
  });

  it('takes any iterable, and gives nothing for nothing', () => {
    expect([...groupBy(new Set([1, 2, 3]).values(), (value) => value % 2)]).toEqual([
      [1, [1, 3]],
      [0, [2]],
    ]);
    expect(groupBy([], String).size).toBe(0);
  });
});

describe('pushTo', () => {
  it('makes the list of a new key and extends that of a known one', () => {
    const lists = new Map([[1, ['a']]]);
    pushTo(lists, 1, 'b');
    pushTo(lists, 2, 'c');
    expect([...lists]).toEqual([
      [1, ['a', 'b']],
      [2, ['c']],
    ]);
  });
});
