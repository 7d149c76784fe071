import { breathe, GclensError, type Notice, WireType, type WorkOptions } from '../base';
import { cleanProfile } from './cleanProfile';
import { keepDistinctTypes } from './combineProfiles';
import { decodeSamples, type DecodedSamples } from './decodeSamples';
import { decodeFunctions, decodeLocations, decodeMappings } from './decodeTables';
import { readExactValues } from './exactValues';
import { findDefaultSampleType } from './findSampleType';
import { inexact, inexactLabels, inexactValues } from './inexact';
import { decodeLegacyProfile } from './legacy/decodeLegacy';
import { checkTableSize, OverLimit } from './limits';
import type { Profile, SampleTable, SampleType } from './profile';
import type { ProfileHead } from './profileBuilder';
import { type ProfileKernel, withProfileKernel } from './profileKernel';
import { ProfileReader } from './profileReader';
import { ProfileStrings } from './profileStrings';
import { ProfileField, type ProfileOutline, readOutline } from './scanProfile';
import type { Steps } from './tableFiller';

/** How long to work between two turns of the event loop. */
const msPerTurn = 12;

/**
 * Decodes a profile, decompressed: a profile.proto message or one of the formats before it. What is accepted is what `go tool pprof` accepts; its
 * `drop_frames` are applied as that tool applies them before it shows anything, and sample types that share a name are left out. The bytes must stay as they are until `strings` is read for the first
 * time: strings stay bytes until then.
 * @throws GclensError with the offset of what is wrong; the signal's reason when aborted
 */
export async function decodeProfile(bytes: Uint8Array, options: WorkOptions = {}): Promise<Profile> {
  return cleanProfile(keepDistinctTypes(await decodeWholeProfile(bytes, options)));
}

/** How profiles are read. */
export interface DecodeProfileOptions extends WorkOptions {
  /** Reads the bytes of a string, as `textOfBytes` does; without it those that are no UTF-8 are U+FFFD. */
  readonly textOf?: (bytes: Uint8Array) => string;
}

/** Decodes a profile as `decodeProfile` does, with the frames that are to be dropped: what is merged is merged before. */
export async function decodeWholeProfile(bytes: Uint8Array, options: DecodeProfileOptions = {}): Promise<Profile> {
  if (bytes.length === 0) {
    throw new GclensError('the profile is empty', { offset: 0, advice: 'take it again' });
  }
  try {
    return await decodeAnyFormat(bytes, options);
  } catch (error) {
    throw error instanceof GclensError
      ? error.with({ advice: 'the file was damaged or altered, or its writer is at fault; take it again' })
      : error;
  }
}

async function decodeAnyFormat(bytes: Uint8Array, options: DecodeProfileOptions): Promise<Profile> {
  try {
    return await withProfileKernel((kernel) => decodeProto(kernel, bytes, options));
  } catch (error) {
    if (error instanceof RangeError) {
      throw noMemory(bytes.length);
    }
    const isOfOtherFormat = error instanceof GclensError && !(error instanceof OverLimit);
    const legacy = isOfOtherFormat ? decodeLegacyProfile(bytes) : null;
    if (legacy === null) {
      throw error;
    }
    return legacy;
  }
}

/** Nothing but an array that there is no memory for is a RangeError here. */
function noMemory(size: number): GclensError {
  return new GclensError(`there is no memory to decode a profile of ${Math.ceil(size / 2 ** 20)} MiB`, {
    advice: 'close other captures or programs, or take a shorter profile',
  });
}

/** Decodes a profile.proto message. @throws GclensError with the offset of what is wrong; the signal's reason when aborted */
export async function decodeProto(
  kernel: ProfileKernel,
  bytes: Uint8Array,
  { signal, onProgress, textOf }: DecodeProfileOptions = {},
): Promise<Profile> {
  signal?.throwIfAborted();
  const steps = decodeInSteps(kernel, bytes, textOf);
  let turnStart = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) {
      return value;
    }
    if (performance.now() - turnStart > msPerTurn) {
      onProgress?.('decode', value);
      await breathe(signal);
      turnStart = performance.now();
    }
  }
}

function* decodeInSteps(kernel: ProfileKernel, bytes: Uint8Array, textOf: DecodeProfileOptions['textOf']): Steps<Profile> {
  kernel.load(bytes);
  while (kernel.call(({ scan }) => scan()) !== 0) {
    yield 0;
  }
  const outline = readOutline(kernel);
  const strings = new ProfileStrings(bytes, outline.stringOffsets, textOf);
  const reader = new ProfileReader(bytes);
  reader.stringCount = strings.length;
  const head = decodeHead(reader, outline, strings);
  const mappings = decodeMappings(kernel, reader, outline, strings);
  const functions = yield* decodeFunctions(kernel, outline);
  const locations = yield* decodeLocations(kernel, outline);
  const decoded = yield* decodeSamples(kernel, outline);
  return {
    ...head,
    defaultSampleType: findDefaultSampleType(head.sampleTypes, head.defaultSampleTypeName),
    get strings() {
      return strings.all();
    },
    samples: addExactValues(reader, decoded),
    stacks: decoded.stacks,
    labels: decoded.labels,
    locations,
    functions,
    mappings,
    notices: [...headNotices(head), ...sampleNotices(head.sampleTypes, decoded)],
  };
}

