import { decodeTrace } from '../gotrace';
import { encodeTrace } from '../gotrace/encodeTrace.testing';
import { computeRuntimeFacts } from './computeRuntimeFacts';
import { workElsewhere } from './elsewhere';
import { findGcWorkers, gcWorkerModes } from './gcWorkers';
import { MmuCurve } from './mmu';
import { MutatorUtilisation, type UtilisationSteps } from './mutatorUtilisation';
import { stopLatencies } from './stopLatencies';

const nobody = '18446744073709551615';
const strings = ['GC (dedicated)', 'GC (idle)', 'GC mark termination', 'request', 'part', 'preempted', 'wait'];
const idOf = (text: string) => strings.indexOf(text) + 1;

/** Facts of a trace of one generation that begins at 100, one nanosecond a tick; lines of each thread. */
async function read(...threads: string[][]) {
  const text = [
    'Trace Go1.22',
    ...threads.flatMap((lines, thread) => [`EventBatch gen=1 m=${thread + 1} time=100 size=?`, ...lines]),
    `EventBatch gen=1 m=${nobody} time=100 size=?`,
    'Strings',
    ...strings.flatMap((data, k) => [`String id=${k + 1}`, `\tdata=${JSON.stringify(data)}`]),
    `EventBatch gen=1 m=${nobody} time=100 size=?`,
    'Frequency freq=1000000000',
  ].join('\n');
  const trace = await decodeTrace(encodeTrace(text));
  expect(trace.damage).toBeNull();
  return { trace, facts: await computeRuntimeFacts(trace) };
}

/** Goroutine 1 runs on P 0 of thread 1, goroutine 2 on P 1 of thread 2; there are two Ps. */
const first = ['ProcStatus dt=1 p=0 pstatus=1', 'GoStatus dt=1 g=1 m=1 gstatus=2', 'ProcsChange dt=1 procs_value=2 stack=0'];
const second = ['ProcStatus dt=1 p=1 pstatus=1', 'GoStatus dt=1 g=2 m=2 gstatus=2'];

describe('stopLatencies', () => {
  const stop = [`STWBegin dt=20 kind_string=${idOf('GC mark termination')} stack=0`, 'STWEnd dt=50'];

  it('ends when the last other P has stopped', async () => {
    const { facts } = await read(
      [...first, ...stop],
      [...second, `GoStop dt=28 reason_string=${idOf('preempted')} stack=0`, 'ProcStop dt=5'],
    );
    expect(facts.stops.map(({ startNs, endNs }) => endNs - startNs)).toEqual([50]);
    expect([...stopLatencies(facts)]).toEqual([12]);
  });

  it('is nothing where no other P runs, and unknown where one runs all along', async () => {
    expect([...stopLatencies((await read([...first, ...stop])).facts)]).toEqual([0]);
    expect([...stopLatencies((await read([...first, ...stop], second)).facts)]).toEqual([NaN]);
  });
});

describe('findGcWorkers', () => {
  it('gives each run of a worker to its label, and what goes on after a preemption to the label before', async () => {
    const { trace, facts } = await read([
      ...first,
      'GoCreate dt=1 new_g=7 new_stack=0 stack=0',
      `GoBlock dt=1 reason_string=${idOf('wait')} stack=0`,
      'GoStart dt=5 g=7 g_seq=1', // The worker's first run: it only waits for work.
      `GoBlock dt=2 reason_string=${idOf('wait')} stack=0`,
      'GoUnblock dt=3 g=7 g_seq=2 stack=0',
      'GoStart dt=1 g=7 g_seq=3',
      `GoLabel dt=1 label_string=${idOf('GC (dedicated)')}`,
      `GoStop dt=10 reason_string=${idOf('preempted')} stack=0`,
      'GoStart dt=4 g=7 g_seq=4',
      `GoBlock dt=20 reason_string=${idOf('wait')} stack=0`,
      'GoUnblock dt=3 g=7 g_seq=5 stack=0',
      'GoStart dt=1 g=7 g_seq=6',
      `GoLabel dt=1 label_string=${idOf('GC (idle)')}`,
      `GoBlock dt=30 reason_string=${idOf('wait')} stack=0`,
    ]);
    const workers = findGcWorkers(facts.timelines, trace);
    expect(Array.from(workers.mode, (mode, row) => [gcWorkerModes[mode], workers.endNs[row]! - workers.startNs[row]!])).toEqual([
      ['dedicated', 11],
      ['dedicated', 20],
      ['idle', 31],
    ]);
    expect([...workers.goroutine, ...workers.proc]).toEqual([7, 7, 7, 0, 0, 0]);
  });
});

