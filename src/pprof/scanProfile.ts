import { GclensError, GrowingColumn, newUint32, type ProtoReader, WireType } from '../base';
import { checkTableSize, longestString } from './limits';

/** Field numbers of profile.proto's Profile. */
export enum ProfileField {
  SampleType = 1,
  Sample,
  Mapping,
  Location,
  Function,
  StringTable,
  DropFrames,
  KeepFrames,
  TimeNanos,
  DurationNanos,
  PeriodType,
  Period,
  Comment,
  DefaultSampleType,
  DocUrl,
}

const messageFields: ReadonlySet<number> = new Set([
  ProfileField.SampleType,
  ProfileField.Sample,
  ProfileField.Mapping,
  ProfileField.Location,
  ProfileField.Function,
  ProfileField.PeriodType,
]);

/** What one pass over the outermost fields tells: how large the tables are, and where the strings lie. */
export interface ProfileOutline {
  readonly sampleTypes: number;
  readonly samples: number;
  /** Bytes of all samples together. */
  readonly sampleBytes: number;
  readonly mappings: number;
  readonly locations: number;
  readonly functions: number;
  readonly stringStart: Uint32Array;
  readonly stringLength: Uint32Array;
}

/** First pass: checks the outer framing and sizes the tables, so that string and table indexes can be checked where they are read. */
export function scanProfile(reader: ProtoReader): ProfileOutline {
  const rows = new Float64Array(ProfileField.DocUrl + 1);
  const stringStart = new GrowingColumn(newUint32, 1024);
  const stringLength = new GrowingColumn(newUint32, 1024);
  let sampleBytes = 0;
  while (reader.next()) {
    const { field, position } = reader;
    if (field === ProfileField.StringTable) {
      reader.expect(WireType.Bytes, 'string_table');
      const end = reader.end();
      checkString(stringStart.length, end - reader.position, position);
      stringStart.push(reader.position);
      stringLength.push(end - reader.position);
      reader.position = end;
      continue;
    }
    if (messageFields.has(field)) {
      reader.expect(WireType.Bytes, ProfileField[field] ?? '');
    }
    reader.skip();
    if (field < rows.length) {
      rows[field] = (rows[field] ?? 0) + 1;
    }
    if (field === ProfileField.Sample) {
      sampleBytes += reader.position - position;
    }
  }
  const outline = {
    sampleTypes: rows[ProfileField.SampleType] ?? 0,
    samples: rows[ProfileField.Sample] ?? 0,
    sampleBytes,
    mappings: rows[ProfileField.Mapping] ?? 0,
    locations: rows[ProfileField.Location] ?? 0,
    functions: rows[ProfileField.Function] ?? 0,
    stringStart: stringStart.take(),
    stringLength: stringLength.take(),
  };
  checkOutline(outline);
  return outline;
}

function checkString(row: number, length: number, offset: number): void {
  checkTableSize('strings', row + 1, offset);
  if (row === 0 && length !== 0) {
    throw new GclensError('the first string of the string table is not empty', { offset });
  }
  if (length > longestString) {
    throw new GclensError(`a string of ${length} bytes`, { offset });
  }
}

function checkOutline(outline: ProfileOutline): void {
  if (outline.stringStart.length === 0) {
    throw new GclensError('the profile has no string table', {
      advice: 'the file was cut off before its end, or it is no profile; take it again',
    });
  }
  checkTableSize('sample types', outline.sampleTypes);
  checkTableSize('samples', outline.samples);
  checkTableSize('mappings', outline.mappings);
  checkTableSize('locations', outline.locations);
  checkTableSize('functions', outline.functions);
  if (outline.samples > 0 && outline.sampleTypes === 0) {
    throw new GclensError('the profile has samples but no sample types');
  }
}
