// A generation's batches: its tables are read, its event batches chained by thread. The headers were checked by who runs the kernel.

import { hasFrequency, resetClock, scale, setFrequency } from './clock';
import { beginInput, bring, bringHeader } from './input';
import { fail, failWith, get, put } from './report';
import { enter, idCount } from './idMap';
import { mostThings } from './limits';
import { Failure, Report, Status } from './shared';
import { addFrame, beginStack, beginStacks, endStack, maxStackFrames, resolveStacks, stringIds, stringOf } from './stacks';
import { beginStrings, internString, stringCount } from './strings';
import { excess, isNone, threadBatch, threadGeneration, threadLastBatch, threadOf, withoutThread } from './resources';
import { endOfVarint, readVarint, takeOverlong, varintEnd, varintHigh } from './varint';
import { clear, dataOf, extend, lengthOf, push32, startVector, vectorBytes } from './vector';

const stacksBatch: u32 = 2;
const stackRecord = 3;
const stringsBatch: u32 = 4;
const stringRecord = 5;
const samplesBatch: u32 = 6;
const sampleRecord = 7;
const frequencyRecord = 8;
const experimentalBatch = 49;
const syncBatch = 50;
const clockSnapshotRecord = 51;
const endOfGeneration = 52;
const maxStringBytes: u32 = 1024;

/** Event batches: address of the header, and position plus one of the thread's next batch in this vector. */
export const eventBatches: usize = memory.data(vectorBytes);
export const eventBatchBytes: u32 = 8;
/** Threads with event batches, be they empty, in order of their first one. */
export const generationThreads: usize = memory.data(vectorBytes);
/** CPU samples: their ticks (low, high), and where they stand. */
export const sampleTicks: usize = memory.data(vectorBytes);
export const sampleAddresses: usize = memory.data(vectorBytes);

let generation: u32 = 0;
let minorVersion: u32 = 0;
let next: usize = 0;
let limit: usize = 0;
let minTicksLow: u32 = 0;
let minTicksHigh: u32 = 0;
let hasSnapshot: bool = false;
let isChecked: bool = false;
let isWhole: bool = false;
let mostStrings: u32 = 0;

/** @param fileBytes of the whole trace */
export function startBatches(version: u32, fileBytes: u32): void {
  minorVersion = version;
  mostStrings = mostThings(fileBytes);
  generation = 0;
  startVector(eventBatches);
  startVector(generationThreads);
  startVector(sampleTicks);
  startVector(sampleAddresses);
}

/** Begins a generation whose batches have the addresses from `start` to `end`. @param fileOffset where they stand in the file @param whole whether these are all of them. @param keepsStrings see `beginStrings` */
export function beginBatches(start: usize, end: usize, fileOffset: u32, whole: bool, keepsStrings: bool): void {
  beginInput(start, end, fileOffset);
  generation++;
  next = start;
  limit = end;
  minTicksLow = 0;
  minTicksHigh = 0;
  hasSnapshot = false;
  isChecked = false;
  isWhole = whole;
  clear(eventBatches);
  clear(generationThreads);
  clear(sampleTicks);
  clear(sampleAddresses);
  resetClock();
  put(Report.HasSnapshot, 0);
  beginStrings(keepsStrings);
  beginStacks();
}

/** Time of the generation's earliest batch. */
export function startTime(): i64 {
  return scale(minTicksLow, minTicksHigh);
}

/** Reads up to `most` batches, then resolves up to `most` stacks at a time; done when all tables are complete. */
export function readTables(most: u32): Status {
  for (let n: u32 = 0; n < most; n++) {
    if (next >= limit) {
      return isWhole ? completeTables(most) : Status.Done;
    }
    if (readBatch() == Status.Failed) {
      return Status.Failed;
    }
  }
  return Status.More;
}

function completeTables(most: u32): Status {
  if (!isChecked) {
    if (!hasFrequency()) {
      return fail(Failure.NoFrequency, limit);
    }
    if (minorVersion >= 25 && !hasSnapshot) {
      return fail(Failure.NoSnapshot, limit);
    }
    isChecked = true;
    if (hasSnapshot) {
      reportSnapshotTime();
    }
    put(Report.Samples, lengthOf(sampleAddresses) >>> 2);
  }
  return resolveStacks(most << 6);
}

