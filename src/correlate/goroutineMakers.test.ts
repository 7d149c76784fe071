import { creationEvents, drawFacts } from './drawnFacts.testing';
import { ServedRequests } from './goroutineMakers';
import { RequestLookup } from './requestAt';

describe('ServedRequests', () => {
  it('is that of who made the goroutine, or who made that one, until it ends', () => {
    const facts = drawFacts(`
      task 1 1 xxxxx
      task 2 3 ..xx`);
    const lookup = new RequestLookup(facts);
    const events = creationEvents([1, 1, 2], [1, 2, 3], [1, 3, 4], [8, 1, 5], [1, 6, 6]);
    const served = new ServedRequests(events, facts.tasks, lookup);
    const servedAt = (goroutine: number, timeNs: number) => served.at(goroutine, timeNs, lookup.regionAt(goroutine, timeNs));
    expect(servedAt(2, 3)).toBe(0);
    expect(servedAt(4, 3)).toBe(0);
    expect(servedAt(3, 2)).toBe(1);
    expect(servedAt(2, 6)).toBe(-1);
    expect(servedAt(5, 9)).toBe(-1);
    expect(servedAt(6, 3)).toBe(-1);
  });
});
