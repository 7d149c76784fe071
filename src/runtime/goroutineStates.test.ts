import { decodeTrace, type StringIndex, type Trace } from '../gotrace';
import { encodeTrace } from '../gotrace/encodeTrace.testing';
import { computeRuntimeFacts } from './computeRuntimeFacts';
import { GoClass, type RuntimeFacts } from './facts';
import { rowAt, rowNear } from './goroutineTimelines';
import { latencyQuantileNs } from './latencies';

const nobody = '18446744073709551615';

/** A generation from `time` on, one nanosecond a tick; thread 1 tells all. */
function generation(gen: number, time: number, ...lines: string[]): string {
  return [
    `EventBatch gen=${gen} m=1 time=${time} size=?`,
    ...lines,
    `EventBatch gen=${gen} m=${nobody} time=${time} size=?`,
    'Strings',
    'String id=1',
    '\tdata="select"',
    'String id=2',
    '\tdata="chan receive"',
    `EventBatch gen=${gen} m=${nobody} time=${time} size=?`,
    'Frequency freq=1000000000',
  ].join('\n');
}

async function read(...generations: string[]): Promise<{ trace: Trace; facts: RuntimeFacts }> {
  const trace = await decodeTrace(encodeTrace(['Trace Go1.22', ...generations].join('\n')));
  expect(trace.damage).toBeNull();
  return { trace, facts: await computeRuntimeFacts(trace) };
}

/** What a goroutine did, from when to when since the first event. */
function rowsOf({ timelines }: RuntimeFacts, goroutine: number): string[] {
  const slot = timelines.slotOf(goroutine);
  const rows: string[] = [];
  for (let row = timelines.rowStart[slot]!; row < timelines.rowStart[slot + 1]!; row++) {
    rows.push(`${timelines.startNsAt(row)}-${timelines.endNsAt(row)} ${GoClass[timelines.classAt(row)]}`);
  }
  return rows;
}

/** Goroutine 1 runs on P 0 from the start on. */
const running = ['ProcStatus dt=1 p=0 pstatus=1', 'GoStatus dt=1 g=1 m=1 gstatus=2'];

