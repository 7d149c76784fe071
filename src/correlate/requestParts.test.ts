import { creationEvents, drawFacts, emptyTrace } from './drawnFacts.testing';
import { requestPartsOf, requestTimeOf } from './requestParts';

type Creations = Parameters<typeof creationEvents>;

function timesOf(picture: string, ...creations: Creations) {
  const analyzed = { trace: { ...emptyTrace, events: creationEvents(...creations) }, facts: drawFacts(picture) };
  const parts = requestPartsOf(analyzed);
  const all = requestTimeOf(analyzed);
  return { parts: [...parts.totalNs], partsTax: [...parts.gcTaxNs], all: [...all.totalNs], tax: [...all.gcTaxNs] };
}

describe('what other goroutines do for a request', () => {
  it('is what those do that it made, until they were last at work', () => {
    const picture = `
      g1 P0 RRwwwwwwRR
      g2 P1 ..RRRRRR..
      g3 P2 ..RRwwwwww
      assist 2 ...xx.....
      task 1 1 xxxxxxxxxx`;
    expect(timesOf(picture, [2, 1, 2], [2, 1, 3])).toEqual({ parts: [8], partsTax: [2], all: [18], tax: [2] });
  });

  it('also of those that these made, and not beyond its end', () => {
    const picture = `
      g1 P0 RRRRR.....
      g2 P1 .RR.......
      g3 P2 ..RRRRRRRR
      task 1 1 xxxxx.....`;
    expect(timesOf(picture, [1, 1, 2], [2, 2, 3]).parts).toEqual([5]);
    expect(timesOf(picture).parts).toEqual([0]);
  });

  it('is what tasks of it cost on other goroutines, once where it made these', () => {
    const picture = `
      g1 P0 RRRRRRRRRR
      g2 P1 ..RRRRRR..
      mark ...xxx....
      task 1 1 xxxxxxxxxx
      task 2 2 1 ..xxxxxx..`;
    expect(timesOf(picture, [2, 1, 2]).parts[0]).toBe(6);
  });

  it('is what is done in regions in its name, within its time', () => {
    const picture = `
      g1 P0 RRRRRR....
      g2 P1 RRRRRRRRRR
      map 2 1 ...xxxxx..
      task 1 1 .xxxxx....`;
    expect(timesOf(picture)).toMatchObject({ parts: [3], all: [8] });
  });

  it('is all that is known of a request whose begin is not in the trace', () => {
    const facts = drawFacts(`
      g1 P0 RRRR
      g2 P1 RRRR
      gcstop .x..
      task 1 1 xxxx
      task 2 2 1 xxxx`);
    const costs = { ...facts.costs, gcTaxNs: Float64Array.of(NaN, 1) };
    const all = requestTimeOf({ trace: emptyTrace, facts: { ...facts, costs } });
    expect([...all.totalNs, ...all.gcTaxNs]).toEqual([4, 0, 1, 0]);
  });
});
