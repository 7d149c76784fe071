import { drawFacts, identityTableOf, loggedId } from './drawnFacts.testing';
import { findTasks, withDescendants } from './findTask';

const facts = drawFacts(`
  task 11 1 xxxxxx
  task 12 1 .xxxx.
  task 13 1 ..xx..`);
const traceId = '0af7651916cd43dd8448eb211c80319c';
const identities = identityTableOf([
  { ids: [], attributes: { 'http.request_id': 'req-7' } },
  { ids: [loggedId('b7ad6b7169203331', traceId)], attributes: {} },
  { ids: [loggedId('00000000000000ff')], attributes: {} },
]);

const rowsOf = (query: string) => findTasks({ facts, identities }, query).rows;

describe('findTasks', () => {
  it.each([
    [traceId.toUpperCase(), [1]],
    [' b7ad6b7169203331 ', [1]],
    ['00000000000000ff', [2]],
    ['255', [2]],
    ['0xB7AD6B7169203331', [1]],
    ['0xff', [2]],
    ['000000ff', [2]],
    ['0xb7ad6b7', []],
    ['0x', []],
    ['req-7', [0]],
    ['13', [2]],
    ['14', []],
    ['', []],
    ['99999999999999999999999', []],
  ])('%s is rows %s', (query, rows) => {
    expect(rowsOf(query)).toEqual(rows);
  });

  it('takes the beginning of an id, of 8 characters or more', () => {
    expect(findTasks({ facts, identities }, '0AF76519')).toEqual({ rows: [1], isPrefix: true });
    expect(findTasks({ facts, identities }, 'b7ad6b71692')).toEqual({ rows: [1], isPrefix: true });
    expect(rowsOf('b7ad6b7')).toEqual([]);
    expect(rowsOf('00000000')).toEqual([2]);
  });

  it('lists the requests of an id that several have, without the tasks within them', () => {
    const shared = identityTableOf([
      { ids: [loggedId('00000000000000aa', traceId)], attributes: { 'http.request_id': 'again' } },
      { ids: [loggedId('00000000000000ab', traceId)], attributes: {} },
      { ids: [loggedId('00000000000000ac')], attributes: { 'http.request_id': 'again' } },
    ]);
    const nested = { ...facts, tasks: { ...facts.tasks, parent: Float64Array.of(0, 11, 0) } };
    expect(findTasks({ facts: nested, identities: shared }, 'again').rows).toEqual([0, 2]);
    expect(findTasks({ facts: nested, identities: shared }, traceId).rows).toEqual([0]);
    expect(findTasks({ facts: nested, identities: shared }, '00000000').rows).toEqual([0, 2]);
    expect([...withDescendants(nested.tasks, [0])]).toEqual([0, 1]);
  });
});
