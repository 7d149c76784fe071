import { concatenate } from '../base';
import { decodeTrace } from './decodeTrace';
import { EventType } from './eventType';

const header = 'go 1.22 trace\0\0\0';
const eventBatch = 1;
const frequency = 8;
const ticksPerSecond = [0x80, 0x94, 0xeb, 0xdc, 0x03];
const generation = 1;
const thread = 0;
const time = 1;
const proc = 0;
const running = 1;
/** As many as make engines compile the loop over events; more make no first file faster. */
const eventCount = 2000;

/**
 * Compiles what decoding a trace needs, by doing so once, so that the first file does not wait for it: engines begin with code that is made fast and runs slowly,
 * and replace it after a while.
 */
export async function prepareTraces(): Promise<void> {
  await decodeTrace(makeTrace());
}

/** A trace of one proc that allocates: each of its events takes three bytes. For tests, too. */
export function makeTrace(): Uint8Array {
  const allocation = [EventType.HeapAlloc, 1, 1];
  const events = [EventType.ProcStatus, 1, proc, running, ...Array.from({ length: eventCount }, () => allocation).flat()];
  return concatenate([new TextEncoder().encode(header), batch([frequency, ...ticksPerSecond]), batch(events)]);
}

function batch(payload: readonly number[]): Uint8Array {
  const size = payload.length;
  const head = [eventBatch, generation, thread, time, (size & 0x7f) | 0x80, ((size >> 7) & 0x7f) | 0x80, size >> 14];
  return Uint8Array.from([...head, ...payload]);
}
