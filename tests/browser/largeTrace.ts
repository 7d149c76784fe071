import { writeFileSync } from 'node:fs';

import { EventType } from '../../src/gotrace';
import { encodeTrace } from '../../src/gotrace/encodeTrace.testing';

const eventsPerBatch = 12_000;
const batchesPerGeneration = 250;
const generations = 4;
const ticksPerGeneration = 10 ** 9;
const heapAlloc = EventType.HeapAlloc;

/** A trace of so many events that reading it takes a while: a heap that grows and shrinks, over four generations of a second. */
export function writeLargeTrace(file: string): void {
  const nobody = '18446744073709551615';
  const parts: Uint8Array[] = [];
  for (let generation = 1; generation <= generations; generation++) {
    const start = generation * ticksPerGeneration;
    const head = encodeTrace(
      [
        'Trace Go1.23',
        `EventBatch gen=${generation} m=${nobody} time=${start} size=?`,
        'Frequency freq=1000000000',
        `EventBatch gen=${generation} m=1 time=${start} size=?`,
        'ProcStatus dt=1 p=0 pstatus=1',
        'GoStatus dt=1 g=1 m=1 gstatus=2',
      ].join('\n'),
    );
    parts.push(generation === 1 ? head : head.subarray(16));
    for (let batch = 0; batch < batchesPerGeneration; batch++) {
      parts.push(heapBatch(generation, start + 1000 + batch * (ticksPerGeneration / batchesPerGeneration), batch));
    }
  }
  writeFileSync(file, Buffer.concat(parts));
}

function heapBatch(generation: number, ticks: number, batch: number): Uint8Array {
  const events: number[] = [];
  for (let event = 0; event < eventsPerBatch; event++) {
    events.push(heapAlloc, 100, ...varint(2 ** 20 + ((batch * 97 + event) % 1000) * 1024));
  }
  return Uint8Array.from([1, generation, 1, ...varint(ticks), ...varint(events.length), ...events]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest >= 128 ? (rest % 128) + 128 : rest);
    if (rest < 128) {
      return bytes;
    }
  }
}
