import { startsWith } from './startOfBytes';

/** Where the compressed data of a member begin, or what is wrong with its header. */
export type GzipHeader = { readonly end: number } | 'cut' | { readonly damage: string };

const fixedBytes = 10;
/** Of a name or comment, with the zero byte that ends it: Go's reader takes no longer one. */
const longestText = 512;
const deflate = 8;
/** Flags of RFC 1952, section 2.3.1. */
const hasHeaderCrc = 2;
const hasExtra = 4;
const hasName = 8;
const hasComment = 16;

/** Whether a member of a gzip file seems to begin here. */
export function startsGzip(bytes: Uint8Array): boolean {
  return startsWith(bytes, '\x1f\x8b');
}

/**
 * Reads the header of a gzip member (RFC 1952, section 2.3). Bits that the RFC reserves are not looked at: Go's reader does not either.
 * @param start where the member begins
 */
export function readGzipHeader(input: Uint8Array, start: number, crc32: (from: number, to: number) => number): GzipHeader {
  if (input.length - start < fixedBytes) {
    return 'cut';
  }
  const method = input[start + 2] ?? 0;
  if (method !== deflate) {
    return { damage: `its compression method ${method} is unknown` };
  }
  const flags = input[start + 3] ?? 0;
  let end = start + fixedBytes;
  if ((flags & hasExtra) !== 0) {
    end += 2 + uint16(input, end);
  }
  for (const flag of [hasName, hasComment]) {
    if ((flags & flag) !== 0) {
      const next = endOfText(input, end);
      if (Math.min(next, input.length) - end > longestText) {
        return { damage: `a text in a header is longer than ${longestText - 1} bytes` };
      }
      end = next;
    }
  }
  if ((flags & hasHeaderCrc) === 0) {
    return end > input.length ? 'cut' : { end };
  }
  if (end + 2 > input.length) {
    return 'cut';
  }
  const isIntact = uint16(input, end) === (crc32(start, end) & 0xffff);
  return isIntact ? { end: end + 2 } : { damage: 'the checksum of a header is wrong' };
}

/** Behind the zero byte that ends a text; behind the input where there is none. */
function endOfText(input: Uint8Array, start: number): number {
  const zero = input.indexOf(0, start);
  return zero < 0 ? input.length + 1 : zero + 1;
}

function uint16(input: Uint8Array, at: number): number {
  return (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
}
