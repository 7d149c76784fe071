import { breathe, type Bytes, bytes as asBytes, GclensError, type WorkOptions } from '../base';
import { GrowingOutput } from './growingOutput';
import { readGzipHeader, startsGzip } from './gzipHeader';
import { Inflater } from './inflater';

/** Limits of decompression. */
export interface GunzipOptions extends WorkOptions {
  /** Largest size after decompression; 1 GiB when absent. */
  readonly maxBytes?: Bytes;
}

/** What a gzip file held. */
export interface Gunzipped {
  readonly bytes: Uint8Array;
  /** What is wrong with the file; null when checksums and lengths of all members agree and nothing follows them. */
  readonly damage: GclensError | null;
  /** Whether `bytes` are all that was compressed, although there may be damage: behind them, or in what announces their length. */
  readonly isWhole: boolean;
}

/** 1 GiB: the largest capture that one typed array, its columns and a browser tab bear together. */
const defaultMaxBytes = asBytes(2 ** 30);

/**
 * Output over input above which a file is taken for a bomb, and the size below which it does not matter. Deflate can reach 1032; real profiles and
 * traces stay below 30, and what is small is harmless whatever its ratio.
 */
const largestRatio = 100;
const ratioFreeBytes = 32 * 2 ** 20;

/** How long to work between two turns of the event loop: little enough that a cancel is heard at once. A turn costs a hundredth of it. */
const msPerTurn = 12;
/** CRC-32 and length of a member (RFC 1952, section 2.3.1). */
const trailerBytes = 8;

/** One that is not in use. Another is started where several files are decompressed at once. */
let idleInflater: Inflater | undefined;

/** Compiles what {@link gunzip} needs, so that the first file does not wait for it. */
export function prepareGunzip(): void {
  idleInflater ??= Inflater.start();
}

/**
 * Decompresses a gzip file of any number of members (RFC 1952). Checksums and lengths are checked; output grows as data really comes out.
 * @param input begins as gzip does: `sniffCapture` has told so
 * @throws GclensError past the caps, or when nothing could be decompressed
 */
export async function gunzip(input: Uint8Array, options: GunzipOptions = {}): Promise<Gunzipped> {
  options.signal?.throwIfAborted();
  const inflater = takeIdle() ?? Inflater.start();
  inflater.open(input);
  try {
    return await new Gunzip(input, inflater, options).run();
  } finally {
    inflater.open(nothing);
    idleInflater = inflater;
  }
}

const nothing = new Uint8Array();

function takeIdle(): Inflater | undefined {
  const idle = idleInflater;
  idleInflater = undefined;
  return idle;
}

/** What ended a member: nothing unusual, or something that the file's reading ends with. */
type MemberEnd = 'intact' | { readonly damage: GclensError; readonly isWhole: boolean };

class Gunzip {
  private readonly output: GrowingOutput;
  private readonly maxBytes: number;
  private breathedAtMs = performance.now();

  constructor(
    private readonly input: Uint8Array,
    private readonly inflater: Inflater,
    private readonly options: GunzipOptions,
  ) {
    this.maxBytes = options.maxBytes ?? defaultMaxBytes;
    this.output = new GrowingOutput(Math.min(this.maxBytes, expectedBytes(input)));
  }

  async run(): Promise<Gunzipped> {
    let position = 0;
    do {
      const end = await this.readMember(position);
      if (end !== 'intact') {
        return this.salvage(end);
      }
      position = this.inflater.position + trailerBytes;
    } while (startsGzip(this.input.subarray(position)));
    return { bytes: this.output.take(), damage: trailingGarbage(this.input, position), isWhole: true };
  }

  private async readMember(start: number): Promise<MemberEnd> {
    const header = readGzipHeader(this.input, start, (from, to) => this.inflater.crc32(from, to));
    if (header === 'cut') {
      return { damage: this.cutOff(), isWhole: false };
    }
    if ('damage' in header) {
      return { damage: damagedAt(start, header.damage), isWhole: false };
    }
    const lengthBefore = this.output.length;
    this.inflater.begin(header.end);
    const damage = await this.inflate();
    return damage === null ? this.checkTrailer(this.output.length - lengthBefore) : { damage, isWhole: false };
  }