function readBatch(): Status {
  const header = next;
  bringHeader(header);
  let at = header + 1;
  let experiment: u32 = 0;
  if (load<u8>(header) == experimentalBatch) {
    experiment = load<u8>(at++);
  }
  readVarint(at); // generation
  const threadLow = readVarint(varintEnd());
  const threadHigh = varintHigh();
  const ticksLow = readVarint(varintEnd());
  const ticksHigh = varintHigh();
  const size = readVarint(varintEnd());
  at = varintEnd();
  const end = at + size;
  next = end;
  if ((minTicksLow | minTicksHigh) == 0 || ticksHigh < minTicksHigh || (ticksHigh == minTicksHigh && ticksLow < minTicksLow)) {
    minTicksLow = ticksLow;
    minTicksHigh = ticksHigh;
  }
  if (experiment != 0) {
    return Status.More;
  }
  if (size == 0) {
    // Nothing of it but when the official reader meets its thread for the first time, which decides ties.
    enlist(threadLow, threadHigh);
    return checkExcess(header);
  }
  const kind: u32 = load<u8>(at);
  if (kind == endOfGeneration) {
    return fail(Failure.UnexpectedEndOfGeneration, header);
  }
  if (!isTable(kind)) {
    return chain(threadLow, threadHigh, header);
  }
  bring(at, size);
  switch (kind) {
    case stringsBatch:
      return readStrings(at + 1, end);
    case stacksBatch:
      return readStacks(at + 1, end);
    case samplesBatch:
      return readSamples(at + 1, end);
    default:
      return readSync(minorVersion >= 25 ? at + 1 : at, end, ticksLow, ticksHigh);
  }
}

function isTable(kind: u32): bool {
  return kind == stringsBatch || kind == stacksBatch || kind == samplesBatch || kind == (minorVersion >= 25 ? syncBatch : frequencyRecord);
}

/** The thread of an event batch, whose turn among equals comes in the order in which threads are met. */
function enlist(threadLow: u32, threadHigh: u32): usize {
  const thread = isNone(threadLow, threadHigh) ? withoutThread : threadOf(threadLow, threadHigh);
  if (load<u32>(thread, threadGeneration) != generation) {
    store<u32>(thread, generation, threadGeneration);
    store<u32>(thread, 0, threadBatch);
    store<u32>(thread, 0, threadLastBatch);
    push32(generationThreads, thread as u32);
  }
  return thread;
}

/** Puts a batch with events behind the last one of its thread. */
function chain(threadLow: u32, threadHigh: u32, header: usize): Status {
  const thread = enlist(threadLow, threadHigh);
  const batch = extend(eventBatches, eventBatchBytes);
  store<usize>(batch, header);
  store<u32>(batch, 0, 4);
  const number = lengthOf(eventBatches) / eventBatchBytes;
  const last = load<u32>(thread, threadLastBatch);
  if (last == 0) {
    store<u32>(thread, number, threadBatch);
  } else {
    store<u32>(dataOf(eventBatches) + ((last - 1) as usize) * eventBatchBytes, number, 4);
  }
  store<u32>(thread, number, threadLastBatch);
  return checkExcess(header);
}

function checkExcess(header: usize): Status {
  const failure = excess();
  return failure == Failure.None ? Status.More : fail(failure, header);
}

function readStrings(start: usize, end: usize): Status {
  let at = start;
  while (at < end) {
    const record = at;
    if (load<u8>(record) != stringRecord) {
      failWith(0, load<u8>(record), 0);
      return fail(Failure.ExpectedString, record);
    }
    const idLow = readVarint(at + 1);
    const idHigh = varintHigh();
    const length = readVarint(varintEnd());
    at = varintEnd();
    if (takeOverlong() || at > end || varintHigh() != 0 || length > maxStringBytes || length > ((end - at) as u32)) {
      return failString(record, end);
    }
    const string = internString(at, length);
    const existing = stringOf(idLow, idHigh);
    if (existing != 0) {
      failWith(0, idLow, idHigh);
      failWith(1, string, existing - 1);
      return fail(Failure.DuplicateString, record);
    }
    enter(stringIds, idLow, idHigh, string + 1);
    at += length;
  }
  return stringCount() > mostStrings || idCount(stringIds) > mostStrings ? fail(Failure.TooManyStrings, start) : Status.More;
}

/** What is wrong with a string's record. */
function failString(record: usize, end: usize): Status {
  const length = endOfVarint(record + 1, end);
  if (length == 0) {
    return failVarint(record + 1, end);
  }
  const bytes = endOfVarint(length, end);
  if (bytes == 0) {
    return failVarint(length, end);
  }
  const size = readVarint(length);
  if (size > maxStringBytes || varintHigh() != 0) {
    failWith(0, size, varintHigh());
    return fail(Failure.StringSize, record);
  }
  failWith(0, (end - bytes) as u32, 0);
  failWith(1, size, 0);
  return fail(Failure.ShortString, record);
}

/** @param end of the batch: where the varint would have to end */
function failVarint(at: usize, end: usize): Status {
  failWith(0, (end - at) as u32, 0);
  return fail(Failure.BrokenVarint, at);
}

