/** Longest stretch of the file that is decoded as one text and sliced. */
const longestRegion = 2 ** 26;

/**
 * Decodes a string table. Strings of plain ASCII are slices of one decoded stretch, which is several times faster than a decoder call for each; others
 * are decoded alone, bytes that are no UTF-8 as U+FFFD.
 */
export function decodeStrings(bytes: Uint8Array, start: Uint32Array, length: Uint32Array): string[] {
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  const region = decodeRegion(bytes, start, length);
  const strings: string[] = [];
  for (let row = 0; row < start.length; row++) {
    const from = start[row] ?? 0;
    const to = from + (length[row] ?? 0);
    if (region !== undefined && isAscii(bytes, from, to)) {
      strings.push(region.text.slice(from - region.start, to - region.start));
    } else {
      strings.push(utf8.decode(bytes.subarray(from, to)));
    }
  }
  return strings;
}

/** The stretch from the first to the last string, one character for each byte; undefined where strings lie too far apart for it to be worth it. */
function decodeRegion(
  bytes: Uint8Array,
  start: Uint32Array,
  length: Uint32Array,
): { readonly text: string; readonly start: number } | undefined {
  const last = start.length - 1;
  const from = start[0] ?? 0;
  const to = (start[last] ?? 0) + (length[last] ?? 0);
  let used = 0;
  for (const stringLength of length) {
    used += stringLength;
  }
  if (to - from > longestRegion || to - from > used * 2 + 1024) {
    return undefined;
  }
  return { text: new TextDecoder('latin1').decode(bytes.subarray(from, to)), start: from };
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  let all = 0;
  for (let index = from; index < to; index++) {
    all |= bytes[index] ?? 0;
  }
  return all < 128;
}
