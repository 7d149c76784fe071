import { decodeTrace, type Trace } from '../gotrace';
import { encodeTrace } from '../gotrace/encodeTrace.testing';
import type { Profile } from '../pprof';
import { traceProfile, type TraceProfileKind, type TraceProfileOptions } from './traceProfile';

const nobody = '18446744073709551615';

/** Stack k is the one function `f<k>`; stack 9 is one frame of pc 0, as of a goroutine that could not be unwound. */
const stacks = [1, 2, 3, 4, 5].map((k) => `Stack id=${k} nframes=1\npc=${k * 16} func=${k} file=6 line=${k}`);
/** One nanosecond a tick. */
const tables = [
  `EventBatch gen=1 m=${nobody} time=100 size=?\nFrequency freq=1000000000`,
  `EventBatch gen=1 m=${nobody} time=100 size=?\nStacks`,
  ...stacks,
  'Stack id=9 nframes=1\npc=0 func=0 file=0 line=0',
  `EventBatch gen=1 m=${nobody} time=100 size=?\nStrings`,
  ...['f1', 'f2', 'f3', 'f4', 'f5', 'app.go', 'chan receive', 'network', 'forever', 'GET /', 'render'].map(
    (text, k) => `String id=${k + 1}\ndata="${text}"`,
  ),
];
const [chanReceive, network, forever, taskType, regionType] = [7, 8, 9, 10, 11];

/** A trace from 100 on: thread 1 runs goroutine 1 on proc 0 from the first event. */
function traceOf(...lines: readonly string[]): Promise<Trace> {
  const running = ['EventBatch gen=1 m=1 time=100 size=?', 'ProcStatus dt=1 p=0 pstatus=1', 'GoStatus dt=1 g=1 m=1 gstatus=2'];
  return decodeTrace(encodeTrace(['Trace Go1.22', ...running, ...lines, ...tables].join('\n')));
}

/** `leaf values labels` of each sample. */
function samplesOf({ samples, stacks: { locationStart, location }, locations, functions, labels, strings }: Profile): string[] {
  return Array.from({ length: samples.length }, (_, sample) => {
    const stack = samples.stack[sample]!;
    const names = Array.from(location.subarray(locationStart[stack], locationStart[stack + 1]), (row) => {
      return strings[functions.name[locations.lineFunction[locations.lineStart[row]!]!]!]!;
    });
    const own = Array.from({ length: samples.labelStart[sample + 1]! - samples.labelStart[sample]! }, (_unused, k) => {
      const label = samples.labelStart[sample]! + k;
      return `${strings[labels.key[label]!]}=${strings[labels.text[label]!]}`;
    });
    return [names.join('<'), ...samples.values.map((column) => column[sample]), ...own].join(' ');
  });
}

async function profileOf(trace: Trace, kind: TraceProfileKind, options?: TraceProfileOptions): Promise<string[]> {
  expect(trace.damage).toBeNull();
  return samplesOf(await traceProfile(trace, kind, options));
}

/** Goroutine 1 makes goroutine 2 and waits for it; 2 runs and wakes it. */
const handOver = [
  'GoCreate dt=1 new_g=2 new_stack=2 stack=1',
  `GoBlock dt=10 reason_string=${chanReceive} stack=3`,
  'GoStart dt=5 g=2 g_seq=1',
  'GoUnblock dt=20 g=1 g_seq=1 stack=4',
  'GoDestroy dt=3',
  'GoStart dt=4 g=1 g_seq=2',
];

