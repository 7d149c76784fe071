import { GclensError } from '../../base';
import { decodeTrace } from '../decodeTrace';
import { formatParsed } from '../formatParsed';
import { encodeV1, noProc, type RecordV1 } from './encodeV1.testing';
import { EventV1 as Ev } from './eventTypes';

/** One nanosecond a tick. */
const frequency: RecordV1 = [Ev.Frequency, 1_000_000_000];

/** Proc 0 on thread 7 runs goroutine 1 from tick 100 on; goroutine 2 waits, goroutine 3 is runnable. */
const inventory: readonly RecordV1[] = [
  [Ev.Batch, 0, 100],
  [Ev.GoCreate, 0, 1, 0, 0],
  [Ev.GoCreate, 1, 2, 0, 0],
  [Ev.GoWaiting, 1, 2],
  [Ev.GoCreate, 1, 3, 0, 0],
  [Ev.ProcStart, 1, 7],
  [Ev.GoStart, 1, 1, 1],
  [Ev.Gomaxprocs, 1, 4, 0],
];

/** The lines of the official dump, without what is the same in all: stacks, empty reasons. */
async function linesOf(goVersion: number, ...records: readonly RecordV1[]): Promise<string[]> {
  const trace = await decodeTrace(encodeV1(goVersion, ...records));
  expect(trace.damage).toBeNull();
  return Buffer.concat([...formatParsed(trace)])
    .toString('latin1')
    .split('\n')
    .filter((line) => line.startsWith('M='))
    .map((line) => line.replace(/ StateTransition| Reason=""/g, ''));
}

/** What follows the inventory. */
async function linesAfterInventory(goVersion: number, ...records: readonly RecordV1[]): Promise<string[]> {
  return (await linesOf(goVersion, ...inventory, ...records, frequency)).slice(5, -1);
}

async function refusalOf(...records: readonly RecordV1[]): Promise<GclensError> {
  const error: unknown = await decodeTrace(encodeV1(21, ...records)).then(
    ({ damage }) => damage,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GclensError);
  return error as GclensError;
}

