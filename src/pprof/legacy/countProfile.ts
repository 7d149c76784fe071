import { GclensError } from '../../base';
import type { Profile } from '../profile';
import { buildLegacyProfile } from './buildLegacyProfile';
import { forEachAddress, isSpaceOrComment, parseInt64 } from './goText';
import { callAddress, LegacySamples } from './legacySamples';
import { LineScanner } from './lineScanner';
import { readMemoryMapSection } from './memoryMap';

const header = /^([^\t\n\f\r ]+) profile: total [0-9]+$/;
const sampleLine = /^([0-9]+) @((?: 0x[0-9a-f]+)+)$/;

/**
 * A Go profile of `?debug=1` that counts stacks: goroutines, created threads, any pprof.Profile. Null for other files.
 * Source: runtime/pprof, printCountProfile; google/pprof profile/legacy_profile.go, parseGoCount.
 */
export function decodeCountProfile(bytes: Uint8Array): Profile | null {
  const scanner = new LineScanner(bytes);
  while (scanner.next() && isSpaceOrComment(scanner.line)) {
    // Comments may stand before the header.
  }
  const type = header.exec(scanner.line)?.[1];
  if (type === undefined) {
    return null;
  }
  const samples = new LegacySamples(1, bytes);
  while (scanner.next() && !scanner.line.startsWith('---')) {
    if (!isSpaceOrComment(scanner.line)) {
      addSample(samples, scanner);
    }
  }
  const mappings = readMemoryMapSection(scanner);
  const counted = { type, unit: 'count' };
  return buildLegacyProfile(samples, { sampleTypes: [counted], periodType: counted, period: 1 }, { mappings });
}

function addSample(samples: LegacySamples, { line, offset }: LineScanner): void {
  const [, countText = '', addressText = ''] = sampleLine.exec(line) ?? [];
  const count = parseInt64(countText, 0);
  if (count === null) {
    throw new GclensError('a line is no count with addresses', { offset });
  }
  samples.add([count]);
  forEachAddress(addressText, offset, (address) => samples.addFrame(callAddress(address)));
}
