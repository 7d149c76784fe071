// The stacks and frames of all generations, interned by content. A generation's stacks are read first and resolved when all its strings are known.

import {
  addEntry,
  contentTableBytes,
  entryStart,
  firstEntry,
  hashOf,
  indexOf,
  longestSearch,
  nextEntry,
  startContents,
} from './contentTable';
import { beginFailureList, fail, failWith, listForFailure } from './report';
import { enter, idMapBytes, lookUp, releaseIdMap, replace, startIdMap } from './idMap';
import { mostFramesOf, mostThings } from './limits';
import { addRecord, countOf, findRecord, idHigh, idLow, recordStart, startTable, tableBytes } from './idTable';
import { Failure, Status } from './shared';
import { readVarint, varintEnd, varintHigh } from './varint';
import { clear, dataOf, extend, lengthOf, push32, releaseVector, startVector, vectorBytes } from './vector';

/** Frames that were not taken yet: pc (low, high), function, file, line (low, high). */
export const newFrames: usize = memory.data(vectorBytes);
/** Stacks that were not taken yet: how many frames each has, and the frames of all. */
export const newStackRuns: usize = memory.data(vectorBytes);
export const newStackFrames: usize = memory.data(vectorBytes);
/** Stack by id of the generation; until it is resolved its position in `pendingStacks`. */
export const stackIds: usize = memory.data(idMapBytes);
/** String by id of the generation. */
export const stringIds: usize = memory.data(idMapBytes);

/** Frame by pc. */
const frames: usize = memory.data(tableBytes);
/** Generation that saw the pc last. */
const frameGeneration: usize = recordStart;
/** Where its function, file and line stand. */
const frameSource: usize = recordStart + 4;
/** Generation for which `frameIndex` is right. */
const frameResolved: usize = recordStart + 8;
/** Index plus one of the frame that the pc was last; 0 when it was none. */
const frameIndex: usize = recordStart + 12;
const frameFunction: usize = recordStart + 16;
const frameFile: usize = recordStart + 20;
const frameLineLow: usize = recordStart + 24;
const frameLineHigh: usize = recordStart + 28;
const frameBytes: u32 = 44;

/** The generation's stacks as read: first of their frames in `pendingFrames`, address of the record, which begins with their id. */
const pendingStacks: usize = memory.data(vectorBytes);
const pendingBytes: u32 = 8;
/** Records of `frames`. */
const pendingFrames: usize = memory.data(vectorBytes);

const stacks: usize = memory.data(contentTableBytes);
/** Position of a stack's first frame in `keptFrames`, and how many it has. */
const stackFirst: usize = entryStart;
const stackCount: usize = entryStart + 4;
const ownBytes: usize = 8;
/** Frames of all stacks. */
const keptFrames: usize = memory.data(vectorBytes);

export const maxStackFrames: u32 = 128;
const scratch: usize = memory.data(128 * 4);

let mostFrames: u32 = 0;
let mostStacks: u32 = 0;
let frameCount: u32 = 0;
let generation: u32 = 0;
/** How many of the generation's stacks are resolved. */
let resolved: u32 = 0;

/** Begins with no stacks; stack 0 is none. @param fileBytes of the whole trace */
export function startStacks(fileBytes: u32): void {
  mostFrames = mostFramesOf(fileBytes);
  mostStacks = mostThings(fileBytes);
  startTable(frames, frameBytes);
  startVector(newFrames);
  startVector(newStackRuns);
  startVector(newStackFrames);
  startVector(pendingStacks);
  startVector(pendingFrames);
  startVector(keptFrames);
  startIdMap(stackIds);
  startIdMap(stringIds);
  startContents(stacks);
  frameCount = 0;
  generation = 0;
}

export function beginStacks(): void {
  generation++;
  resolved = 0;
  releaseIdMap(stackIds);
  releaseIdMap(stringIds);
}

/** Forgets the frames and stacks that were taken. */
export function clearNewStacks(): void {
  clear(newFrames);
  clear(newStackRuns);
  clear(newStackFrames);
}

/** Begins a stack, whose record is at `address`. */
export function beginStack(address: usize): void {
  const pending = extend(pendingStacks, pendingBytes);
  store<u32>(pending, lengthOf(pendingFrames) >>> 2);
  store<usize>(pending, address, 4);
}

