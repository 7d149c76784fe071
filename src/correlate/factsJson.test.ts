import { correlateCycles } from './cycleActivity';
import { drawFacts, emptyTrace, identityTableOf, nothingJoined } from './drawnFacts.testing';
import { stringifyFacts, toFactsJson } from './factsJson';

describe('stringifyFacts', () => {
  it('is JSON with exact integers above 2^53', () => {
    const facts = drawFacts('mark .xx.\n task 5 .xx.');
    const analyzed = {
      trace: emptyTrace,
      facts,
      identities: identityTableOf(1),
      ...correlateCycles(facts),
      mapSites: [],
      joins: nothingJoined,
      notices: [],
    };
    const text = stringifyFacts(toFactsJson(analyzed));
    expect(text).toContain(`"startNs": ${2n ** 60n + 1n}, "endNs": ${2n ** 60n + 3n}, "markStartNs"`);
    expect(JSON.parse(text)).toMatchObject({
      clock: { wall: null },
      counts: { tasks: 1, gcCycles: 1 },
      heap: { samples: 0, minBytes: null, lastGoalBytes: null },
      tasks: [{ id: 5, parent: 0, goroutine: null, ids: [], cost: null }],
      overlap: { cycleWallNs: 2, outsideWallNs: 2, lift: null },
    });
  });
});
