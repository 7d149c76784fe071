import { concatenate } from '../base';

/**
 * Texts whose bytes need not be UTF-8, as Go's strings: a byte that is part of no character is the lone surrogate U+DC80 to U+DCFF, which no text holds
 * otherwise. Two texts are then equal where their bytes are. Not for other programs, which take lone surrogates for damage.
 */
const escapes = 0xdc00;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const replacement = '\ufffd';
const escape = /((?<![\ud800-\udbff])[\udc80-\udcff])/;

/** The text of bytes. */
export function textOfBytes(bytes: Uint8Array): string {
  const text = utf8.decode(bytes);
  if (!text.includes(replacement)) {
    return text;
  }
  let exact = '';
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    exact += length === 0 ? String.fromCharCode(escapes + (bytes[at] ?? 0)) : utf8.decode(bytes.subarray(at, at + length));
    at += Math.max(1, length);
  }
  return exact;
}

/** The bytes of a text. */
export function bytesOfText(text: string): Uint8Array {
  if (!escape.test(text)) {
    return encoder.encode(text);
  }
  const parts = text.split(escape);
  return concatenate(parts.map((part, n) => (n % 2 === 1 ? Uint8Array.of(part.charCodeAt(0) - escapes) : encoder.encode(part))));
}

/** Bytes of the UTF-8 character at a place (RFC 3629, section 4); 0 where there is none. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (let n = 1; n < length; n++) {
    const byte = bytes[at + n] ?? 0;
    const least = n > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const most = n > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (byte < least || byte > most) {
      return 0;
    }
  }
  return length;
}
