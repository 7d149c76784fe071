import { mapLeaks } from './mapLeaks';
import type { MapOwner } from './mapOwners';

const owner = (values: Partial<MapOwner>): MapOwner => ({
  line: 'main.fill a/b.go:3',
  function: 'main.fill',
  evidence: 'samples',
  ops: ['assign', 'grow'],
  inuseBytes: 0,
  inuseObjects: 0,
  allocBytes: 0,
  allocObjects: 0,
  grownBytes: null,
  slotBytes: null,
  ...values,
});

const kindsOf = (values: Partial<MapOwner>) => mapLeaks({ owners: [owner(values)], series: [], types: [] }).map(({ kind }) => kind);

describe('mapLeaks', () => {
  it.each<[string, Partial<MapOwner>, string[]]>([
    [
      'tables that are allocated anew',
      { allocBytes: 9e8, allocObjects: 41_000, inuseBytes: 9e6, inuseObjects: 300 },
      ['made again and again'],
    ],
    [
      'values that a map with room is given',
      { ops: ['syncmap'], allocBytes: 2e8, allocObjects: 1e7, inuseBytes: 4e6, inuseObjects: 9000 },
      [],
    ],
    ['keys beside a map that once grew', { allocBytes: 2e8, allocObjects: 1e7, inuseBytes: 4e6, inuseObjects: 9000 }, []],
    ['values that pointers lead to', { allocBytes: 3e7, allocObjects: 7e5, inuseBytes: 3e7, inuseObjects: 7e5 }, ['many pointers']],
    ['many tables of integers', { allocBytes: 3e7, allocObjects: 3e4, inuseBytes: 1.6e7, inuseObjects: 14_221 }, []],
  ])('%s', (_, values, kinds) => {
    expect(kindsOf(values)).toEqual(kinds);
  });
});