describe('traceProfile', () => {
  it('counts waits by where they began, and waits for a P by who woke', async () => {
    const trace = await traceOf(...handOver);
    expect(await profileOf(trace, 'sync')).toEqual(['f3 1 25']);
    expect(await profileOf(trace, 'net')).toEqual([]);
    // Not the 15 ns in which goroutine 2 waited for its first run.
    expect(await profileOf(trace, 'sched')).toEqual(['f4 1 7']);
  });

  it('adds up what began on the same stack, and leaves out what does not end', async () => {
    const wait = (sequence: number) => [
      `GoBlock dt=10 reason_string=${network} stack=3`,
      `GoUnblock dt=30 g=1 g_seq=${sequence} stack=0`,
      `GoStart dt=1 g=1 g_seq=${sequence + 1}`,
    ];
    const trace = await traceOf(...wait(1), ...wait(3), `GoBlock dt=10 reason_string=${network} stack=5`);
    expect(await profileOf(trace, 'net')).toEqual(['f3 2 60']);
    expect(await profileOf(trace, 'sched')).toEqual([' 2 2']);
  });

  it('takes a stack that could not be read for none', async () => {
    const stop = (stack: number, sequence: number) => [`GoStop dt=1 reason_string=0 stack=${stack}`, `GoStart dt=5 g=1 g_seq=${sequence}`];
    expect(await profileOf(await traceOf(...stop(0, 1), ...stop(9, 2), ...stop(2, 3)), 'sched')).toEqual([' 2 10', 'f2 1 5']);
  });

  it('counts of an id that is used again the last goroutine only', async () => {
    const callback = (sequence: number) => [
      'GoCreateSyscall dt=1 new_g=7',
      `ProcStart dt=1 p=1 p_seq=${sequence}`,
      'GoSyscallEndBlocked dt=1',
      `GoStart dt=1 g=7 g_seq=1`,
      `GoSyscallBegin dt=1 p_seq=${sequence + 1} stack=5`,
      'GoSyscallEnd dt=6',
      `GoSyscallBegin dt=1 p_seq=${sequence + 2} stack=0`,
      'GoDestroySyscall dt=1',
    ];
    const trace = await traceOf(
      'EventBatch gen=1 m=2 time=100 size=?',
      'ProcStatus dt=1 p=1 pstatus=2',
      ...callback(1),
      'EventBatch gen=1 m=3 time=200 size=?',
      'ProcSteal dt=1 p=1 p_seq=4 m=2',
      ...callback(5),
    );
    expect(await profileOf(trace, 'syscall')).toEqual(['f5 1 6', ' 1 2']);
  });

  it('lets a goroutine that blocks for ever end there', async () => {
    const trace = await traceOf(...handOver, `GoBlock dt=2 reason_string=${forever} stack=5`);
    expect(await profileOf(trace, 'sync')).toEqual(['f3 1 25']);
  });

  it('says on request on whose behalf, by task, region and goroutine', async () => {
    const trace = await traceOf(
      `UserTaskBegin dt=1 task=5 parent_task=0 name_string=${taskType} stack=0`,
      ...handOver,
      `UserRegionBegin dt=1 task=5 name_string=${regionType} stack=0`,
      'GCMarkAssistBegin dt=1 stack=5',
      'GCMarkAssistEnd dt=9',
    );
    expect(await profileOf(trace, 'sync', { labels: true })).toEqual(['f3 1 25 goroutine=1 task=GET /']);
    expect(await profileOf(trace, 'assist', { labels: true })).toEqual(['f5 1 9 goroutine=1 task=GET / region=render']);
    expect(await profileOf(trace, 'assist')).toEqual(['f5 1 9']);
  });

  it('says when and for how long CPU samples were taken, as far as the trace knows', async () => {
    const { sampleTypes, period, periodType, timeUnixNs, durationNs } = await traceProfile(await traceOf(...handOver), 'cpu');
    expect({ sampleTypes, period, periodType, timeUnixNs, durationNs }).toEqual({
      sampleTypes: [
        { type: 'samples', unit: 'count' },
        { type: 'cpu', unit: 'nanoseconds' },
      ],
      period: 1e7,
      periodType: { type: 'cpu', unit: 'nanoseconds' },
      timeUnixNs: 0n,
      durationNs: 46,
    });
  });
});
