// How the kernel refuses a file: it notes what is wrong where, and traps. The host makes the message, by reading the place again.

/** What is wrong. The names of the fields and ids concerned are the host's. */
export const enum Failure {
  None,
  /** A varint that does not end. */
  Varint,
  /** A length that leads out of its message. */
  Length,
  /** A field whose wire type is unknown, or whose fixed-size value is cut off. */
  Field,
  /** A known field of another wire type. */
  WireType,
  /** The index of a string that the file does not have. */
  StringIndex,
  /** The first string is not empty. */
  FirstString,
  LongString,
  ManyStrings,
  ManyHeadFields,
  /** Not as many values as there are sample types. */
  SampleValues,
  MissingLocation,
  MissingFunction,
  MissingId,
  DuplicateId,
  /** There is no more memory. */
  Memory,
}

/** The messages of profile.proto that the kernel reads. */
export const enum Message {
  Profile,
  Sample,
  Label,
  Location,
  Line,
  Function,
}

/** Failure, position, limit, message, detail, detail: five words. Positions are offsets into the file. */
const report: usize = memory.data(24);
/** Where the file begins in memory. */
let origin: usize = 0;

export function reportAt(): usize {
  return report;
}

/** To be called for each file. */
export function clearReport(inputStart: usize): void {
  origin = inputStart;
  store<u32>(report, Failure.None);
}

/**
 * Ends the call.
 * @param position address of what is wrong
 * @param limit address where the innermost message around it ends
 */
export function fail(failure: Failure, position: usize, limit: usize, message: u32): void {
  store<u32>(report, failure);
  store<u32>(report, position - origin, 4);
  store<u32>(report, limit - origin, 8);
  store<u32>(report, message, 12);
  unreachable();
}

/** As `fail`, with two numbers more. */
export function failWith(failure: Failure, position: usize, limit: usize, message: u32, first: u32, second: u32): void {
  store<u32>(report, first, 16);
  store<u32>(report, second, 20);
  fail(failure, position, limit, message);
}
