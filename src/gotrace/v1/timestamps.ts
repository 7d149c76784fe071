import { BrokenTrace } from '../brokenTrace';
import { ArgumentsV1 } from './arguments';
import { outOfOrder } from './batchLoader';
import type { EventRows } from './eventRows';
import { EventV1 } from './eventTypes';
import { signed } from './recordReader';

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
  let last = Number.NEGATIVE_INFINITY;
  for (const row of order) {
    const tick = rows.tick[row] ?? 0;
    if (tick < last) {
      throw new BrokenTrace(outOfOrder, rows.offset[row] ?? 0);
    }
    last = tick;
  }
}

/** Gives GoSysExits their real ticks. Returns their places in the order. */
function correctExits(file: Uint8Array, rows: EventRows, order: Uint32Array): number[] {
  const places: number[] = [];
  const exit = new ArgumentsV1(file);
  /** By slot of the goroutine: tick at which its system call blocked; 0 where it did not. */
  const blockTicks = new Float64Array(rows.goroutines.length);
  for (let place = 0; place < order.length; place++) {
    const row = order[place] ?? 0;
    const type = rows.type[row];
    const goroutine = rows.goroutine[row] ?? 0;
    if (type === EventV1.GoSysBlock || type === EventV1.GoInSyscall) {
      blockTicks[goroutine] = rows.tick[row] ?? 0;
    } else if (type === EventV1.GoSysExit) {
      const tick = realTickOf(file, exit, rows.offset[row] ?? 0);
      if (tick !== 0) {
        checkExit(tick, blockTicks[goroutine] ?? 0, rows.offset[row] ?? 0);
        rows.tick[row] = tick;
        places.push(place);
      }
    }
  }
  return places;
}

function realTickOf(file: Uint8Array, exit: ArgumentsV1, offset: number): number {
  if (((file[offset] ?? 0) & 0x3f) !== EventV1.GoSysExit) {
    return 0;
  }
  exit.read(offset);
  return signed(exit.values[realTick] ?? 0);
}

function checkExit(tick: number, blockTick: number, offset: number): void {
  if (blockTick === 0) {
    throw new BrokenTrace('stray syscall exit', offset);
  }
  if (tick < blockTick) {
    throw new BrokenTrace(outOfOrder, offset);
  }
}

/** `order` but for the rows at `places` is sorted by tick; sorts the whole, which keeps rows of one tick in their order. */
function merge(rows: EventRows, order: Uint32Array, places: readonly number[]): Uint32Array {
  if (places.length === 0) {
    return order;
  }
  const tickAt = (place: number): number => rows.tick[order[place] ?? 0] ?? 0;
  const moved = places.toSorted((a, b) => tickAt(a) - tickAt(b));
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
    const difference = tickAt(a) - tickAt(b);
    return difference < 0 || (difference === 0 && a < b);
  }
}
