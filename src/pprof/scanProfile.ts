import { GclensError } from '../base';
import { checkDensity, checkTableSize } from './limits';
import type { ProfileKernel } from './profileKernel';
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

/** What one pass over the file tells: how large the tables are, and where the strings lie and what describes the profile as a whole. */
export interface ProfileOutline {
  /** Size of the file. */
  readonly bytes: number;
  readonly sampleTypes: number;
  readonly samples: number;
  readonly mappings: number;
  readonly locations: number;
  readonly functions: number;
  /** Offset of the length of each string. */
  readonly stringOffsets: Uint32Array;
  /** Offset of each field that is neither sample nor location nor function nor string. */
  readonly headOffsets: Uint32Array;
}

/** What the pass over the file in the kernel has found. @throws GclensError when a table is missing or has more rows than any real profile */
export function readOutline(kernel: ProfileKernel): ProfileOutline {
  const words = kernel.copyWords(
    kernel.call(({ outline }) => outline()),
    9,
  );
  const [heads = 0, sampleTypes = 0, samples = 0, mappings = 0, locations = 0, functions = 0, strings = 0] = words;
  const [headsAt = 0, stringsAt = 0] = words.subarray(7);
  const outline = {
    bytes: kernel.inputBytes,
    sampleTypes,
    samples,
    mappings,
    locations,
    functions,
    stringOffsets: kernel.copyWords(stringsAt, strings),
    headOffsets: kernel.copyWords(headsAt, heads),
  };
  checkOutline(outline);
  return outline;
}

function checkOutline(outline: ProfileOutline): void {
  if (outline.stringOffsets.length === 0) {
    throw new GclensError('the profile has no string table', {
      advice: 'the file was cut off before its end, or it is no profile; take it again',
    });
  }
  checkDensity('strings', outline.stringOffsets.length, outline.bytes);
  checkTableSize('sample types', outline.sampleTypes);
  checkTableSize('samples', outline.samples);
  checkTableSize('sample values', outline.samples * outline.sampleTypes);
  checkDensity('sample values', outline.samples * outline.sampleTypes, outline.bytes);
  checkTableSize('mappings', outline.mappings);
  checkTableSize('locations', outline.locations);
  checkTableSize('functions', outline.functions);
  if (outline.samples > 0 && outline.sampleTypes === 0) {
    throw new GclensError('the profile has samples but no sample types');
  }
}
