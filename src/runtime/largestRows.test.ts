import { largestRows } from './largestRows';

describe('largestRows', () => {
  const values = Array.from({ length: 500 }, (_, n) => (n * 7919) % 61);
  const rows = Uint32Array.from(values.keys());
  const sorted = (given: readonly number[]) => [...given.keys()].sort((a, b) => (given[b] ?? 0) - (given[a] ?? 0) || a - b);

  it.each([0, 1, 7, 60, 499, 500, 600])('chooses the %i first of all in order', (limit) => {
    expect([...largestRows(values, rows, limit)]).toEqual(sorted(values).slice(0, limit));
  });

  it('keeps the order of rows of one value', () => {
    expect([
      ...largestRows(
        values.map(() => 3),
        rows,
        4,
      ),
    ]).toEqual([0, 1, 2, 3]);
  });

  it('does not search for ever where each middle is the worst choice', () => {
    // The least value always stands in the middle of what is left, so that each round parts off one value only.
    const places = Array.from({ length: 300 }, (_, n) => n);
    const hard = new Array<number>(300);
    for (let least = 0; places.length > 0; least++) {
      const middle = (places.length - 1) >>> 1;
      hard[places[middle] ?? 0] = least;
      [places[middle], places[0]] = [places[0] ?? 0, places[middle] ?? 0];
      places.shift();
    }
    expect([...largestRows(hard, Uint32Array.from(hard.keys()), 5)]).toEqual(sorted(hard).slice(0, 5));
  });
});
