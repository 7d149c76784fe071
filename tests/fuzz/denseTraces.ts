import { EventType } from '../../src/gotrace';
import { EventV1 } from '../../src/gotrace/v1/eventTypes';
import { wire } from './mutate/traceV2File';

/**
 * Traces that hold as many things of one kind as their bytes can: what the runtime never writes, and costs most memory. Each is made of whole records, as many as
 * fit in `bytes`.
 */
export const denseTraces = {
  'threads with an event': (bytes) => eachBatch(bytes, (file, n) => file.batch(n + 1, [EventType.ProcsChange, 0, 1, 0])),
  'threads without events': (bytes) => eachBatch(bytes, (file, n) => file.batch(n + 1, [])),
  'threads whose first event is impossible': (bytes) => eachBatch(bytes, (file, n) => file.batch(n + 1, [EventType.ProcStop, 0])),
  'batches of one thread': (bytes) => eachBatch(bytes, (file) => file.batch(1, [])),
  'tiny generations': (bytes) => generations(bytes, []),
  'tiny generations with a string': (bytes) => generations(bytes, [wire.strings, wire.string, 1, 1, 0x61]),
  'tiny generations with a string of a large id': (bytes) => generations(bytes, [wire.strings, wire.string, ...largeId, 1, 0x61]),
  strings: (bytes) => tables(bytes, wire.strings, (n) => [wire.string, ...varint(n + 1), ...text(n)]),
  'strings with large ids': (bytes) => tables(bytes, wire.strings, (n) => [wire.string, ...varint(2 ** 30 + n), ...text(n)]),
  'empty strings': (bytes) => tables(bytes, wire.strings, (n) => [wire.string, ...varint(n + 1), 0]),
  'stacks of a frame': (bytes) => tables(bytes, wire.stacks, (n) => [wire.stack, ...varint(n + 1), 1, ...varint(n + 1), 0, 0, 1]),
  'stacks without frames': (bytes) => tables(bytes, wire.stacks, (n) => [wire.stack, ...varint(n + 1), 0]),
  'stacks with large ids': (bytes) => tables(bytes, wire.stacks, (n) => [wire.stack, ...varint(2 ** 30 + n), 1, ...varint(n + 1), 0, 0, 1]),
  'stacks of many frames': (bytes) =>
    tables(bytes, wire.stacks, (n) => [
      wire.stack,
      ...varint(n + 1),
      100,
      ...Array.from({ length: 100 }, (_, frame) => [...varint(100 * n + frame), 0, 0, 1]).flat(),
    ]),
  samples: (bytes) => tables(bytes, wire.samples, (n) => [wire.sample, ...varint(n + 1), 1, 0, 0, 0]),
  'samples of threads': (bytes) => tables(bytes, wire.samples, (n) => [wire.sample, 1, ...varint(n + 1), 0, 0, 0]),
  'samples of goroutines': (bytes) => tables(bytes, wire.samples, (n) => [wire.sample, 1, 1, 0, ...varint(n + 1), 0]),
  procs: (bytes) => events(bytes, (n) => [EventType.ProcStatus, 1, ...varint(n + 1), 2]),
  goroutines: (bytes) => events(bytes, (n) => [EventType.GoStatus, 1, ...varint(n + 1), ...none, 4]),
  'goroutines that are made': (bytes) =>
    events(
      bytes,
      (n) =>
        [
          [EventType.ProcStatus, 1, 1, 1],
          [EventType.GoStatus, 1, 1, 1, 2],
        ][n] ?? [EventType.GoCreate, 1, ...varint(n), 0, 0],
    ),
  'goroutines with every other id': (bytes) =>
    events(
      bytes,
      (n) =>
        [
          [EventType.ProcStatus, 1, 1, 1],
          [EventType.GoStatus, 1, 1, 1, 2],
        ][n] ?? [EventType.GoCreate, 1, ...varint(2 * n), 0, 0],
    ),
  'goroutines of threads': (bytes) => events(bytes, (n) => [EventType.GoStatus, 1, ...varint(n + 1), ...varint(n + 2), 3]),
  events: (bytes) => events(bytes, (n) => (n === 0 ? [EventType.ProcStatus, 1, 1, 1] : [EventType.HeapAlloc, 1, 1])),
  'events seconds apart': (bytes) =>
    events(bytes, (n) => (n === 0 ? [EventType.ProcStatus, 1, 1, 1] : [EventType.HeapAlloc, ...varint(5e9), 1])),
  'damage behind many events': (bytes) =>
    events(bytes, (n) => (n === 0 ? [EventType.ProcStatus, 1, 1, 1] : [n < bytes / 3.1 ? EventType.HeapAlloc : EventType.STWEnd, 1, 1])),
  'v1: strings': (bytes) => oldBatch(bytes, (n) => [EventV1.String, ...varint(n + 1), ...text(n)]),
  'v1: stacks of a frame': (bytes) => oldBatch(bytes, (n) => prefixed(EventV1.Stack, [...varint(n + 1), 1, ...varint(n + 1), 0, 0, 1])),
  'v1: stacks of one frame': (bytes) => oldBatch(bytes, (n) => prefixed(EventV1.Stack, [...varint(n + 1), 1, 1, 0, 0, 1])),
  'v1: batches': (bytes) => oldFile(bytes, (n) => [EventV1.Batch | (1 << 6), 0, ...varint(n)]),
  'v1: procs': (bytes) => oldFile(bytes, (n) => [EventV1.Batch | (1 << 6), ...varint(n % 65000), ...varint(n)]),
  'v1: goroutines': (bytes) => oldBatch(bytes, (n) => prefixed(EventV1.GoCreate, [1, ...varint(n + 1), 0, 0])),
  'v1: events': (bytes) => oldBatch(bytes, () => [EventV1.HeapAlloc | (1 << 6), 1, 1]),
  'v1: samples': (bytes) => oldBatch(bytes, (n) => prefixed(EventV1.CPUSample, [...varint(n + 1), 0, 0, 1, 0])),
  'v1: messages': (bytes) => oldBatch(bytes, (n) => [...prefixed(EventV1.UserLog, [1, 0, 0, 0]), ...text(n)]),
} as const satisfies Readonly<Record<string, (bytes: number) => Uint8Array>>;

