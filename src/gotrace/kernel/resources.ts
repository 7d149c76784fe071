// Threads, procs and goroutines as far as events told them; they live over all generations. Source: go-execution-trace.md section 3.1.

import {
  addEntry,
  contentTableBytes,
  entriesOf,
  entryStart,
  firstEntry,
  indexOf,
  longestSearch,
  nextEntry,
  startContents,
} from './contentTable';
import { addRecord, countOf, findRecord, firstRecord, idHigh, idLow, nextRecord, recordStart, startTable, tableBytes } from './idTable';
import { allocateZeroed, release } from './memory';
import { mostThings } from './limits';
import { Failure } from './shared';
import { clear, extend, startVector, vectorBytes } from './vector';

/** Wire codes of goroutine states. */
export const goRunnable: u32 = 1;
export const goRunning: u32 = 2;
export const goSyscall: u32 = 3;
export const goWaiting: u32 = 4;

/** Wire codes of proc states. */
export const procRunning: u32 = 1;
export const procIdle: u32 = 2;
export const procSyscall: u32 = 3;
export const procSyscallAbandoned: u32 = 4;

/** What does not exist (any more). */
export const absent: u32 = 7;
/** Bits of a state that hold its wire code; those above hold the generation number's stand-in, from `goroutineSequence` or `procSequence`. */
export const statusMask: u32 = 7;

export const threads: usize = memory.data(tableBytes);
/** Record of the proc, of the goroutine; 0 without. */
export const threadProc: usize = recordStart;
export const threadGoroutine: usize = recordStart + 4;
/** Context in which its next event happens. */
export const threadContext: usize = recordStart + 8;
/** Whether the official reader knows the thread already: an event of it was tried, as of each that has a proc, or another event named it. */
export const threadIsKnown: usize = recordStart + 12;
/** The event to come: its type byte, its first argument, the end of its batch. */
export const threadType: usize = recordStart + 16;
export const threadArgs: usize = recordStart + 20;
export const threadEnd: usize = recordStart + 24;
/** Why the batch cannot be read beyond `threadEnd`; 0 when that is its end. */
export const threadFailure: usize = recordStart + 28;
/** Time of the batch at hand. */
export const threadStart: usize = recordStart + 36;
/** Generation of the chain of batches, the next batch and the last one. */
export const threadGeneration: usize = recordStart + 44;
export const threadBatch: usize = recordStart + 48;
export const threadLastBatch: usize = recordStart + 52;
/** Other threads that hold the same proc. */
const threadNextHolder: usize = recordStart + 56;
const threadHolderBefore: usize = recordStart + 60;
/** Contexts plus one: without a proc, and with the proc it had last. */
const threadBareContext: usize = recordStart + 64;
const threadLastProc: usize = recordStart + 68;
const threadLastContext: usize = recordStart + 72;
/** Where its events are, how large that place is, and what an address there needs for its offset in the file: see `input.ts`. */
export const threadBlock: usize = recordStart + 76;
export const threadBlockLog2: usize = recordStart + 80;
export const threadToOffset: usize = recordStart + 84;
const threadBytes: u32 = 100;
/** Stands for "no thread": its events have no context and bind nothing. */
export const withoutThread: usize = memory.data(100);

export const procs: usize = memory.data(tableBytes);
export const procSequence: usize = recordStart;
export const procState: usize = recordStart + 4;
export const procIsSweeping: usize = recordStart + 8;
/** The thread that took it last of those that hold it. */
const procHolder: usize = recordStart + 12;
const procBytes: u32 = 28;

export const goroutines: usize = memory.data(tableBytes);
export const goroutineSequence: usize = recordStart;
export const goroutineState: usize = recordStart + 4;
/** What rows call it: its position among all goroutines plus one; 0 for the id that stands for "no goroutine". */
export const goroutineCode: usize = recordStart + 8;
/** Its open regions and ranges. */
export const goroutineRegions: usize = recordStart + 12;
export const goroutineRanges: usize = recordStart + 16;
const goroutineBytes: u32 = 32;
/** Stands for "no goroutine": it is in no state, and rows call it 0. */
export const withoutGoroutine: usize = memory.data(32);
/** Records of all goroutines with small ids, by id: the runtime numbers them from 1 up. */
let goroutinesById: usize = 0;
let goroutinesByIdLog2: u32 = 0;
/** Ids below this are small. */
let smallIds: u32 = 0;
/** Ids of the goroutines that were not taken yet: low, high. */
export const newGoroutines: usize = memory.data(vectorBytes);
let goroutineCount: u32 = 0;

/** Pairs of thread and proc in which events happen; 0 is neither. */
const contexts: usize = memory.data(contentTableBytes);
const contextBytes: usize = 16;
/** Contexts that were not taken yet: thread (low, high), proc (low, high). */
export const newContexts: usize = memory.data(vectorBytes);

const none: u32 = 0xffffffff;

