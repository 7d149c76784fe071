import { decodeProfile } from './decodeProfile';
import { encodeProfile, readDrawing } from './encodeProfile.testing';
import { focusFrames, type FocusOptions } from './focusFrames';
import { topRows } from './top';

const profile = decodeProfile(
  encodeProfile({
    samples: readDrawing(`
      [main                    ]
      [read      ][write       ]
      [wait][copy][copy  ]
    `),
  }),
);

async function flatOf(options: FocusOptions): Promise<Record<string, number>> {
  const { profile: focused, sampleFilter } = focusFrames(await profile, options);
  const { rows } = topRows(focused, { sampleType: 0, sampleFilter });
  return Object.fromEntries(rows.filter((row) => row.flat !== 0).map((row) => [row.name, row.flat]));
}

describe('focusFrames', () => {
  it.each<[FocusOptions, Record<string, number>]>([
    [{}, { copy: 14, wait: 6, write: 6 }],
    [{ focus: 'read' }, { wait: 6, copy: 6 }],
    [{ ignore: '^w' }, { copy: 6 }],
    [{ hide: 'copy|wait' }, { read: 12, write: 14 }],
    [{ show: 'main|read' }, { read: 12, main: 14 }],
    [
      { focus: 'copy', hide: 'copy' },
      { read: 6, write: 8 },
    ],
    [{ hide: '.*' }, {}],
  ])('%j', async (options, flat) => {
    expect(await flatOf(options)).toEqual(flat);
  });

  it('tells which filter matches nothing, and which is no expression', async () => {
    expect(focusFrames(await profile, { focus: 'main', hide: 'nobody' }).idle).toEqual(['hide']);
    const whole = await profile;
    expect(() => focusFrames(whole, { show: 'a(' })).toThrow(/^show: bad regular expression/);
  });

  it('does not hang on an expression made for it', async () => {
    const long = await decodeProfile(encodeProfile({ samples: [{ stack: ['a'.repeat(5000)], values: [1] }] }));
    expect(focusFrames(long, { focus: '(a*)*b' }).idle).toEqual(['focus']);
  });
});
