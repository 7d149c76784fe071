import { GclensError, WireType } from '../base';
import { longestString, tooManyRows } from './limits';
import { ProfileReader } from './profileReader';

/** What the kernel finds wrong; numbered as in kernel/failure.ts. */
export enum Failure {
  None,
  Varint,
  Length,
  Field,
  WireType,
  StringIndex,
  FirstString,
  LongString,
  ManyStrings,
  ManyHeadFields,
  SampleValues,
  MissingLocation,
  MissingFunction,
  MissingId,
  DuplicateId,
  Memory,
}

/** What the kernel says of it; positions are offsets into the file. */
export interface FailureReport {
  readonly failure: Failure;
  readonly position: number;
  /** Where the innermost message around it ends. */
  readonly limit: number;
  /** Row of `messages`. */
  readonly message: number;
  readonly first: number;
  readonly second: number;
}

/** The messages that the kernel reads with their fields by number; numbered as in kernel/failure.ts. */
const messages: readonly { readonly name: string; readonly fields: readonly string[] }[] = [
  {
    name: 'profile',
    fields: ['', 'SampleType', 'Sample', 'Mapping', 'Location', 'Function', 'string_table', '', '', '', '', 'PeriodType'],
  },
  { name: 'sample', fields: ['', 'Sample.location_id', 'Sample.value', 'Sample.label'] },
  { name: 'label', fields: ['', 'Label.key', 'Label.str', 'Label.num', 'Label.num_unit'] },
  {
    name: 'location',
    fields: ['', 'location id', 'Location.mapping_id', 'Location.address', 'Location.line', 'Location.is_folded'],
  },
  { name: 'line', fields: ['', 'Line.function_id', 'Line.line', 'Line.column'] },
  {
    name: 'function',
    fields: ['', 'function id', 'Function.name', 'Function.system_name', 'Function.filename', 'Function.start_line'],
  },
];

/** Fields that hold messages or texts; besides them, all of `profile`. */
const groups: ReadonlySet<string> = new Set(['Sample.label', 'Location.line']);

/**
 * The error for what the kernel found. The kernel says as little as it can: what is no protobuf is read once more here, with the same outcome.
 * @throws GclensError always
 */
export function refuseProfile(bytes: Uint8Array, report: FailureReport): never {
  const { failure, position, limit, message, first, second } = report;
  const reader = new ProfileReader(bytes);
  reader.position = position;
  reader.limit = limit;
  const { name = '', fields = [] } = messages[message] ?? {};
  switch (failure) {
    case Failure.Varint:
      reader.uint64();
      break;
    case Failure.Length:
      reader.end();
      break;
    case Failure.Field:
      reader.next();
      reader.skip();
      break;
    case Failure.WireType: {
      reader.next();
      const field = fields[reader.field] ?? '';
      reader.expect(message === 0 || groups.has(field) ? WireType.Bytes : WireType.Varint, field);
      break;
    }
    case Failure.StringIndex: {
      reader.next();
      const field = fields[reader.field] ?? '';
      reader.stringCount = first;
      reader.stringIndex(field);
      reader.requireStrings(field);
      break;
    }
    case Failure.FirstString:
      throw new GclensError('the first string of the string table is not empty', { offset: position });
    case Failure.LongString:
      throw new GclensError(`a string of ${reader.uint()} bytes, and ${longestString} is the most that is read`, { offset: position });
    case Failure.ManyStrings:
      throw tooManyRows('strings', position);
    case Failure.ManyHeadFields:
      throw tooManyRows('fields of the profile as a whole', position);
    case Failure.SampleValues:
      throw new GclensError(`sample ${second} has ${first} values, and the profile has ${message} sample types`, { offset: position });
    case Failure.MissingLocation:
      reader.uint64();
      throw new GclensError(`a sample refers to location ${reader.describeId()}, which is not in the file`, { offset: position });
    case Failure.MissingFunction:
      throw new GclensError('a location has a line whose function is not in the file', { offset: position });
    case Failure.MissingId:
      throw new GclensError(`a ${name} has no id`, { offset: position });
    case Failure.DuplicateId:
      throw new GclensError(`two ${name}s have the id ${(BigInt(second) << 32n) | BigInt(first)}`, { offset: position });
    case Failure.Memory:
      throw new GclensError('the profile needs more memory than one program can have', { advice: 'take a shorter one' });
  }
  throw new GclensError('the profile is damaged', { offset: position });
}
