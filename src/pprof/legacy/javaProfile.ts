import { excerpt, GclensError } from '../../base';
import { divideInt64, type Int64, multiplyInt64 } from '../int64';
import type { Profile, SampleType } from '../profile';
import { buildLegacyProfile } from './buildLegacyProfile';
import { forEachAddress, parseInt64, trimSpace } from './goText';
import { readJavaLocations } from './javaLocations';
import { LegacySamples } from './legacySamples';
import { LineScanner } from './lineScanner';
import { UnrecognizedProfile } from './unrecognized';
import { unsampleHeap } from './unsampleHeap';

type JavaKind = 'heap' | 'contention';

const kinds: ReadonlyMap<string, JavaKind> = new Map([
  ['--- heapz 1 ---', 'heap'],
  ['--- contentionz 1 ---', 'contention'],
]);

/** What stands as `name = value` before the samples. */
interface Attributes {
  sampleTypes: readonly SampleType[];
  periodType: SampleType | null;
  period: Int64;
  durationNs: Int64;
}

/** Runs of digits are taken from their first, so that no line makes the engine try all their parts. */
const sampleLine = /(?<![0-9])([0-9]+) +([0-9]+) +@ +([ x0-9a-f]*)/;
/** Sampled bytes for each sample of a Java heap. */
const heapPeriod = 524288;

/**
 * A heapz or contentionz page of a Java program, with symbols. Null for other files.
 * Source: google/pprof profile/legacy_java_profile.go, parseJavaProfile.
 */
export function decodeJavaProfile(bytes: Uint8Array): Profile | null {
  const scanner = new LineScanner(bytes, Infinity);
  scanner.next();
  const kind = kinds.get(trimSpace(scanner.line));
  if (kind === undefined || !scanner.isTerminated) {
    return null;
  }
  scanner.next();
  const attributes = readAttributes(scanner, kind);
  const samples = new LegacySamples(2, bytes);
  readSamples(scanner, kind, attributes.period, samples);
  if (samples.length > 0 && attributes.sampleTypes.length === 0) {
    throw new GclensError('the Java profile has samples but no resolution', { offset: scanner.offset });
  }
  return buildLegacyProfile(samples, attributes, { lineOf: readJavaLocations(scanner, samples) });
}

/** Reads whole lines from the scanner's on, and stops at the first that is no attribute. */
function readAttributes(scanner: LineScanner, kind: JavaKind): Attributes {
  const attributes: Attributes = { sampleTypes: [], periodType: null, period: 0, durationNs: 0 };
  for (; scanner.isTerminated; scanner.next()) {
    const line = trimSpace(scanner.line);
    if (line !== '') {
      const attribute = splitAttribute(line);
      if (attribute === undefined) {
        break;
      }
      readAttribute(attributes, `${kind}/${trimSpace(attribute.name)}`, trimSpace(attribute.value), scanner.offset);
    }
  }
  return attributes;
}

/** The words on both sides of the first equals sign that stands between words. */
function splitAttribute(line: string): { readonly name: string; readonly value: string } | undefined {
  for (let equals = line.indexOf('='); equals >= 0; equals = line.indexOf('=', equals + 1)) {
    let [start, end] = [equals, equals + 1];
    while (start > 0 && isWordOrSpace(line.charAt(start - 1))) {
      start--;
    }
    while (end < line.length && isWordOrSpace(line.charAt(end))) {
      end++;
    }
    if (start < equals && end > equals + 1) {
      return { name: line.slice(start, equals), value: line.slice(equals + 1, end) };
    }
  }
  return undefined;
}

function isWordOrSpace(character: string): boolean {
  return /^[\w ]$/.test(character);
}

function readAttribute(attributes: Attributes, name: string, value: string, offset: number): void {
  switch (name) {
    case 'heap/format':
    case 'contention/format':
      if (value !== 'java') {
        throw new UnrecognizedProfile(`profiles of the format “${value}” are unknown`, { offset });
      }
      break;
    case 'heap/resolution':
      attributes.sampleTypes = [
        { type: 'inuse_objects', unit: 'count' },
        { type: 'inuse_space', unit: value },
      ];
      break;
    case 'contention/resolution':
      attributes.sampleTypes = [
        { type: 'contentions', unit: 'count' },
        { type: 'delay', unit: value },
      ];
      break;
    case 'contention/sampling period':
      attributes.periodType = { type: 'contentions', unit: 'count' };
      attributes.period = readInteger(value, offset);
      break;
    case 'contention/ms since reset':
      attributes.durationNs = multiplyInt64(readInteger(value, offset), 1_000_000);
      break;
    default:
      throw new UnrecognizedProfile(`“${excerpt(`${name} = ${value}`)}” is no attribute of a Java profile`, { offset });
  }
}

function readInteger(text: string, offset: number): Int64 {
  const value = parseInt64(text, 0);
  if (value === null) {
    throw new GclensError(`“${excerpt(text)}” is no int64`, { offset });
  }
  return value;
}

/** Reads whole lines from the scanner's on, and stops at the first that is no sample. */
function readSamples(scanner: LineScanner, kind: JavaKind, period: Int64, samples: LegacySamples): void {
  for (; scanner.isTerminated; scanner.next()) {
    const { offset } = scanner;
    const line = trimSpace(scanner.line);
    if (line === '') {
      continue;
    }
    const [, size = '', count = '', addresses] = sampleLine.exec(line) ?? [];
    if (addresses === undefined) {
      return;
    }
    const values = [readInteger(count, offset), readInteger(size, offset)] as const;
    if (kind === 'heap') {
      addHeapSample(samples, values, offset);
    } else {
      samples.add(period === 0 ? values : values.map((value) => multiplyInt64(value, period)));
    }
    forEachAddress(addresses, offset, (address) => samples.addFrame(address));
  }
}

function addHeapSample(samples: LegacySamples, [count, size]: readonly [count: Int64, size: Int64], offset: number): void {
  if (count === 0) {
    throw new GclensError('a sample of a Java heap counts no object', { offset });
  }
  samples.add(unsampleHeap(count, size, heapPeriod), divideInt64(size, count));
}
