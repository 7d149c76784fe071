// Memory of the tables: blocks of a power of two bytes. What is given back is handed out again before the memory grows.

import { put } from './report';
import { Report } from './shared';

/** No block has as many bytes as two to this power. */
const largestLog2: u32 = 32;
/** Heads of the lists of free blocks, by the logarithm of their size. */
const freeBlocks: usize = memory.data(32 * 4);
/** First byte that was not handed out yet. */
let top: usize = 0;
/** Bytes from here on were never written: they are zero. */
let untouched: usize = 0;

/** Forgets all blocks; new ones begin at `start`. */
export function startTables(start: usize): void {
  memory.fill(freeBlocks, 0, 32 * 4);
  top = (start + 15) & ~15;
  if (untouched < top) {
    untouched = top;
  }
}

/** Makes sure that there is memory up to `end`. */
export function reach(end: usize): void {
  const pages = ((end + 0xffff) >>> 16) as i32;
  const missing = pages - memory.size();
  // Growing in proportion: JavaScript copies all memory when it grows.
  if (missing > 0 && memory.grow(max(missing, memory.size() >>> 3)) < 0 && memory.grow(missing) < 0) {
    outOfMemory();
  }
}

function outOfMemory(): void {
  put(Report.IsOutOfMemory, 1);
  unreachable();
}

/** A block of 2^log2 bytes, at least 16; what is in it is undefined. */
export function allocate(log2: u32): usize {
  const list = freeBlocks + ((log2 as usize) << 2);
  const free = load<usize>(list);
  if (free != 0) {
    store<usize>(list, load<usize>(free));
    return free;
  }
  const split = splitLarger(log2);
  return split != 0 ? split : moveTop(top, log2);
}

/** A part of the smallest larger block that is free; its other parts are free blocks from then on. 0 when there is none. */
function splitLarger(log2: u32): usize {
  let larger = log2 + 1;
  while (larger < largestLog2 && load<usize>(freeBlocks + ((larger as usize) << 2)) == 0) {
    larger++;
  }
  if (larger >= largestLog2) {
    return 0;
  }
  const block = allocate(larger);
  while (larger > log2) {
    larger--;
    release(block + ((1 as usize) << larger), larger);
  }
  return block;
}

/** Hands out everything up to the end of a block of 2^log2 bytes. */
function moveTop(block: usize, log2: u32): usize {
  const end = block + ((1 as usize) << log2);
  if (end < block) {
    outOfMemory();
  }
  reach(end);
  top = end;
  if (untouched < end) {
    untouched = end;
  }
  return block;
}

/** Makes a block larger where it is, which takes no copy; false unless it is the last one of all. */
export function growLast(block: usize, log2: u32, grown: u32): bool {
  if (block + ((1 as usize) << log2) != top) {
    return false;
  }
  moveTop(block, grown);
  return true;
}

/** A block of 2^log2 zero bytes. */
export function allocateZeroed(log2: u32): usize {
  const written = untouched;
  const block = allocate(log2);
  const end = block + ((1 as usize) << log2);
  if (block < written) {
    memory.fill(block, 0, min(end, written) - block);
  }
  return block;
}

export function release(block: usize, log2: u32): void {
  const list = freeBlocks + ((log2 as usize) << 2);
  store<usize>(block, load<usize>(list));
  store<usize>(list, block);
}
