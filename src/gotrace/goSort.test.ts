import { sortAsGo } from './goSort';

/** Ids of items after sorting by key; a key of item i is `keyOf(i)`. */
function sortedIds(length: number, keyOf: (item: number) => number): number[] {
  const items = Array.from({ length }, (_, item) => item);
  sortAsGo(items, (a, b) => keyOf(a) < keyOf(b));
  return items;
}

describe('sortAsGo', () => {
  it('sorts runs of any shape', () => {
    const shapes = [
      (item: number) => item,
      (item: number) => -item,
      (item: number) => (item * 7919) % 101,
      (item: number) => item % 5,
      () => 0,
    ];
    for (const length of [0, 1, 12, 13, 50, 300]) {
      for (const keyOf of shapes) {
        const keys = sortedIds(length, keyOf).map(keyOf);
        expect(keys).toEqual([...keys].sort((a, b) => a - b));
      }
    }
  });

  it('leaves equal items where slices.SortFunc of Go 1.26 leaves them', () => {
    expect(sortedIds(12, (item) => item % 3)).toEqual([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
    expect(sortedIds(16, (item) => (item * 5) % 4)).toEqual([8, 4, 12, 0, 9, 5, 1, 13, 6, 10, 2, 14, 3, 7, 11, 15]);
    expect(sortedIds(20, (item) => (19 - item) >> 2)).toEqual([19, 18, 17, 16, 12, 15, 14, 13, 10, 9, 11, 8, 7, 6, 5, 4, 0, 3, 2, 1]);
  });
});
