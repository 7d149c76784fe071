import { bufferRows, makeColumn, prepareTable, setRowCount, Table } from './columns';
import { fail, Failure, Message } from './failure';
import { registerId } from './functions';
import { findId, functionIds, locationIds, mappingIds, prepareIds } from './ids';
import { countOf, endOf, Field, firstOf } from './input';
import {
  cursor,
  field,
  high,
  int64,
  isInWord,
  lengthAt,
  low,
  nextMessage,
  readEnd,
  readField,
  readTag,
  refuse,
  sizeInWord,
  valueInWord,
} from './wire';

const lineTag: u32 = (4 << 3) | 2;

let position: usize = 0;
/** The location that is being read: its length's address, its content, its end, which is 0 between locations. */
let locationAt: usize = 0;
let locationStart: usize = 0;
let locationEnd: usize = 0;
let idLow: u32 = 0;
let idHigh: u32 = 0;
let addressLow: u32 = 0;
let addressHigh: u32 = 0;
let mapping: u32 = 0;
let isFolded: bool = false;
let lineStart: u32 = 0;

let addresses: usize = 0;
let mappings: usize = 0;
let lineStarts: usize = 0;
let folded: usize = 0;
let lineFunctions: usize = 0;
let lineNumbers: usize = 0;
let lineColumns: usize = 0;

/** Lines of all locations so far, and those in the buffer. */
let lineTotal: u32 = 0;
let lineRow: u32 = 0;

/** Makes ready to read the locations; mappings and functions are read. */
export function prepareLocations(): void {
  prepareIds(locationIds, countOf(Field.Location));
  prepareTable(Table.Locations, 4);
  addresses = makeColumn(Table.Locations, 0, bufferRows * 8);
  mappings = makeColumn(Table.Locations, 1, bufferRows * 4);
  lineStarts = makeColumn(Table.Locations, 2, bufferRows * 4);
  folded = makeColumn(Table.Locations, 3, bufferRows * 1);
  prepareTable(Table.Lines, 3);
  lineFunctions = makeColumn(Table.Lines, 0, bufferRows * 4);
  lineNumbers = makeColumn(Table.Lines, 1, bufferRows * 8);
  lineColumns = makeColumn(Table.Lines, 2, bufferRows * 8);
  position = firstOf(Field.Location);
  locationEnd = 0;
  lineTotal = 0;
}

/** Reads a buffer of locations and lines; true while there are more. */
export function readLocations(): bool {
  const last = endOf(Field.Location);
  let row: u32 = 0;
  lineRow = 0;
  while (row < bufferRows && (locationEnd !== 0 || position < last)) {
    if (locationEnd === 0) {
      locationEnd = nextMessage(position, last, (Field.Location << 3) | 2);
      beginLocation();
    }
    if (!readFields()) {
      break;
    }
    registerId(locationIds, idLow, idHigh, locationAt, Message.Location);
    storeLocation(row);
    row++;
    locationEnd = 0;
  }
  setRowCount(Table.Locations, row);
  setRowCount(Table.Lines, lineRow);
  return locationEnd !== 0 || position < last;
}

function beginLocation(): void {
  locationAt = lengthAt;
  locationStart = cursor;
  position = cursor;
  idLow = 0;
  idHigh = 0;
  addressLow = 0;
  addressHigh = 0;
  mapping = 0;
  isFolded = false;
  lineStart = lineTotal;
}

function storeLocation(row: u32): void {
  store<u32>(addresses + (row << 3), addressLow);
  store<u32>(addresses + (row << 3), addressHigh, 4);
  store<u32>(mappings + (row << 2), mapping - 1);
  store<u32>(lineStarts + (row << 2), lineStart);
  store<u8>(folded + row, u8(isFolded));
}

/** Reads fields of the location until it ends, which is true, or the line buffer is full. */
function readFields(): bool {
  const end = locationEnd;
  let at = position;
  while (at < end) {
    const fieldAt = at;
    const tag: u32 = load<u8>(at);
    let value: u32 = load<u8>(at, 1);
    let valueAt = at + 2;
    let isShort = true;
    if (value > 127) {
      const word = load<u32>(at, 1, 1);
      valueAt = at + 1 + sizeInWord(word);
      isShort = isInWord(word);
      value = valueInWord(word);
    }
    let valueHigh: u32 = 0;
    let number = tag >>> 3;
    let lineAt: usize = 0;
    if (tag === lineTag && isShort && valueAt + value <= end) {
      lineAt = valueAt;
      at = valueAt + value;
    } else if ((tag & 0x87) === 0 && isShort) {
      at = valueAt;
    } else if (readTag(at, end) === lineTag) {
      at = readEnd(cursor, end);
      lineAt = cursor;
    } else {
      at = readField(at, end, Message.Location, 5);
      number = field;
      value = low;
      valueHigh = high;
    }
    if (lineAt !== 0) {
      if (lineRow === bufferRows) {
        position = fieldAt;
        return false;
      }
      readLine(lineAt, at);
    } else if (number === 1) {
      idLow = value;
      idHigh = valueHigh;
    } else if (number === 2) {
      mapping = findId(mappingIds, value, valueHigh);
    } else if (number === 3) {
      addressLow = value;
      addressHigh = valueHigh;
    } else if (number === 4) {
      fail(Failure.WireType, fieldAt, end, Message.Location);
    } else if (number === 5) {
      isFolded = value !== 0 || valueHigh !== 0;
    }
  }
  if (at !== end) {
    refuse(locationStart, end);
  }
  position = at;
  return true;
}

function readLine(start: usize, end: usize): void {
  let row: u32 = 0;
  let line: f64 = 0;
  let column: f64 = 0;
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
      at = readField(at, end, Message.Line, 3);
      number = field;
      value = low;
      valueHigh = high;
    }
    if (number === 1) {
      row = findId(functionIds, value, valueHigh);
    } else if (number === 2) {
      line = int64(value, valueHigh);
    } else if (number === 3) {
      column = int64(value, valueHigh);
    }
  }
  if (at !== end) {
    refuse(start, end);
  }
  if (row === 0) {
    fail(Failure.MissingFunction, start, end, Message.Line);
  }
  store<u32>(lineFunctions + (lineRow << 2), row - 1);
  store<f64>(lineNumbers + (lineRow << 3), line);
  store<f64>(lineColumns + (lineRow << 3), column);
  lineRow++;
  lineTotal++;
}
