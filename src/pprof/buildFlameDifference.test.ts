import { buildFlameDifference } from './buildFlameDifference';
import { decodeProfile } from './decodeProfile';
import { encodeProfile, readDrawing } from './encodeProfile.testing';
import { profileStacks } from './profileStacks';

async function stacksOf(drawing: string) {
  return profileStacks(await decodeProfile(encodeProfile({ samples: readDrawing(drawing) })), { sampleType: 0 });
}

/** One line a row: indentation is the level; value and self of both sides. */
async function drawDifference(before: string, after: string, maxNodes = 100): Promise<string[]> {
  const { tree, ...sides } = buildFlameDifference(await stacksOf(before), await stacksOf(after), { maxNodes });
  const side = ({ value, self }: typeof sides.before, row: number) => `${value[row]} (${self[row]})`;
  return Array.from(
    { length: tree.length },
    (_, row) => `${'  '.repeat(tree.level[row]!)}${tree.labels[tree.label[row]!]} ${side(sides.before, row)} -> ${side(sides.after, row)}`,
  );
}

const before = `
  [main              ]
  [serve      ][idle ]
  [rnge       ]
  [hash][next ]
`;
const after = `
  [main              ]
  [serve      ][sweep]
  [keys ][rnge]
`;

describe('buildFlameDifference', () => {
  it('puts both sides into the same rows, by name', async () => {
    expect(await drawDifference(before, after)).toEqual([
      'total 20 (0) -> 20 (0)',
      '  main 20 (0) -> 20 (0)',
      '    serve 13 (0) -> 13 (0)',
      '      rnge 13 (0) -> 6 (6)',
      '        next 7 (7) -> 0 (0)',
      '        hash 6 (6) -> 0 (0)',
      '      keys 0 (0) -> 7 (7)',
      '    idle 7 (7) -> 0 (0)',
      '    sweep 0 (0) -> 7 (7)',
    ]);
  });

  it('loses nothing of either side by pruning', async () => {
    const rows = await drawDifference(before, after, 5);
    expect(rows).toEqual([
      'total 20 (0) -> 20 (0)',
      '  main 20 (0) -> 20 (0)',
      '    serve 13 (0) -> 13 (0)',
      '      other 13 (13) -> 13 (13)',
      '    other 7 (7) -> 7 (7)',
    ]);
  });
});
