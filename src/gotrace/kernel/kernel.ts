// Decodes and orders execution traces of format v2, one generation at a time. Who runs it hands the generation's bytes out as they are asked for (`input.ts`), calls
// the steps in their order until each is done, and takes what the report names.

import { beginBatches, readTables, startBatches } from './batches';
import { argumentCounts } from './cursor';
import { idArguments } from './ids';
import { listOthers, tableLength, tableOf } from './idMap';
import { seedIds } from './idTable';
import { reach, startTables } from './memory';
import { beginOrder, emitSync, order, startOrder } from './order';
import { put, reported, startReport } from './report';
import { clearNewResources, newContexts, newGoroutines, startResources } from './resources';
import { block, clearRows, lastRowTime, newExtras, newLaps, rowCount, startRows } from './rows';
import { Report, Status } from './shared';
import { clearNewStacks, newFrames, newStackFrames, newStackRuns, stackIds, startStacks, stringIds } from './stacks';
import { clearNewStrings, newStringLengths, newStringOffsets, startStrings } from './strings';
import { takeOverlong, varintSlack } from './varint';
import { clear, dataOf, lengthOf, startVector, vectorBytes } from './vector';

const sparseStringIds: usize = memory.data(vectorBytes);
const sparseStackIds: usize = memory.data(vectorBytes);

/** Address of the numbers that `Report` names. */
export function report(): usize {
  return reported;
}

/** Address of a byte for each event type: see `argumentCounts`. */
export function argumentCountsOfTypes(): usize {
  return argumentCounts;
}

/** Address of four bytes for each event type: see `idArguments`. */
export function idArgumentsOfTypes(): usize {
  return idArguments;
}

/**
 * Begins a trace, whose generations have `mostBytes` at most.
 * @param version minor version of Go in the header
 * @param careful whether event batches are checked before their events are ordered
 * @param tableBytes how much memory the tables may need, as a guess
 * @param fileBytes of the whole trace
 */
export function start(
  version: u32,
  careful: u32,
  mostBytes: u32,
  tableBytes: u32,
  fileBytes: u32,
  seed1: u32,
  seed2: u32,
  seed3: u32,
): void {
  const input = (__heap_base + 15) & ~15;
  const tables = input + mostBytes + varintSlack;
  reach(tables + tableBytes);
  startTables(tables);
  startReport();
  seedIds(seed1, seed2);
  startRows();
  startStrings(seed3);
  startStacks(fileBytes);
  startResources(fileBytes);
  startBatches(version, fileBytes);
  startOrder(careful != 0);
  takeOverlong();
  startVector(sparseStringIds);
  startVector(sparseStackIds);
}

/**
 * Begins a generation of `length` bytes.
 * @param fileOffset where they stand in the file
 * @param isWhole whether it ended as a generation does; if not, only its batches are read
 * @param isLast whether no other generation follows
 */
export function beginGeneration(length: u32, fileOffset: u32, isWhole: u32, isLast: u32): void {
  const input = (__heap_base + 15) & ~15;
  beginBatches(input, input + length, fileOffset, isWhole != 0, isLast == 0);
}

/** Reads strings, stacks, samples and clocks; `most` batches at a time. What is new has to be taken each time; the ids are complete at the end. */
export function tables(most: u32): Status {
  clearNewStrings();
  clearNewStacks();
  const status = readTables(most);
  putVector(Report.StringOffsets, newStringOffsets);
  putVector(Report.StringLengths, newStringLengths);
  putVector(Report.Frames, newFrames);
  putVector(Report.StackRuns, newStackRuns);
  putVector(Report.StackFrames, newStackFrames);
  if (status == Status.Done) {
    clear(sparseStringIds);
    clear(sparseStackIds);
    listOthers(stringIds, sparseStringIds);
    listOthers(stackIds, sparseStackIds);
    putVector(Report.SparseStringIds, sparseStringIds);
    putVector(Report.SparseStackIds, sparseStackIds);
    put(Report.StringIds, tableOf(stringIds) as u32);
    put(Report.StringIdsBytes, tableLength(stringIds));
    put(Report.StackIds, tableOf(stackIds) as u32);
    put(Report.StackIdsBytes, tableLength(stackIds));
  }
  return status;
}

function putVector(place: Report, vector: usize): void {
  put(place, dataOf(vector) as u32);
  put((place + 1) as Report, lengthOf(vector));
}

/** After its tables: puts out the generation's Sync, and makes ready its threads. @param number stands for the generation's number: equal for equal ones, above 0 */
export function beginEvents(number: u32): Status {
  return beginOrder(number);
}

/** Orders events; `turns` turns of threads at a time. */
export function events(turns: u32): Status {
  return order(turns);
}

/** Puts out the Sync that ends the trace. */
export function finish(): void {
  emitSync(lastRowTime());
}

/** Says where the rows are that were put out since they were taken last; returns how many. */
export function rows(): u32 {
  put(Report.Rows, block as u32);
  putVector(Report.Laps, newLaps);
  putVector(Report.Extras, newExtras);
  putVector(Report.GoroutineIds, newGoroutines);
  putVector(Report.Contexts, newContexts);
  return rowCount();
}

/** The rows, and what belongs to them, were taken. */
export function rowsTaken(): void {
  clearRows();
  clearNewResources();
}
