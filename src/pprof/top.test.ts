import { decodeProfile } from './decodeProfile';
import { encodeProfile, readDrawing } from './encodeProfile.testing';
import { findSampleType } from './findSampleType';
import type { Granularity } from './frameNames';
import { formatTop, topRows } from './top';

describe('topRows', () => {
  it('counts a recursive function once', async () => {
    const profile = await decodeProfile(encodeProfile({ samples: [{ stack: ['walk', 'walk', 'main'], values: [4] }] }));
    expect(topRows(profile, { sampleType: 0 }).rows).toEqual([
      { name: 'walk', flat: 4, cum: 4, inlined: 'none' },
      { name: 'main', flat: 0, cum: 4, inlined: 'none' },
    ]);
  });

  it('gives the value of a dropped leaf to nobody', async () => {
    const drawing = `
      [main                                   ]
      [rare][frequent                        ]
    `;
    const profile = await decodeProfile(encodeProfile({ samples: readDrawing(drawing) }));
    const top = topRows(profile, { sampleType: 0, maxRows: 2 });
    expect(top.rows.map(({ name, flat }) => [name, flat])).toEqual([
      ['frequent', 34],
      ['rare', 6],
    ]);
    expect(topRows(profile, { sampleType: 0, nodeFraction: 0.2 }).rows.map(({ name, flat }) => [name, flat])).toEqual([
      ['frequent', 34],
      ['main', 1],
    ]);
  });

  it('tells apart what it is told to', async () => {
    const profile = await decodeProfile(encodeProfile({ samples: [{ stack: ['walk', 'main'], values: [4] }] }));
    const names = (granularity: Granularity): string[] => topRows(profile, { sampleType: 0, granularity }).rows.map(({ name }) => name);
    expect(names('lines')).toEqual(['walk :10', 'main :11']);
    expect(names('addresses')).toEqual(['walk :10', 'main :11']);
    expect(names('files')).toEqual(['<unknown>']);
  });

  it('sorts by what it is told to', async () => {
    const profile = await decodeProfile(encodeProfile({ samples: readDrawing('[main    ]\n[walk ]') }));
    const names = (sortBy: 'flat' | 'cum'): string[] => topRows(profile, { sampleType: 0, sortBy }).rows.map(({ name }) => name);
    expect([names('flat'), names('cum')]).toEqual([
      ['walk', 'main'],
      ['main', 'walk'],
    ]);
  });

  it('measures a selection against the whole profile', async () => {
    const profile = await decodeProfile(
      encodeProfile({
        samples: [
          { stack: ['a'], values: [1_000_000] },
          { stack: ['b'], values: [3_000_000] },
        ],
      }),
    );
    expect(formatTop(profile, { sampleType: 0, sampleFilter: Uint8Array.of(1, 0) })).toBe(
      [
        'Type: cpu',
        'Showing nodes accounting for 1ms, 25.00% of 4ms total',
        '      flat  flat%   sum%        cum   cum%',
        '       1ms 25.00% 25.00%        1ms 25.00%  a',
        '',
      ].join('\n'),
    );
  });
});

describe('findSampleType', () => {
  const read = decodeProfile(
    encodeProfile({
      sampleTypes: [
        ['objects', 'count'],
        ['space', 'bytes'],
      ],
      samples: [],
    }),
  );

  it.each([
    ['', 1],
    ['0', 0],
    ['objects', 0],
    ['inuse_space', 1],
  ])('finds %s', async (text, row) => {
    expect(findSampleType(await read, text)).toBe(row);
  });

  it('lists what there is', async () => {
    const profile = await read;
    expect(() => findSampleType(profile, 'cpu')).toThrow('the profile has no sample type cpu; it has 0 objects, 1 space');
    expect(() => findSampleType(profile, '2')).toThrow('the profile has no sample type 2');
  });
});
