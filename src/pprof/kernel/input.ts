// The file in memory and what the first pass finds out about it.
import { clearReport, fail, Failure, Message } from './failure';
import { allocate, extend, releaseAll } from './memory';
import { cursor, isInWord, readTag, sizeInWord, skipValue, valueInWord } from './wire';

/** The numbers of Profile's fields that are counted; source: profile.proto. */
export const enum Field {
  SampleType = 1,
  Sample,
  Mapping,
  Location,
  Function,
  StringTable,
  PeriodType = 11,
}

/** Largest field number of Profile. */
const lastField: u32 = 15;
/** Bytes behind the file that are zero, so that reading may run past its end by a field. */
const padding: usize = 32;
/** Fields of the profile as a whole, mappings among them. */
let mostHeadFields: u32 = 0;
/** Fields of one call: calls are kept short so that the engine may replace the code by its optimised one. */
const stepFields: u32 = 1 << 16;

export let inputStart: usize = 0;
export let inputEnd: usize = 0;
/** Offsets of the lengths of all strings; the table grows while the file is scanned. */
export let stringTable: usize = 0;
export let stringCount: u32 = 0;
let mostStrings: u32 = 0;
let longestString: u32 = 0;

let position: usize = 0;
let headFields: usize = 0;
let headFieldCount: u32 = 0;
let stringCapacity: u32 = 0;

/** By field number: how many there are, where the first begins, where the last ends. */
const counts: usize = memory.data(64);
const firsts: usize = memory.data(64);
const ends: usize = memory.data(64);

/** Makes room for a file of `length` bytes and gives its place. */
export function prepareInput(length: usize, stringLimit: u32, stringLengthLimit: u32, headFieldLimit: u32): usize {
  releaseAll();
  clearReport(0);
  inputStart = allocate(length + padding);
  inputEnd = inputStart + length;
  clearReport(inputStart);
  memory.fill(inputEnd, 0, padding);
  memory.fill(counts, 0, 192);
  headFields = allocate(headFieldLimit << 2);
  headFieldCount = 0;
  stringTable = allocate(0);
  stringCount = 0;
  stringCapacity = 0;
  mostStrings = stringLimit;
  longestString = stringLengthLimit;
  mostHeadFields = headFieldLimit;
  position = inputStart;
  return inputStart;
}

/** Goes on with the first pass, which counts rows; true while there is more to do. */
export function scan(): bool {
  let at = position;
  for (let left = stepFields; left > 0 && at < inputEnd; left--) {
    const tag: u32 = load<u8>(at);
    const length: u32 = load<u8>(at, 1);
    let start = at + 2;
    let end = start + length;
    if (length > 127) {
      const word = load<u32>(at, 1, 1);
      start = at + 1 + sizeInWord(word);
      end = isInWord(word) ? start + valueInWord(word) : usize.MAX_VALUE;
    }
    if ((tag & 0x87) === 2 && isTable(tag >>> 3) && end <= inputEnd) {
      addRow(tag >>> 3, at, at + 1, start, end);
      at = end;
    } else {
      at = scanOddField(at);
    }
  }
  position = at;
  return at < inputEnd;
}

/** A field of the profile as a whole, or one whose tag or length is unusual. */
function scanOddField(start: usize): usize {
  const tag = readTag(start, inputEnd);
  const valueAt = cursor;
  const end = skipValue(tag, start, valueAt, inputEnd);
  const field = tag >>> 3;
  if ((isTable(field) || field === Field.PeriodType) && (tag & 7) !== 2) {
    fail(Failure.WireType, start, inputEnd, Message.Profile);
  }
  if (isTable(field)) {
    addRow(field, start, valueAt, cursor, end);
  } else if (field !== 0 && field <= lastField) {
    addHeadField(start);
  }
  return end;
}

/** Whether a field is one of the tables of a profile, whose rows are messages or texts. */
function isTable(field: u32): bool {
  return field !== 0 && field <= u32(Field.StringTable);
}

function addRow(field: u32, tagAt: usize, lengthAt: usize, start: usize, end: usize): void {
  if (field === Field.StringTable) {
    addString(lengthAt, start, end);
  } else if (field === Field.SampleType || field === Field.Mapping) {
    addHeadField(tagAt);
  }
  const at = field << 2;
  if (load<u32>(counts + at) === 0) {
    store<usize>(firsts + at, tagAt);
  }
  store<u32>(counts + at, load<u32>(counts + at) + 1);
  store<usize>(ends + at, end);
}

function addHeadField(tagAt: usize): void {
  if (headFieldCount === mostHeadFields) {
    fail(Failure.ManyHeadFields, tagAt, inputEnd, Message.Profile);
  }
  store<u32>(headFields + (headFieldCount << 2), tagAt - inputStart);
  headFieldCount++;
}

function addString(lengthAt: usize, start: usize, end: usize): void {
  if (stringCount === 0 && end !== start) {
    fail(Failure.FirstString, lengthAt, inputEnd, Message.Profile);
  }
  if (end - start > longestString) {
    fail(Failure.LongString, lengthAt, inputEnd, Message.Profile);
  }
  if (stringCount === mostStrings) {
    fail(Failure.ManyStrings, lengthAt, inputEnd, Message.Profile);
  }
  if (stringCount === stringCapacity) {
    const more = stringCapacity === 0 ? 4096 : stringCapacity;
    extend(more << 2);
    stringCapacity += more;
  }
  store<u32>(stringTable + (stringCount << 2), lengthAt - inputStart);
  stringCount++;
}

/** How many messages of a table the file has. */
export function countOf(field: Field): u32 {
  return load<u32>(counts + (field << 2));
}

/** Address of the first message of a table. */
export function firstOf(field: Field): usize {
  return load<usize>(firsts + (field << 2));
}

/** Address where the last message of a table ends. */
export function endOf(field: Field): usize {
  return load<usize>(ends + (field << 2));
}

/** Words: how many head fields there are, the counts of the tables by field number, the addresses of the offsets of head fields and strings. */
export function outline(): usize {
  store<u32>(counts, headFieldCount);
  store<u32>(counts, headFields, 28);
  store<u32>(counts, stringTable, 32);
  return counts;
}
