import { eventSpecs } from '../../../src/gotrace/eventSpecs';
import { concatBytes, encodeVarint, readVarint } from './varints';

/** Numbers of what is no timed event; go-execution-trace.md section 2. */
export const wire = {
  eventBatch: 1,
  stacks: 2,
  stack: 3,
  strings: 4,
  string: 5,
  samples: 6,
  sample: 7,
  frequency: 8,
  experimentalBatch: 49,
  sync: 50,
  clockSnapshot: 51,
  endOfGeneration: 52,
} as const;

export const none = (1n << 64n) - 1n;
export const headerBytes = 16;

/** A batch as it stands in the file. Mutators put another one in its place, never change it. */
export interface FileBatch {
  readonly type: number;
  /** Of an experimental batch only. */
  readonly experiment: number;
  readonly generation: bigint;
  readonly thread: bigint;
  readonly ticks: bigint;
  /** What the header says instead of the payload's length. */
  readonly size?: bigint;
  readonly payload: Uint8Array;
}

/** An execution trace of format v2 as its parts. A part that is no batch is bytes: ends of generations, and all from the first thing that cannot be read. */
export interface TraceV2File {
  readonly header: Uint8Array;
  readonly parts: readonly (FileBatch | Uint8Array)[];
}

/** One record of a batch: its first byte, its values, and the bytes of a string. */
export interface Record {
  readonly type: number;
  readonly values: readonly bigint[];
  readonly data?: Uint8Array;
  /** How values are written; absent: each as short as possible. */
  readonly encoded?: readonly (readonly number[])[];
}

export function isBatch(part: FileBatch | Uint8Array | undefined): part is FileBatch {
  return part !== undefined && !(part instanceof Uint8Array);
}

export function parseTraceV2(bytes: Uint8Array): TraceV2File {
  const parts: (FileBatch | Uint8Array)[] = [];
  let at = headerBytes;
  while (at < bytes.length) {
    if (bytes[at] === wire.endOfGeneration) {
      parts.push(bytes.slice(at, at + 1));
      at++;
      continue;
    }
    const read = readBatch(bytes, at);
    if (read === undefined) {
      parts.push(bytes.slice(at));
      break;
    }
    parts.push(read.batch);
    at = read.end;
  }
  return { header: bytes.slice(0, headerBytes), parts };
}

function readBatch(bytes: Uint8Array, start: number): { batch: FileBatch; end: number } | undefined {
  const type = bytes[start] ?? 0;
  if (type !== wire.eventBatch && type !== wire.experimentalBatch) {
    return undefined;
  }
  let at = start + (type === wire.experimentalBatch ? 2 : 1);
  const fields: bigint[] = [];
  for (let n = 0; n < 4; n++) {
    const field = readVarint(bytes, at, bytes.length);
    if (field === undefined) {
      return undefined;
    }
    fields.push(field.value);
    at = field.end;
  }
  const [generation = 0n, thread = 0n, ticks = 0n, size = 0n] = fields;
  if (size > BigInt(bytes.length - at)) {
    return undefined;
  }
  const end = at + Number(size);
  const experiment = type === wire.experimentalBatch ? (bytes[start + 1] ?? 0) : 0;
  return { batch: { type, experiment, generation, thread, ticks, payload: bytes.slice(at, end) }, end };
}

export function writeTraceV2({ header, parts }: TraceV2File): Uint8Array {
  return concatBytes([header, ...parts.flatMap((part) => (isBatch(part) ? [batchHeader(part), part.payload] : [part]))]);
}

function batchHeader({ type, experiment, generation, thread, ticks, size, payload }: FileBatch): number[] {
  return [
    type,
    ...(type === wire.experimentalBatch ? [experiment] : []),
    ...encodeVarint(generation),
    ...encodeVarint(thread),
    ...encodeVarint(ticks),
    ...encodeVarint(size ?? BigInt(payload.length), size === undefined ? 10 : 1),
  ];
}

/** What kind of records a payload holds, by its first byte; 'events' also where it is empty. */
export type BatchKind = 'strings' | 'stacks' | 'samples' | 'sync' | 'frequency' | 'experiment' | 'events';

export function kindOfBatch({ type, payload }: FileBatch): BatchKind {
  if (type === wire.experimentalBatch) {
    return 'experiment';
  }
  switch (payload[0]) {
    case wire.strings:
      return 'strings';
    case wire.stacks:
      return 'stacks';
    case wire.samples:
      return 'samples';
    case wire.sync:
      return 'sync';
    case wire.frequency:
      return 'frequency';
    default:
      return 'events';
  }
}

/** Bytes at the start of a payload that only name its kind. */
export function prefixOf(batch: FileBatch): Uint8Array {
  const kind = kindOfBatch(batch);
  return batch.payload.slice(0, kind === 'events' || kind === 'frequency' ? 0 : 1);
}

const recordsOf = new WeakMap<FileBatch, readonly Record[]>();

/** The records of a payload as far as they can be read. */
export function readRecords(batch: FileBatch): readonly Record[] {
  const known = recordsOf.get(batch);
  if (known !== undefined) {
    return known;
  }
  const { payload } = batch;
  const records: Record[] = [];
  recordsOf.set(batch, records);
  for (let at = prefixOf(batch).length; at < payload.length;) {
    const read = readRecord(payload, at);
    if (read === undefined) {
      break;
    }
    records.push(read.record);
    at = read.end;
  }
  return records;
}

function readRecord(payload: Uint8Array, start: number): { record: Record; end: number } | undefined {
  const type = payload[start] ?? 0;
  const values: bigint[] = [];
  let at = start + 1;
  const readValues = (count: number): boolean => {
    for (let n = 0; n < count; n++) {
      const read = readVarint(payload, at, payload.length);
      if (read === undefined) {
        return false;
      }
      values.push(read.value);
      at = read.end;
    }
    return true;
  };
  if (!readValues(valueCount(type))) {
    return undefined;
  }
  if (type === wire.stack && !readValues(Number(values[1] ?? 0n) * 4)) {
    return undefined;
  }
  if (type === wire.string) {
    const end = at + Number(values[1] ?? 0n);
    return end > payload.length ? undefined : { record: { type, values, data: payload.slice(at, end) }, end };
  }
  return { record: { type, values }, end: at };
}

/** Values that stand behind the first byte of a record, frames of stacks left out. */
export function valueCount(type: number): number {
  switch (type) {
    case wire.stack:
    case wire.string:
      return 2;
    case wire.sample:
      return 5;
    case wire.frequency:
      return 1;
    default:
      return (eventSpecs.get(type)?.args.length ?? -1) + 1;
  }
}

/** The batch with other records; its prefix stays. */
export function withRecords(batch: FileBatch, records: readonly Record[]): FileBatch {
  const bytes: number[] = [...prefixOf(batch)];
  for (const { type, values, data, encoded } of records) {
    bytes.push(type);
    values.forEach((value, n) => bytes.push(...(encoded?.[n] ?? encodeVarint(value))));
    data?.forEach((byte) => bytes.push(byte));
  }
  return { ...batch, payload: Uint8Array.from(bytes) };
}