describe('MutatorUtilisation', () => {
  const worker = [
    ...first,
    'GoCreate dt=7 new_g=7 new_stack=0 stack=0',
    `GoStop dt=1 reason_string=${idOf('preempted')} stack=0`,
    ...[1, 2].flatMap((run) => [
      ...(run === 1 ? [] : ['GoUnblock dt=5 g=7 g_seq=2 stack=0']),
      `GoStart dt=1 g=7 g_seq=${2 * run - 1}`,
      `GoLabel dt=0 label_string=${idOf('GC (dedicated)')}`,
      `GoBlock dt=10 reason_string=${idOf('wait')} stack=0`,
    ]),
    'ProcStop dt=20',
  ];
  const shares = (series: readonly UtilisationSteps[]) => series.map(({ share }) => [...share]);

  it('takes a P away while a worker runs, each time anew', async () => {
    const { trace, facts } = await read(worker, second);
    expect(shares(new MutatorUtilisation(trace, facts).series())).toEqual([[1, 0.5, 1, 0.5, 1, 0]]);
  });

  it('counts as go tool trace does when asked to: for good from the second run on', async () => {
    const { trace, facts } = await read(worker, second);
    expect(shares(new MutatorUtilisation(trace, facts).series({ likeGoToolTrace: true }))).toEqual([[1, 0.5, 1, 0.5, 0]]);
  });

  it('leaves dedicated workers out of the view by P, and gives each P a series', async () => {
    const { trace, facts } = await read(worker, second);
    expect(shares(new MutatorUtilisation(trace, facts).series({ perProc: true }))).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });
});

describe('MmuCurve', () => {
  /** The least over all windows that begin at a whole nanosecond. */
  function leastOfAll({ timeNs, share }: UtilisationSteps, windowNs: number): number {
    const endNs = timeNs.at(-1)!;
    const at = Array.from({ length: endNs }, (_, now) => share[timeNs.findLastIndex((time) => time <= now)]!);
    const lengthNs = Math.min(windowNs, endNs);
    const sums = at
      .slice(0, endNs - lengthNs + 1)
      .map((_, start) => at.slice(start, start + lengthNs).reduce((sum, value) => sum + value, 0));
    return Math.min(...sums) / lengthNs;
  }

  it('finds the worst window of every length, and where it is', () => {
    let state = 7;
    const next = (below: number) => (state = (state * 48271) % 2147483647) % below;
    for (let round = 0; round < 8; round++) {
      const timeNs = [0];
      while (timeNs.length < 25) {
        timeNs.push(timeNs.at(-1)! + 1 + next(30));
      }
      const steps = {
        timeNs: Float64Array.from(timeNs),
        share: Float64Array.from(timeNs, (_, k) => (k === timeNs.length - 1 ? 0 : next(5) / 4)),
      };
      const curve = new MmuCurve([steps]);
      for (const windowNs of [1, 2, 7, 30, 100, 201, 10000]) {
        const { utilisation, startNs } = curve.least(windowNs);
        expect(utilisation).toBeCloseTo(leastOfAll(steps, windowNs), 9);
        const lengthNs = Math.min(windowNs, steps.timeNs.at(-1)!);
        const moved = { timeNs: steps.timeNs.map((time) => time - startNs), share: steps.share };
        const inWindow = Array.from({ length: lengthNs }, (_, now) => moved.share[moved.timeNs.findLastIndex((time) => time <= now)]!);
        expect(inWindow.reduce((sum, share) => sum + share, 0) / lengthNs).toBeCloseTo(utilisation, 9);
      }
    }
  });
});

describe('workElsewhere', () => {
  const id = { request: idOf('request'), part: idOf('part'), wait: idOf('wait') };

  it('adds up goroutines that a task creates and regions that name it, each time once, cut to the task', async () => {
    const { trace, facts } = await read(
      [
        ...first,
        `UserTaskBegin dt=1 task=5 parent_task=0 name_string=${id.request} stack=0`,
        'GoCreate dt=4 new_g=7 new_stack=0 stack=0',
        'UserTaskEnd dt=45 task=5 stack=0',
        'GoCreate dt=1 new_g=8 new_stack=0 stack=0',
      ],
      [
        ...second,
        `GoBlock dt=20 reason_string=${id.wait} stack=0`,
        'GoStart dt=1 g=7 g_seq=1', // At 123, runnable since 108.
        `UserRegionBegin dt=3 task=5 name_string=${id.part} stack=0`,
        `UserRegionEnd dt=5 task=5 name_string=${id.part} stack=0`,
        'GoDestroy dt=50',
      ],
    );
    const elsewhere = workElsewhere(trace, facts)!;
    expect([...elsewhere.task].map((row) => facts.tasks.at(row)?.id)).toEqual([5]);
    const [created] = [...elsewhere.goroutines];
    expect(created).toBe(1);
    const { running, runnable, ...rest } = elsewhere.costs.at(0)!;
    expect({ running, runnable }).toEqual({ runnable: 15, running: 153 - 123 });
    expect(Object.values(rest).every((ns) => ns === 0)).toBe(true);
  });

  it('takes work on the goroutine of the task for its own, and of unknown tasks for nobody’s', async () => {
    const { trace, facts } = await read([
      ...first,
      `UserTaskBegin dt=1 task=5 parent_task=0 name_string=${id.request} stack=0`,
      `UserRegionBegin dt=3 task=5 name_string=${id.part} stack=0`,
      `UserRegionBegin dt=3 task=6 name_string=${id.part} stack=0`,
    ]);
    expect(workElsewhere(trace, facts)).toMatchObject({ length: 0 });
  });
});
