import { eventSpecs } from '../../../src/gotrace/eventSpecs';
import type { Chance } from '../chance';
import { mutateBytes } from './anyBytes';
import {
  type FileBatch,
  headerBytes,
  isBatch,
  kindOfBatch,
  none,
  parseTraceV2,
  readRecords,
  type Record,
  type TraceV2File,
  valueCount,
  wire,
  withRecords,
  writeTraceV2,
} from './traceV2File';
import { brokenVarint, edgeValues, encodeVarint, otherValue } from './varints';

type Part = FileBatch | Uint8Array;
type Mutation = (file: TraceV2File, chance: Chance, other: TraceV2File) => TraceV2File;

const timedTypes = [...eventSpecs.keys()];
const parsed = new WeakMap<Uint8Array, TraceV2File>();

function parse(bytes: Uint8Array): TraceV2File {
  const known = parsed.get(bytes) ?? parseTraceV2(bytes);
  parsed.set(bytes, known);
  return known;
}

/**
 * A trace with one to four things wrong, or unusual.
 * @param other another trace, to splice with
 */
export function mutateTraceV2(original: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  let file = parse(original);
  for (let count = 1 + chance.below(chance.percent(50) ? 1 : 4); count > 0; count--) {
    file = chance.oneOf(mutations)(file, chance, parse(other));
  }
  const bytes = writeTraceV2(file);
  return chance.percent(8) ? mutateBytes(bytes, chance, headerBytes) : bytes;
}

/** Heavier entries stand more than once. */
const mutations: readonly Mutation[] = [
  moveParts,
  moveParts,
  changeHeaderOfBatch,
  changeHeaderOfBatch,
  changeKind,
  splitOrJoin,
  dropKind,
  moveGenerations,
  endOfGenerations,
  changeVersion,
  splice,
  insertBatch,
  editTables,
  editTables,
  editSync,
  editEvents,
  editEvents,
  editEvents,
  editEvents,
  editEvents,
  shiftTimes,
  shiftTimes,
  renumber,
  renumber,
];

function withParts(file: TraceV2File, parts: readonly Part[]): TraceV2File {
  return { ...file, parts };
}

function indexesOf(file: TraceV2File, wanted: (batch: FileBatch) => boolean): number[] {
  return file.parts.flatMap((part, index) => (isBatch(part) && wanted(part) ? [index] : []));
}

/** The file with one batch of those wanted changed; the file itself where there is none. */
function editBatch(
  file: TraceV2File,
  chance: Chance,
  wanted: (batch: FileBatch) => boolean,
  edit: (batch: FileBatch) => FileBatch,
): TraceV2File {
  const indexes = indexesOf(file, wanted);
  if (indexes.length === 0) {
    return file;
  }
  const index = chance.oneOf(indexes);
  return withParts(
    file,
    file.parts.map((part, at) => (at === index && isBatch(part) ? edit(part) : part)),
  );
}

/** Drops, doubles, swaps and moves batches and ends of generations. */
function moveParts(file: TraceV2File, chance: Chance): TraceV2File {
  const parts = [...file.parts];
  if (parts.length === 0) {
    return file;
  }
  const at = chance.below(parts.length);
  const to = chance.percent(50) ? Math.min(parts.length - 1, at + 1) : chance.below(parts.length);
  const part = parts[at] as Part;
  switch (chance.below(5)) {
    case 0:
      parts.splice(at, 1);
      break;
    case 1:
      parts.splice(to, 0, part);
      break;
    case 2:
      parts[at] = parts[to] as Part;
      parts[to] = part;
      break;
    case 3:
      parts.splice(to, 0, ...parts.splice(at, 1));
      break;
    default:
      parts.splice(Math.min(at, to), 1 + Math.abs(at - to));
  }
  return withParts(file, parts);
}

function changeHeaderOfBatch(file: TraceV2File, chance: Chance): TraceV2File {
  const batches = file.parts.filter(isBatch);
  return editBatch(
    file,
    chance,
    () => true,
    (batch) => {
      const like = chance.oneOf(batches);
      switch (chance.below(7)) {
        case 0:
          return { ...batch, generation: chance.percent(50) ? like.generation : otherValue(batch.generation, chance) };
        case 1:
        case 2:
          return { ...batch, thread: chance.percent(60) ? like.thread : chance.oneOf([none, 0n, otherValue(batch.thread, chance)]) };
        case 3:
        case 4:
          return { ...batch, ticks: chance.percent(50) ? like.ticks : otherValue(batch.ticks, chance) };
        case 5:
          return { ...batch, size: otherValue(BigInt(batch.payload.length), chance) };
        default:
          return { ...batch, type: chance.oneOf([1, 49]), experiment: chance.below(3) };
      }
    },
  );
}

