import { decodeProfile, type Profile } from '../pprof';
import { encodeProfile } from '../pprof/encodeProfile.testing';
import { buildFrames } from './buildFrames';
import type { Frame } from './frame';

/** A profile of a tree with so many leaves below one function, the later ones heavier. */
async function wideProfile(leaves: number): Promise<Profile> {
  const samples = Array.from({ length: leaves }, (_, leaf) => ({ stack: [`leaf${leaf}`, 'main'], values: [leaf + 1] }));
  return decodeProfile(encodeProfile({ samples }));
}

function flameOf(profile: Profile, maxNodes?: number): Frame {
  const capture = { kind: 'pprof' as const, name: 'cpu.pprof', sha256: '0'.repeat(64) as never, profile };
  const [frame] = buildFrames([capture], { version: 1, view: 'flame', captures: [], maxNodes }, { refId: 'A' });
  return frame!;
}

describe('flameFrame', () => {
  it('has at most 20 000 rows unless more are asked for, and says how much is folded', async () => {
    const frame = flameOf(await wideProfile(21_000));
    const rows = frame.fields[0]!.values.length;
    expect(rows).toBeLessThanOrEqual(20_000);
    // The root and its one child are nodes too, and one row is the remainder.
    const folded = 21_002 - (rows - 1);
    expect(frame.meta?.notices?.map(({ text }) => text)).toEqual([expect.stringContaining(`The ${folded} of 21002 nodes `)]);
  });

  it('folds nothing of a small profile, and says nothing', async () => {
    expect(flameOf(await wideProfile(10)).meta?.notices ?? []).toEqual([]);
  });

  it('says which share of the total is folded', async () => {
    // Of 1 + 2 + 3 + 4 the root, main, the heaviest two and a remainder of 3 are shown.
    const texts = flameOf(await wideProfile(4), 5).meta?.notices?.map(({ text }) => text);
    expect(texts).toEqual([
      'The 2 of 6 nodes that weigh least, 30.0 % of the total, are summed up as “other”; raise “max nodes” to see more.',
    ]);
  });
});
