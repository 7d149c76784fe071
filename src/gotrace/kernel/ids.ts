// Whether the strings and stacks that an event names exist. The official reader asks when the event comes out, so the good events before it are delivered.

import { EventType } from '../eventType';
import { argHigh, argLow } from './event';
import { measureDense } from './idMap';
import { failEvent } from './event';
import { failWith } from './report';
import { Failure } from './shared';
import { stackIds, stackOf, stringIds, stringOf } from './stacks';

/** By event type: which arguments are ids of stacks (two at most), and of strings (two at most), in the order in which the official reader checks them. */
export const idArguments: usize = memory.data(256 * 4);
const noArgument: u32 = 0xff;
const largestProcStatus: u32 = 0xff;

/** Ids up to these are all known. */
let denseStrings: u32 = 0;
let denseStacks: u32 = 0;
let isInvalid: bool = false;

/** Begins a generation, whose tables are complete. */
export function beginIds(): void {
  denseStrings = measureDense(stringIds);
  denseStacks = measureDense(stackIds);
  isInvalid = false;
}

/** Ids of strings up to this are all known; those above may be. */
export function knownStrings(): u32 {
  return denseStrings;
}

/** Ids of stacks up to this are all known; those above may be. */
export function knownStacks(): u32 {
  return denseStacks;
}

/** Whether an event named what does not exist, since the generation began. */
export function hasInvalidId(): bool {
  return isInvalid;
}

/** Notes what the event at hand names and does not exist. */
export function checkIds(type: u32): void {
  // The official reader cannot print such a status.
  if (type == EventType.ProcStatus && (argLow(1) > largestProcStatus || argHigh(1) != 0)) {
    isInvalid = true;
    failWith(0, argLow(0), argHigh(0));
    failWith(1, argLow(1), argHigh(1));
    failEvent(Failure.ProcStatusUnknown);
    return;
  }
  const places = idArguments + ((type as usize) << 2);
  for (let n: usize = 0; n < 4; n++) {
    const place: u32 = load<u8>(places + n);
    if (place == noArgument) {
      continue;
    }
    const low = argLow(place);
    const high = argHigh(place);
    if (high == 0 && low <= (n < 2 ? denseStacks : denseStrings)) {
      continue;
    }
    if ((n < 2 ? stackOf(low, high) : stringOf(low, high)) == 0) {
      isInvalid = true;
      failWith(0, low, high);
      failEvent(n < 2 ? Failure.UnknownStack : Failure.UnknownString);
      return;
    }
  }
}