  /** Inflates a member up to its trailer; what is wrong with it, or null. @throws GclensError past the caps */
  private async inflate(): Promise<GclensError | null> {
    for (;;) {
      const outcome = this.inflater.step();
      this.output.append(this.inflater.output());
      this.checkCaps();
      if (outcome === 'finished') {
        return null;
      }
      if (outcome !== 'more') {
        return outcome === 'cut' ? this.cutOff() : damagedAt(this.inflater.position, outcome.damage);
      }
      await this.breathe();
    }
  }

  private async breathe(): Promise<void> {
    if (performance.now() - this.breathedAtMs >= msPerTurn) {
      this.options.onProgress?.('decompressing', this.inflater.position / this.input.length);
      await breathe(this.options.signal);
      this.breathedAtMs = performance.now();
    }
  }

  private checkCaps(): void {
    const { length } = this.output;
    const { position } = this.inflater;
    if (length > this.maxBytes) {
      throw new GclensError(`it decompresses to more than ${formatMebibytes(this.maxBytes)}`, { advice: 'take a shorter capture' });
    }
    if (length > ratioFreeBytes && length > largestRatio * position) {
      throw new GclensError(`${position} bytes of it decompress to more than ${formatMebibytes(ratioFreeBytes)}, as no capture does`, {
        looksLike: 'a decompression bomb',
        advice: 'do not trust where it comes from',
      });
    }
  }

  /** Of a trailer that is cut, what is there. */
  private checkTrailer(length: number): MemberEnd {
    const { position } = this.inflater;
    const trailer = this.input.subarray(position, position + trailerBytes);
    const view = new DataView(trailer.buffer, trailer.byteOffset, trailer.length);
    if (trailer.length >= 4 && view.getUint32(0, true) !== this.inflater.checksum()) {
      return { damage: damagedAt(position, 'the checksum is not that of the data'), isWhole: false };
    }
    if (trailer.length < trailerBytes) {
      return { damage: this.cutOff(), isWhole: true };
    }
    if (view.getUint32(4, true) !== length % 2 ** 32) {
      return { damage: damagedAt(position + 4, 'the length is not that of the data'), isWhole: true };
    }
    return 'intact';
  }

  private cutOff(): GclensError {
    return new GclensError(`the gzip file is cut off after ${this.input.length} bytes`, { advice: downloadAgain });
  }

  private salvage({ damage, isWhole }: Exclude<MemberEnd, 'intact'>): Gunzipped {
    if (this.output.length === 0) {
      throw damage;
    }
    return { bytes: this.output.take(), damage, isWhole };
  }
}

const downloadAgain = 'download it again';

function damagedAt(position: number, damage: string): GclensError {
  return new GclensError(`the gzip data is damaged at byte ${position} of the file: ${damage}`, { advice: downloadAgain });
}

function trailingGarbage({ length }: Uint8Array, end: number): GclensError | null {
  if (length === end) {
    return null;
  }
  const count = length - end;
  const follows = count === 1 ? '1 byte that is no gzip follows' : `${count} bytes that are no gzip follow`;
  return new GclensError(`${follows} the end of the gzip data at byte ${end} of the file`, { advice: 'left out here' });
}

/** Size by the trailer of the last member (RFC 1952, ISIZE) where the compressed size makes it believable, else a guess. */
function expectedBytes(input: Uint8Array): number {
  const guess = Math.max(2 ** 16, Math.min(input.length * 4, 16 * 2 ** 20));
  if (input.length < 18) {
    return guess;
  }
  const announced = new DataView(input.buffer, input.byteOffset + input.length - 4, 4).getUint32(0, true);
  return announced <= input.length * 32 ? Math.max(announced, 64) : guess;
}

function formatMebibytes(size: number): string {
  return size >= 2 ** 20 ? `${Math.floor(size / 2 ** 20)} MiB` : `${size} bytes`;
}