describe('goroutine states', () => {
  it('lets a first status say what a goroutine was doing all along, and takes it as nothing new in a later generation', async () => {
    const { facts } = await read(
      generation(1, 100, ...running, 'GoStatus dt=1 g=7 m=18446744073709551615 gstatus=4'),
      generation(2, 200, ...running, 'GoStatus dt=1 g=7 m=18446744073709551615 gstatus=4', 'GoUnblock dt=7 g=7 g_seq=1 stack=0'),
    );
    expect(rowsOf(facts, 7)).toEqual(['0-110 Waiting', '110-111 Runnable']);
    expect(rowsOf(facts, 1)).toEqual(['0-111 Running']);
    expect(facts.classTotals).toEqual({ runningNs: 111, runnableNs: 1, syscallNs: 0, waitingNs: 110 });
  });

  it('begins with the absence of a new goroutine', async () => {
    const { facts } = await read(
      generation(
        1,
        100,
        ...running,
        'GoCreate dt=8 new_g=7 new_stack=0 stack=0',
        'GoBlock dt=10 reason_string=1 stack=0',
        'GoStart dt=5 g=7 g_seq=1',
        'GoDestroy dt=20',
      ),
    );
    expect(rowsOf(facts, 7)).toEqual(['0-10 Absent', '10-25 Runnable', '25-45 Running', '45-46 Absent']);
    expect(rowsOf(facts, 1)).toEqual(['0-20 Running', '20-46 Waiting']);
    expect([...facts.timelines.goroutines].map((id) => facts.timelines.runningNs[facts.timelines.slotOf(id)])).toEqual([20, 20]);
  });

  it('keeps P and reason where they say something, and ids of any size', async () => {
    const huge = 2 ** 52;
    const { trace, facts } = await read(
      generation(
        1,
        100,
        'ProcStatus dt=1 p=3 pstatus=1',
        `GoStatus dt=1 g=${huge} m=1 gstatus=1`,
        `GoStart dt=1 g=${huge} g_seq=1`,
        'GoBlock dt=10 reason_string=2 stack=0',
      ),
    );
    const { timelines } = facts;
    const slot = timelines.slotOf(huge);
    const rows = [0, 1, 2].map((n) => timelines.rowStart[slot]! + n);
    expect(rowsOf(facts, huge)).toEqual(['0-3 Runnable', '3-13 Running', '13-14 Waiting']);
    expect(rows.map((row) => timelines.procAt(row))).toEqual([-1, 3, -1]);
    expect(rows.map((row) => trace.strings.textOf(timelines.reasonAt(row)))).toEqual(['', '', 'chan receive']);
    expect(timelines.slotOf(4711)).toBe(-1);
    expect([0, 2, 3, 12, 13, 500].map((time) => rowAt(timelines, slot, time) - rows[0]!)).toEqual([0, 0, 1, 1, 2, 2]);
    for (const hint of [0, ...rows, 4711]) {
      expect([0, 2, 3, 12, 13, 500].map((time) => rowNear(timelines, slot, time, hint) - rows[0]!)).toEqual([0, 0, 1, 1, 2, 2]);
    }
    expect(rows.map((row) => timelines.isWaitingAt(row))).toEqual([false, false, true]);
  });

  it('knows of waiting also where no event gives a reason', async () => {
    const { facts } = await read(
      generation(
        1,
        100,
        'ProcStatus dt=1 p=0 pstatus=1',
        'GoStatus dt=1 g=1 m=18446744073709551615 gstatus=4',
        'GoUnblock dt=1 g=1 g_seq=1 stack=0',
      ),
    );
    const { timelines } = facts;
    const slot = timelines.slotOf(1);
    const rows = [0, 1].map((n) => timelines.rowStart[slot]! + n);
    expect(rowsOf(facts, 1)).toEqual(['0-3 Waiting', '3-4 Runnable']);
    expect(rows.map((row) => timelines.isWaitingAt(row))).toEqual([true, false]);
    expect(rows.map((row) => timelines.reasonAt(row))).toEqual([0, 0]);
  });

  it('adds up waiting by reason, which the string ids of each generation mean anew', async () => {
    const blocked = (reason: number) => [`GoBlock dt=10 reason_string=${reason} stack=0`, 'GoUnblock dt=5 g=1 g_seq=1 stack=0'];
    const { trace, facts } = await read(
      generation(1, 100, ...running, ...blocked(1)),
      generation(2, 200, 'ProcStatus dt=1 p=0 pstatus=1', 'GoStatus dt=1 g=1 m=18446744073709551615 gstatus=1').replace(
        '"select"',
        '"sleep"',
      ),
    );
    const { length, reason, count, totalNs } = facts.waits;
    const waits = Array.from({ length }, (_, row) => [trace.strings.textOf(reason[row] as StringIndex), count[row], totalNs[row]]);
    expect(waits).toEqual([
      ['', 0, 0],
      ['select', 1, 5],
    ]);
  });
});

describe('scheduler latencies', () => {
  it('are known of goroutines that became runnable in the trace, by what the collector did meanwhile', async () => {
    const turn = (seq: number) => ['GoStop dt=10 reason_string=1 stack=0', `GoStart dt=5 g=1 g_seq=${seq}`];
    const { facts } = await read(
      generation(
        1,
        100,
        'ProcStatus dt=1 p=0 pstatus=1',
        'GoStatus dt=1 g=1 m=18446744073709551615 gstatus=1',
        // Runnable since before the trace, for nobody knows how long.
        'GoStart dt=1 g=1 g_seq=1',
        ...turn(2),
        'GCBegin dt=1 gc_seq=1 stack=0',
        ...turn(3),
        'GCEnd dt=2 gc_seq=2',
        ...turn(4),
        'GoCreate dt=1 new_g=7 new_stack=0 stack=0',
        'STWBegin dt=100 kind_string=1 stack=0',
        'STWEnd dt=100',
        'GoStop dt=100 reason_string=1 stack=0',
        'GoStart dt=5 g=7 g_seq=1',
      ),
    );
    const { outside, mark, stw } = facts.schedulerLatencies;
    expect([outside, mark, stw].map(({ totalNs, maxNs }) => [totalNs, maxNs])).toEqual([
      [10, 5],
      [5, 5],
      [305, 305],
    ]);
    expect([outside.buckets[5], mark.buckets[5]]).toEqual([2, 1]);
    expect(latencyQuantileNs(stw.buckets, 0.5)! / 305).toBeCloseTo(1, 1);
  });
});
