import { ns } from '../base';
import { listOf, type RuntimeFacts, type Task } from '../runtime';
import type { AppSpan } from './appSpans';
import type { IdentityTable, TaskIdentity } from './capture';
import { drawFacts, identityTableOf, loggedId, taskTableOf } from './drawnFacts.testing';
import { joinById, joinByTime } from './joinAppSpans';

const unixNs = 1_800_000_000_000_000_000n;

/** A trace of 1 s whose clock may be off by 10 ms, with tasks of one name at [start, end] in ms. */
function factsOf(...times: [number, number][]): RuntimeFacts {
  const facts = drawFacts('task 1 1 x');
  const first = facts.tasks.at(0);
  const tasks = times.map(([start, end], k): Task => ({ ...first!, id: k, startNs: ns(start * 1e6), endNs: ns(end * 1e6) }));
  return { ...facts, endNs: ns(1e9), tasks: taskTableOf(tasks), wall: { source: 'pprof', traceNs: ns(0), unixNs, precisionNs: 1e7 } };
}

function spanAt(k: number, start: number, end: number, name = 'GET /x'): AppSpan {
  const at = (ms: number) => unixNs + BigInt(ms * 1e6);
  return {
    traceId: 'a'.repeat(32),
    spanId: String(k).padStart(16, '0'),
    parentSpanId: '',
    serviceName: '',
    name,
    startUnixNs: at(start),
    endUnixNs: at(end),
  };
}

const spanIdsOf = (identities: IdentityTable) => listOf(identities).map(({ ids }) => ids.map((id) => Number(id.spanId)));

describe('joining the application’s spans', () => {
  it('joins spans of the same name, start and end, though the clock is off by some ms', () => {
    const facts = factsOf([10, 50], [60, 61], [62, 63], [70, 300]);
    const spans = [
      spanAt(1, 14, 54),
      spanAt(2, 64, 65),
      spanAt(3, 66, 67),
      spanAt(4, 74, 304),
      spanAt(5, 14, 54, 'GET /y'),
      spanAt(6, 800, 900),
    ];
    const joined = joinByTime(facts, identityTableOf(facts.tasks.length), spans);
    expect(spanIdsOf(joined)).toEqual([[1], [2], [3], [4]]);
    expect(joined.at(0)?.ids[0]?.source).toBe('otlp');
  });

  it('leaves tasks alone that two spans fit equally well', () => {
    const facts = factsOf([10, 50], [100, 200]);
    const spans = [spanAt(1, 10, 50), spanAt(2, 10, 50), spanAt(3, 100, 200)];
    expect(spanIdsOf(joinByTime(facts, identityTableOf(facts.tasks.length), spans))).toEqual([[], [3]]);
  });

  it('joins a span of a name that no task has only where nothing else fits, and more narrowly', () => {
    const facts = factsOf([10, 50], [100, 200], [300, 310]);
    const tasks = taskTableOf([
      { ...facts.tasks.at(0)!, type: 'GET' },
      { ...facts.tasks.at(1)!, type: 'GET' },
      { ...facts.tasks.at(2)!, type: 'render' },
    ]);
    const spans = [
      spanAt(1, 10.01, 50.02, 'GET /x'),
      // The client's: 0.4 ms longer on both sides.
      spanAt(2, 99.6, 200.4, 'HTTP GET'),
      spanAt(3, 300, 310, 'render'),
      // Begins and ends as a task does, but tasks of its name there are.
      spanAt(4, 100, 200, 'render'),
    ];
    const wall = { ...facts.wall!, precisionNs: 1e3 };
    const joined = joinByTime({ ...facts, tasks, wall }, identityTableOf(3), spans);
    expect(spanIdsOf(joined)).toEqual([[1], [], [3]]);
    expect(joined.at(0)?.ids[0]?.evidence).toContain('within 0.1 ms');
  });

  it('gives a span id from a log its trace id, whatever the clock', () => {
    const logged: TaskIdentity = { ids: [loggedId('0000000000000009')], attributes: {} };
    const identities = joinById(identityTableOf([logged]), [spanAt(9, 500, 600)]);
    expect(identities.at(0)?.ids).toMatchObject([...logged.ids, { traceId: 'a'.repeat(32), spanId: '0000000000000009', source: 'otlp' }]);
  });

  it('joins nothing by time without a clock', () => {
    const facts = { ...factsOf([10, 50]), wall: null };
    expect(spanIdsOf(joinByTime(facts, identityTableOf(1), [spanAt(1, 10, 50)]))).toEqual([[]]);
  });
});
