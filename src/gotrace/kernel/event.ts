// The event at hand, for the rules that are rarely needed.

import { offsetOf } from './input';
import { failAt, put } from './report';
import { Failure, Report, Status } from './shared';
import { readVarint, varintEnd, varintHigh } from './varint';

/** Its arguments: low and high half of each. */
const args: usize = memory.data(4 * 8);

let offset: u32 = 0;
let argumentsAt: u32 = 0;
let type: u32 = 0;

/** @param at where its type byte stands, among the events of the thread whose turn it is or the samples */
export function setEvent(at: usize): void {
  offset = offsetOf(at);
  type = load<u8>(at);
}

/** Reads `count` arguments, 4 at most, which begin at `start`. Returns their end. */
export function readArguments(start: usize, count: u32): usize {
  argumentsAt = offsetOf(start);
  let at = start;
  for (let n: u32 = 0; n < count; n++) {
    const arg = args + ((n as usize) << 3);
    store<u32>(arg, readVarint(at));
    store<u32>(arg, varintHigh(), 4);
    at = varintEnd();
  }
  return at;
}

export function argLow(n: u32): u32 {
  return load<u32>(args + ((n as usize) << 3));
}

export function argHigh(n: u32): u32 {
  return load<u32>(args + ((n as usize) << 3), 4);
}

export function eventType(): u32 {
  return type;
}

/** Where its arguments stand in the file. */
export function argumentsOffset(): u32 {
  return argumentsAt;
}

/** Notes why no legal history continues with the event. */
export function failEvent(failure: Failure): Status {
  put(Report.FailureType, type);
  return failAt(failure, offset);
}