describe('a trace of format v1', () => {
  it('begins with what there was: states before the trace, runnable goroutines once the inventory is complete', async () => {
    expect(await linesOf(21, ...inventory, frequency)).toEqual([
      'M=-1 P=-1 G=-1 Sync Time=-1 N=1',
      'M=-1 P=0 G=2 Time=2 GoID=2 Undetermined->Waiting',
      'M=7 P=0 G=-1 Time=4 ProcID=0 Undetermined->Running',
      'M=7 P=0 G=1 Time=5 GoID=1 Undetermined->Running',
      'M=-1 P=-1 G=-1 Time=6 GoID=3 Undetermined->Runnable',
      'M=-1 P=-1 G=-1 Sync Time=7 N=2',
    ]);
  });

  it('without events is a Sync', async () => {
    expect(await linesOf(11, [Ev.Batch, 0, 100], frequency)).toEqual(['M=-1 P=-1 G=-1 Sync Time=0 N=1']);
  });

  it('says why goroutines wait, and tells system calls that blocked from those that did not', async () => {
    const [, ...lines] = await linesAfterInventory(
      21,
      [Ev.Gomaxprocs, 1, 4, 0],
      [Ev.GoSysCall, 5, 0],
      [Ev.GoSysCall, 5, 0],
      [Ev.GoSysBlock, 5],
      [Ev.GoSysExit, 5, 1, 2, 0],
      [Ev.GoStartLocal, 5, 1],
      [Ev.GoUnblock, 5, 2, 2, 0],
      [Ev.GoBlockRecv, 5, 0],
      [Ev.GoStartLocal, 5, 2],
      [Ev.GoPreempt, 5, 0],
      [Ev.GoStart, 5, 3, 1],
      [Ev.GoStop, 5, 0],
    );
    expect(lines).toEqual([
      'M=7 P=0 G=1 Time=12 GoID=1 Running->Syscall',
      'M=7 P=0 G=1 Time=13 GoID=1 Syscall->Running',
      'M=7 P=0 G=1 Time=17 GoID=1 Running->Syscall',
      'M=-1 P=1000003 G=1 Time=27 GoID=1 Syscall->Runnable',
      'M=7 P=0 G=1 Time=32 GoID=1 Runnable->Running',
      'M=7 P=0 G=1 Time=37 GoID=2 Waiting->Runnable',
      'M=7 P=0 G=1 Time=42 GoID=1 Running->Waiting Reason="chan receive"',
      'M=7 P=0 G=2 Time=47 GoID=2 Runnable->Running',
      'M=7 P=0 G=2 Time=52 GoID=2 Running->Runnable Reason="preempted"',
      'M=7 P=0 G=3 Time=57 GoID=3 Runnable->Running',
      'M=7 P=0 G=3 Time=62 GoID=3 Running->Waiting Reason="forever"',
    ]);
  });

  it('keeps numbers that no double holds: ids, ticks, pcs, lines', async () => {
    const [pc, name, file, line] = [2n ** 61n + 1n, 2n ** 55n + 1n, 2n ** 55n + 2n, 2n ** 57n + 1n];
    const trace = await decodeTrace(
      encodeV1(
        21,
        [Ev.Batch, 3, 2n ** 62n - 5n],
        [Ev.GoCreate, 0, 2n ** 60n + 1n, 0, 0],
        [Ev.ProcStart, 1, 2n ** 62n + 3n],
        [Ev.GoStart, 1, 2n ** 60n + 1n, 1],
        [Ev.Gomaxprocs, 1, 4, 0],
        [Ev.UserTaskCreate, 1, 2n ** 63n + 1n, 2n ** 54n + 1n, name, 2n ** 40n + 9n],
        [Ev.UserTaskEnd, 2n ** 61n, 2n ** 63n + 1n, 0],
        frequency,
        [Ev.String, name, 'f'],
        [Ev.String, file, 'f.go'],
        [Ev.Stack, 2n ** 41n + 9n, 1, pc, name, file, line],
      ),
    );
    // As the official tool prints it.
    expect(Buffer.concat([...formatParsed(trace)]).toString('latin1')).toBe(`M=-1 P=-1 G=-1 Sync Time=-1 N=1
M=4611686018427387907 P=3 G=-1 StateTransition Time=1 ProcID=3 Undetermined->Running Reason=""
M=4611686018427387907 P=3 G=1152921504606846977 StateTransition Time=2 GoID=1152921504606846977 Undetermined->Running Reason=""
M=4611686018427387907 P=3 G=1152921504606846977 TaskBegin Time=4 ID=9223372036854775809 Parent=18014398509481985 Type="f"
Stack=
\tf @ 0x2000000000000001
\t\tf.go:144115188075855873

M=4611686018427387907 P=3 G=1152921504606846977 TaskEnd Time=2305843009213693952 ID=9223372036854775809 Parent=18014398509481985 Type="f"
M=-1 P=-1 G=-1 Sync Time=2305843009213693953 N=2
`);
  });

  it('puts the end of a system call at the time it ended', async () => {
    const [, exit, tick] = await linesAfterInventory(
      21,
      [Ev.GoSysCall, 1, 0],
      [Ev.GoSysBlock, 1],
      [Ev.HeapAlloc, 10, 4096],
      [Ev.GoSysExit, 10, 1, 2, 115],
    );
    expect([exit, tick]).toEqual([
      'M=-1 P=1000003 G=1 Time=15 GoID=1 Syscall->Runnable',
      'M=7 P=0 G=-1 Metric Time=18 Name="/memory/classes/heap/objects:bytes" Value=Value{Uint64(4096)}',
    ]);
  });

  it.each([
    [19, 0, 'GC mark termination'],
    [19, 1, 'GC sweep termination'],
    [19, 2, ''],
    [21, 0, ''],
    [21, 2, 'GC sweep termination'],
    [21, 7, 'read mem stats'],
    [21, 17, ''],
  ])('of Go 1.%i names stop %i of the world "%s"', async (goVersion, kind, reason) => {
    expect(await linesAfterInventory(goVersion, [Ev.GCSTWStart, 1, kind], [Ev.GCSTWDone, 1])).toEqual([
      `M=7 P=0 G=1 RangeBegin Time=7 Name="stop-the-world (${reason})" Scope=Goroutine(1)`,
      `M=7 P=0 G=1 RangeEnd Time=8 Name="stop-the-world (${reason})" Scope=Goroutine(1) Attributes=[]`,
    ]);
  });

  it('keeps numbers exact, strings as they are, and what tasks said when they began', async () => {
    const lines = await linesAfterInventory(
      21,
      [Ev.String, 1, 'checkout'],
      [Ev.String, 2, 'cart'],
      [Ev.HeapGoal, 1, 9223372036841212903n],
      [Ev.UserTaskCreate, 1, 18446744073709551610n, 0, 1, 0],
      [Ev.UserRegion, 1, 18446744073709551610n, 0, 2, 0],
      [Ev.UserLog, 1, 18446744073709551610n, 2, 0, 'größer'],
      [Ev.UserLog, 1, 0, 0, 0, ''],
      [Ev.UserRegion, 1, 18446744073709551610n, 1, 2, 0],
      [Ev.UserTaskEnd, 1, 18446744073709551610n, 0],
      [Ev.UserTaskEnd, 1, 5, 0],
    );
    expect(lines.map((line) => line.replace(/^.*?Time=\d+ /, ''))).toEqual([
      'Name="/gc/heap/goal:bytes" Value=Value{Uint64(9223372036841212903)}',
      'ID=18446744073709551610 Parent=18446744073709551615 Type="checkout"',
      'Task=18446744073709551610 Type="cart"',
      `Task=18446744073709551610 Category="cart" Message=${Buffer.from('"größer"', 'utf8').toString('latin1')}`,
      'Task=0 Category="" Message=""',
      'Task=18446744073709551610 Type="cart"',
      'ID=18446744073709551610 Parent=0 Type="checkout"',
      'ID=5 Parent=18446744073709551615 Type=""',
    ]);
  });

  it('is ordered by sequence numbers where the clocks of procs agree', async () => {
    const lines = await linesAfterInventory(
      21,
      [Ev.GoUnblock, 10, 2, 2, 0],
      [Ev.Batch, 1, 116],
      [Ev.ProcStart, 0, 8],
      [Ev.GoStart, 0, 2, 3],
    );
    expect(lines).toEqual([
      'M=8 P=1 G=-1 Time=16 ProcID=1 Undetermined->Running',
      'M=7 P=0 G=1 Time=17 GoID=2 Waiting->Runnable',
      'M=8 P=1 G=2 Time=18 GoID=2 Runnable->Running',
    ]);
  });

  it('shows CPU samples without a thread, in order of their own time', async () => {
    const lines = await linesAfterInventory(
      19,
      [Ev.HeapAlloc, 10, 1],
      [Ev.HeapAlloc, 10, 2],
      [Ev.Batch, noProc, 500],
      [Ev.CPUSample, 0, 120, 0, 1, 0],
      [Ev.CPUSample, 0, 110, noProc, 0, 0],
    );
    expect(lines.filter((line) => line.includes('StackSample'))).toEqual([
      'M=-1 P=-1 G=-1 StackSample Time=10',
      'M=-1 P=0 G=1 StackSample Time=20',
    ]);
  });

  it('reads events with more values than fit, wherever they stand', async () => {
    const trace = await decodeTrace(
      encodeV1(
        21,
        ...inventory,
        [Ev.String, 1, 'main.work'],
        [Ev.String, 2, '/src/main.go'],
        [Ev.Stack, 9, 2, 0x1000, 1, 2, 30, 0x2000, 1, 2, 40],
        [Ev.GoCreate, 1, 5, 9, 9],
        frequency,
      ),
    );
    const { stacks, strings } = trace;
    const stack = trace.events.stackArgAt(trace.events.length - 2, 1);
    expect(stack).toBe(trace.events.stackAt(trace.events.length - 2));
    expect(
      Array.from(stacks.frame.subarray(stacks.frameStart[stack], stacks.frameStart[stack + 1]), (frame) => stacks.frames.line[frame]),
    ).toEqual([30, 40]);
    expect(strings.find('/src/main.go')).toBeDefined();
  });
});

