import type { AppSpan } from './appSpans';
import { drawFacts, identityTableOf, loggedId } from './drawnFacts.testing';
import { nameTasks } from './nameTasks';

function spanOf(spanId: string, name: string): AppSpan {
  return { spanId, name, traceId: 'a'.repeat(32), parentSpanId: '', serviceName: '', startUnixNs: 0n, endUnixNs: 1n };
}

describe('nameTasks', () => {
  it('calls tasks what their spans were called in the end, equal names with equal numbers', () => {
    const facts = drawFacts(`
      task 1 1 xxxxx
      task 2 1 .....xxxxx
      task 3 1 ..........xxxxx`);
    const identities = identityTableOf(['1', '2', '3'].map((id) => ({ ids: [loggedId(id)], attributes: {} })));
    const type = facts.tasks.at(2)!.type;
    const tasks = nameTasks(facts, identities, [spanOf('1', 'GET /x'), spanOf('2', 'GET /x'), spanOf('3', type)], undefined);
    expect([0, 1, 2].map((row) => tasks.at(row)?.type)).toEqual(['GET /x', 'GET /x', type]);
    expect(tasks.type[0]).toBe(tasks.type[1]);
    expect(tasks.type[2]).toBe(facts.tasks.type[2]);
  });

  it('leaves tasks alone of which nothing tells', () => {
    const facts = drawFacts('task 1 1 x');
    expect(nameTasks(facts, identityTableOf(1), undefined, undefined)).toBe(facts.tasks);
  });
});
