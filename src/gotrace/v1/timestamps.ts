import { BrokenTrace } from '../brokenTrace';
import { ArgumentsV1 } from './arguments';
import type { Exact } from '../wire';
import { outOfOrder } from './batchLoader';
import type { EventRows } from './eventRows';
import { EventV1 } from './eventTypes';

/** Argument of a GoSysExit: the tick at which the call really ended, 0 where that is not known. */
const realTick = 2;

/**
 * Checks that time does not turn around in `order`, puts the ends of system calls at the ticks at which they happened (they are written when their
 * goroutine is seen again, long after), and gives the rows in order of the ticks they then have; rows of one tick stay as they are.
 * @throws BrokenTrace
 */
export function orderByTick(file: Uint8Array, rows: EventRows, order: Uint32Array): Uint32Array {
  checkRising(rows, order);
  return merge(rows, order, correctExits(file, rows, order));
}

function checkRising(rows: EventRows, order: Uint32Array): void {
  let last = order[0] ?? 0;
  for (const row of order) {
    if (rows.tick.compare(row, last) < 0) {
      throw new BrokenTrace(outOfOrder, rows.offset[row] ?? 0);
    }
    last = row;
  }
}

/** Gives GoSysExits their real ticks. Returns their places in the order. */
function correctExits(file: Uint8Array, rows: EventRows, order: Uint32Array): number[] {
  const places: number[] = [];
  const exit = new ArgumentsV1(file);
  /** By slot of the goroutine: row at which its system call blocked, plus one; 0 where it did not. */
  const blocks = new Uint32Array(rows.goroutines.length);
  for (let place = 0; place < order.length; place++) {
    const row = order[place] ?? 0;
    const type = rows.type[row];
    const goroutine = rows.goroutine[row] ?? 0;
    if (type === EventV1.GoSysBlock || type === EventV1.GoInSyscall) {
      blocks[goroutine] = row + 1;
    } else if (type === EventV1.GoSysExit) {
      const tick = realTickOf(file, exit, rows.offset[row] ?? 0);
      if (tick !== 0) {
        rows.tick.set(row, tick);
        checkExit(rows, row, (blocks[goroutine] ?? 0) - 1);
        places.push(place);
      }
    }
  }
  return places;
}

function realTickOf(file: Uint8Array, exit: ArgumentsV1, offset: number): Exact {
  if (((file[offset] ?? 0) & 0x3f) !== EventV1.GoSysExit) {
    return 0;
  }
  exit.read(offset);
  return exit.values[realTick] ?? 0;
}

/** @param block the row at which the system call blocked, or -1 */
function checkExit(rows: EventRows, exit: number, block: number): void {
  // The official reader takes a block at tick 0 for none.
  if (block === -1 || rows.tick.isZero(block)) {
    throw new BrokenTrace('stray syscall exit', rows.offset[exit] ?? 0);
  }
  if (rows.tick.compare(exit, block) < 0) {
    throw new BrokenTrace(outOfOrder, rows.offset[exit] ?? 0);
  }
}

/** `order` but for the rows at `places` is sorted by tick; sorts the whole, which keeps rows of one tick in their order. */
function merge(rows: EventRows, order: Uint32Array, places: readonly number[]): Uint32Array {
  if (places.length === 0) {
    return order;
  }
  const compare = (a: number, b: number): number => rows.tick.compare(order[a] ?? 0, order[b] ?? 0);
  const moved = places.toSorted(compare);
  const merged = new Uint32Array(order.length);
  let length = 0;
  let nextMoved = 0;
  let nextPlace = 0;
  for (let place = 0; place < order.length; place++) {
    if (places[nextPlace] === place) {
      nextPlace++;
      continue;
    }
    for (let other = moved[nextMoved]; other !== undefined && comesBefore(other, place); other = moved[++nextMoved]) {
      merged[length++] = order[other] ?? 0;
    }
    merged[length++] = order[place] ?? 0;
  }
  for (; nextMoved < moved.length; nextMoved++) {
    merged[length++] = order[moved[nextMoved] ?? 0] ?? 0;
  }
  return merged;

  function comesBefore(a: number, b: number): boolean {
    const difference = compare(a, b);
    return difference < 0 || (difference === 0 && a < b);
  }
}
