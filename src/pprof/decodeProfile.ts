import { breathe, GclensError, type Notice, WireType, type WorkOptions } from '../base';
import { decodeSamples, type DecodedSamples } from './decodeSamples';
import { decodeStrings } from './decodeStrings';
import { decodeFunctions, decodeLocations, decodeMappings } from './decodeTables';
import { cleanProfile } from './cleanProfile';
import { readExactValues } from './exactValues';
import { findDefaultSampleType } from './findSampleType';
import { inexact, inexactLabels, inexactValues } from './inexact';
import { decodeLegacyProfile } from './legacy/decodeLegacy';
import { checkTableSize } from './limits';
import type { Profile, SampleTable, SampleType } from './profile';
import type { ProfileHead } from './profileBuilder';
import { ProfileReader } from './profileReader';
import { ProfileField, scanProfile } from './scanProfile';

/**
 * Decodes a profile, decompressed: a profile.proto message or one of the formats before it. What is accepted is what `go tool pprof` accepts; its
 * `drop_frames` are applied as that tool applies them before it shows anything.
 * @throws GclensError with the offset of what is wrong; the signal's reason when aborted
 */
export async function decodeProfile(bytes: Uint8Array, options: WorkOptions = {}): Promise<Profile> {
  return cleanProfile(await decodeWholeProfile(bytes, options));
}

/** Decodes a profile as `decodeProfile` does, with the frames that are to be dropped: what is merged is merged before. */
export async function decodeWholeProfile(bytes: Uint8Array, { signal }: WorkOptions = {}): Promise<Profile> {
  await breathe(signal);
  if (bytes.length === 0) {
    throw new GclensError('the profile is empty', { offset: 0 });
  }
  try {
    return decodeProto(bytes);
  } catch (error) {
    const legacy = error instanceof GclensError ? decodeLegacyProfile(bytes) : null;
    if (legacy === null) {
      throw error;
    }
    return legacy;
  }
}

function decodeProto(bytes: Uint8Array): Profile {
  const reader = new ProfileReader(bytes);
  const outline = scanProfile(reader);
  const strings = decodeStrings(bytes, outline.stringStart, outline.stringLength);
  reader.stringCount = strings.length;
  const head = decodeHead(reader, strings);
  const mappings = decodeMappings(reader, outline, strings);
  const functions = decodeFunctions(reader, outline);
  const locations = decodeLocations(reader, outline, mappings.ids, functions.ids);
  const decoded = decodeSamples(reader, outline, locations.ids);
  return {
    ...head,
    defaultSampleType: findDefaultSampleType(head.sampleTypes, head.defaultSampleTypeName),
    strings,
    samples: addExactValues(reader, decoded),
    stacks: decoded.stacks,
    labels: decoded.labels,
    locations: locations.table,
    functions: functions.table,
    mappings: mappings.table,
    notices: [...headNotices(head), ...sampleNotices(head.sampleTypes, decoded)],
  };
}

function addExactValues(reader: ProfileReader, { samples, inexactValues: counts }: DecodedSamples): SampleTable {
  const isInexact = counts.map((count) => count > 0);
  return isInexact.includes(true) ? { ...samples, exactValues: readExactValues(reader, isInexact, samples.length) } : samples;
}

/** What a profile says of itself as a whole. */
type Head = Omit<ProfileHead, 'sampleTypes' | 'comments' | 'defaultSampleType' | 'notices'> & {
  readonly sampleTypes: SampleType[];
  readonly comments: string[];
};
type MutableHead = { -readonly [K in keyof Head]: Head[K] };

function decodeHead(reader: ProfileReader, strings: readonly string[]): Head {
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
  reader.position = 0;
  while (reader.next()) {
    readHeadField(reader, head, strings);
  }
  reader.requireStrings('drop_frames', 'keep_frames', 'default_sample_type', 'doc_url');
  return head;
}

function readHeadField(reader: ProfileReader, head: MutableHead, strings: readonly string[]): void {
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

function readText(reader: ProfileReader, strings: readonly string[], name: string): string {
  return strings[reader.stringIndex(name)] ?? '';
}

function readValueType(reader: ProfileReader, strings: readonly string[]): SampleType {
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
  return { type: strings[type] ?? '', unit: strings[unit] ?? '' };
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

function readComments(reader: ProfileReader, comments: string[], strings: readonly string[]): void {
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
  const values = decoded.inexactValues.flatMap((count, type) => inexactValues(count, sampleTypes[type]?.type ?? String(type)));
  return [...values, ...inexactLabels(decoded.inexactLabels)];
}
