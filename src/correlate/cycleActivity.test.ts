import { correlateCycles } from './cycleActivity';
import { drawFacts, withSamples } from './drawnFacts.testing';

describe('correlateCycles', () => {
  it('cuts regions, assists and stops to each cycle; nested regions of a goroutine count once', () => {
    const { cycles, overlap } = correlateCycles(
      drawFacts(`
        mark     ..xxxx....xx
        gcstop   .xx.........
        assist 1 .xx...x.....
        assist 2 ...x......x.
        map 1    xxxx........
        map 1    .xx.........
        map 2    ...xxxxx....`),
    );
    expect(cycles[0]).toEqual({ mapRegionNs: 5, mapSamples: 0, samples: 0, assistNs: 2, assistCount: 1, stwNs: 1 });
    expect(cycles[1]).toEqual({ mapRegionNs: 0, mapSamples: 0, samples: 0, assistNs: 1, assistCount: 1, stwNs: 0 });
    expect(overlap).toMatchObject({ cycleWallNs: 6, outsideWallNs: 6, inCycles: { mapRegionNs: 5 }, outside: { mapRegionNs: 4 } });
  });

  it('compares map samples a second inside of cycles with outside', () => {
    const facts = withSamples(drawFacts('mark xxxx......'), [
      [0, 1],
      [3, 1],
      [4, 1],
      [5, -1],
      [9, 0],
    ]);
    const { cycles, overlap } = correlateCycles(facts);
    expect(cycles[0]).toMatchObject({ samples: 2, mapSamples: 2 });
    expect(overlap).toMatchObject({ inCycles: { mapSamples: 2, samples: 2 }, outside: { mapSamples: 2, samples: 3 } });
    expect(overlap.lift).toBeCloseTo(1.5);
  });

  it('has no lift where nothing can be compared', () => {
    const lift = (picture: string) => correlateCycles(withSamples(drawFacts(picture), [[0, 1]])).overlap.lift;
    expect([lift('mark xxxx'), lift('mark xx..'), lift('map 1 xx..')]).toEqual([null, null, null]);
  });
});
