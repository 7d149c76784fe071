import { fail, Failure } from './failure';

/** Where free memory begins. All of it is taken back at once, when the next profile comes. */
let free: usize = 0;

export function releaseAll(): void {
  free = __heap_base;
}

/** Memory of a size, at a multiple of 8; what it holds is not defined. */
export function allocate(size: usize): usize {
  const start = (free + 7) & ~7;
  reserve(start, size);
  free = start + size;
  return start;
}

/** Memory of a size that is zero. */
export function allocateZeroed(size: usize): usize {
  const start = allocate(size);
  memory.fill(start, 0, size);
  return start;
}

/** Makes the memory that was allocated last longer. */
export function extend(size: usize): void {
  reserve(free, size);
  free += size;
}

function reserve(start: usize, size: usize): void {
  const largest: usize = 0xfff00000;
  if (start > largest || size > largest - start) {
    fail(Failure.Memory, 0, 0, 0);
  }
  const missing = <i32>((start + size + 0xffff) >>> 16) - memory.size();
  if (missing > 0 && memory.grow(max(missing, sparePages())) < 0 && memory.grow(missing) < 0) {
    fail(Failure.Memory, 0, 0, 0);
  }
}

/** Growing in leaps: without WASM all memory is copied each time it grows. What is not written to costs nothing. */
function sparePages(): i32 {
  return max(16, memory.size() >>> 2);
}
