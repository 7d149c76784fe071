import { combineProfiles } from './combineProfiles';
import { decodeWholeProfile } from './decodeProfile';
import { encodeProfile, readDrawing, type TestProfile } from './encodeProfile.testing';
import { formatTags } from './formatTags';
import { formatTraces } from './formatTraces';
import type { Profile } from './profile';
import { formatTop, topRows } from './top';

const whole = (profile: TestProfile): Promise<Profile> => decodeWholeProfile(encodeProfile(profile));
const drawn = (drawing: string): Promise<Profile> => whole({ samples: readDrawing(drawing) });
const flat = (profile: Profile): (string | number)[][] => topRows(profile, { sampleType: 0 }).rows.map((row) => [row.name, row.flat]);

describe('combineProfiles', () => {
  it('adds up samples of equal stacks and labels', async () => {
    const labels = { route: '/cart' };
    const one = await whole({ samples: [{ stack: ['walk', 'main'], values: [1], labels }] });
    const two = await whole({
      samples: [
        { stack: ['walk', 'main'], values: [4] },
        { stack: ['main'], values: [5] },
        { stack: ['walk', 'main'], values: [2], labels },
      ],
    });
    const sum = combineProfiles([one, two]);
    expect(Array.from(sum.samples.values[0] ?? [])).toEqual([3, 4, 5]);
    expect(flat(sum)).toEqual([
      ['walk', 7],
      ['main', 5],
    ]);
  });

  it('subtracts a base, and leaves out what is the same', async () => {
    const before = await drawn(`
      [main              ]
      [same  ][gone      ]
    `);
    const after = await drawn(`
      [main              ]
      [same  ][new   ]
    `);
    const difference = combineProfiles([after], { profile: before, isDiff: false });
    expect(flat(difference)).toEqual([
      ['gone', -12],
      ['new', 8],
      ['main', 4],
    ]);
  });

  it('gives percentages of the base where it is compared with', async () => {
    const [before, after] = [
      await whole({ samples: [{ stack: ['a'], values: [4_000_000] }] }),
      await whole({ samples: [{ stack: ['a'], values: [5_000_000] }] }),
    ];
    const difference = combineProfiles([after], { profile: before, isDiff: true });
    expect(formatTop(difference, { sampleType: 0 })).toContain('       1ms 25.00% 25.00%        1ms 25.00%  a\n');
    expect(formatTags(difference, { sampleType: 0 })).toContain('true');
  });

  it('brings profiles to their finest unit and common types', async () => {
    const seconds = await whole({
      sampleTypes: [
        ['samples', 'count'],
        ['cpu', 'seconds'],
      ],
      samples: [{ stack: ['a'], values: [1, 2] }],
    });
    const milliseconds = await whole({ sampleTypes: [['cpu', 'milliseconds']], samples: [{ stack: ['a'], values: [3] }] });
    const sum = combineProfiles([seconds, milliseconds]);
    expect(sum.sampleTypes).toEqual([{ type: 'cpu', unit: 'milliseconds' }]);
    expect(flat(sum)).toEqual([['a', 2003]]);
  });

  it('refuses profiles that count different things', async () => {
    const samples = [{ stack: ['a'], values: [1] }];
    const [cpu, space, watts] = [
      await whole({ samples }),
      await whole({ sampleTypes: [['space', 'bytes']], samples }),
      await whole({ sampleTypes: [['cpu', 'watts']], samples }),
    ];
    expect(() => combineProfiles([cpu, space])).toThrow(/no sample type in common: cpu; space/);
    expect(() => combineProfiles([cpu, watts])).toThrow('incompatible types: {cpu nanoseconds} {cpu watts}');
  });

  it('drops frames after it has added up', async () => {
    const dropFrames = 'malloc.*';
    const profiles = await Promise.all(
      ['malloc1', 'malloc2'].map((leaf) => whole({ dropFrames, samples: [{ stack: [leaf, 'main'], values: [1] }] })),
    );
    const sum = combineProfiles(profiles);
    expect(sum.samples.length).toBe(2);
    expect(flat(sum)).toEqual([['main', 2]]);
  });

  it('is exact beyond 2^53', async () => {
    const large = 2n ** 53n + 1n;
    const one = await whole({ sampleTypes: [['events', 'count']], samples: [{ stack: ['a'], values: [large] }] });
    const sum = combineProfiles([one, one]);
    expect(sum.samples.exactValues?.[0]?.[0]).toBe(2n * large);
    expect(combineProfiles([one, one, one]).notices.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('1 value of events is beyond 2^53'),
    );
    // Reports go through floating point, as the official tool's do.
    expect(formatTop(sum, { sampleType: 0 })).toContain('18014398509481984   100%');
  });
});

it('prints labels aligned, and each sample with its stack', async () => {
  const profile = await whole({
    samples: [
      { stack: ['walk', 'main'], values: [2_000_000], labels: { worker: '1', route: ['/b', '/a'] } },
      { stack: [], values: [1_000_000] },
    ],
  });
  expect(formatTags(profile, { sampleType: 0 })).toBe(
    [
      ' route: Total 4ms of 3ms (133.33%)',
      '        2ms (66.67%): /a',
      '        2ms (66.67%): /b',
      '',
      ' worker: Total 2ms of 3ms (66.67%)',
      '         2ms (66.67%): 1',
      '',
      '',
    ].join('\n'),
  );
  expect([...formatTraces(profile, { sampleType: 0 })].join('')).toBe(
    [
      'Type: cpu',
      '-----------+-------------------------------------------------------',
      '     route:  /b /a',
      '    worker:  1',
      '       2ms   walk',
      '             main',
      '-----------+-------------------------------------------------------',
      '',
    ].join('\n'),
  );
});
