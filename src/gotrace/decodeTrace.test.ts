import { GclensError, type KernelKind } from '../base';
import { decodeTrace } from './decodeTrace';
import { readTaskBegin, readTaskEnd, stwReasonAt } from './details';
import { encodeTrace } from './encodeTrace.testing';
import { makeExampleTrace } from './exampleTrace';
import { formatParsed } from './formatParsed';
import { EventType, GoState, NONE, ProcState, type Trace, type Transition } from './trace';
import { newTransition, readTransition } from './transitions';

const nobody = '18446744073709551615';
/** One nanosecond a tick. */
const frequency = `EventBatch gen=1 m=${nobody} time=100 size=?\nFrequency freq=1000000000`;

/** The kind of kernel at hand. */
let kernel: KernelKind = 'wasm';

function decode(text: string): Promise<Trace> {
  return decodeTrace(encodeTrace(text), { kernel });
}

/** A trace of one generation, one nanosecond a tick, that begins at 100. */
function decodeV22(...lines: string[]): Promise<Trace> {
  return decode(['Trace Go1.22', ...lines, frequency].join('\n'));
}

/** Thread 1 runs goroutine 1 on proc 0 from 100 on. */
const running = ['EventBatch gen=1 m=1 time=100 size=?', 'ProcStatus dt=1 p=0 pstatus=1', 'GoStatus dt=1 g=1 m=1 gstatus=2'];

const typesOf = ({ events }: Trace): (string | undefined)[] =>
  Array.from({ length: events.length }, (_, event) => EventType[events.typeAt(event)]);
const timesOf = ({ events }: Trace): number[] => Array.from({ length: events.length }, (_, event) => events.timeNsAt(event));
const rowOf = (trace: Trace, type: EventType): number => typesOf(trace).indexOf(EventType[type]);

function transitionOf(trace: Trace, event: number): Transition | null {
  const into = newTransition();
  return readTransition(trace, event, into) ? into : null;
}

function printed(trace: Trace): string {
  return Buffer.concat([...formatParsed(trace)]).toString('latin1');
}

async function refusalOf(bytes: Uint8Array): Promise<GclensError> {
  const error: unknown = await decodeTrace(bytes, { kernel }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GclensError);
  return error as GclensError;
}

