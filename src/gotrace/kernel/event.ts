// The event at hand, for the rules that are rarely needed.

import { fail, put } from './report';
import { Failure, Report, Status } from './shared';
import { readVarint, varintEnd, varintHigh } from './varint';

/** Its arguments: low and high half of each. */
const args: usize = memory.data(4 * 8);

let address: usize = 0;
let type: u32 = 0;

/** @param at where its type byte stands */
export function setEvent(at: usize): void {
  address = at;
  type = load<u8>(at);
}

/** Reads `count` arguments, 4 at most, which begin at `start`. Returns their end. */
export function readArguments(start: usize, count: u32): usize {
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

export function eventAddress(): usize {
  return address;
}

/** Notes why no legal history continues with the event. */
export function failEvent(failure: Failure): Status {
  put(Report.FailureType, type);
  return fail(failure, address);
}
