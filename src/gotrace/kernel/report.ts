// What the TypeScript around the kernel reads: where its results lie, and where and why a trace is broken.

import { offsetOf } from './input';
import { Failure, Report, Status } from './shared';
import { clear, dataOf, extend, lengthOf, startVector, vectorBytes } from './vector';

/** What is reported, at the places of `Report`. */
export const reported: usize = memory.data(Report.Length * 4);

/** What the failure's words list: low and high halves. */
const failureList: usize = memory.data(vectorBytes);

export function startReport(): void {
  startVector(failureList);
}

export function put(place: Report, value: u32): void {
  store<u32>(reported + ((place as usize) << 2), value);
}

export function get(place: Report): u32 {
  return load<u32>(reported + ((place as usize) << 2));
}

/** Notes a failure at an offset in the file. */
export function failAt(failure: Failure, offset: u32): Status {
  put(Report.FailureCode, failure as u32);
  put(Report.FailureOffset, offset);
  put(Report.FailureList, dataOf(failureList) as u32);
  put(Report.FailureListBytes, lengthOf(failureList));
  return Status.Failed;
}

/** Notes a failure at an address of the generation's bytes, or of the events at hand. */
export function fail(failure: Failure, address: usize): Status {
  return failAt(failure, offsetOf(address));
}

/** Notes the n-th number that the failure's words need. */
export function failWith(n: u32, low: u32, high: u32): void {
  put(((Report.FailureNumbers as u32) + 2 * n) as Report, low);
  put(((Report.FailureNumbers as u32) + 2 * n + 1) as Report, high);
}

/** Begins the list that the failure's words need. */
export function beginFailureList(): void {
  clear(failureList);
}

/** Adds a number to it. */
export function listForFailure(low: u32, high: u32): void {
  const entry = extend(failureList, 8);
  store<u32>(entry, low);
  store<u32>(entry, high, 4);
}
