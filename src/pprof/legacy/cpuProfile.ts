import { type Int64, multiplyInt64, toInt64 } from '../int64';
import type { Profile } from '../profile';
import { buildLegacyProfile } from './buildLegacyProfile';
import { readJavaLocations } from './javaLocations';
import { callAddress, LegacySamples } from './legacySamples';
import { LineScanner } from './lineScanner';
import { readMemoryMap } from './memoryMap';
import { UnrecognizedProfile } from './unrecognized';

/** Words of 32 or 64 bits in one of the two orders of bytes. */
class WordReader {
  position = 0;
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    private readonly size: 4 | 8,
    private readonly isLittleEndian: boolean,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get bytesLeft(): number {
    return this.bytes.length - this.position;
  }

  /** The next word; null where the file ends before its end, and so from then on. */
  next(): bigint | null {
    const { position, size, isLittleEndian } = this;
    if (this.bytesLeft < size) {
      this.position = this.bytes.length + 1;
      return null;
    }
    this.position += size;
    return size === 4 ? BigInt(this.view.getUint32(position, isLittleEndian)) : this.view.getBigUint64(position, isLittleEndian);
  }

  rest(): Uint8Array {
    return this.bytes.subarray(Math.min(this.position, this.bytes.length));
  }
}

const layouts = [
  [4, true],
  [4, false],
  [8, true],
  [8, false],
] as const;

/**
 * A CPU profile in the binary format of gperftools, of C++, Go before 1.9 or Java programs; words of any size and order. Null for other files.
 * Source: gperftools docs, "CPU Profiler Binary Data File Format"; google/pprof profile/legacy_profile.go, parseCPU.
 */
export function decodeCpuProfile(bytes: Uint8Array): Profile | null {
  for (const [size, isLittleEndian] of layouts) {
    const reader = new WordReader(bytes, size, isLittleEndian);
    const [first, second, version, period, padding] = [reader.next(), reader.next(), reader.next(), reader.next(), reader.next()];
    const isHeader = first === 0n && second === 3n && (version === 0n || version === 1n) && period !== 0n && padding === 0n;
    if (isHeader && typeof period === 'bigint') {
      return decodeSamples(reader, multiplyInt64(BigInt.asIntN(64, period), 1000), version === 1n);
    }
  }
  return null;
}

function decodeSamples(reader: WordReader, periodNs: Int64, isJava: boolean): Profile {
  const samples = readSamples(reader, periodNs, isJava);
  const cpu = { type: 'cpu', unit: 'nanoseconds' };
  const head = { sampleTypes: [{ type: 'samples', unit: 'count' }, cpu], periodType: cpu, period: periodNs };
  if (isJava) {
    return buildLegacyProfile(samples, head, { lineOf: readJavaLocations(new LineScanner(reader.rest(), Infinity), samples) });
  }
  removeHandlerFrames(samples);
  return buildLegacyProfile(samples, head, { mappings: readMemoryMap(new LineScanner(reader.rest())), hasDoubleLeaves: true });
}

/** Records of a count, a number of frames and so many addresses, up to a record of 0, 1, 0 or the end of the file. */
function readSamples(reader: WordReader, periodNs: Int64, isJava: boolean): LegacySamples {
  const samples = new LegacySamples(2, reader.bytes);
  while (reader.bytesLeft > 0) {
    const offset = reader.position;
    const [count, depth] = [reader.next(), reader.next()];
    // A frame takes four bytes at least.
    if (count === null || depth === null || depth > reader.bytesLeft / 4) {
      throw new UnrecognizedProfile('a sample is longer than the file', {
        offset,
        advice: 'the file was cut off before its end; take it again',
      });
    }
    const leaf = depth > 0n ? (reader.next() ?? 0n) : null;
    if (count === 0n && depth === 1n && leaf === 0n) {
      break;
    }
    const value = toInt64(BigInt.asIntN(64, count));
    samples.add([value, multiplyInt64(value, periodNs)]);
    if (leaf !== null) {
      samples.addFrame(leaf);
    }
    for (let index = 1; index < Number(depth); index++) {
      const address = reader.next() ?? 0n;
      samples.addFrame(isJava ? address : callAddress(address));
    }
  }
  return samples;
}

/** Frames that the signal handler may have pushed between the leaf and its caller. */
const mostHandlerFrames = 2;
/** One stack in so many may lack the frame of the signal handler. */
const stacksToOneWithout = 32;

/** Where nearly all stacks have the same caller of the leaf, it is the signal handler, and goes. */
function removeHandlerFrames(samples: LegacySamples): void {
  const needed = samples.length - Math.floor(samples.length / stacksToOneWithout);
  for (let frame = 0; frame < mostHandlerFrames; frame++) {
    const counts = new Map<number, number>();
    for (let sample = 0; sample < samples.length; sample++) {
      if (samples.depth(sample) > 1) {
        const caller = samples.frameAt(sample, 1);
        counts.set(caller, (counts.get(caller) ?? 0) + 1);
      }
    }
    for (const [row, count] of counts) {
      if (count >= needed) {
        samples.removeCallers((_, caller) => caller === row);
      }
    }
  }
}
