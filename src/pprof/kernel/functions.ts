import { bufferRows, makeColumn, prepareTable, setRowCount, Table } from './columns';
import { Failure, failWith, Message } from './failure';
import { addId, functionIds, prepareIds } from './ids';
import { countOf, endOf, Field, firstOf, inputEnd, stringCount } from './input';
import { requireString } from './strings';
import { cursor, field, high, int64, isInWord, lengthAt, low, nextMessage, readField, refuse, sizeInWord, valueInWord } from './wire';

let position: usize = 0;
let names: usize = 0;
let systemNames: usize = 0;
let files: usize = 0;
let startLines: usize = 0;

/** Makes ready to read the functions of the file that was scanned. */
export function prepareFunctions(): void {
  prepareIds(functionIds, countOf(Field.Function));
  prepareTable(Table.Functions, 4);
  names = makeColumn(Table.Functions, 0, bufferRows * 4);
  systemNames = makeColumn(Table.Functions, 1, bufferRows * 4);
  files = makeColumn(Table.Functions, 2, bufferRows * 4);
  startLines = makeColumn(Table.Functions, 3, bufferRows * 8);
  position = firstOf(Field.Function);
}

/** Reads a buffer of functions; true while there are more. */
export function readFunctions(): bool {
  const last = endOf(Field.Function);
  let row: u32 = 0;
  while (row < bufferRows && position < last) {
    const end = nextMessage(position, last, (Field.Function << 3) | 2);
    readFunction(lengthAt, cursor, end, row);
    position = end;
    row++;
  }
  setRowCount(Table.Functions, row);
  return position < last;
}

function readFunction(messageAt: usize, start: usize, end: usize, row: u32): void {
  let idLow: u32 = 0;
  let idHigh: u32 = 0;
  let name: u32 = 0;
  let systemName: u32 = 0;
  let file: u32 = 0;
  let startLine: f64 = 0;
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
      at = readField(at, end, Message.Function, 5);
      number = field;
      value = low;
      valueHigh = high;
    }
    if (number === 1) {
      idLow = value;
      idHigh = valueHigh;
    } else if (number === 5) {
      startLine = int64(value, valueHigh);
    } else if (number >= 2 && number <= 4) {
      isStringMissing = isStringMissing || valueHigh !== 0 || value >= stringCount;
      name = number === 2 ? value : name;
      systemName = number === 3 ? value : systemName;
      file = number === 4 ? value : file;
    }
  }
  if (at !== end) {
    refuse(start, end);
  }
  if (isStringMissing) {
    for (let number: u32 = 2; number <= 4; number++) {
      requireString(start, end, number, Message.Function);
    }
  }
  registerId(functionIds, idLow, idHigh, messageAt, Message.Function);
  store<u32>(names + (row << 2), name);
  store<u32>(systemNames + (row << 2), systemName);
  store<u32>(files + (row << 2), file);
  store<f64>(startLines + (row << 3), startLine);
}

/** Gives the next row of a table its id. @param position where its message is */
export function registerId(table: usize, low: u32, high: u32, position: usize, message: Message): void {
  if (low === 0 && high === 0) {
    failWith(Failure.MissingId, position, inputEnd, message, 0, 0);
  }
  if (!addId(table, low, high)) {
    failWith(Failure.DuplicateId, position, inputEnd, message, low, high);
  }
}
