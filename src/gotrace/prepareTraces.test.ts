import { decodeTrace } from './decodeTrace';
import { makeTrace, prepareTraces } from './prepareTraces';
import { EventType } from './trace';

describe('prepareTraces', () => {
  it('decodes the trace that it makes', async () => {
    await expect(prepareTraces()).resolves.toBeUndefined();
  });

  it('makes one that is long and whole', async () => {
    const { events, damage } = await decodeTrace(makeTrace());
    expect(damage).toBeNull();
    expect(events.length).toBeGreaterThan(1000);
    expect(events.typeAt(events.length - 2)).toBe(EventType.HeapAlloc);
  });
});
