// Growing runs of bytes. A vector's head lies in static memory: where its bytes are, how many there are, and the logarithm of how many fit.

import { allocate, growLast, release } from './memory';

export const vectorBytes: i32 = 12;
const vectorLength: usize = 4;
const vectorLog2: usize = 8;
const smallestLog2: u32 = 8;

/** Begins an empty vector; its bytes of before are forgotten, not given back. */
export function startVector(vector: usize): void {
  store<usize>(vector, 0);
  store<u32>(vector, 0, vectorLength);
  store<u32>(vector, 0, vectorLog2);
}

/** Appends `bytes` undefined bytes and returns where they are, until the vector grows again. */
export function extend(vector: usize, bytes: u32): usize {
  const length = load<u32>(vector, vectorLength);
  const end = length + bytes;
  store<u32>(vector, end, vectorLength);
  const log2 = load<u32>(vector, vectorLog2);
  if (log2 == 0 || end > (1 as u32) << log2) {
    grow(vector, length, end);
  }
  return load<usize>(vector) + length;
}

function grow(vector: usize, length: u32, end: u32): void {
  const log2 = load<u32>(vector, vectorLog2);
  let grown = max(smallestLog2, log2 + 1);
  while ((1 as u32) << grown < end) {
    grown++;
  }
  if (log2 != 0 && growLast(load<usize>(vector), log2, grown)) {
    store<u32>(vector, grown, vectorLog2);
    return;
  }
  const block = allocate(grown);
  if (log2 != 0) {
    memory.copy(block, load<usize>(vector), length);
    release(load<usize>(vector), log2);
  }
  store<usize>(vector, block);
  store<u32>(vector, grown, vectorLog2);
}

export function push32(vector: usize, value: u32): void {
  store<u32>(extend(vector, 4), value);
}

/** Where the bytes are. */
export function dataOf(vector: usize): usize {
  return load<usize>(vector);
}

/** How many bytes there are. */
export function lengthOf(vector: usize): u32 {
  return load<u32>(vector, vectorLength);
}

/** Empties a vector, which keeps its memory. */
export function clear(vector: usize): void {
  store<u32>(vector, 0, vectorLength);
}

/** Empties a vector and gives its memory back. */
export function releaseVector(vector: usize): void {
  const log2 = load<u32>(vector, vectorLog2);
  if (log2 != 0) {
    release(load<usize>(vector), log2);
  }
  startVector(vector);
}