function readStacks(start: usize, end: usize): Status {
  let at = start;
  while (at < end) {
    const record = at;
    if (load<u8>(record) != stackRecord) {
      failWith(0, load<u8>(record), 0);
      return fail(Failure.ExpectedStack, record);
    }
    readVarint(at + 1); // id
    const count = readVarint(varintEnd());
    at = varintEnd();
    if (takeOverlong() || at > end || varintHigh() != 0 || count > maxStackFrames) {
      return failStack(record, end);
    }
    beginStack(record);
    for (let n: u32 = 0; n < count; n++) {
      const pcLow = readVarint(at);
      const pcHigh = varintHigh();
      const source = varintEnd();
      readVarint(source); // function
      readVarint(varintEnd()); // file
      readVarint(varintEnd()); // line
      at = varintEnd();
      if (takeOverlong() || at > end) {
        return failStack(record, end);
      }
      addFrame(pcLow, pcHigh, source);
    }
    if (endStack() == Status.Failed) {
      return Status.Failed;
    }
  }
  return Status.More;
}

/** What is wrong with a stack's record. */
function failStack(record: usize, end: usize): Status {
  const idLow = readVarint(record + 1);
  const idHigh = varintHigh();
  let at = endOfVarint(record + 1, end);
  if (at == 0) {
    return failVarint(record + 1, end);
  }
  const count = readVarint(at);
  const countHigh = varintHigh();
  if (endOfVarint(at, end) == 0) {
    return failVarint(at, end);
  }
  if (count > maxStackFrames || countHigh != 0) {
    failWith(0, count, countHigh);
    return fail(Failure.StackSize, record);
  }
  at = endOfVarint(at, end);
  let field: u32 = 0;
  for (; endOfVarint(at, end) != 0; field++) {
    at = endOfVarint(at, end);
  }
  failWith(1, idLow, idHigh);
  failWith(2, field >>> 2, field & 3);
  failWith(0, (end - at) as u32, 0);
  return fail(Failure.BrokenFrameVarint, at);
}

function readSamples(start: usize, end: usize): Status {
  let at = start;
  while (at < end) {
    const record = at;
    if (load<u8>(record) != sampleRecord) {
      failWith(0, load<u8>(record), 0);
      return fail(Failure.ExpectedSample, record);
    }
    const ticksLow = readVarint(at + 1);
    const ticksHigh = varintHigh();
    at = varintEnd();
    for (let field = 0; field < 4; field++) {
      readVarint(at);
      at = varintEnd();
    }
    if (takeOverlong() || at > end) {
      return failFields(record + 1, end);
    }
    const ticks = extend(sampleTicks, 8);
    store<u32>(ticks, ticksLow);
    store<u32>(ticks, ticksHigh, 4);
    push32(sampleAddresses, record as u32);
  }
  return Status.More;
}

/** Tells the first broken varint of several. */
function failFields(start: usize, end: usize): Status {
  let at = start;
  for (let after = endOfVarint(at, end); after != 0; after = endOfVarint(at, end)) {
    at = after;
  }
  return failVarint(at, end);
}

function readSync(start: usize, end: usize, ticksLow: u32, ticksHigh: u32): Status {
  let at = start;
  while (at < end) {
    const record: u32 = load<u8>(at);
    let status: Status;
    if (record == frequencyRecord) {
      status = readFrequency(at, end);
    } else if (record == clockSnapshotRecord && minorVersion >= 25) {
      status = readSnapshot(at, end, ticksLow, ticksHigh);
    } else {
      failWith(0, record, 0);
      return fail(Failure.ExpectedSyncRecord, at);
    }
    if (status == Status.Failed) {
      return status;
    }
    at = varintEnd();
  }
  return Status.More;
}

function readFrequency(record: usize, end: usize): Status {
  if (hasFrequency()) {
    return fail(Failure.DuplicateFrequency, record);
  }
  if (endOfVarint(record + 1, end) == 0) {
    return failVarint(record + 1, end);
  }
  const low = readVarint(record + 1);
  setFrequency(low, varintHigh());
  return Status.More;
}

function readSnapshot(record: usize, end: usize, ticksLow: u32, ticksHigh: u32): Status {
  if (hasSnapshot) {
    return fail(Failure.DuplicateSnapshot, record);
  }
  const deltaLow = readVarint(record + 1);
  const low = ticksLow + deltaLow;
  const carry: u32 = low < deltaLow ? 1 : 0;
  put(Report.SnapshotTimeLow, low);
  put(Report.SnapshotTimeHigh, ticksHigh + varintHigh() + carry);
  for (let field = 0; field < 3; field++) {
    put((Report.SnapshotMonoLow + 2 * field) as Report, readVarint(varintEnd()));
    put((Report.SnapshotMonoHigh + 2 * field) as Report, varintHigh());
  }
  if (takeOverlong() || varintEnd() > end) {
    return failFields(record + 1, end);
  }
  hasSnapshot = true;
  put(Report.HasSnapshot, 1);
  return Status.More;
}

/** Replaces the snapshot's ticks by its time: only now the frequency is known for sure. */
function reportSnapshotTime(): void {
  const time = scale(get(Report.SnapshotTimeLow), get(Report.SnapshotTimeHigh));
  put(Report.SnapshotTimeLow, time as u32);
  put(Report.SnapshotTimeHigh, (time >>> 32) as u32);
}
