import protobuf from 'protobufjs/minimal.js';

import { bytesOfText } from './byteText';
import type { Mapping, Profile, SampleType } from './profile';

/** A value as protobufjs takes an int64; the largest int64 was rounded up to 2^63 if it was read as a number. */
function toInt64(value: number | bigint): number | string {
  if (typeof value === 'bigint') {
    return String(BigInt.asIntN(64, value));
  }
  return value < 2 ** 63 ? value : String(2n ** 63n - 1n);
}

/** A writer of one message, that leaves out what is zero as proto3 does. */
class MessageWriter {
  constructor(private readonly writer = protobuf.Writer.create()) {}

  number(field: number, value: number | bigint | boolean): void {
    if (value !== 0 && value !== 0n && value !== false) {
      this.writer.uint32(field * 8).int64(toInt64(typeof value === 'boolean' ? 1 : value));
    }
  }

  numbers(field: number, values: Iterable<number | bigint>): void {
    const packed = this.writer.uint32(field * 8 + 2).fork();
    for (const value of values) {
      packed.int64(toInt64(value));
    }
    packed.ldelim();
  }

  text(field: number, text: string): void {
    this.writer.uint32(field * 8 + 2).bytes(bytesOfText(text));
  }

  message(field: number, write: (message: MessageWriter) => void): void {
    this.writer.uint32(field * 8 + 2).fork();
    write(this);
    this.writer.ldelim();
  }

  finish(): Uint8Array {
    return this.writer.finish();
  }
}

/** The strings of a profile, and those that are added. */
class StringIndexes {
  readonly texts: string[];
  private readonly indexes: Map<string, number>;

  constructor(texts: readonly string[]) {
    this.texts = texts.length === 0 ? [''] : [...texts];
    this.indexes = new Map(this.texts.map((text, index) => [text, index]));
  }

  indexOf(text: string): number {
    const known = this.indexes.get(text);
    if (known !== undefined) {
      return known;
    }
    this.indexes.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

/**
 * A profile as a profile.proto message, not compressed. Ids are row numbers from 1 up. Source: github.com/google/pprof/proto/profile.proto.
 */
export function encodeProfile(profile: Profile): Uint8Array {
  const message = new MessageWriter();
  const strings = new StringIndexes(profile.strings);
  writeHead(message, profile, strings);
  writeSamples(message, profile);
  profile.mappings.forEach((mapping, row) => {
    writeMapping(message, mapping, row, strings);
  });
  writeLocations(message, profile);
  writeFunctions(message, profile);
  for (const text of strings.texts) {
    message.text(6, text);
  }
  return message.finish();
}

function writeHead(message: MessageWriter, profile: Profile, strings: StringIndexes): void {
  for (const type of profile.sampleTypes) {
    writeSampleType(message, 1, type, strings);
  }
  message.number(7, strings.indexOf(profile.dropFrames));
  message.number(8, strings.indexOf(profile.keepFrames));
  message.number(9, profile.timeUnixNs);
  message.number(10, profile.durationNs);
  if (profile.periodType !== null) {
    writeSampleType(message, 11, profile.periodType, strings);
  }
  message.number(12, profile.period);
  if (profile.comments.length > 0) {
    message.numbers(
      13,
      profile.comments.map((comment) => strings.indexOf(comment)),
    );
  }
  if (profile.defaultSampleType !== profile.sampleTypes.length - 1) {
    message.number(14, strings.indexOf(profile.sampleTypes[profile.defaultSampleType]?.type ?? ''));
  }
  message.number(15, strings.indexOf(profile.docUrl));
}

function writeSampleType(message: MessageWriter, field: number, { type, unit }: SampleType, strings: StringIndexes): void {
  message.message(field, (own) => {
    own.number(1, strings.indexOf(type));
    own.number(2, strings.indexOf(unit));
  });
}

function writeSamples(message: MessageWriter, { samples, stacks, labels }: Profile): void {
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = samples.stack[sample] ?? 0;
    const locations = stacks.location.subarray(stacks.locationStart[stack], stacks.locationStart[stack + 1]);
    message.message(2, (own) => {
      own.numbers(
        1,
        Array.from(locations, (row) => row + 1),
      );
      own.numbers(
        2,
        samples.values.map((column, type) => samples.exactValues?.[type]?.[sample] ?? column[sample] ?? 0),
      );
      for (let label = samples.labelStart[sample] ?? 0; label < (samples.labelStart[sample + 1] ?? 0); label++) {
        own.message(3, (pair) => {
          const number = labels.number[label] ?? NaN;
          pair.number(1, labels.key[label] ?? 0);
          pair.number(2, labels.text[label] ?? 0);
          pair.number(3, Number.isNaN(number) ? 0 : number);
          pair.number(4, labels.unit[label] ?? 0);
        });
      }
    });
  }
}

function writeMapping(message: MessageWriter, mapping: Mapping, row: number, strings: StringIndexes): void {
  message.message(3, (own) => {
    own.number(1, row + 1);
    own.number(2, mapping.start);
    own.number(3, mapping.limit);
    own.number(4, mapping.fileOffset);
    own.number(5, strings.indexOf(mapping.file));
    own.number(6, strings.indexOf(mapping.buildId));
    own.number(7, mapping.hasFunctions);
    own.number(8, mapping.hasFilenames);
    own.number(9, mapping.hasLineNumbers);
    own.number(10, mapping.hasInlineFrames);
  });
}

function writeLocations(message: MessageWriter, { locations }: Profile): void {
  for (let row = 0; row < locations.length; row++) {
    message.message(4, (own) => {
      own.number(1, row + 1);
      own.number(2, (locations.mapping[row] ?? -1) + 1);
      own.number(3, locations.address[row] ?? 0n);
      for (let line = locations.lineStart[row] ?? 0; line < (locations.lineStart[row + 1] ?? 0); line++) {
        own.message(4, (place) => {
          place.number(1, (locations.lineFunction[line] ?? 0) + 1);
          place.number(2, locations.lineNumber[line] ?? 0);
          place.number(3, locations.lineColumn[line] ?? 0);
        });
      }
      own.number(5, locations.isFolded[row] ?? 0);
    });
  }
}

function writeFunctions(message: MessageWriter, { functions }: Profile): void {
  for (let row = 0; row < functions.length; row++) {
    message.message(5, (own) => {
      own.number(1, row + 1);
      own.number(2, functions.name[row] ?? 0);
      own.number(3, functions.systemName[row] ?? 0);
      own.number(4, functions.file[row] ?? 0);
      own.number(5, functions.startLine[row] ?? 0);
    });
  }
}
