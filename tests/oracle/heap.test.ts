import { analyzeTrace, stringifyFacts, toFactsJson } from '../../src/correlate';
import { decodeTrace, EventType, type Trace } from '../../src/gotrace';
import { findHeapObjects, heapByType, liveBytesAt, sumHeap } from '../../src/runtime';
import { recordedTraces } from './traceFixtures';

/** What the runtime itself says of the live heap. */
function heapAllocsOf({ events }: Trace): { readonly timeNs: number; readonly bytes: number }[] {
  return Array.from({ length: events.length }, (_, event) => event)
    .filter((event) => events.typeAt(event) === EventType.HeapAlloc)
    .map((event) => ({ timeNs: events.timeNsAt(event), bytes: events.argAt(event, 0) }));
}

const experiments = recordedTraces().filter(([name]) => name.startsWith('af-'));

describe('objects of the alloc/free experiment', () => {
  it.each(experiments)('add up to what the runtime says: %s', async (_, { read }) => {
    const trace = await decodeTrace(read());
    const heap = (await findHeapObjects(trace))!;
    const types = heapByType(heap);
    const { allocated, freed, live } = sumHeap(types);
    const last = heapAllocsOf(trace).at(-1)!;
    expect(Math.abs(live.bytes / last.bytes - 1)).toBeLessThan(0.03);
    expect(liveBytesAt(heap, Float64Array.of(trace.events.timeNsAt(trace.events.length - 1)))[0]).toBe(live.bytes);
    expect(heap.objects.length).toBe(freed.objects + live.objects);
    expect(heap.notices).toEqual([]);

    const count = (type: EventType) =>
      Array.from({ length: trace.events.length }, (_unused, event) => trace.events.typeAt(event)).filter((own) => own === type).length;
    expect(allocated.objects + heap.tinyAllocations).toBe(count(EventType.HeapObjectAlloc));
    expect(freed.objects).toBeGreaterThanOrEqual(count(EventType.HeapObjectFree));
    expect(types.every(({ type }) => type.pointerBytes <= type.sizeBytes)).toBe(true);
  });

  it.each(experiments)('stand beside the other facts, which they leave alone: %s', async (_, { read }) => {
    const analyzed = await analyzeTrace(await decodeTrace(read()));
    const facts = toFactsJson(analyzed, await findHeapObjects(analyzed.trace));
    const { heapObjects, ...others } = JSON.parse(stringifyFacts(facts)) as { heapObjects: { liveOverTime: unknown[] } };
    expect(others).toEqual(JSON.parse(stringifyFacts(toFactsJson(analyzed))));
    expect(heapObjects.liveOverTime).toHaveLength(100);
  });
});
