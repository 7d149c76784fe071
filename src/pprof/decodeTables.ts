import { GclensError, GrowingColumn, newFloat64, newUint32 } from '../base';
import { IdTable } from './idTable';
import { checkTableSize } from './limits';
import type { FunctionTable, LocationTable, Mapping } from './profile';
import type { ProfileReader } from './profileReader';
import { ProfileField, type ProfileOutline } from './scanProfile';

/** A table whose rows other tables refer to by id. */
export interface Identified<T> {
  readonly table: T;
  readonly ids: IdTable;
}

type MutableMapping = { -readonly [K in keyof Mapping]: Mapping[K] };

/** The mappings of a profile. @throws GclensError with the offset of what is wrong */
export function decodeMappings(reader: ProfileReader, outline: ProfileOutline, strings: readonly string[]): Identified<readonly Mapping[]> {
  const table: Mapping[] = [];
  const ids = new IdTable(outline.mappings);
  reader.forEach(ProfileField.Mapping, () => table.push(decodeMapping(reader, ids, strings)));
  return { table, ids };
}

function decodeMapping(reader: ProfileReader, ids: IdTable, strings: readonly string[]): Mapping {
  const offset = reader.position;
  const outer = reader.open('mapping');
  const mapping: MutableMapping = {
    start: 0n,
    limit: 0n,
    fileOffset: 0n,
    file: '',
    buildId: '',
    hasFunctions: false,
    hasFilenames: false,
    hasLineNumbers: false,
    hasInlineFrames: false,
  };
  const id = new PendingId('mapping');
  while (reader.next()) {
    readMappingField(reader, mapping, id, strings);
  }
  reader.close(outer);
  reader.requireStrings('Mapping.filename', 'Mapping.build_id');
  id.register(ids, offset);
  return mapping;
}

function readMappingField(reader: ProfileReader, mapping: MutableMapping, id: PendingId, strings: readonly string[]): void {
  switch (reader.field) {
    case 1:
      id.read(reader);
      break;
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
      mapping.file = strings[reader.stringIndex('Mapping.filename')] ?? '';
      break;
    case 6:
      mapping.buildId = strings[reader.stringIndex('Mapping.build_id')] ?? '';
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

/** The functions of a profile. @throws GclensError with the offset of what is wrong */
export function decodeFunctions(reader: ProfileReader, outline: ProfileOutline): Identified<FunctionTable> {
  const length = outline.functions;
  const ids = new IdTable(length);
  const table = {
    length,
    name: new Uint32Array(length),
    systemName: new Uint32Array(length),
    file: new Uint32Array(length),
    startLine: new Float64Array(length),
  };
  let row = 0;
  reader.forEach(ProfileField.Function, () => {
    const offset = reader.position;
    const outer = reader.open('function');
    const id = new PendingId('function');
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          id.read(reader);
          break;
        case 2:
          table.name[row] = reader.stringIndex('Function.name');
          break;
        case 3:
          table.systemName[row] = reader.stringIndex('Function.system_name');
          break;
        case 4:
          table.file[row] = reader.stringIndex('Function.filename');
          break;
        case 5:
          table.startLine[row] = reader.int64('Function.start_line');
          break;
        default:
          reader.skip();
      }
    }
    reader.close(outer);
    reader.requireStrings('Function.name', 'Function.system_name', 'Function.filename');
    id.register(ids, offset);
    row++;
  });
  return { table, ids };
}

/** The locations of a profile; a mapping that is not in the file is none. @throws GclensError with the offset of what is wrong */
export function decodeLocations(
  reader: ProfileReader,
  outline: ProfileOutline,
  mappings: IdTable,
  functions: IdTable,
): Identified<LocationTable> {
  const length = outline.locations;
  const ids = new IdTable(length);
  const address = new BigUint64Array(length);
  const mapping = new Int32Array(length).fill(-1);
  const isFolded = new Uint8Array(length);
  const lineStart = new Uint32Array(length + 1);
  const lines = new LineColumns(length);
  let row = 0;
  reader.forEach(ProfileField.Location, () => {
    const offset = reader.position;
    const outer = reader.open('location');
    const id = new PendingId('location');
    lineStart[row] = lines.length;
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          id.read(reader);
          break;
        case 2:
          reader.id('Location.mapping_id');
          mapping[row] = mappings.find(reader.low, reader.high);
          break;
        case 3:
          address[row] = readAddress(reader, 'Location.address');
          break;
        case 4:
          lines.decode(reader, functions);
          break;
        case 5:
          isFolded[row] = reader.bool('Location.is_folded') ? 1 : 0;
          break;
        default:
          reader.skip();
      }
    }
    reader.close(outer);
    id.register(ids, offset);
    row++;
  });
  lineStart[length] = lines.length;
  return { table: { length, address, mapping, isFolded, lineStart, ...lines.take() }, ids };
}

/** Lines of all locations. */
class LineColumns {
  private readonly lineFunction: GrowingColumn<Uint32Array<ArrayBuffer>>;
  private readonly lineNumber: GrowingColumn<Float64Array<ArrayBuffer>>;
  private readonly lineColumn: GrowingColumn<Float64Array<ArrayBuffer>>;

  constructor(locations: number) {
    const guess = Math.ceil(locations * 1.25);
    this.lineFunction = new GrowingColumn(newUint32, guess);
    this.lineNumber = new GrowingColumn(newFloat64, guess);
    this.lineColumn = new GrowingColumn(newFloat64, guess);
  }

  get length(): number {
    return this.lineFunction.length;
  }

  decode(reader: ProfileReader, functions: IdTable): void {
    const offset = reader.position;
    const outer = reader.open('Location.line');
    let row = -1;
    let number = 0;
    let column = 0;
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          reader.id('Line.function_id');
          row = functions.find(reader.low, reader.high);
          break;
        case 2:
          number = reader.int64('Line.line');
          break;
        case 3:
          column = reader.int64('Line.column');
          break;
        default:
          reader.skip();
      }
    }
    reader.close(outer);
    if (row < 0) {
      throw new GclensError('a location has a line whose function is not in the file', { offset });
    }
    checkTableSize('lines', this.length + 1, offset);
    this.lineFunction.push(row);
    this.lineNumber.push(number);
    this.lineColumn.push(column);
  }

  take(): Pick<LocationTable, 'lineFunction' | 'lineNumber' | 'lineColumn'> {
    return { lineFunction: this.lineFunction.take(), lineNumber: this.lineNumber.take(), lineColumn: this.lineColumn.take() };
  }
}

/** The id of a row that is being read: protobuf lets it stand anywhere in its message, and the last one counts. */
class PendingId {
  private low = 0;
  private high = 0;

  constructor(private readonly what: string) {}

  read(reader: ProfileReader): void {
    reader.id(`${this.what} id`);
    this.low = reader.low;
    this.high = reader.high;
  }

  register(ids: IdTable, offset: number): void {
    if (this.low === 0 && this.high === 0) {
      throw new GclensError(`a ${this.what} has no id`, { offset });
    }
    if (!ids.add(this.low, this.high)) {
      throw new GclensError(`two ${this.what}s have the id ${(BigInt(this.high) << 32n) | BigInt(this.low)}`, { offset });
    }
  }
}

function readAddress(reader: ProfileReader, name: string): bigint {
  reader.id(name);
  return (BigInt(reader.high) << 32n) | BigInt(reader.low);
}