const headerOf = (version: number): Uint8Array => Buffer.from(`go 1.${version} trace\0\0\0`, 'latin1');
const none = varint(2n ** 64n - 1n);
const largeId = varint(2n ** 63n);
const ticks = 10;
const perSecond = varint(1_000_000_000);
const mostBatchBytes = 65_000;

/** Bytes of a file up to a size. */
class DenseFile {
  private readonly bytes: Uint8Array;
  private length = 0;

  constructor(version: number, size: number) {
    this.bytes = new Uint8Array(size);
    this.write(headerOf(version));
  }

  /** False when it does not fit. */
  write(part: ArrayLike<number>): boolean {
    const fits = this.length + part.length <= this.bytes.length;
    if (fits) {
      this.bytes.set(part, this.length);
      this.length += part.length;
    }
    return fits;
  }

  batch(thread: number, payload: ArrayLike<number>, generation = 1): boolean {
    const header = [wire.eventBatch, ...varint(generation), ...varint(thread), ticks, ...varint(payload.length)];
    return this.write(Uint8Array.of(...header, ...Array.from(payload)));
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

const frequency = [wire.frequency, ...perSecond];

function eachBatch(bytes: number, write: (file: DenseFile, n: number) => boolean): Uint8Array {
  const file = new DenseFile(22, bytes);
  file.batch(0, frequency);
  for (let n = 0; write(file, n); n++);
  return file.finish();
}

function generations(bytes: number, table: readonly number[]): Uint8Array {
  const file = new DenseFile(22, bytes);
  for (let n = 1; file.batch(0, frequency, n) && (table.length === 0 || file.batch(0, table, n)); n++);
  return file.finish();
}

/** Batches full of records; `head` begins each of them. */
function records(bytes: number, head: readonly number[], record: (n: number) => number[]): Uint8Array {
  const file = new DenseFile(22, bytes);
  file.batch(0, frequency);
  let payload = [...head];
  for (let n = 0; ; n++) {
    const next = record(n);
    if (payload.length + next.length > mostBatchBytes) {
      if (!file.batch(1, payload)) {
        return file.finish();
      }
      payload = [...head];
    }
    payload.push(...next);
  }
}

function tables(bytes: number, kind: number, record: (n: number) => number[]): Uint8Array {
  return records(bytes, [kind], record);
}

function events(bytes: number, event: (n: number) => number[]): Uint8Array {
  return records(bytes, [], event);
}

function oldFile(bytes: number, record: (n: number) => number[]): Uint8Array {
  const file = new DenseFile(21, bytes);
  file.write([EventV1.Batch | (1 << 6), 0, 0]);
  file.write([EventV1.Frequency, ...perSecond]);
  for (let n = 0; file.write(record(n)); n++);
  return file.finish();
}

function oldBatch(bytes: number, record: (n: number) => number[]): Uint8Array {
  return oldFile(bytes, record);
}

function prefixed(type: EventV1, values: readonly number[]): number[] {
  return [type | (3 << 6), values.length, ...values];
}

/** The n-th text of up to four letters, after its length. */
function text(n: number): number[] {
  const letters = [n & 0xff, (n >>> 8) & 0xff, (n >>> 16) & 0xff];
  return [letters.length, ...letters];
}

function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  if (typeof value === 'number') {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) {
      bytes.push((rest % 128) | 0x80);
    }
    bytes.push(rest);
    return bytes;
  }
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
  bytes.push(Number(rest));
  return bytes;
}
