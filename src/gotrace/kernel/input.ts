// The bytes of the generation at hand, which who runs the kernel has. Each byte of the generation has its address, as if all of them lay in memory; those of tables
// and of batches' headers are brought to theirs, those of events to a place that their thread's next batch takes over. What was not brought takes no memory.

import { allocate, release } from './memory';
import { threadBlock, threadBlockLog2, threadToOffset } from './resources';
import { varintSlack } from './varint';

/** Copies `length` bytes, from `from` bytes after the generation's start, to an address. */
declare function copyIn(from: u32, length: u32, to: usize): void;

/** A batch's header has no more bytes. */
const mostHeaderBytes: usize = 48;
const smallestLog2: u32 = 7;

let start: usize = 0;
let end: usize = 0;
/** What has to be added to an address for its offset in the file, and the same for addresses of the events at hand. */
let toOffset: u32 = 0;
let eventToOffset: u32 = 0;

/** Begins a generation whose bytes have the addresses from `first` to `last`. @param fileOffset where they stand in the file */
export function beginInput(first: usize, last: usize, fileOffset: u32): void {
  start = first;
  end = last;
  toOffset = fileOffset - (first as u32);
}

/** Brings the header of the batch at an address. */
export function bringHeader(header: usize): void {
  bring(header, min(mostHeaderBytes, end - header));
}

/** Brings bytes to their address. */
export function bring(address: usize, length: usize): void {
  copyIn((address - start) as u32, length as u32, address);
}

/** Brings a batch's events, whose address is `events`, to the thread's place, and returns where that is. The batch before is gone then. */
export function bringEvents(thread: usize, events: usize, length: u32): usize {
  const needed = length + (varintSlack as u32);
  let block = load<usize>(thread, threadBlock);
  if (block == 0 || (1 as u32) << load<u32>(thread, threadBlockLog2) < needed) {
    releaseEvents(thread);
    const log2 = max(smallestLog2, 32 - clz(needed - 1));
    block = allocate(log2);
    store<usize>(thread, block, threadBlock);
    store<u32>(thread, log2, threadBlockLog2);
  }
  copyIn((events - start) as u32, length, block);
  store<u32>(thread, toOffset + (events as u32) - (block as u32), threadToOffset);
  turnTo(thread);
  return block;
}

/** A thread without events gives its place back. */
export function releaseEvents(thread: usize): void {
  const block = load<usize>(thread, threadBlock);
  if (block != 0) {
    release(block, load<u32>(thread, threadBlockLog2));
    store<usize>(thread, 0, threadBlock);
  }
}

/** The events at hand are those of this thread. */
export function turnTo(thread: usize): void {
  eventToOffset = load<u32>(thread, threadToOffset);
}

/** Offset in the file of a byte of the generation, of its end, or of a byte of the events at hand. */
export function offsetOf(address: usize): u32 {
  return (address as u32) + (address <= end ? toOffset : eventToOffset);
}
