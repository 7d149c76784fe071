import { decodeTrace } from './decodeTrace';
import { makeExampleTrace } from './exampleTrace';
import { EventType } from './trace';

/** What threads of a program do often. */
const common = [
  EventType.CPUSample,
  EventType.ProcsChange,
  EventType.ProcStart,
  EventType.ProcStop,
  EventType.ProcSteal,
  EventType.GoCreate,
  EventType.GoCreateBlocked,
  EventType.GoStart,
  EventType.GoDestroy,
  EventType.GoStop,
  EventType.GoBlock,
  EventType.GoUnblock,
  EventType.GoSyscallBegin,
  EventType.GoSyscallEnd,
  EventType.GoSyscallEndBlocked,
  EventType.STWBegin,
  EventType.GCBegin,
  EventType.GCEnd,
  EventType.GCSweepBegin,
  EventType.GCMarkAssistBegin,
  EventType.HeapAlloc,
  EventType.HeapGoal,
  EventType.GoLabel,
  EventType.UserTaskBegin,
  EventType.UserTaskEnd,
  EventType.UserRegionBegin,
  EventType.UserRegionEnd,
  EventType.UserLog,
];

describe('makeExampleTrace', () => {
  it('makes a trace that is whole, of several generations, in which all common events happen many times', async () => {
    const { events, syncs, damage } = await decodeTrace(makeExampleTrace(false));
    expect(damage).toBeNull();
    expect(syncs.length).toBeGreaterThan(2);
    const counts = new Map<EventType, number>();
    for (let event = 0; event < events.length; event++) {
      const type = events.typeAt(event);
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    expect(common.filter((type) => (counts.get(type) ?? 0) < 10).map((type) => EventType[type])).toEqual([]);
  });

  it('makes a long one, in which goroutines start more than 2^14 times', async () => {
    const { events, damage } = await decodeTrace(makeExampleTrace(true));
    expect(damage).toBeNull();
    const sequences = Array.from({ length: events.length }, (_, event) =>
      events.typeAt(event) === EventType.GoStart ? events.argAt(event, 1) : 0,
    );
    expect(sequences.reduce((most, sequence) => Math.max(most, sequence))).toBeGreaterThan(2 ** 14);
  });
});
