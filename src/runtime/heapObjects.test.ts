import { decodeTrace, type Trace } from '../gotrace';
import { encodeTrace } from '../gotrace/encodeTrace.testing';
import { findHeapObjects, type HeapObjects, type HeapTable } from './heapObjects';
import { heapByType, liveBytesAt, sumHeap } from './heapTotals';

const nobody = '18446744073709551615';
const minHeapAddress = 4096;
/** The heap begins at 4096, pages have 8192 bytes, objects are aligned to 8, stacks to 2048. */
const layout = String.raw`data="\x01\x80\x20\x80\x40\x08\x80\x10"`;
/** Type 1 of a generation: `name`, of 24 bytes, of which the first 8 may hold pointers. */
const typeNamed = (name: string, address: number) =>
  String.raw`data="\x00\x01` + `\\x${address.toString(16).padStart(2, '0')}` + String.raw`\x18\x08` + `\\x0${name.length}${name}"`;
const kindOf = (sizeClass: number, isNoscan: boolean): number => sizeClass * 4 + (isNoscan ? 2 : 0);
const [class24, class16Tiny, large] = [kindOf(3, false), kindOf(2, true), kindOf(0, false)];

interface TestGeneration {
  readonly events: readonly string[];
  readonly type?: string;
}

/** A trace from 100 on, one nanosecond a tick; generation k begins at 100 k. */
function traceOf(...generations: readonly TestGeneration[]): Promise<Trace> {
  const lines = generations.flatMap(({ events, type }, index) => {
    const [gen, time] = [index + 1, 100 * (index + 1)];
    const batch = (kind: string) => `${kind} gen=${gen} m=${nobody} time=${time}`;
    return [
      `EventBatch gen=${gen} m=1 time=${time} size=?`,
      'ProcStatus dt=1 p=0 pstatus=1',
      'GoStatus dt=1 g=1 m=1 gstatus=2',
      ...events,
      `${batch('EventBatch')} size=?\nFrequency freq=1000000000`,
      ...(index === 0 ? [`${batch('ExperimentalBatch').replace('Batch ', 'Batch exp=1 ')}\n${layout}`] : []),
      ...(type === undefined ? [] : [`${batch('ExperimentalBatch').replace('Batch ', 'Batch exp=1 ')}\n${type}`]),
    ];
  });
  return decodeTrace(encodeTrace(['Trace Go1.23', ...lines].join('\n')));
}

async function heapOf(...generations: readonly TestGeneration[]): Promise<HeapObjects> {
  const trace = await traceOf(...generations);
  expect(trace.damage).toBeNull();
  return (await findHeapObjects(trace))!;
}

/** `offset bytes from-to` of each row. */
function rowsOf({ length, address, bytes, allocatedNs, freedNs }: HeapTable): string[] {
  return Array.from({ length }, (_, row) => `${address[row]! - minHeapAddress} ${bytes[row]} ${allocatedNs[row]}-${freedNs[row]}`);
}