/** Another first byte: other records, or none that can be read. */
function changeKind(file: TraceV2File, chance: Chance): TraceV2File {
  return editBatch(
    file,
    chance,
    () => true,
    (batch) => {
      const kind = chance.oneOf([
        wire.strings,
        wire.stacks,
        wire.samples,
        wire.sync,
        wire.frequency,
        wire.clockSnapshot,
        chance.below(256),
      ]);
      switch (chance.below(3)) {
        case 0:
          return { ...batch, payload: Uint8Array.of(kind, ...batch.payload.subarray(1)) };
        case 1:
          return { ...batch, payload: Uint8Array.of(kind, ...batch.payload) };
        default:
          return { ...batch, payload: batch.payload.slice(0, chance.below(3)) };
      }
    },
  );
}

/** Cuts a batch of events in two, or hands the events of one thread to another; both may be legal. */
function splitOrJoin(file: TraceV2File, chance: Chance): TraceV2File {
  const indexes = indexesOf(file, (batch) => kindOfBatch(batch) === 'events');
  if (indexes.length === 0) {
    return file;
  }
  const index = chance.oneOf(indexes);
  const batch = file.parts[index] as FileBatch;
  const records = readRecords(batch);
  const at = chance.below(records.length + 1);
  const elapsed = records.slice(0, at).reduce((sum, { values }) => sum + (values[0] ?? 0n), 0n);
  const first = withRecords(batch, records.slice(0, at));
  const second = withRecords({ ...batch, ticks: BigInt.asUintN(64, batch.ticks + elapsed) }, records.slice(at));
  return withParts(file, file.parts.toSpliced(index, 1, first, chance.percent(80) ? second : { ...second, thread: none }));
}

/** A file without its strings, stacks, clocks, or events. */
function dropKind(file: TraceV2File, chance: Chance): TraceV2File {
  const kinds = [...new Set(file.parts.filter(isBatch).map(kindOfBatch))];
  if (kinds.length === 0) {
    return file;
  }
  const dropped = chance.oneOf(kinds);
  return withParts(
    file,
    file.parts.filter((part) => !isBatch(part) || kindOfBatch(part) !== dropped),
  );
}

/** Whole generations dropped, doubled, swapped, numbered anew; the file twice. */
function moveGenerations(file: TraceV2File, chance: Chance): TraceV2File {
  const generations: Part[][] = [];
  let number: bigint | null = null;
  for (const part of file.parts) {
    if (generations.length === 0 || (isBatch(part) && part.generation !== number)) {
      generations.push([]);
    }
    generations.at(-1)?.push(part);
    number = isBatch(part) ? part.generation : number;
  }
  if (generations.length === 0) {
    return file;
  }
  const at = chance.below(generations.length);
  const to = chance.below(generations.length);
  const generation = generations[at] as Part[];
  switch (chance.below(6)) {
    case 0:
      generations.splice(at, 1);
      break;
    case 1:
      generations.splice(to, 0, generation);
      break;
    case 2:
      generations[at] = generations[to] as Part[];
      generations[to] = generation;
      break;
    case 3:
      return withParts(file, [...file.parts, file.header, ...file.parts]);
    default: {
      const shift = chance.percent(50) ? BigInt(chance.below(4) - 2) : chance.oneOf(edgeValues);
      generations[at] = generation.map((part) =>
        isBatch(part) ? { ...part, generation: BigInt.asUintN(64, part.generation + shift) } : part,
      );
    }
  }
  return withParts(file, generations.flat());
}

function endOfGenerations(file: TraceV2File, chance: Chance): TraceV2File {
  const ends = file.parts.flatMap((part, index) => (isBatch(part) ? [] : [index]));
  if (ends.length > 0 && chance.percent(50)) {
    return withParts(file, file.parts.toSpliced(chance.oneOf(ends), 1));
  }
  return withParts(file, file.parts.toSpliced(chance.below(file.parts.length + 1), 0, Uint8Array.of(wire.endOfGeneration)));
}

function changeVersion(file: TraceV2File, chance: Chance): TraceV2File {
  const version = chance.oneOf([22, 23, 25, 26, 22, 23, 25, 26, 24, 21, 11, 19, 27, 99]);
  return { ...file, header: Uint8Array.from(Buffer.from(`go 1.${version} trace\0\0\0`, 'latin1')) };
}

/** Parts of another trace, with generations renumbered to follow or as they are. */
function splice(file: TraceV2File, chance: Chance, other: TraceV2File): TraceV2File {
  const at = chance.below(file.parts.length + 1);
  const from = chance.below(other.parts.length + 1);
  const before = file.parts.slice(0, at);
  const after = chance.percent(60) ? other.parts.slice(from) : other.parts.slice(from, from + 1 + chance.below(4));
  const last = before.findLast(isBatch)?.generation ?? 0n;
  const first = after.find(isBatch)?.generation ?? 0n;
  const shift = chance.percent(70) ? last - first + BigInt(chance.below(2)) : 0n;
  const shifted = after.map((part) => (isBatch(part) ? { ...part, generation: BigInt.asUintN(64, part.generation + shift) } : part));
  return withParts(file, [...before, ...shifted, ...(chance.percent(20) ? file.parts.slice(at) : [])]);
}

