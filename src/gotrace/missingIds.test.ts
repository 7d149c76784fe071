import { decodeTrace } from './decodeTrace';
import { encodeTrace } from './encodeTrace.testing';

/** Events of goroutine 1 on proc 0 whose argument ID names a string or stack that the generation does not hold, and what the official reader says. */
const events = [
  ['ProcsChange dt=1 procs_value=7 stack=ID', 'found invalid stack ID ID for event ProcsChange'],
  ['GoCreate dt=1 new_g=7 new_stack=0 stack=ID', 'found invalid stack ID ID for event GoCreate'],
  ['GoCreate dt=1 new_g=7 new_stack=ID stack=0', 'found invalid stack ID ID for event GoCreate'],
  ['GoStop dt=1 reason_string=ID stack=0', 'found invalid string ID ID for event GoStop'],
  ['GoStop dt=1 reason_string=0 stack=ID', 'found invalid stack ID ID for event GoStop'],
  ['GoBlock dt=1 reason_string=ID stack=0', 'found invalid string ID ID for event GoBlock'],
  ['GoBlock dt=1 reason_string=0 stack=ID', 'found invalid stack ID ID for event GoBlock'],
  ['GoUnblock dt=1 g=2 g_seq=1 stack=ID', 'found invalid stack ID ID for event GoUnblock'],
  ['GoSyscallBegin dt=1 p_seq=1 stack=ID', 'found invalid stack ID ID for event GoSyscallBegin'],
  ['STWBegin dt=1 kind_string=ID stack=0', 'found invalid string ID ID for event STWBegin'],
  ['STWBegin dt=1 kind_string=0 stack=ID', 'found invalid stack ID ID for event STWBegin'],
  ['GCBegin dt=1 gc_seq=1 stack=ID', 'found invalid stack ID ID for event GCBegin'],
  ['GCSweepBegin dt=1 stack=ID', 'found invalid stack ID ID for event GCSweepBegin'],
  ['GCMarkAssistBegin dt=1 stack=ID', 'found invalid stack ID ID for event GCMarkAssistBegin'],
  ['GoLabel dt=1 label_string=ID', 'found invalid string ID ID for event GoLabel'],
  ['UserTaskBegin dt=1 task=7 parent_task=0 name_string=ID stack=0', 'invalid string ID ID for 40 event'],
  ['UserTaskBegin dt=1 task=7 parent_task=0 name_string=0 stack=ID', 'found invalid stack ID ID for event UserTaskBegin'],
  ['UserTaskEnd dt=1 task=7 stack=ID', 'found invalid stack ID ID for event UserTaskEnd'],
  ['UserRegionBegin dt=1 task=7 name_string=ID stack=0', 'invalid string ID ID for 42 event'],
  ['UserRegionBegin dt=1 task=7 name_string=0 stack=ID', 'found invalid stack ID ID for event UserRegionBegin'],
  ['UserRegionEnd dt=1 task=7 name_string=ID stack=0', 'invalid string ID ID for 43 event'],
  ['UserRegionEnd dt=1 task=7 name_string=0 stack=ID', 'found invalid stack ID ID for event UserRegionEnd'],
  ['UserLog dt=1 task=7 key_string=ID value_string=0 stack=0', 'found invalid string ID ID for event UserLog'],
  ['UserLog dt=1 task=7 key_string=0 value_string=ID stack=0', 'found invalid string ID ID for event UserLog'],
  ['UserLog dt=1 task=7 key_string=0 value_string=0 stack=ID', 'found invalid stack ID ID for event UserLog'],
  ['GoCreateBlocked dt=1 new_g=7 new_stack=0 stack=ID', 'found invalid stack ID ID for event GoCreateBlocked'],
  ['GoCreateBlocked dt=1 new_g=7 new_stack=ID stack=0', 'found invalid stack ID ID for event GoCreateBlocked'],
  ['GoStatusStack dt=1 g=2 m=0 gstatus=4 stack=ID', 'found invalid stack ID ID for event GoStatusStack'],
] as const;
const eventsBefore = ['Sync', 'ProcStatus', 'GoStatus', 'GoStatus'];

/** Ids that tables may hold by chance: the first, one of a generation before, one of no table. */
const ids = ['1', '3', '9', '1152921504606846976'];
const clock = ['EventBatch gen=GEN m=18446744073709551615 time=1 size=?', 'Frequency freq=15625000'];
const tables = [
  'EventBatch gen=1 m=18446744073709551615 time=1 size=?',
  'Strings',
  'String id=3',
  'data="three"',
  'EventBatch gen=1 m=18446744073709551615 time=1 size=?',
  'Stacks',
  'Stack id=3 nframes=1',
  'pc=1 func=3 file=3 line=1',
];
const states = [
  'EventBatch gen=GEN m=0 time=1 size=?',
  'ProcStatus dt=1 p=0 pstatus=1',
  'GoStatus dt=1 g=1 m=0 gstatus=2',
  'GoStatus dt=1 g=2 m=18446744073709551615 gstatus=4',
];

async function expectRefusal(
  before: readonly string[],
  after: readonly string[],
  generation: string,
  event: string,
  refusal: string,
  rowsBefore: number,
): Promise<void> {
  const broken = [...states, event, ...after, ...clock].map((line) => line.replace('GEN', generation));
  const { damage, events: rows } = await decodeTrace(encodeTrace(['Trace Go1.23', ...before, ...broken].join('\n')));
  expect([damage?.reason, rows.length]).toEqual([refusal, rowsBefore]);
}

describe.each(ids)('id %s', (id) => {
  it.each(events)('refuses %s in a file without tables, and keeps what came before', async (event, refusal) => {
    await expectRefusal(
      [],
      ['GoStop dt=1 reason_string=0 stack=0'],
      '1',
      event.replace('ID', id),
      refusal.replace('ID ID', `ID ${id}`),
      eventsBefore.length,
    );
  });

  it.each(events)(
    'refuses %s as the last of a thread, behind a generation with tables, and keeps what came before',
    async (event, refusal) => {
      const before = [...states, ...clock, ...tables].map((line) => line.replace('GEN', '1'));
      await expectRefusal(before, [], '2', event.replace('ID', id), refusal.replace('ID ID', `ID ${id}`), eventsBefore.length * 2);
    },
  );
});
