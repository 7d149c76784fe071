import { Z_BUF_ERROR, Z_NO_FLUSH, Z_OK, Z_STREAM_END, ZStream, zlibInflate, zlibInflateInit2, zlibInflateReset } from 'pako';

import { breathe, type Bytes, bytes as asBytes, GclensError, type WorkOptions } from '../base';
import { startsWith } from './startOfBytes';

/** Limits of decompression. */
export interface GunzipOptions extends WorkOptions {
  /** Largest size after decompression; 1 GiB when absent. */
  readonly maxBytes?: Bytes;
}

/** What a gzip file held. */
export interface Gunzipped {
  readonly bytes: Uint8Array;
  /** Why the file is not whole although `bytes` came out of it; null when checksums and lengths of all members agree. */
  readonly damage: GclensError | null;
}

/** 1 GiB: the largest capture that one typed array, its columns and a browser tab bear together. */
const defaultMaxBytes = asBytes(2 ** 30);

/**
 * Output over input above which a file is taken for a bomb, and the size below which it does not matter. Deflate can reach 1032; real profiles and
 * traces stay below 30, and what is small is harmless whatever its ratio.
 */
const largestRatio = 250;
const ratioFreeBytes = 64 * 2 ** 20;

/** Output for one breath: small enough that a cancel is heard at once. */
const stepBytes = 2 ** 20;
/** gzip with header and trailer, 32 KiB window (zlib.h, inflateInit2). */
const gzipWindowBits = 15 + 16;

/**
 * Decompresses a gzip file of any number of members. Checksums and lengths are checked; output grows as data really comes out.
 * @throws GclensError past the caps, or when nothing could be decompressed
 */
export async function gunzip(input: Uint8Array, options: GunzipOptions = {}): Promise<Gunzipped> {
  const output = new GrowingOutput(input, options.maxBytes ?? defaultMaxBytes);
  const stream = newStream(input);
  let breathedAt = 0;
  for (;;) {
    const status = inflateStep(stream, output);
    if (status === Z_STREAM_END && !nextMember(stream)) {
      return { bytes: output.take(), damage: trailingGarbage(stream) };
    }
    if (status !== Z_OK && status !== Z_STREAM_END) {
      return salvage(output, inflateDamage(stream, status));
    }
    if (output.length - breathedAt >= stepBytes) {
      breathedAt = output.length;
      options.onProgress?.('decompressing', stream.next_in / input.length);
      await breathe(options.signal);
    }
  }
}

function newStream(input: Uint8Array): ZStream {
  const stream = new ZStream();
  zlibInflateInit2(stream, gzipWindowBits);
  stream.input = input;
  stream.next_in = 0;
  stream.avail_in = input.length;
  return stream;
}

function inflateStep(stream: ZStream, output: GrowingOutput): number {
  output.offer(stream);
  const status = zlibInflate(stream, Z_NO_FLUSH);
  output.accept(stream);
  return status;
}

/** Starts on the next member if one follows. */
function nextMember(stream: ZStream): boolean {
  if (!startsWith(stream.input.subarray(stream.next_in), '\x1f\x8b')) {
    return false;
  }
  zlibInflateReset(stream);
  return true;
}

function trailingGarbage(stream: ZStream): GclensError | null {
  if (stream.avail_in === 0) {
    return null;
  }
  return new GclensError(
    `${stream.avail_in} bytes that are no gzip follow the end of the gzip data at byte ${stream.next_in} of the file`,
    {
      advice: 'download the file again',
    },
  );
}

function inflateDamage(stream: ZStream, status: number): GclensError {
  const advice = 'the file was cut off or altered; download it again';
  if (status === Z_BUF_ERROR) {
    return new GclensError(`the gzip data ends before its end, after ${stream.input.length} bytes`, { advice });
  }
  return new GclensError(`the gzip data is damaged at byte ${stream.next_in} of the file (${stream.msg || `zlib status ${status}`})`, {
    advice,
  });
}

function salvage(output: GrowingOutput, damage: GclensError): Gunzipped {
  if (output.length === 0) {
    throw damage;
  }
  return { bytes: output.take(), damage };
}

/** Output that grows as it fills, never beyond the caps. What the gzip trailer says of the size is a hint that is used only where it is plausible. */
class GrowingOutput {
  length = 0;
  private buffer: Uint8Array<ArrayBuffer>;

  constructor(
    input: Uint8Array,
    private readonly maxBytes: number,
  ) {
    // One byte more than allowed shows that the file goes on.
    this.buffer = new Uint8Array(Math.min(maxBytes, firstCapacity(input)) + 1);
  }

  /** Points the stream at free space for one step. */
  offer(stream: ZStream): void {
    if (this.length === this.buffer.length) {
      this.grow();
    }
    stream.output = this.buffer;
    stream.next_out = this.length;
    stream.avail_out = Math.min(this.buffer.length - this.length, stepBytes);
  }

  /** Takes what the stream wrote. @throws GclensError past the caps */
  accept(stream: ZStream): void {
    this.length = stream.next_out;
    if (this.length > this.maxBytes) {
      throw new GclensError(`it decompresses to more than ${formatMebibytes(this.maxBytes)}`, { advice: 'take a shorter capture' });
    }
    if (this.length > ratioFreeBytes && this.length > largestRatio * stream.next_in) {
      throw new GclensError(
        `${stream.next_in} bytes of it decompress to more than ${formatMebibytes(ratioFreeBytes)}, as no capture does`,
        {
          looksLike: 'a decompression bomb',
          advice: 'do not trust where it comes from',
        },
      );
    }
  }

  take(): Uint8Array {
    const written = this.buffer.subarray(0, this.length);
    return this.length < this.buffer.length * 0.75 ? written.slice() : written;
  }

  private grow(): void {
    const larger = new Uint8Array(Math.min(this.maxBytes + 1, this.buffer.length * 2));
    larger.set(this.buffer);
    this.buffer = larger;
  }
}

/** Size by the trailer of the last member (RFC 1952, ISIZE) where the compressed size makes it believable, else a guess. */
function firstCapacity(input: Uint8Array): number {
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