/** Adds a frame to the stack begun last. A pc has one frame in a generation: the first one read. */
export function addFrame(pcLow: u32, pcHigh: u32, source: usize): void {
  let frame = findRecord(frames, pcLow, pcHigh);
  if (frame == 0) {
    frame = addRecord(frames, pcLow, pcHigh);
  }
  if (load<u32>(frame, frameGeneration) != generation) {
    store<u32>(frame, generation, frameGeneration);
    store<usize>(frame, source, frameSource);
  }
  push32(pendingFrames, frame as u32);
}

/** Ends the stack begun last. */
export function endStack(): Status {
  const count = lengthOf(pendingStacks) / pendingBytes;
  const address = addressOf(count - 1);
  const low = readVarint(address + 1);
  const high = varintHigh();
  const existing = lookUp(stackIds, low, high);
  if ((low | high) == 0 || existing != 0) {
    failWith(0, low, high);
    failWith(1, framesOf(count - 1), 0);
    beginFailureList();
    listPcs(count - 1);
    if (existing != 0) {
      listPcs(existing - 1);
    }
    return fail(Failure.DuplicateStack, address);
  }
  enter(stackIds, low, high, count);
  if (countOf(frames) > mostFrames) {
    return fail(Failure.TooManyFrames, address);
  }
  return count > mostStacks ? fail(Failure.TooManyStacks, address) : Status.More;
}

function listPcs(stack: u32): void {
  const first = firstFrameOf(stack);
  const end = first + framesOf(stack);
  for (let n = first; n < end; n++) {
    const frame = load<usize>(dataOf(pendingFrames) + ((n as usize) << 2));
    listForFailure(load<u32>(frame, idLow), load<u32>(frame, idHigh));
  }
}

/** Resolves up to `most` stacks of the generation. */
export function resolveStacks(most: u32): Status {
  const count = lengthOf(pendingStacks) / pendingBytes;
  const end = min(count, resolved + most);
  for (; resolved < end; resolved++) {
    const frameTotal = framesOf(resolved);
    const first = firstFrameOf(resolved);
    for (let n: u32 = 0; n < frameTotal; n++) {
      const index = resolveFrame(load<usize>(dataOf(pendingFrames) + (((first + n) as usize) << 2)));
      if (index == 0) {
        return failUnknown();
      }
      store<u32>(scratch + ((n as usize) << 2), index - 1);
    }
    const low = readVarint(addressOf(resolved) + 1);
    replace(stackIds, low, varintHigh(), internStack(frameTotal) + 1);
  }
  if (resolved < count) {
    return Status.More;
  }
  releaseVector(pendingStacks);
  releaseVector(pendingFrames);
  return Status.Done;
}

function firstFrameOf(stack: u32): u32 {
  return load<u32>(dataOf(pendingStacks) + (stack as usize) * pendingBytes);
}

function addressOf(stack: u32): usize {
  return load<usize>(dataOf(pendingStacks) + (stack as usize) * pendingBytes, 4);
}

function framesOf(stack: u32): u32 {
  const isLast = (stack + 1) * pendingBytes == lengthOf(pendingStacks);
  return (isLast ? lengthOf(pendingFrames) >>> 2 : firstFrameOf(stack + 1)) - firstFrameOf(stack);
}

/** Index plus one of a pc's frame in this generation; 0 when its strings are unknown. */
function resolveFrame(frame: usize): u32 {
  if (load<u32>(frame, frameResolved) == generation) {
    return load<u32>(frame, frameIndex);
  }
  const source = load<usize>(frame, frameSource);
  const functionLow = readVarint(source);
  const functionName = stringOf(functionLow, varintHigh());
  const fileLow = readVarint(varintEnd());
  const file = stringOf(fileLow, varintHigh());
  const lineLow = readVarint(varintEnd());
  const lineHigh = varintHigh();
  if (functionName == 0 || file == 0) {
    return 0;
  }
  const isKnown =
    load<u32>(frame, frameIndex) != 0 &&
    load<u32>(frame, frameFunction) == functionName - 1 &&
    load<u32>(frame, frameFile) == file - 1 &&
    load<u32>(frame, frameLineLow) == lineLow &&
    load<u32>(frame, frameLineHigh) == lineHigh;
  if (!isKnown) {
    store<u32>(frame, functionName - 1, frameFunction);
    store<u32>(frame, file - 1, frameFile);
    store<u32>(frame, lineLow, frameLineLow);
    store<u32>(frame, lineHigh, frameLineHigh);
    store<u32>(frame, ++frameCount, frameIndex);
    const row = extend(newFrames, 24);
    store<u32>(row, load<u32>(frame, idLow));
    store<u32>(row, load<u32>(frame, idHigh), 4);
    store<u32>(row, functionName - 1, 8);
    store<u32>(row, file - 1, 12);
    store<u32>(row, lineLow, 16);
    store<u32>(row, lineHigh, 20);
  }
  store<u32>(frame, generation, frameResolved);
  return load<u32>(frame, frameIndex);
}

