import { buildFlameTree } from './buildFlameTree';
import { decodeProfile } from './decodeProfile';
import { encodeProfile, readDrawing } from './encodeProfile.testing';
import type { FlameTree, WeightedStacks } from './flameTree';
import { profileStacks } from './profileStacks';

/** One line a row: indentation is the level; value, and self in brackets. */
function draw({ length, level, value, self, label, labels }: FlameTree): string[] {
  return Array.from({ length }, (_, row) => `${'  '.repeat(level[row]!)}${labels[label[row]!]} ${value[row]} (${self[row]})`);
}

async function drawnStacks(drawing: string): Promise<WeightedStacks> {
  return profileStacks(await decodeProfile(encodeProfile({ samples: readDrawing(drawing) })), { sampleType: 0 });
}

function stacksOf(stacks: readonly (readonly [weight: number, ...leafFirst: string[]])[]): WeightedStacks {
  const names = [...new Set(stacks.flatMap(([, ...frames]) => frames))];
  const starts = [0];
  stacks.forEach(([, ...frames]) => starts.push(starts.at(-1)! + frames.length));
  return {
    length: stacks.length,
    weight: Float64Array.from(stacks, ([weight]) => weight),
    frameStart: Uint32Array.from(starts),
    frame: Uint32Array.from(stacks.flatMap(([, ...frames]) => frames.map((name) => names.indexOf(name)))),
    names,
  };
}

const service = `
  [main                          ]
  [serve             ][gcBgWorker]
  [range      ][grow ][drain ]
  [hash][next]
`;

describe('buildFlameTree', () => {
  it('merges stacks, heaviest child first', async () => {
    expect(draw(buildFlameTree(await drawnStacks(service), { maxNodes: 100 }))).toEqual([
      'total 32 (0)',
      '  main 32 (0)',
      '    serve 20 (0)',
      '      range 13 (1)',
      '        hash 6 (6)',
      '        next 6 (6)',
      '      grow 7 (7)',
      '    gcBgWorker 12 (4)',
      '      drain 8 (8)',
    ]);
  });

  it('sums up what it prunes in one remainder for each parent', async () => {
    const tree = buildFlameTree(await drawnStacks(service), { maxNodes: 7, rootLabel: 'cpu' });
    expect(draw(tree)).toEqual([
      'cpu 32 (0)',
      '  main 32 (0)',
      '    serve 20 (0)',
      '      range 13 (1)',
      '        other 12 (12)',
      '      other 7 (7)',
      '    other 12 (12)',
    ]);
    expect(tree.prunedNodes).toBe(5);
  });

  it.each([2, 3, 4, 5, 6, 7, 8, 9])('keeps every value the sum of its parts within %i rows', async (maxNodes) => {
    const tree = buildFlameTree(await drawnStacks(service), { maxNodes });
    expect(tree.length).toBeLessThanOrEqual(maxNodes);
    expectConserved(tree);
    expect(tree.value[0]).toBe(32);
  });

  it('keeps recursion as nested rows and repeated calls apart', () => {
    expect(
      draw(
        buildFlameTree(
          stacksOf([
            [2, 'walk', 'walk', 'main'],
            [1, 'walk', 'main'],
          ]),
          { maxNodes: 10 },
        ),
      ),
    ).toEqual(['total 3 (0)', '  main 3 (0)', '    walk 3 (1)', '      walk 2 (2)']);
  });

  it('gives samples without a stack to the root', () => {
    expect(draw(buildFlameTree(stacksOf([[5], [1, 'main']]), { maxNodes: 10 }))).toEqual(['total 6 (5)', '  main 1 (1)']);
  });

  it('is one row for nothing', () => {
    expect(draw(buildFlameTree(stacksOf([]), { maxNodes: 10 }))).toEqual(['total 0 (0)']);
  });

  it('does not depend on the order of equal siblings', () => {
    const forwards = buildFlameTree(
      stacksOf([
        [1, 'a', 'main'],
        [1, 'b', 'main'],
        [1, 'c', 'main'],
      ]),
      { maxNodes: 10 },
    );
    const backwards = buildFlameTree(
      stacksOf([
        [1, 'c', 'main'],
        [1, 'b', 'main'],
        [1, 'a', 'main'],
      ]),
      { maxNodes: 10 },
    );
    expect(draw(forwards)).toEqual(draw(backwards));
  });

  it('bears the negative values of differences, pruned by size whatever the sign', () => {
    const difference = stacksOf([
      [-50, 'shrunk', 'main'],
      [49, 'grown', 'main'],
      [3, 'more', 'main'],
      [-2, 'less', 'main'],
    ]);
    expect(draw(buildFlameTree(difference, { maxNodes: 5 }))).toEqual([
      'total 0 (0)',
      '  main 0 (0)',
      '    grown 49 (49)',
      '    shrunk -50 (-50)',
      '    other 1 (1)',
    ]);
  });

  it('takes stacks of 3000 frames, pruned or not', () => {
    const deep = Array.from({ length: 3000 }, (_, depth) => `f${depth}`);
    const stacks = stacksOf([
      [1, ...deep],
      [2, ...deep.slice(1)],
    ]);
    const whole = buildFlameTree(stacks, { maxNodes: 5000 });
    expect(whole.level[whole.length - 1]).toBe(3000);
    expectConserved(whole);
    const pruned = buildFlameTree(stacks, { maxNodes: 100 });
    expect(pruned.length).toBe(100);
    expectConserved(pruned);
  });

  it('tells a function that is called other from a remainder', () => {
    const tree = buildFlameTree(
      stacksOf([
        [9, 'other'],
        [1, 'rest'],
        [1, 'more'],
      ]),
      { maxNodes: 3 },
    );
    expect(draw(tree)).toEqual(['total 11 (0)', '  other 9 (9)', '  other 2 (2)']);
    expect(tree.label[1]).not.toBe(tree.label[2]);
  });
});

function expectConserved({ length, level, value, self }: FlameTree): void {
  for (let row = 0; row < length; row++) {
    let sum = self[row]!;
    for (let below = row + 1; below < length && level[below]! > level[row]!; below++) {
      sum += level[below] === level[row]! + 1 ? value[below]! : 0;
    }
    expect(sum).toBe(value[row]);
  }
}