describe('a trace of format v1 is refused', () => {
  const cases: readonly (readonly [reason: string, records: readonly RecordV1[]])[] = [
    ['no EvFrequency event', [...inventory]],
    ['time stamps out of order', [...inventory, [Ev.Frequency, 0]]],
    [
      'unknown event type 50',
      [
        [Ev.Batch, 0, 1],
        [50 as Ev, 1],
      ],
    ],
    [
      'GoWaiting has wrong number of arguments: want 2, got 3',
      [
        [Ev.Batch, 0, 1],
        [Ev.GoWaiting, 1, 2, 3],
      ],
    ],
    ['read event 18 with current P of 0, but P has no batches yet', [[Ev.GoPreempt, 1, 0]]],
    [
      'string has duplicate id 1',
      [
        [Ev.Batch, 0, 1],
        [Ev.String, 1, 'a'],
        [Ev.String, 1, 'a'],
      ],
    ],
    [
      'EvStack has bad number of frames: 1001',
      [
        [Ev.Batch, 0, 1],
        [Ev.Stack, 1, 1001, 5],
      ],
    ],
    ['processor ID 2147483648 is larger than maximum of 18446744073709551615', [[Ev.Batch, 2 ** 31, 1]]],
    ['no consistent ordering of events possible', [...inventory, [Ev.GoUnblock, 1, 2, 9, 0], frequency]],
    ['time stamps out of order', [...inventory, [Ev.HeapAlloc, -50n, 1], frequency]],
    ['p 0 is running before start (time 7)', [...inventory, [Ev.ProcStart, 1, 7], frequency]],
    ['g 1 is not waiting during syscall exit (time 7)', [...inventory, [Ev.GoSysExitLocal, 1, 2, 0], frequency]],
    ['g 0 did GoSysCall (time 8)', [...inventory, [Ev.GoBlock, 1, 0], [Ev.GoSysCall, 1, 0], frequency]],
    ['stray syscall exit', [...inventory, [Ev.GoBlock, 1, 0], [Ev.GoSysExit, 1, 1, 2, 101], frequency]],
    [
      'task id conflicts (id:4), "8 UserTaskCreate p=0 g=1 stk=0 taskid=4 pid=0 typeid=0" vs "7 UserTaskCreate p=0 g=1 stk=0 taskid=4 pid=0 typeid=0"',
      [...inventory, [Ev.UserTaskCreate, 1, 4, 0, 0, 0], [Ev.UserTaskCreate, 1, 4, 0, 0, 0], frequency],
    ],
    ['expected id 77 in string table', [...inventory, [Ev.UserRegion, 1, 0, 0, 77, 0], frequency]],
    ['expected id 77 in trace.stack table', [...inventory, [Ev.GoCreate, 1, 9, 77, 0], frequency]],
    ['unexpected event type 36', [...inventory, [Ev.FutileWakeup, 1], frequency]],
  ];

  it.each(cases)('%s', async (reason, records) => {
    const error = await refusalOf(...records);
    expect(error.reason).toBe(reason);
    expect(error.details.offset).toBeLessThanOrEqual(encodeV1(21, ...records).length);
  });

  it('but keeps the events before one that cannot be translated', async () => {
    const { events, damage } = await decodeTrace(encodeV1(21, ...inventory, [Ev.FutileWakeup, 1], frequency));
    expect([events.length, damage?.reason]).toEqual([5, 'unexpected event type 36']);
  });

  it('says what helps: another copy where the file is cut or damaged, other code where regions end in the wrong order', async () => {
    const region = (mode: number, name: number): RecordV1 => [Ev.UserRegion, 1, 0, mode, name, 0];
    const names: RecordV1[] = [
      [Ev.String, 1, 'outer'],
      [Ev.String, 2, 'inner'],
    ];
    const misused = await refusalOf(...inventory, ...names, region(0, 1), region(0, 2), region(1, 1), frequency);
    expect(misused.details.advice).toMatch(/another order than they began/);
    const cut = encodeV1(21, ...inventory, frequency).subarray(0, -1);
    await expect(decodeTrace(cut)).rejects.toThrow(/only as a whole: record it again and let it stop/);
    const damaged = await refusalOf([Ev.GoSysExit, 1, 1, 1, 0], ...inventory, frequency);
    expect(damaged.details.advice).toMatch(/this one is damaged/);
  });

  it('when it is cut anywhere, in one line', async () => {
    const bytes = encodeV1(21, ...inventory, [Ev.String, 1, 'text'], [Ev.UserLog, 1, 0, 1, 0, 'message'], frequency);
    for (let length = 16; length < bytes.length; length++) {
      const error: unknown = await decodeTrace(bytes.slice(0, length)).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(GclensError);
      expect((error as GclensError).message).not.toContain('\n');
    }
  });
});