function insertBatch(file: TraceV2File, chance: Chance): TraceV2File {
  const batches = file.parts.filter(isBatch);
  if (batches.length === 0) {
    return file;
  }
  const like = chance.oneOf(batches);
  const batch = withRecords(
    { ...like, type: 1, payload: new Uint8Array() },
    Array.from({ length: chance.below(4) }, () => newEvent(chance, like)),
  );
  return withParts(file, file.parts.toSpliced(chance.below(file.parts.length + 1), 0, batch));
}

/** An event that may be possible: its arguments are small, or taken from events of the batch. */
function newEvent(chance: Chance, like: FileBatch): Record {
  const type = chance.oneOf(timedTypes);
  const records = readRecords(like);
  const values = Array.from({ length: valueCount(type) }, () => {
    const values = records.length === 0 ? [] : chance.oneOf(records).values;
    return values.length > 0 && chance.percent(60)
      ? chance.oneOf(values)
      : chance.percent(80)
        ? BigInt(chance.below(8))
        : chance.oneOf(edgeValues);
  });
  return { type, values };
}

/** Strings, stacks and samples: ids twice, missing or far off, counts that lie. */
function editTables(file: TraceV2File, chance: Chance): TraceV2File {
  const wanted = chance.oneOf(['strings', 'stacks', 'samples'] as const);
  return editBatch(
    file,
    chance,
    (batch) => kindOfBatch(batch) === wanted,
    (batch) =>
      withRecords(
        batch,
        editRecords(readRecords(batch), chance, () => newEvent(chance, batch)),
      ),
  );
}

function editSync(file: TraceV2File, chance: Chance): TraceV2File {
  return editBatch(
    file,
    chance,
    (batch) => ['sync', 'frequency'].includes(kindOfBatch(batch)),
    (batch) => {
      const records = readRecords(batch);
      switch (chance.below(4)) {
        case 0:
          return withRecords(batch, [...records, { type: wire.frequency, values: [chance.oneOf([0n, 1n, 1000000000n, 15625000n])] }]);
        case 1:
          return withRecords(batch, [{ type: wire.frequency, values: [chance.oneOf(edgeValues)] }, ...records.slice(1)]);
        case 2:
          return withRecords(batch, [
            ...records,
            { type: wire.clockSnapshot, values: Array.from({ length: 4 }, () => chance.oneOf(edgeValues)) },
          ]);
        default:
          return withRecords(
            batch,
            editRecords(records, chance, () => newEvent(chance, batch)),
          );
      }
    },
  );
}

function editEvents(file: TraceV2File, chance: Chance): TraceV2File {
  return editBatch(
    file,
    chance,
    (batch) => kindOfBatch(batch) === 'events',
    (batch) =>
      withRecords(
        batch,
        editRecords(readRecords(batch), chance, () => newEvent(chance, batch)),
      ),
  );
}

function editRecords(records: readonly Record[], chance: Chance, make: () => Record): readonly Record[] {
  const edited = [...records];
  const at = chance.below(Math.max(1, records.length));
  const record = edited[at];
  if (record === undefined) {
    return [make()];
  }
  const to = chance.percent(60) ? Math.min(edited.length - 1, at + 1) : chance.below(edited.length);
  switch (chance.below(11)) {
    case 0:
      edited.splice(at, 1);
      break;
    case 1:
      edited.splice(to, 0, record);
      break;
    case 2:
      edited[at] = edited[to] as Record;
      edited[to] = record;
      break;
    case 3:
      edited.splice(at, 0, make());
      break;
    case 4:
      edited[at] = { ...record, type: chance.percent(80) ? chance.oneOf(timedTypes) : chance.below(256) };
      break;
    case 5:
      edited[at] = otherEncoding(record, chance);
      break;
    case 6:
      edited[at] = record.data === undefined ? make() : withData(record, chance);
      break;
    case 7:
      edited.splice(at, 1 + chance.below(edited.length - at));
      break;
    default:
      edited[at] = otherArgument(record, edited, chance);
  }
  return edited;
}

/** One value changed: an edge, near what it was, or what another record of the kind has there. */
function otherArgument(record: Record, records: readonly Record[], chance: Chance): Record {
  if (record.values.length === 0) {
    return record;
  }
  const n = chance.below(record.values.length);
  const same = chance.percent(40) ? records.filter(({ type }) => type === record.type) : [];
  const value = same.length > 0 ? chance.oneOf(same).values[n] : undefined;
  return { ...record, values: record.values.with(n, value ?? otherValue(record.values[n] ?? 0n, chance)) };
}

