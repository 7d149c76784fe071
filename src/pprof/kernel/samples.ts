import { bufferRows, makeColumn, prepareTable, setRowCount, Table } from './columns';
import { fail, Failure, failWith, Message } from './failure';
import { countOf, endOf, Field, firstOf, inputEnd, stringCount } from './input';
import { allocateZeroed } from './memory';
import { Form, internStacks, noteStack, prepareStacks } from './stacks';
import { requireString } from './strings';
import {
  cursor,
  field,
  high,
  int64,
  isInWord,
  lengthAt,
  low,
  nextMessage,
  readField,
  readTag,
  readVarint,
  refuse,
  refusePacked,
  sizeInWord,
  skipValue,
  valueInWord,
} from './wire';

/** The least whole number that is not told apart from its neighbour as a double. */
const inexactFrom: f64 = 9007199254740992;
/** Bytes of values in the buffer, whatever the number of sample types. */
const valueBytes: u32 = 1 << 18;

let position: usize = 0;
let types: u32 = 0;
/** Samples that fit into the buffer, and how many there were before it. */
let capacity: u32 = 0;
let rowsBefore: u32 = 0;

/** The sample that is being read: its length's address, its content, its end, 0 between samples. */
let sampleAt: usize = 0;
let sampleStart: usize = 0;
let sampleEnd: usize = 0;
let valueCount: u32 = 0;
/** Where its location ids lie: one stretch of packed ones or of fields, or several stretches. */
let stretches: u32 = 0;
let idsStart: usize = 0;
let idsEnd: usize = 0;
let idsForm: Form = Form.Packed;

let stackColumn: usize = 0;
let labelStarts: usize = 0;
/** Of the first sample type; the buffers of the others follow. */
let values: usize = 0;
/** Values beyond ±2^53 by sample type, and numeric labels. */
let inexactValues: usize = 0;
let inexactLabels: u32 = 0;

let keys: usize = 0;
let texts: usize = 0;
let numbers: usize = 0;
let units: usize = 0;
/** Labels of all samples so far, and those in the buffer. */
let labelTotal: u32 = 0;
let labelRow: u32 = 0;

/** Makes ready to read the samples. */
export function prepareSamples(sampleTypes: u32): void {
  types = sampleTypes;
  capacity = min(bufferRows, max(1, valueBytes / (8 * max(1, types))));
  prepareTable(Table.Samples, 2 + types);
  stackColumn = makeColumn(Table.Samples, 0, capacity << 2);
  labelStarts = makeColumn(Table.Samples, 1, capacity << 2);
  for (let type: u32 = 0; type < types; type++) {
    const column = makeColumn(Table.Samples, 2 + type, capacity << 3);
    values = type === 0 ? column : values;
  }
  prepareTable(Table.Labels, 4);
  inexactValues = allocateZeroed(types << 2);
  inexactLabels = 0;
  keys = makeColumn(Table.Labels, 0, bufferRows * 4);
  texts = makeColumn(Table.Labels, 1, bufferRows * 4);
  numbers = makeColumn(Table.Labels, 2, bufferRows * 8);
  units = makeColumn(Table.Labels, 3, bufferRows * 4);
  labelTotal = 0;
  rowsBefore = 0;
  sampleEnd = 0;
  position = firstOf(Field.Sample);
  prepareStacks(countOf(Field.Sample), capacity);
}

/** Where the numbers of values beyond ±2^53 are, by sample type. */
export function inexactValuesAt(): usize {
  return inexactValues;
}

export function inexactLabelTotal(): u32 {
  return inexactLabels;
}

/** Reads a buffer of samples and labels; true while there are more. */
export function readSamples(): bool {
  const last = endOf(Field.Sample);
  let row: u32 = 0;
  labelRow = 0;
  if (sampleEnd !== 0) {
    moveValues();
  }
  while (row < capacity && (sampleEnd !== 0 || position < last)) {
    if (sampleEnd === 0) {
      sampleEnd = nextMessage(position, last, (Field.Sample << 3) | 2);
      beginSample();
    }
    if (!readFields(row)) {
      break;
    }
    finishSample(row);
    row++;
  }
  internStacks(row, stackColumn);
  rowsBefore += row;
  setRowCount(Table.Samples, row);
  setRowCount(Table.Labels, labelRow);
  return sampleEnd !== 0 || position < last;
}

/** The values of a sample that did not end within the last buffer become the first of this one. */
let unfinishedRow: u32 = 0;

function moveValues(): void {
  for (let type: u32 = 0; type < types; type++) {
    const column = values + ((type * capacity) << 3);
    store<f64>(column, load<f64>(column + (unfinishedRow << 3)));
  }
}

function beginSample(): void {
  sampleAt = lengthAt;
  sampleStart = cursor;
  position = cursor;
  valueCount = 0;
  stretches = 0;
  idsStart = position;
  idsEnd = position;
  idsForm = Form.Packed;
  firstLabel = labelTotal;
}

let firstLabel: u32 = 0;

function finishSample(row: u32): void {
  if (valueCount !== types) {
    failWith(Failure.SampleValues, sampleAt, inputEnd, types, valueCount, rowsBefore + row);
  }
  if (stretches < 2) {
    noteStack(row, idsStart, idsEnd, idsForm);
  } else {
    noteStack(row, sampleStart, sampleEnd, Form.Sample);
  }
  store<u32>(labelStarts + (row << 2), firstLabel);
  sampleEnd = 0;
}

