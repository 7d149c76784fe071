import { AddressColumn } from '../addressColumn';
import type { Profile } from '../profile';
import { buildLegacyProfile } from './buildLegacyProfile';
import { forEachAddress, isSpaceOrComment, trimSpace } from './goText';
import { callAddress, LegacySamples } from './legacySamples';
import { LineScanner } from './lineScanner';
import { isMemoryMapStart, readMemoryMapSection } from './memoryMap';
import { UnrecognizedProfile } from './unrecognized';

const pageHeader = /--- threadz [0-9]+ ---/;
const threadHeader = /--- Thread [0-9A-Fa-f]+ \(name: .*\/[0-9]+\) stack: ---/s;

/**
 * Stacks of all threads as text, a threadz page of a C++ program. Null for other files.
 * Source: google/pprof profile/legacy_profile.go, parseThread.
 */
export function decodeThreadProfile(bytes: Uint8Array): Profile | null {
  const scanner = new LineScanner(bytes);
  while (scanner.next() && isSpaceOrComment(scanner.line)) {
    // Comments may stand before the header.
  }
  let { line } = scanner;
  if (pageHeader.test(line)) {
    while (scanner.next()) {
      ({ line } = scanner);
      if (isMemoryMapStart(line) || line.startsWith('-')) {
        break;
      }
    }
  } else if (!threadHeader.test(line)) {
    return null;
  }
  const samples = new LegacySamples(1, bytes);
  while (!isMemoryMapStart(line) && !line.startsWith('---- no stack trace for')) {
    if (!threadHeader.test(line)) {
      throw new UnrecognizedProfile('a line is neither a thread nor the memory map', {
        offset: scanner.offset,
        advice: 'the file may be cut off; take it again',
      });
    }
    line = readThread(scanner, samples);
  }
  const mappings = readMemoryMapSection(scanner);
  const thread = { type: 'thread', unit: 'count' };
  return buildLegacyProfile(samples, { sampleTypes: [thread], periodType: thread, period: 1 }, { mappings, hasDoubleLeaves: true });
}

/** Reads the stack of a thread; one without addresses is that of the thread before. @returns the line after it */
function readThread(scanner: LineScanner, samples: LegacySamples): string {
  const addresses = new AddressColumn();
  let isSameAsBefore = false;
  let line = '';
  while (scanner.next()) {
    line = trimSpace(scanner.line);
    if (line.startsWith('---')) {
      break;
    }
    if (line.includes('same as previous thread')) {
      isSameAsBefore = true;
      continue;
    }
    forEachAddress(line, scanner.offset, (address) => addresses.push(address));
  }
  if (!isSameAsBefore && addresses.length > 0) {
    samples.add([1]);
    for (let index = 0; index < addresses.length; index++) {
      samples.addFrame(index === 0 ? addresses.at(index) : callAddress(addresses.at(index)));
    }
  } else if (samples.length > 0) {
    samples.values[0]?.add(samples.length - 1, 1);
  }
  return line;
}
