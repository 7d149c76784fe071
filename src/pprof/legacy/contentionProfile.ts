import { excerpt, GclensError } from '../../base';
import { type Int64, multiplyInt64, truncateToInt64 } from '../int64';
import type { Profile } from '../profile';
import { buildLegacyProfile } from './buildLegacyProfile';
import { forEachAddress, isSpaceOrComment, parseInt64, trimSpace } from './goText';
import { callAddress, LegacySamples } from './legacySamples';
import { LineScanner } from './lineScanner';
import { readMemoryMapSection } from './memoryMap';
import { UnrecognizedProfile } from './unrecognized';

const headers = ['--- contentionz ', '--- mutex:', '--- contention:'];
/** Two numbers, or one whose last digit is the second, as in the official reader's expression; runs of digits are taken from their first. */
const sampleLine = /(?<![0-9])(?:([0-9]+) +([0-9]+)|([0-9]+)([0-9])) @([ x0-9a-f]*)/;

/** What stands as `name = value` before the samples. */
interface Attributes {
  cyclesPerSecond: Int64;
  period: Int64;
  durationNs: Int64;
}

/**
 * A mutex or block profile as text: of Go's `?debug=1`, and contentionz pages of C++ programs. Null for other files.
 * Source: google/pprof profile/legacy_profile.go, parseContention.
 */
export function decodeContentionProfile(bytes: Uint8Array): Profile | null {
  const scanner = new LineScanner(bytes);
  scanner.next();
  if (!headers.some((header) => scanner.line.startsWith(header))) {
    return null;
  }
  const attributes = readAttributes(scanner);
  const samples = new LegacySamples(2, bytes);
  do {
    const line = trimSpace(scanner.line);
    if (line.startsWith('---')) {
      break;
    }
    if (!isSpaceOrComment(line)) {
      addSample(samples, line, scanner.offset, attributes);
    }
  } while (scanner.next());
  const mappings = readMemoryMapSection(scanner);
  const contentions = { type: 'contentions', unit: 'count' };
  const head = {
    sampleTypes: [contentions, { type: 'delay', unit: 'nanoseconds' }],
    periodType: contentions,
    period: attributes.period,
    durationNs: attributes.durationNs,
  };
  return buildLegacyProfile(samples, head, { mappings });
}

/** Reads up to the first line that is no attribute. */
function readAttributes(scanner: LineScanner): Attributes {
  const attributes = { cyclesPerSecond: 0, period: 1, durationNs: 0 };
  while (scanner.next()) {
    const line = trimSpace(scanner.line);
    if (isSpaceOrComment(line)) {
      continue;
    }
    const equals = line.indexOf('=');
    if (line.startsWith('---') || equals < 0) {
      break;
    }
    readAttribute(attributes, trimSpace(line.slice(0, equals)), trimSpace(line.slice(equals + 1)), scanner.offset);
  }
  return attributes;
}

function readAttribute(attributes: Attributes, name: string, text: string, offset: number): void {
  if (name === 'discarded samples') {
    return;
  }
  const value = parseInt64(text, 0);
  if (value === null || !['cycles/second', 'sampling period', 'ms since reset'].includes(name)) {
    throw new UnrecognizedProfile(`“${excerpt(`${name} = ${text}`)}” is no attribute of a contention profile`, { offset });
  }
  if (name === 'cycles/second') {
    attributes.cyclesPerSecond = value;
  } else if (name === 'sampling period') {
    attributes.period = value;
  } else {
    attributes.durationNs = multiplyInt64(value, 1_000_000);
  }
}

function addSample(samples: LegacySamples, line: string, offset: number, attributes: Attributes): void {
  const found = sampleLine.exec(line);
  if (found === null) {
    throw new UnrecognizedProfile('a line is no sample of a contention profile', { offset });
  }
  const cycles = parseInt64(found[1] ?? found[3] ?? '');
  const count = parseInt64(found[2] ?? found[4] ?? '');
  if (cycles === null || count === null) {
    throw new GclensError('a number of a contention profile is no int64', { offset });
  }
  samples.add(unsample(cycles, count, attributes));
  forEachAddress(found[5] ?? '', offset, (address) => samples.addFrame(callAddress(address)));
}

/** Contentions and their delay from one in `period` contentions, whose delay is counted in cycles of the processor. */
function unsample(cycles: Int64, count: Int64, { cyclesPerSecond, period }: Attributes): readonly Int64[] {
  if (period <= 0) {
    return [count, cycles];
  }
  const delayNs = cyclesPerSecond > 0 ? truncateToInt64((Number(cycles) * Number(period)) / (Number(cyclesPerSecond) / 1e9)) : cycles;
  return [multiplyInt64(count, period), delayNs];
}
