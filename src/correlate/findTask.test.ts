import { drawFacts, identityTableOf } from './drawnFacts.testing';
import { findTask } from './findTask';

const facts = drawFacts(`
  task 11 1 xxxxxx
  task 12 1 .xxxx.
  task 13 1 ..xx..`);
const traceId = '0af7651916cd43dd8448eb211c80319c';
const identities = identityTableOf([
  { ids: [], attributes: { 'http.request_id': 'req-7' } },
  { ids: [{ traceId, spanId: 'b7ad6b7169203331', source: 'otel.traceparent' }], attributes: {} },
  { ids: [{ spanId: '00000000000000ff', source: 'datadog.uint64_span_id' }], attributes: {} },
]);

describe('findTask', () => {
  it.each([
    [traceId.toUpperCase(), 1],
    [' b7ad6b7169203331 ', 1],
    ['00000000000000ff', 2],
    ['255', 2],
    ['req-7', 0],
    ['13', 2],
    ['14', undefined],
    ['', undefined],
    ['99999999999999999999999', undefined],
  ])('%s is row %s', (query, row) => {
    expect(findTask({ facts, identities }, query)).toBe(row);
  });
});