describe.each(['wasm', 'javascript'] as const)('with the kernel as %s', (kind) => {
  beforeAll(() => {
    kernel = kind;
  });

  describe('decodeTrace', () => {
    it('keeps as many experimental batches as a file holds', async () => {
      const count = 200_000;
      const start = encodeTrace(`Trace Go1.23\n${frequency}`);
      // type, experiment, generation, thread, time and a size of 0
      const batch = [49, 1, 1, 1, 100, 0];
      const bytes = new Uint8Array(start.length + count * batch.length);
      bytes.set(start);
      for (let offset = start.length; offset < bytes.length; offset += batch.length) {
        bytes.set(batch, offset);
      }
      const trace = await decodeTrace(bytes, { kernel });
      expect([trace.damage, [...trace.experimentalBatches].length]).toEqual([null, count]);
    });

    it('says the same in columns and by methods', async () => {
      const blocked = 'GoBlock dt=5000000000 reason_string=0 stack=0';
      const { events } = await decodeV22(...running, blocked, 'GoUnblock dt=1 g=1 g_seq=1 stack=0', 'GoStart dt=3 g=1 g_seq=2');
      const { type, timeLowNs, goroutine, goroutineIds, context, contextProc, offset, wire } = events.rows;
      const ids = [NONE, ...Array.from(goroutineIds)];
      expect(new Set(ids).size).toBe(ids.length);
      expect(events.length).toBe(7);
      for (let row = 0; row < events.length; row++) {
        expect(type[row]).toBe(events.typeAt(row));
        expect(timeLowNs[row]).toBe(events.timeNsAt(row) % 2 ** 32);
        expect(ids[goroutine[row] ?? -1]).toBe(events.goroutineAt(row));
        expect(contextProc[context[row] ?? -1]).toBe(events.procAt(row));
        const first = wire[offset[row] ?? -1];
        expect(first ?? 0).toBe(events.argAt(row, 0));
      }
    });

    it('puts the context before the event, and times since the origin', async () => {
      const trace = await decodeV22(
        ...running,
        'GoCreate dt=5 new_g=7 new_stack=0 stack=0',
        'GoStop dt=5 reason_string=0 stack=0',
        'GoStart dt=1 g=7 g_seq=1',
      );
      const { events, originNs } = trace;
      expect(typesOf(trace)).toEqual(['Sync', 'ProcStatus', 'GoStatus', 'GoCreate', 'GoStop', 'GoStart', 'Sync']);
      expect(originNs).toBe(100n);
      expect(timesOf(trace)).toEqual([0, 1, 2, 7, 12, 13, 14]);
      const start = rowOf(trace, EventType.GoStart);
      expect([events.threadAt(start), events.procAt(start), events.goroutineAt(start)]).toEqual([1, 0, NONE]);
      expect(events.argAt(start, 0)).toBe(7);
      expect(trace.damage).toBeNull();
    });

    it('lets sequence numbers decide where clocks disagree', async () => {
      const trace = await decodeV22(
        ...running,
        'GoCreate dt=50 new_g=7 new_stack=0 stack=0',
        'EventBatch gen=1 m=2 time=100 size=?',
        'ProcStatus dt=1 p=1 pstatus=1',
        'GoStart dt=1 g=7 g_seq=1',
      );
      expect(trace.damage).toBeNull();
      const { events } = trace;
      expect(rowOf(trace, EventType.GoStart)).toBe(rowOf(trace, EventType.GoCreate) + 1);
      expect(events.timeNsAt(rowOf(trace, EventType.GoStart))).toBe(53);
    });

    it('shows the hand-over of a coroutine as three rows of one moment', async () => {
      const trace = await decode(
        ['Trace Go1.23', ...running, 'GoCreateBlocked dt=1 new_g=7 new_stack=0 stack=0', 'GoSwitch dt=5 g=7 g_seq=1', frequency].join('\n'),
      );
      const first = rowOf(trace, EventType.GoSwitch);
      expect(typesOf(trace).slice(first, first + 3)).toEqual(['GoSwitch', 'GoBlock', 'GoStart']);
      expect([0, 1, 2].map((row) => transitionOf(trace, first + row))).toEqual([
        expect.objectContaining({ id: 7, from: GoState.Waiting, to: GoState.Runnable }),
        expect.objectContaining({ id: 1, from: GoState.Running, to: GoState.Waiting, reason: 0 }),
        expect.objectContaining({ id: 7, from: GoState.Runnable, to: GoState.Running }),
      ]);
      expect(timesOf(trace).slice(first, first + 3)).toEqual([8, 9, 10]);
    });

    it('steals the proc of a goroutine of a C thread that goes', async () => {
      const trace = await decodeV22(
        'EventBatch gen=1 m=1 time=100 size=?',
        'GoCreateSyscall dt=1 new_g=4',
        'ProcStatus dt=1 p=0 pstatus=2',
        'ProcStart dt=1 p=0 p_seq=1',
        'GoSyscallEndBlocked dt=1',
        'GoStart dt=1 g=4 g_seq=1',
        'GoSyscallBegin dt=1 p_seq=2 stack=0',
        'GoDestroySyscall dt=1',
      );
      const steal = rowOf(trace, EventType.ProcSteal);
      expect(trace.events.rows.offset[steal]).toBe(2 ** 32 - 1);
      expect(transitionOf(trace, steal)).toMatchObject({ resource: 'proc', id: 0, from: ProcState.Running, to: ProcState.Idle });
      expect(typesOf(trace)[steal + 1]).toBe('GoDestroySyscall');
    });

    it('remembers what a task said when its name is gone from the strings', async () => {
      const trace = await decode(
        [
          'Trace Go1.22',
          ...running,
          'UserTaskBegin dt=1 task=5 parent_task=0 name_string=9 stack=0',
          'EventBatch gen=1 m=18446744073709551615 time=101 size=?',
          'Strings',
          'String id=9',
          'data="checkout"',
          frequency,
          'EventBatch gen=2 m=1 time=300 size=?',
          'ProcStatus dt=1 p=0 pstatus=1',
          'GoStatus dt=1 g=1 m=1 gstatus=2',
          'UserTaskEnd dt=1 task=5 stack=0',
          'UserTaskEnd dt=1 task=5 stack=0',
          `EventBatch gen=2 m=${nobody} time=300 size=?\nFrequency freq=1000000000`,
        ].join('\n'),
      );
      const type = trace.strings.find('checkout');
      expect(readTaskBegin(trace, rowOf(trace, EventType.UserTaskBegin))).toEqual({ task: 5, parent: NONE, type });
      const end = rowOf(trace, EventType.UserTaskEnd);
      expect(readTaskEnd(trace, end)).toEqual({ task: 5, parent: NONE, type });
      expect(readTaskEnd(trace, end + 1)).toEqual({ task: 5, parent: NONE, type: 0 });
    });

    it('knows why the world was stopped when it runs again', async () => {
      const trace = await decodeV22(
        ...running,
        'STWBegin dt=1 kind_string=3 stack=0',
        'STWEnd dt=9',
        'EventBatch gen=1 m=18446744073709551615 time=101 size=?',
        'Strings',
        'String id=3',
        'data="GOMAXPROCS"',
      );
      expect(trace.strings.textOf(stwReasonAt(trace, rowOf(trace, EventType.STWEnd)))).toBe('GOMAXPROCS');
    });

    it('says which ranges are open where one is missing', async () => {
      const { damage } = await decode(
        [
          'Trace Go1.22',
          ...running,
          'STWBegin dt=1 kind_string=3 stack=0',
          'STWBegin dt=1 kind_string=4 stack=0',
          'EventBatch gen=1 m=18446744073709551615 time=101 size=?',
          'Strings',
          'String id=3',
          'data="GOMAXPROCS"',
          'String id=4',
          'data="all"',
          frequency,
          'EventBatch gen=2 m=1 time=300 size=?',
          'ProcStatus dt=1 p=0 pstatus=1',
          'GoStatus dt=1 g=1 m=1 gstatus=2',
          'GCMarkAssistActive dt=1 g=1',
          `EventBatch gen=2 m=${nobody} time=300 size=?\nFrequency freq=1000000000`,
        ].join('\n'),
      );
      expect(damage?.reason).toBe('resource is missing active range: GCMarkAssistBegin [{26 3} {26 4}]');
    });

    it('merges CPU samples, whose goroutine 0 is none', async () => {
      const trace = await decodeV22(
        ...running,
        'HeapAlloc dt=20 heapalloc_value=4096',
        'EventBatch gen=1 m=18446744073709551615 time=101 size=?',
        'CPUSamples',
        'CPUSample time=110 m=1 p=0 g=0 stack=0',
        'CPUSample time=105 m=1 p=0 g=1 stack=0',
      );
      expect(typesOf(trace)).toEqual(['Sync', 'ProcStatus', 'GoStatus', 'CPUSample', 'CPUSample', 'HeapAlloc', 'Sync']);
      expect([3, 4].map((row) => trace.events.goroutineAt(row))).toEqual([1, NONE]);
    });

    it('knows a goroutine of a large id also when such ids are small', async () => {
      const create = (id: number): string => `GoCreate dt=1 new_g=${String(id)} new_stack=0 stack=0`;
      const small = Array.from({ length: 2100 }, (_, n) => create(n + 2));
      const { events, damage } = await decodeV22(...running, create(5000), ...small, create(4500), create(5000));
      expect(damage?.reason).toBe('tried to create goroutine (5000) that already exists');
      expect(events.length).toBe(3 + 1 + small.length + 1);
    });

    it('keeps strings as bytes, and interns stacks over frames', async () => {
      const trace = await decodeV22(
        ...running,
        'UserLog dt=1 task=0 key_string=1 value_string=2 stack=1',
        'UserLog dt=1 task=0 key_string=1 value_string=2 stack=2',
        'EventBatch gen=1 m=18446744073709551615 time=101 size=?',
        'Strings',
        'String id=1',
        'data="id"',
        'String id=2',
        'data="\\xff\\x00\\n"',
        'EventBatch gen=1 m=18446744073709551615 time=101 size=?',
        'Stacks',
        'Stack id=1 nframes=1',
        'pc=4096 func=1 file=1 line=7',
        'Stack id=2 nframes=1',
        'pc=4096 func=2 file=2 line=9',
      );
      const log = rowOf(trace, EventType.UserLog);
      expect(Array.from(trace.strings.bytesOf(trace.events.stringAt(log, 2)))).toEqual([0xff, 0, 10]);
      expect(printed(trace)).toContain('Log Time=103 Task=0 Category="id" Message="\\xff\\x00\\n"\nStack=\n\tid @ 0x1000\n\t\tid:7\n');
      // Within a generation the first frame of a pc is the frame of that pc.
      expect(trace.events.stackAt(log + 1)).toBe(trace.events.stackAt(log));
    });

    it('prints ids that are one double as the ids they are', async () => {
      const id = (n: number) => String(2n ** 53n + BigInt(n));
      const trace = await decodeV22(
        `EventBatch gen=1 m=${id(1)} time=100 size=?`,
        `ProcStatus dt=1 p=${id(3)} pstatus=1`,
        `GoStatus dt=1 g=${id(5)} m=${id(1)} gstatus=2`,
        `GoCreate dt=1 new_g=${id(6)} new_stack=0 stack=0`,
        `GoCreate dt=1 new_g=${id(7)} new_stack=0 stack=${id(1)}`,
        `UserTaskBegin dt=1 task=${id(9)} parent_task=${id(11)} name_string=${id(2)} stack=0`,
        `UserTaskEnd dt=1 task=${id(9)} stack=0`,
        `GoStop dt=1 reason_string=${id(1)} stack=0`,
        `GoStart dt=1 g=${id(7)} g_seq=1`,
        'EventBatch gen=1 m=18446744073709551615 time=101 size=?',
        'Strings',
        `String id=${id(1)}`,
        'data="one"',
        `String id=${id(2)}`,
        'data="two"',
        'EventBatch gen=1 m=18446744073709551615 time=101 size=?',
        'Stacks',
        `Stack id=${id(1)} nframes=1`,
        `pc=${id(1)} func=${id(1)} file=${id(2)} line=${id(3)}`,
      );
      const context = `M=${id(1)} P=${id(3)}`;
      expect(printed(trace).split('\n').slice(2)).toEqual([
        `M=${id(1)} P=${id(3)} G=-1 StateTransition Time=102 GoID=${id(5)} Undetermined->Running Reason=""`,
        `${context} G=${id(5)} StateTransition Time=103 GoID=${id(6)} NotExist->Runnable Reason=""`,
        'TransitionStack=',
        '',
        `${context} G=${id(5)} StateTransition Time=104 GoID=${id(7)} NotExist->Runnable Reason=""`,
        'TransitionStack=',
        '',
        'Stack=',
        '\tone @ 0x20000000000001',
        `\t\ttwo:${id(3)}`,
        '',
        `${context} G=${id(5)} TaskBegin Time=105 ID=${id(9)} Parent=${id(11)} Type="two"`,
        `${context} G=${id(5)} TaskEnd Time=106 ID=${id(9)} Parent=${id(11)} Type="two"`,
        `${context} G=${id(5)} StateTransition Time=107 GoID=${id(5)} Running->Runnable Reason="one"`,
        `${context} G=-1 StateTransition Time=108 GoID=${id(7)} Runnable->Running Reason=""`,
        'M=-1 P=-1 G=-1 Sync Time=109 N=2',
        '',
      ]);
    });

    it('lets a clock without a frequency stand still, as int64 does', async () => {
      const trace = await decode(['Trace Go1.22', ...running, `EventBatch gen=1 m=${nobody} time=100 size=?\nFrequency freq=0`].join('\n'));
      expect(trace.damage).toBeNull();
      expect([trace.originNs, ...timesOf(trace)]).toEqual([1n, 0, 1, 2, 3]);
    });

    it('keeps times exact that lie more than 2^53 ns after the start', async () => {
      const trace = await decodeV22(...running, `HeapAlloc dt=${2n ** 60n} heapalloc_value=1`, 'HeapAlloc dt=3 heapalloc_value=1');
      expect(trace.damage).toBeNull();
      expect(trace.events.bigTimeNsAt(rowOf(trace, EventType.HeapAlloc) + 1)).toBe(2n ** 60n + 5n);
      expect(printed(trace)).toContain(`Time=${2n ** 60n + 105n} `);
    });

    it('keeps nanoseconds exact above 2^53', async () => {
      const base = 2n ** 60n;
      const trace = await decode(
        [
          'Trace Go1.22',
          `EventBatch gen=1 m=1 time=${base} size=?`,
          'ProcStatus dt=1 p=0 pstatus=1',
          'ProcStop dt=4294967296',
          `EventBatch gen=1 m=${nobody} time=${base} size=?`,
          'Frequency freq=1000000000',
        ].join('\n'),
      );
      expect(trace.originNs).toBe(base);
      expect(timesOf(trace)).toEqual([0, 1, 4294967297, 4294967298]);
      expect(printed(trace)).toContain(`Time=${base + 4294967297n} `);
    });

    it('reads the clocks of Go 1.25 and the end marks of Go 1.26', async () => {
      const trace = await decode(
        [
          'Trace Go1.26',
          'EventBatch gen=3 m=1 time=100 size=?',
          'ProcStatus dt=1 p=0 pstatus=1',
          `EventBatch gen=3 m=${nobody} time=100 size=?`,
          'Sync',
          'Frequency freq=1000000000',
          'ClockSnapshot dt=5 mono=105 sec=1740755049 nsec=123',
          'EndOfGeneration',
        ].join('\n'),
      );
      expect(trace.damage).toBeNull();
      expect([...trace.syncs]).toEqual([
        { event: 0, generation: 3, snapshot: { timeNs: 5, traceNs: 105n, monoNs: 105n, wallUnixNs: 1740755049000000123n } },
        { event: 2, generation: NONE, snapshot: null },
      ]);
      expect(printed(trace)).toContain('Sync Time=100 N=1 Trace=105 Mono=105 Wall=2025-02-28T15:04:09.000000123Z\n');
    });
  });

  describe('a damaged trace', () => {
    it('keeps what came before, and says where and why it ends', async () => {
      const trace = await decodeV22(...running, 'HeapAlloc dt=1 heapalloc_value=1', 'GoUnblock dt=1 g=99 g_seq=1 stack=0');
      expect(typesOf(trace)).toEqual(['Sync', 'ProcStatus', 'GoStatus', 'HeapAlloc']);
      expect(trace.damage?.reason).toContain('broken trace: failed to advance');
      expect(trace.bytes[trace.damage?.details.offset ?? 0]).toBe(EventType.GoUnblock);
    });

    it('keeps whole generations when the last one is cut', async () => {
      const whole = encodeTrace(['Trace Go1.22', ...running, frequency].join('\n'));
      const trace = await decodeTrace(Uint8Array.from([...whole, 1, 2, 1, 50, 100, 7]), { kernel });
      expect(typesOf(trace)).toEqual(['Sync', 'ProcStatus', 'GoStatus', 'Sync']);
      expect(trace.damage?.reason).toBe('failed to read full batch: read 1 but wanted 100');
    });

    it('of hostile ids and lengths costs neither memory nor sense', async () => {
      const trace = await decodeV22(
        'EventBatch gen=1 m=18446744073709551607 time=100 size=?',
        'GoCreateSyscall dt=1 new_g=18446744073709551600',
        'EventBatch gen=1 m=18446744073709551615 time=101 size=?',
        'Strings',
        'String id=18446744073709551614',
        'data="far"',
      );
      expect(printed(trace)).toContain('M=-9 P=-1 G=-1 StateTransition Time=101 GoID=-16 NotExist->Syscall');
      expect(trace.damage).toBeNull();
    });
  });

  describe('what is no trace', () => {
    it('is refused in one line', async () => {
      expect((await refusalOf(new Uint8Array())).reason).toBe('bad file format: not a Go execution trace?');
      expect((await refusalOf(Buffer.from('go 1.99 trace\0\0\0'))).reason).toBe('unknown or unsupported trace version go 1.99');
      expect((await refusalOf(Buffer.from('go 1.10 trace\0\0\0'))).message).toContain('Go 1.11 to 1.27');
    });
  });

  describe('decoding', () => {
    it('stops when it is told to', async () => {
      const bytes = encodeTrace(
        ['Trace Go1.22', ...running, ...new Array<string>(20000).fill('HeapAlloc dt=1 heapalloc_value=1')].join('\n'),
      );
      const abort = new AbortController();
      abort.abort(new Error('enough'));
      await expect(decodeTrace(bytes, { kernel, signal: abort.signal })).rejects.toThrow('enough');
    });

    it('leaves nothing of a trace that was cancelled to the next one', async () => {
      const bytes = makeExampleTrace(true);
      const before = printed(await decodeTrace(bytes, { kernel }));
      const abort = new AbortController();
      const onProgress = (): void => {
        abort.abort();
      };
      // A machine that is fast enough is through before it hears of it.
      await decodeTrace(bytes, { kernel, signal: abort.signal, onProgress }).catch(() => undefined);
      expect(printed(await decodeTrace(bytes, { kernel })) === before).toBe(true);
    });
  });
});
