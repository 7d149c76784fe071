import { GclensError, GrowingColumn, newFloat64, newUint32 } from '../base';
import { emptyMapping } from './emptyMapping';
import type { FunctionTable, LocationTable, Mapping } from './profile';
import { KernelTable, type ProfileKernel } from './profileKernel';
import type { ProfileReader } from './profileReader';
import type { ProfileStrings } from './profileStrings';
import { ProfileField, type ProfileOutline } from './scanProfile';
import { fillTables, leastPartBytes, type Steps, TableFiller } from './tableFiller';

type MutableMapping = { -readonly [K in keyof Mapping]: Mapping[K] };

/** The mappings of a profile, whose ids the kernel gets to know. @throws GclensError with the offset of what is wrong */
export function decodeMappings(kernel: ProfileKernel, reader: ProfileReader, outline: ProfileOutline, strings: ProfileStrings): Mapping[] {
  kernel.call(({ prepareMappings }) => prepareMappings(outline.mappings));
  const table: Mapping[] = [];
  for (const offset of outline.headOffsets) {
    reader.openAt(offset);
    if (reader.field === ProfileField.Mapping) {
      table.push(decodeMapping(kernel, reader, strings));
    }
  }
  return table;
}

function decodeMapping(kernel: ProfileKernel, reader: ProfileReader, strings: ProfileStrings): Mapping {
  const offset = reader.position;
  const outer = reader.open('mapping');
  const mapping: MutableMapping = { ...emptyMapping };
  // Protobuf lets a field stand anywhere in its message, and the last one counts.
  const id = { low: 0, high: 0 };
  while (reader.next()) {
    if (reader.field === 1) {
      reader.id('mapping id');
      id.low = reader.low;
      id.high = reader.high;
    } else {
      readMappingField(reader, mapping, strings);
    }
  }
  reader.close(outer);
  reader.requireStrings('Mapping.filename', 'Mapping.build_id');
  if (id.low === 0 && id.high === 0) {
    throw new GclensError('a mapping has no id', { offset });
  }
  if (kernel.call(({ addMapping }) => addMapping(id.low, id.high)) === 0) {
    throw new GclensError(`two mappings have the id ${(BigInt(id.high) << 32n) | BigInt(id.low)}`, { offset });
  }
  return mapping;
}

function readMappingField(reader: ProfileReader, mapping: MutableMapping, strings: ProfileStrings): void {
  switch (reader.field) {
    case 2:
      mapping.start = readAddress(reader, 'Mapping.memory_start');
      break;
    case 3:
      mapping.limit = readAddress(reader, 'Mapping.memory_limit');
      break;
    case 4:
      mapping.fileOffset = readAddress(reader, 'Mapping.file_offset');
      break;
    case 5:
      mapping.file = strings.at(reader.stringIndex('Mapping.filename'));
      break;
    case 6:
      mapping.buildId = strings.at(reader.stringIndex('Mapping.build_id'));
      break;
    case 7:
      mapping.hasFunctions = reader.bool('Mapping.has_functions');
      break;
    case 8:
      mapping.hasFilenames = reader.bool('Mapping.has_filenames');
      break;
    case 9:
      mapping.hasLineNumbers = reader.bool('Mapping.has_line_numbers');
      break;
    case 10:
      mapping.hasInlineFrames = reader.bool('Mapping.has_inline_frames');
      break;
    default:
      reader.skip();
  }
}

function readAddress(reader: ProfileReader, name: string): bigint {
  reader.id(name);
  return (BigInt(reader.high) << 32n) | BigInt(reader.low);
}

/** Lets the kernel read the functions, a buffer at each step. @throws GclensError with the offset of what is wrong */
export function* decodeFunctions(kernel: ProfileKernel, { functions: length }: ProfileOutline): Steps<FunctionTable> {
  const name = new Uint32Array(length);
  const systemName = new Uint32Array(length);
  const file = new Uint32Array(length);
  const startLine = new Float64Array(length);
  const functions = new TableFiller(kernel, KernelTable.Functions, [name, systemName, file, startLine]);
  kernel.call(({ prepareFunctions }) => prepareFunctions());
  yield* fillTables(kernel, ({ readFunctions }) => readFunctions(), length, functions);
  return { length, name, systemName, file, startLine };
}

/** Lets the kernel read the locations; a mapping that is not in the file is none. @throws GclensError with the offset of what is wrong */
export function* decodeLocations(kernel: ProfileKernel, outline: ProfileOutline): Steps<LocationTable> {
  const length = outline.locations;
  const address = new BigUint64Array(length);
  const mapping = new Int32Array(length);
  const isFolded = new Uint8Array(length);
  const lineStart = new Uint32Array(length + 1);
  const lineFunction = new GrowingColumn(newUint32, 0);
  const lineNumber = new GrowingColumn(newFloat64, 0);
  const lineColumn = new GrowingColumn(newFloat64, 0);
  const locations = new TableFiller(kernel, KernelTable.Locations, [address, mapping, lineStart, isFolded]);
  const lines = new TableFiller(kernel, KernelTable.Lines, [lineFunction, lineNumber, lineColumn], outline.bytes / leastPartBytes);
  kernel.call(({ prepareLocations }) => prepareLocations());
  yield* fillTables(kernel, ({ readLocations }) => readLocations(), length, locations, lines);
  lineStart[length] = lines.length;
  return {
    length,
    address,
    mapping,
    isFolded,
    lineStart,
    lineFunction: lineFunction.take(),
    lineNumber: lineNumber.take(),
    lineColumn: lineColumn.take(),
  };
}