/** A value written in more bytes than it takes, or as what is no varint. */
function otherEncoding(record: Record, chance: Chance): Record {
  const n = chance.below(Math.max(1, record.values.length));
  const encoded = record.values.map((value) => encodeVarint(value));
  encoded[n] = chance.percent(50) ? encodeVarint(record.values[n] ?? 0n, 1 + chance.below(10)) : brokenVarint(chance);
  return { ...record, encoded };
}

function withData(record: Record, chance: Chance): Record {
  const length = chance.oneOf([0, 1, 1024, 1025, 5000, chance.below(40)]);
  const data = Uint8Array.from({ length }, () => chance.oneOf([0x41, 0x0a, 0x22, 0xc3, 0xff, 0x80, chance.below(256)]));
  return { ...record, values: [record.values[0] ?? 0n, BigInt(length)], data };
}

/** Other times: all events of a batch or of all at once, close together, or far apart. Traces stay whole, their order is put to the test. */
function shiftTimes(file: TraceV2File, chance: Chance): TraceV2File {
  const isEvents = (batch: FileBatch): boolean => kindOfBatch(batch) === 'events';
  const mode = chance.below(6);
  const base = file.parts.find(isBatch)?.ticks ?? 0n;
  const far = chance.oneOf(edgeValues);
  const change = (batch: FileBatch): FileBatch => {
    const deltas = (delta: (old: bigint) => bigint): FileBatch =>
      withRecords(
        batch,
        readRecords(batch).map((record) => ({ ...record, values: record.values.with(0, delta(record.values[0] ?? 0n)) })),
      );
    switch (mode) {
      case 0:
        return deltas(() => 0n);
      case 1:
        return deltas(() => BigInt(chance.below(3)));
      case 2:
        return deltas((old) => old / 64n);
      case 3:
        return { ...batch, ticks: base };
      case 4:
        return { ...batch, ticks: BigInt.asUintN(64, batch.ticks + BigInt(chance.below(2000) - 1000)) };
      default:
        return { ...batch, ticks: BigInt.asUintN(64, batch.ticks + far) };
    }
  };
  if (chance.percent(50)) {
    return withParts(
      file,
      file.parts.map((part) =>
        isBatch(part) && isEvents(part) && readRecords(part).every(({ values }) => values.length > 0) ? change(part) : part,
      ),
    );
  }
  return editBatch(file, chance, (batch) => isEvents(batch) && readRecords(batch).every(({ values }) => values.length > 0), change);
}

const idArguments: ReadonlyMap<string, readonly string[]> = new Map([
  ['goroutine', ['g', 'new_g']],
  ['proc', ['p']],
  ['thread', ['m']],
  ['task', ['task', 'parent_task']],
  ['stack', ['stack', 'new_stack']],
  ['string', ['reason_string', 'kind_string', 'label_string', 'name_string', 'key_string', 'value_string']],
]);

/** All mentions of one id changed to another: huge ids of whole traces, or two things that become one. */
function renumber(file: TraceV2File, chance: Chance): TraceV2File {
  const kind = chance.oneOf([...idArguments.keys()]);
  const names = idArguments.get(kind) ?? [];
  const positions = new Map(
    [...eventSpecs].map(([type, { args }]) => [type, args.flatMap((name, n) => (names.includes(name) ? [n + 1] : []))] as const),
  );
  const mentions = file.parts
    .filter(isBatch)
    .slice(0, 40)
    .flatMap((batch) => (kindOfBatch(batch) === 'events' ? readRecords(batch).slice(0, 200) : []))
    .flatMap(({ type, values }) => (positions.get(type) ?? []).map((n) => values[n] ?? 0n));
  if (mentions.length === 0) {
    return file;
  }
  const old = chance.oneOf(mentions);
  const value = chance.percent(50) ? chance.oneOf(edgeValues) : chance.oneOf(mentions);
  const isTable = (type: number): boolean => (kind === 'stack' && type === wire.stack) || (kind === 'string' && type === wire.string);
  const change = (record: Record): Record => {
    const at = isTable(record.type) ? [0] : (positions.get(record.type) ?? []);
    return at.some((n) => record.values[n] === old)
      ? { ...record, values: record.values.map((was, n) => (at.includes(n) && was === old ? value : was)) }
      : record;
  };
  return withParts(
    file,
    file.parts.map((part) => {
      if (!isBatch(part)) {
        return part;
      }
      const thread = kind === 'thread' && part.thread === old ? value : part.thread;
      const records = readRecords(part);
      const changed = records.map(change);
      return changed.some((record, n) => record !== records[n]) ? { ...withRecords(part, changed), thread } : { ...part, thread };
    }),
  );
}