/** Reads fields of the sample until it ends, which is true, or the label buffer is full. */
function readFields(row: u32): bool {
  const end = sampleEnd;
  let at = position;
  while (at < end) {
    const fieldAt = at;
    let tag: u32 = load<u8>(at);
    const length: u32 = load<u8>(at, 1);
    let start = at + 2;
    at = start + length;
    if (length > 127) {
      const word = load<u32>(fieldAt, 1, 1);
      start = fieldAt + 1 + sizeInWord(word);
      at = isInWord(word) ? start + valueInWord(word) : usize.MAX_VALUE;
    }
    if ((tag & 0x87) !== 2 || at > end) {
      tag = readTag(fieldAt, end);
      start = cursor;
      at = skipValue(tag, fieldAt, start, end);
      start = (tag & 7) === 2 ? cursor : start;
    }
    if (tag === ((1 << 3) | 2)) {
      addStretch(start, at, Form.Packed);
    } else if (tag === ((2 << 3) | 2)) {
      readValues(start, at, row);
    } else if (tag === ((3 << 3) | 2)) {
      if (labelRow === bufferRows) {
        position = fieldAt;
        unfinishedRow = row;
        return false;
      }
      readLabel(start, at);
    } else if (tag === 1 << 3) {
      at = endOfIds(at, end);
      addStretch(fieldAt, at, Form.Fields);
    } else if (tag === 2 << 3) {
      readValues(start, at, row);
    } else if (tag >= 8 && tag >>> 3 <= 3) {
      fail(Failure.WireType, fieldAt, end, Message.Sample);
    }
  }
  position = at;
  return true;
}

/** Where the location ids end that follow each other as fields of their own. */
function endOfIds(start: usize, end: usize): usize {
  let at = start;
  while (at < end && load<u8>(at) === 1 << 3) {
    readVarint(at + 1, end);
    at = cursor;
  }
  return at;
}

/** Reads the packed values from `start` to `end`. */
function readValues(start: usize, end: usize, row: u32): void {
  let at = start;
  while (at < end) {
    const first: u32 = load<u8>(at);
    if (first < 128) {
      at++;
      addValue(row, <f64>first);
    } else if (isInWord(load<u32>(at, 0, 1))) {
      const word = load<u32>(at, 0, 1);
      at += sizeInWord(word);
      addValue(row, <f64>valueInWord(word));
    } else {
      readVarint(at, end);
      at = cursor;
      addValue(row, int64(low, high));
    }
  }
  if (at !== end) {
    refusePacked(start, end);
  }
}

function addStretch(start: usize, end: usize, form: Form): void {
  stretches++;
  idsStart = start;
  idsEnd = end;
  idsForm = form;
}

function addValue(row: u32, value: f64): void {
  if (valueCount < types) {
    store<f64>(values + ((valueCount * capacity + row) << 3), value);
    if (abs(value) >= inexactFrom) {
      const count = inexactValues + (valueCount << 2);
      store<u32>(count, load<u32>(count) + 1);
    }
  }
  valueCount++;
}

/** Reads a label. One with neither text nor number nor unit says nothing and is left out. */
function readLabel(start: usize, end: usize): void {
  let key: u32 = 0;
  let text: u32 = 0;
  let label: f64 = 0;
  let unit: u32 = 0;
  let isStringMissing = false;
  let at = start;
  while (at < end) {
    const tag: u32 = load<u8>(at);
    let number = tag >>> 3;
    let value: u32 = load<u8>(at, 1);
    let valueHigh: u32 = 0;
    if ((tag & 0x87) === 0 && value < 128) {
      at += 2;
    } else if ((tag & 0x87) === 0 && isInWord(load<u32>(at, 1, 1))) {
      const word = load<u32>(at, 1, 1);
      value = valueInWord(word);
      at += 1 + sizeInWord(word);
    } else {
      at = readField(at, end, Message.Label, 4);
      number = field;
      value = low;
      valueHigh = high;
    }
    const isMissing = valueHigh !== 0 || value >= stringCount;
    if (number === 1) {
      key = value;
      isStringMissing = isStringMissing || isMissing;
    } else if (number === 2) {
      text = value;
      isStringMissing = isStringMissing || isMissing;
    } else if (number === 3) {
      label = int64(value, valueHigh);
    } else if (number === 4) {
      unit = value;
      isStringMissing = isStringMissing || isMissing;
    }
  }
  if (at !== end) {
    refuse(start, end);
  }
  if (isStringMissing) {
    requireString(start, end, 1, Message.Label);
    requireString(start, end, 2, Message.Label);
    if (text === 0) {
      requireString(start, end, 4, Message.Label);
    }
  }
  if (text !== 0 || label !== 0 || unit !== 0) {
    addLabel(key, text, label, unit);
  }
}

function addLabel(key: u32, text: u32, number: f64, unit: u32): void {
  const isText = text !== 0;
  store<u32>(keys + (labelRow << 2), key);
  store<u32>(texts + (labelRow << 2), text);
  store<f64>(numbers + (labelRow << 3), isText ? NaN : number);
  store<u32>(units + (labelRow << 2), isText ? 0 : unit);
  inexactLabels += u32(!isText && abs(number) >= inexactFrom);
  labelRow++;
  labelTotal++;
}