/** Index plus one of a string of the generation; 0 when it has none of this id. */
export function stringOf(low: u32, high: u32): u32 {
  return (low | high) == 0 ? 1 : lookUp(stringIds, low, high);
}

/** Index plus one of a stack of the generation; 0 when it has none of this id. */
export function stackOf(low: u32, high: u32): u32 {
  return (low | high) == 0 ? 1 : lookUp(stackIds, low, high);
}

/** Of the stacks with frames whose strings are unknown, tells the one with the least id, as the official reader mostly does. */
function failUnknown(): Status {
  const count = lengthOf(pendingStacks) / pendingBytes;
  let least: usize = 0;
  let leastLow: u32 = 0;
  let leastHigh: u32 = 0;
  let leastFrame: usize = 0;
  for (let stack: u32 = 0; stack < count; stack++) {
    const low = readVarint(addressOf(stack) + 1);
    const high = varintHigh();
    const isLess = least == 0 || high < leastHigh || (high == leastHigh && low < leastLow);
    const frame = isLess ? unknownFrameOf(stack) : 0;
    if (frame != 0) {
      least = addressOf(stack);
      leastLow = low;
      leastHigh = high;
      leastFrame = frame;
    }
  }
  const functionLow = readVarint(load<usize>(leastFrame, frameSource));
  const functionHigh = varintHigh();
  const isFunction = stringOf(functionLow, functionHigh) == 0;
  const fileLow = readVarint(varintEnd());
  failWith(0, isFunction ? functionLow : fileLow, isFunction ? functionHigh : varintHigh());
  failWith(1, leastLow, leastHigh);
  return fail(isFunction ? Failure.UnknownFunction : Failure.UnknownFile, least);
}

function unknownFrameOf(stack: u32): usize {
  const first = firstFrameOf(stack);
  const end = first + framesOf(stack);
  for (let n = first; n < end; n++) {
    const frame = load<usize>(dataOf(pendingFrames) + ((n as usize) << 2));
    if (resolveFrame(frame) == 0) {
      return frame;
    }
  }
  return 0;
}

/** Index of the stack of the first `count` frames of `scratch`. */
function internStack(count: u32): u32 {
  const hash = hashScratch(count);
  let entry = firstEntry(stacks, hash);
  for (let steps = 0; entry != 0 && steps < longestSearch; steps++) {
    if (hashOf(entry) == hash && load<u32>(entry, stackCount) == count && equalsScratch(entry, count)) {
      return indexOf(entry) + 1;
    }
    entry = nextEntry(entry);
  }
  return addStack(count, hash);
}

function hashScratch(count: u32): u32 {
  let hash = count;
  for (let n: u32 = 0; n < count; n++) {
    hash = (hash ^ load<u32>(scratch + ((n as usize) << 2))) * 0x9e3779b1;
    hash ^= hash >>> 15;
  }
  return hash * 0x85ebca6b;
}

function equalsScratch(entry: usize, count: u32): bool {
  const start = dataOf(keptFrames) + ((load<u32>(entry, stackFirst) as usize) << 2);
  for (let at: usize = 0; at < (count as usize) << 2; at += 4) {
    if (load<u32>(start + at) != load<u32>(scratch + at)) {
      return false;
    }
  }
  return true;
}

function addStack(count: u32, hash: u32): u32 {
  const entry = addEntry(stacks, hash, ownBytes);
  store<u32>(entry, lengthOf(keptFrames) >>> 2, stackFirst);
  store<u32>(entry, count, stackCount);
  memory.copy(extend(keptFrames, count << 2), scratch, count << 2);
  memory.copy(extend(newStackFrames, count << 2), scratch, count << 2);
  push32(newStackRuns, count);
  return indexOf(entry) + 1;
}