describe('findHeapObjects', () => {
  it('finds none where the experiment was off', async () => {
    expect(
      await findHeapObjects(await decodeTrace(encodeTrace(`Trace Go1.23\nEventBatch gen=1 m=${nobody} time=1 size=?\nFrequency freq=1`))),
    ).toBeNull();
  });

  it('gives objects the size of the span that covers them, and from when to when they lived', async () => {
    const { objects, spans, notices } = await heapOf({
      events: [
        `Span dt=1 id=2 npages_value=1 kindclass=${class24}`,
        // Page 2 begins at 16384, which is object 2048.
        'HeapObject dt=1 id=2048 type=0',
        'HeapObjectAlloc dt=1 id=2051 type=1',
        `SpanAlloc dt=1 id=8 npages_value=5 kindclass=${large}`,
        'HeapObjectAlloc dt=1 id=8192 type=0',
        'HeapObjectFree dt=1 id=2048',
        'HeapObjectFree dt=1 id=8192',
        'SpanFree dt=1 id=8',
      ],
      type: typeNamed('Node', 7),
    });
    expect(rowsOf(objects)).toEqual(['16384 24 -Infinity-8', '16408 24 5-Infinity', '65536 40960 7-9']);
    expect(rowsOf(spans)).toEqual(['16384 8192 -Infinity-Infinity', '65536 40960 6-10']);
    expect([...objects.type]).toEqual([0, 1, 0]);
    expect(notices).toEqual([]);
  });

  it('takes small allocations in one slot, and addresses behind a header, for the object they are in', async () => {
    const { objects, tinyAllocations } = await heapOf({
      events: [
        `SpanAlloc dt=1 id=0 npages_value=1 kindclass=${class16Tiny}`,
        'HeapObjectAlloc dt=1 id=2 type=0',
        'HeapObjectAlloc dt=1 id=3 type=0',
        'HeapObjectFree dt=1 id=2',
        'HeapObjectAlloc dt=1 id=3 type=0',
        `SpanAlloc dt=1 id=1 npages_value=1 kindclass=${class24}`,
        'HeapObjectAlloc dt=1 id=1025 type=0',
        'HeapObjectFree dt=1 id=1024',
      ],
    });
    expect(rowsOf(objects)).toEqual(['16 16 4-6', '16 16 7-Infinity', '8192 24 9-10']);
    expect(tinyAllocations).toBe(1);
  });

  it('ends what was not freed where something new takes its place', async () => {
    const { objects, spans } = await heapOf({
      events: [
        `SpanAlloc dt=1 id=0 npages_value=1 kindclass=${class24}`,
        'HeapObjectAlloc dt=1 id=0 type=0',
        'HeapObjectAlloc dt=1 id=0 type=0',
        `SpanAlloc dt=1 id=0 npages_value=1 kindclass=${class16Tiny}`,
      ],
    });
    expect(rowsOf(objects)).toEqual(['0 24 4-5', '0 24 5-Infinity']);
    expect(rowsOf(spans)).toEqual(['0 8192 3-6', '0 8192 6-Infinity']);
  });

  it('reads type ids by the generation they are of', async () => {
    const allocate = (id: number) => ({
      events: [`SpanAlloc dt=1 id=${id} npages_value=1 kindclass=${class24}`, `HeapObjectAlloc dt=1 id=${id * 1024} type=1`],
    });
    const heap = await heapOf(
      { ...allocate(0), type: typeNamed('Node', 7) },
      { ...allocate(1), type: typeNamed('Leaf', 9) },
      { ...allocate(2), type: typeNamed('Node', 7) },
    );
    expect(Array.from(heap.objects.type, (type) => heap.types[type]?.name)).toEqual(['Node', 'Leaf', 'Node']);
    expect(heap.types[1]).toEqual({ name: 'Node', address: 7, sizeBytes: 24, pointerBytes: 8 });
  });

  it('says what it cannot place', async () => {
    const { objects, notices } = await heapOf({ events: ['HeapObjectAlloc dt=1 id=0 type=0', 'HeapObjectFree dt=1 id=9'] });
    expect(rowsOf(objects)).toEqual(['0 0 3-Infinity']);
    expect(notices.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Objects whose size is not known.*: 1\.$/),
      expect.stringMatching(/^Objects that were freed.*: 1\.$/),
    ]);
  });

  it('follows stacks of goroutines', async () => {
    const { stacks } = await heapOf({
      events: ['GoroutineStack dt=1 id=4 order=12', 'GoroutineStackAlloc dt=1 id=8 order=13', 'GoroutineStackFree dt=1 id=4'],
    });
    expect(rowsOf(stacks)).toEqual(['8192 2048 -Infinity-5', '16384 4096 4-Infinity']);
  });

  it('keeps the types before what is broken in a batch', async () => {
    const broken = typeNamed('Node', 7).replace(/"$/, String.raw`\x02\x09"`);
    const heap = await heapOf({
      events: [`SpanAlloc dt=1 id=0 npages_value=1 kindclass=${class24}`, 'HeapObjectAlloc dt=1 id=0 type=1'],
      type: broken,
    });
    expect(heap.types[heap.objects.type[0]!]?.name).toBe('Node');
    expect(heap.notices).toEqual([
      { severity: 'warning', text: expect.stringMatching(/^Batches .* cannot be read to their end: 1, the first at offset \d+\.$/) },
    ]);
  });
});

describe('sums', () => {
  const events = [
    `Span dt=1 id=0 npages_value=1 kindclass=${class24}`,
    'HeapObject dt=1 id=0 type=0',
    'HeapObjectAlloc dt=1 id=3 type=1',
    'HeapObjectAlloc dt=1 id=6 type=1',
    'HeapObjectFree dt=1 id=3',
    'HeapObjectFree dt=1 id=0',
  ];

  it('tell by type what is live at a moment, and what came and went', async () => {
    const heap = await heapOf({ events, type: typeNamed('Node', 7) });
    const of = (objects: number) => ({ objects, bytes: objects * 24 });
    const rows = (atNs?: number) => heapByType(heap, atNs).map(({ type, ...totals }) => ({ name: type.name, ...totals }));
    expect(rows(6)).toEqual([
      { name: 'Node', allocated: of(2), freed: of(0), live: of(2) },
      { name: '', allocated: of(0), freed: of(0), live: of(1) },
    ]);
    expect(rows()).toEqual([
      { name: 'Node', allocated: of(2), freed: of(1), live: of(1) },
      { name: '', allocated: of(0), freed: of(1), live: of(0) },
    ]);
    expect(sumHeap(heapByType(heap))).toEqual({ allocated: of(2), freed: of(2), live: of(1) });
  });

  it('follow the live bytes over time', async () => {
    const heap = await heapOf({ events });
    expect([...liveBytesAt(heap, Float64Array.of(0, 4, 5, 6, 7, 8, 50))]).toEqual([24, 24, 48, 72, 48, 24, 24]);
  });
});