/** No program has more procs. */
const mostProcs: u32 = 65536;
/** Of what hostile files have more than any program: some for every file, and more for its bytes. */
const threadsOfSmallFile: u32 = 65536;
const contextsOfSmallFile: u32 = 131072;
let mostThreads: u32 = 0;
let mostContexts: u32 = 0;
let mostGoroutines: u32 = 0;
/** Of goroutines that only samples tell of: the runtime tells of every goroutine that runs, and takes few samples. */
const sampledOfSmallFile: u32 = 65536;
let mostSampled: u32 = 0;
let sampledCount: u32 = 0;

/** @param fileBytes of the whole trace: the runtime writes far more bytes for a thread, and for each proc that it has, than the limits ask for */
export function startResources(fileBytes: u32): void {
  mostThreads = threadsOfSmallFile + (fileBytes >>> 7);
  mostContexts = contextsOfSmallFile + (fileBytes >>> 6);
  mostGoroutines = mostThings(fileBytes);
  mostSampled = sampledOfSmallFile + (fileBytes >>> 7);
  sampledCount = 0;
  startTable(threads, threadBytes);
  memory.fill(withoutThread, 0, threadBytes);
  store<u32>(withoutThread, none, idLow);
  store<u32>(withoutThread, none, idHigh);
  startTable(procs, procBytes);
  startTable(goroutines, goroutineBytes);
  store<u32>(withoutGoroutine, absent, goroutineState);
  goroutineCount = 0;
  goroutinesById = 0;
  smallIds = 0;
  startVector(newGoroutines);
  startContents(contexts);
  startVector(newContexts);
  contextOf(none, none, none, none);
}

/** What there is more of than any program has, in a trace of this size. */
export function excess(): Failure {
  if (countOf(threads) > mostThreads) {
    return Failure.TooManyThreads;
  }
  if (countOf(procs) > mostProcs) {
    return Failure.TooManyProcs;
  }
  if (entriesOf(contexts) > mostContexts) {
    return Failure.TooManyContexts;
  }
  return goroutineCount > mostGoroutines || sampledCount > mostSampled ? Failure.TooManyGoroutines : Failure.None;
}

/** Forgets the goroutines and contexts that were taken. */
export function clearNewResources(): void {
  clear(newGoroutines);
  clear(newContexts);
}

/** Whether an id is 2^64 - 1: what is bound to it is bound to nothing. */
export function isNone(low: u32, high: u32): bool {
  return (low & high) == none;
}

/** The thread of an id as the official reader knows it; 0 when it does not. */
export function findThread(low: u32, high: u32): usize {
  const thread = findRecord(threads, low, high);
  return thread != 0 && load<u32>(thread, threadIsKnown) != 0 ? thread : 0;
}

/** The record of a thread; a new one if needed. */
export function threadOf(low: u32, high: u32): usize {
  let thread = findRecord(threads, low, high);
  if (thread == 0) {
    thread = addRecord(threads, low, high);
    store<u32>(thread, contextWith(thread, 0), threadContext);
  }
  return thread;
}

/** The record of a proc; a new one if needed. */
export function procOf(low: u32, high: u32): usize {
  const proc = findRecord(procs, low, high);
  return proc == 0 ? addRecord(procs, low, high) : proc;
}

/** Goroutines by id. A class for the sake of its decorator, as `Short`. */
export abstract class Known {
  /** The record of a goroutine whose id has no high half; 0 when there is none. */
  @inline
  static goroutine(id: u32): usize {
    return id < smallIds ? load<usize>(goroutinesById + ((id as usize) << 2)) : findRecord(goroutines, id, 0);
  }
}

/** Makes an id small, where the table for that is not much larger than what there is of goroutines. */
function enterById(id: u32, goroutine: usize): void {
  if (id >= smallIds) {
    if (id >= 2 * goroutineCount + 1024) {
      return;
    }
    growById(id);
  }
  store<usize>(goroutinesById + ((id as usize) << 2), goroutine);
}

function growById(id: u32): void {
  const log2 = 32 - clz(id | 1023);
  if (goroutinesById != 0) {
    release(goroutinesById, goroutinesByIdLog2);
  }
  goroutinesByIdLog2 = log2 + 2;
  goroutinesById = allocateZeroed(goroutinesByIdLog2);
  smallIds = (1 as u32) << log2;
  for (let record = firstRecord(goroutines); record != 0; record = nextRecord(goroutines, record)) {
    const low = load<u32>(record, idLow);
    if (low < smallIds && load<u32>(record, idHigh) == 0) {
      store<usize>(goroutinesById + ((low as usize) << 2), record);
    }
  }
}

/** Whether a goroutine exists (still): it may be gone where two threads held it. */
export function exists(goroutine: usize): bool {
  return (load<u32>(goroutine, goroutineState) & statusMask) != absent;
}

/** An existing goroutine; 0 when it does not exist (any more). */
export function findGoroutine(low: u32, high: u32): usize {
  const goroutine = findRecord(goroutines, low, high);
  return goroutine != 0 && exists(goroutine) ? goroutine : 0;
}