function addExactValues(reader: ProfileReader, { samples, inexactValues: counts }: DecodedSamples): SampleTable {
  const isInexact = Array.from(counts, (count) => count > 0);
  return isInexact.includes(true) ? { ...samples, exactValues: readExactValues(reader, isInexact, samples.length) } : samples;
}

/** What a profile says of itself as a whole. */
type Head = Omit<ProfileHead, 'sampleTypes' | 'comments' | 'defaultSampleType' | 'notices'> & {
  readonly sampleTypes: SampleType[];
  readonly comments: string[];
};
type MutableHead = { -readonly [K in keyof Head]: Head[K] };

function decodeHead(reader: ProfileReader, { headOffsets }: ProfileOutline, strings: ProfileStrings): Head {
  const head: MutableHead = {
    sampleTypes: [],
    comments: [],
    periodType: null,
    period: 0,
    timeUnixNs: 0n,
    durationNs: 0,
    docUrl: '',
    dropFrames: '',
    keepFrames: '',
    defaultSampleTypeName: '',
  };
  for (const offset of headOffsets) {
    reader.openAt(offset);
    readHeadField(reader, head, strings);
  }
  reader.requireStrings('drop_frames', 'keep_frames', 'default_sample_type', 'doc_url');
  return head;
}

function readHeadField(reader: ProfileReader, head: MutableHead, strings: ProfileStrings): void {
  switch (reader.field) {
    case ProfileField.SampleType:
      head.sampleTypes.push(readValueType(reader, strings));
      break;
    case ProfileField.PeriodType:
      head.periodType = readValueType(reader, strings);
      break;
    case ProfileField.DropFrames:
      head.dropFrames = readText(reader, strings, 'drop_frames');
      break;
    case ProfileField.KeepFrames:
      head.keepFrames = readText(reader, strings, 'keep_frames');
      break;
    case ProfileField.TimeNanos:
      head.timeUnixNs = readTime(reader, head.timeUnixNs);
      break;
    case ProfileField.DurationNanos:
      head.durationNs = reader.int64('duration_nanos');
      break;
    case ProfileField.Period:
      head.period = reader.int64('period');
      break;
    case ProfileField.Comment:
      readComments(reader, head.comments, strings);
      break;
    case ProfileField.DefaultSampleType:
      head.defaultSampleTypeName = readText(reader, strings, 'default_sample_type');
      break;
    case ProfileField.DocUrl:
      head.docUrl = readText(reader, strings, 'doc_url');
      break;
    default:
      reader.skip();
  }
}

function readText(reader: ProfileReader, strings: ProfileStrings, name: string): string {
  return strings.at(reader.stringIndex(name));
}

function readValueType(reader: ProfileReader, strings: ProfileStrings): SampleType {
  const outer = reader.open('value type');
  let type = 0;
  let unit = 0;
  while (reader.next()) {
    if (reader.field === 1) {
      type = reader.stringIndex('ValueType.type');
    } else if (reader.field === 2) {
      unit = reader.stringIndex('ValueType.unit');
    } else {
      reader.skip();
    }
  }
  reader.close(outer);
  reader.requireStrings('ValueType.type', 'ValueType.unit');
  return { type: strings.at(type), unit: strings.at(unit) };
}

/** Two times in one file are two profiles written one after the other, whose ids would be mixed up. */
function readTime(reader: ProfileReader, before: bigint): bigint {
  if (before !== 0n) {
    throw new GclensError('several profiles are concatenated in this file', {
      offset: reader.position,
      advice: 'merge them with `go tool pprof -proto` instead of `cat`',
    });
  }
  reader.expect(WireType.Varint, 'time_nanos');
  return reader.bigInt();
}

function readComments(reader: ProfileReader, comments: string[], strings: ProfileStrings): void {
  if (reader.wireType !== WireType.Bytes) {
    comments.push(readText(reader, strings, 'comment'));
    reader.requireStrings('comment');
    checkTableSize('comments', comments.length, reader.position);
    return;
  }
  const outer = reader.open('comment');
  reader.wireType = WireType.Varint;
  while (reader.position < reader.limit) {
    comments.push(readText(reader, strings, 'comment'));
    reader.requireStrings('comment');
    checkTableSize('comments', comments.length, reader.position);
  }
  reader.close(outer);
}

function headNotices({ durationNs, period }: Head): Notice[] {
  return [
    ...(Number.isSafeInteger(durationNs) ? [] : [inexact('The duration is')]),
    ...(Number.isSafeInteger(period) ? [] : [inexact('The period is')]),
  ];
}

function sampleNotices(sampleTypes: readonly SampleType[], decoded: DecodedSamples): Notice[] {
  const values = Array.from(decoded.inexactValues).flatMap((count, type) => inexactValues(count, sampleTypes[type]?.type ?? String(type)));
  return [...values, ...inexactLabels(decoded.inexactLabels)];
}
