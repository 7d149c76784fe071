import { GclensError } from '../../base';
import { divideInt64, type Int64 } from '../int64';
import type { Profile } from '../profile';
import { buildLegacyProfile } from './buildLegacyProfile';
import { forEachAddress, isSpaceOrComment, parseInt64, trimSpace } from './goText';
import { callAddress, LegacySamples } from './legacySamples';
import { LineScanner } from './lineScanner';
import { isMemoryMapStart, readMemoryMapSection } from './memoryMap';
import { unsampleHeap } from './unsampleHeap';
import { UnrecognizedProfile } from './unrecognized';

const counts = 'heap profile: *([0-9]+): *([0-9]+) *\\[ *([0-9]+): *([0-9]+) *\\]';
const heapHeader = new RegExp(`${counts} *@ *(heap[_a-z0-9]*)/?([0-9]*)`);
const plainHeader = new RegExp(`${counts} @ (?:growth|fragmentation)z?`);
/** The run of digits is taken from its first, so that no line makes the engine try all its parts. */
const sampleLine = /(-[0-9]+|(?<![-0-9])[0-9]+): *(-?[0-9]+) *\[ *([0-9]+): *([0-9]+) *\] @([ x0-9a-f]*)/;

/** What a header says. */
interface HeapHeader {
  readonly period: Int64;
  /** Whether the values are of sampled allocations, and stand for more. */
  readonly isSampled: boolean;
  /** Whether what was allocated is told beside what is in use. */
  readonly hasAllocated: boolean;
}

/**
 * A heap profile as text: of Go's `?debug=1`, of tcmalloc's heap profiler and heapz pages, and of growthz and fragmentationz pages. Null for other files.
 * Source: google/pprof profile/legacy_profile.go, parseHeap.
 */
export function decodeHeapProfile(bytes: Uint8Array): Profile | null {
  const scanner = new LineScanner(bytes);
  scanner.next();
  const header = readHeader(scanner.line);
  if (header === null) {
    return null;
  }
  const samples = new LegacySamples(header.hasAllocated ? 4 : 2, bytes);
  while (scanner.next()) {
    if (isSpaceOrComment(scanner.line)) {
      continue;
    }
    if (isMemoryMapStart(scanner.line)) {
      break;
    }
    addSample(samples, scanner, header);
  }
  const mappings = readMemoryMapSection(scanner);
  return buildLegacyProfile(samples, headOf(header), { mappings });
}

function readHeader(line: string): HeapHeader | null {
  const [, objects, space, allocatedObjects, allocatedSpace, kind = '', periodText = ''] = heapHeader.exec(line) ?? [];
  if (kind === '') {
    return plainHeader.test(line) ? { period: 1, isSampled: false, hasAllocated: false } : null;
  }
  const hasAllocated = (allocatedObjects !== objects && allocatedObjects !== '0') || (allocatedSpace !== space && allocatedSpace !== '0');
  const period = parseInt64(periodText === '' ? '0' : periodText);
  if (period === null) {
    throw new UnrecognizedProfile(`the sampling period ${periodText} of the heap profile is no int64`, { offset: 0 });
  }
  switch (kind) {
    case 'heapz_v2':
    case 'heap_v2':
      return { period, isSampled: true, hasAllocated };
    case 'heapprofile':
      return { period: 1, isSampled: false, hasAllocated };
    case 'heap':
      // Go writes twice the period for the sake of an old reader.
      return { period: divideInt64(period, 2), isSampled: true, hasAllocated };
    default:
      throw new UnrecognizedProfile(`heap profiles of the kind ${kind} are unknown`, { offset: 0 });
  }
}

function headOf({ period, hasAllocated }: HeapHeader): Parameters<typeof buildLegacyProfile>[1] {
  const [count, bytes] = ['count', 'bytes'];
  const sampleTypes = hasAllocated
    ? [
        { type: 'alloc_objects', unit: count },
        { type: 'alloc_space', unit: bytes },
        { type: 'inuse_objects', unit: count },
        { type: 'inuse_space', unit: bytes },
      ]
    : [
        { type: 'objects', unit: count },
        { type: 'space', unit: bytes },
      ];
  return { sampleTypes, periodType: { type: 'space', unit: bytes }, period };
}

function addSample(samples: LegacySamples, { line, offset }: LineScanner, header: HeapHeader): void {
  const found = sampleLine.exec(trimSpace(line));
  if (found === null) {
    throw new GclensError('a line is no sample of a heap profile', { offset });
  }
  const [, objects = '', space = '', allocatedObjects = '', allocatedSpace = '', addressText = ''] = found;
  const pairs = header.hasAllocated
    ? [
        [allocatedObjects, allocatedSpace],
        [objects, space],
      ]
    : [[objects, space]];
  const values: Int64[] = [];
  let blockSize: Int64 = 0;
  for (const [countText = '', sizeText = ''] of pairs) {
    const [count, size] = [parseInt64(countText), parseInt64(sizeText)];
    if (count === null || size === null) {
      throw new GclensError('a number of a heap profile is no int64', { offset });
    }
    if (count === 0 && size !== 0) {
      throw new GclensError(`no object of a heap profile takes ${size} bytes`, { offset });
    }
    blockSize = count === 0 ? blockSize : divideInt64(size, count);
    values.push(...(header.isSampled && count !== 0 ? unsampleHeap(count, size, header.period) : [count, size]));
  }
  samples.add(values, blockSize);
  forEachAddress(addressText, offset, (address) => samples.addFrame(callAddress(address)));
}