/** The record of a goroutine, which may not exist; a new one if needed. */
export function goroutineOf(low: u32, high: u32): usize {
  let goroutine = high == 0 ? Known.goroutine(low) : findRecord(goroutines, low, high);
  if (goroutine == 0) {
    goroutine = addRecord(goroutines, low, high);
    store<u32>(goroutine, absent, goroutineState);
    if (high == 0) {
      enterById(low, goroutine);
    }
    if (!isNone(low, high)) {
      store<u32>(goroutine, ++goroutineCount, goroutineCode);
      const id = extend(newGoroutines, 8);
      store<u32>(id, low);
      store<u32>(id, high, 4);
    }
  }
  return goroutine;
}

/** The record of a goroutine that a CPU sample names; a new one if needed. */
export function sampledGoroutineOf(low: u32, high: u32): usize {
  const known = goroutineCount;
  const goroutine = goroutineOf(low, high);
  sampledCount += goroutineCount - known;
  return goroutine;
}

/** What rows call a goroutine; 0 is none. */
export function codeOf(goroutine: usize): u32 {
  return goroutine == 0 ? 0 : load<u32>(goroutine, goroutineCode);
}

/** What is bound to a thread that gets this goroutine: nothing where its id stands for "no goroutine". */
export function bindable(goroutine: usize): usize {
  return load<u32>(goroutine, goroutineCode) == 0 ? 0 : goroutine;
}

/** The proc that a thread has when it gets this one; 0 is none. */
export function bindProc(thread: usize, wanted: usize): void {
  let proc = wanted;
  if (wanted != 0 && isNone(load<u32>(wanted, idLow), load<u32>(wanted, idHigh))) {
    proc = 0;
  }
  const old = load<usize>(thread, threadProc);
  if (proc == old) {
    return;
  }
  if (old != 0) {
    unlinkHolder(thread, old);
  }
  store<usize>(thread, proc, threadProc);
  if (proc != 0) {
    const next = load<usize>(proc, procHolder);
    store<usize>(thread, next, threadNextHolder);
    store<usize>(thread, 0, threadHolderBefore);
    if (next != 0) {
      store<usize>(next, thread, threadHolderBefore);
    }
    store<usize>(proc, thread, procHolder);
  }
  store<u32>(thread, contextWith(thread, proc), threadContext);
}

function unlinkHolder(thread: usize, proc: usize): void {
  const next = load<usize>(thread, threadNextHolder);
  const before = load<usize>(thread, threadHolderBefore);
  if (before == 0) {
    store<usize>(proc, next, procHolder);
  } else {
    store<usize>(before, next, threadNextHolder);
  }
  if (next != 0) {
    store<usize>(next, before, threadHolderBefore);
  }
}

/** A thread that holds the proc; 0 when none does. */
export function holderOf(proc: usize): usize {
  return load<usize>(proc, procHolder);
}

/** The context of a thread with a proc, or with none. Threads mostly get the proc again that they had last. */
function contextWith(thread: usize, proc: usize): u32 {
  const place = proc == 0 ? threadBareContext : threadLastContext;
  const known = load<u32>(thread + place);
  if (known != 0 && (proc == 0 || load<usize>(thread, threadLastProc) == proc)) {
    return known - 1;
  }
  const procLow = proc == 0 ? none : load<u32>(proc, idLow);
  const procHigh = proc == 0 ? none : load<u32>(proc, idHigh);
  const context = contextOf(load<u32>(thread, idLow), load<u32>(thread, idHigh), procLow, procHigh);
  store<u32>(thread + place, context + 1);
  if (proc != 0) {
    store<usize>(thread, proc, threadLastProc);
  }
  return context;
}

/** The context of one thread with the proc of another. */
export function contextBetween(thread: usize, holder: usize): u32 {
  return contextWith(thread, load<usize>(holder, threadProc));
}

/** Number of the context of a thread and a proc. */
export function contextOf(threadLow: u32, threadHigh: u32, procLow: u32, procHigh: u32): u32 {
  const hash = (threadLow * 0x9e3779b1 + procLow) * 0x85ebca6b + (threadHigh ^ (procHigh << 16)) * 0xc2b2ae35;
  let entry = firstEntry(contexts, hash);
  for (let steps = 0; entry != 0 && steps < longestSearch; steps++) {
    const isEqual =
      load<u32>(entry, entryStart) == threadLow &&
      load<u32>(entry, entryStart + 4) == threadHigh &&
      load<u32>(entry, entryStart + 8) == procLow &&
      load<u32>(entry, entryStart + 12) == procHigh;
    if (isEqual) {
      return indexOf(entry);
    }
    entry = nextEntry(entry);
  }
  entry = addEntry(contexts, hash, contextBytes);
  storeContext(entry + entryStart, threadLow, threadHigh, procLow, procHigh);
  storeContext(extend(newContexts, contextBytes as u32), threadLow, threadHigh, procLow, procHigh);
  return indexOf(entry);
}

function storeContext(at: usize, threadLow: u32, threadHigh: u32, procLow: u32, procHigh: u32): void {
  store<u32>(at, threadLow);
  store<u32>(at, threadHigh, 4);
  store<u32>(at, procLow, 8);
  store<u32>(at, procHigh, 12);
}
