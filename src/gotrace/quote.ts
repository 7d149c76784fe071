import { isPrintable } from './printable';

const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Quotes bytes as Go's strconv.Quote does: a Go string literal, bytes that are no UTF-8 as \xNN. */
export function quoteGo(bytes: Uint8Array): string {
  const text = decodeStrictly(bytes);
  if (text !== undefined && plain.test(text)) {
    return `"${text}"`;
  }
  return `"${text === undefined ? quoteBroken(bytes) : quoteText(text)}"`;
}

function decodeStrictly(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function quoteText(text: string): string {
  return Array.from(text, quoteCharacter).join('');
}

function quoteCharacter(character: string): string {
  const escape = escapes[character];
  if (escape !== undefined) {
    return escape;
  }
  const codePoint = character.codePointAt(0) ?? 0;
  if (isPrintable(codePoint)) {
    return character;
  }
  if (codePoint < 0x20 || codePoint === 0x7f) {
    return `\\x${hex(codePoint, 2)}`;
  }
  return codePoint > 0xffff ? `\\U${hex(codePoint, 8)}` : `\\u${hex(codePoint, 4)}`;
}

/** Character by character: what is no UTF-8 sequence is one byte. */
function quoteBroken(bytes: Uint8Array): string {
  let quoted = '';
  for (let start = 0; start < bytes.length;) {
    const length = sequenceLength(bytes[start] ?? 0);
    const text = length === 0 ? undefined : decodeStrictly(bytes.subarray(start, start + length));
    if (text === undefined) {
      quoted += `\\x${hex(bytes[start] ?? 0, 2)}`;
      start += 1;
    } else {
      quoted += quoteText(text);
      start += length;
    }
  }
  return quoted;
}

/** Bytes of the UTF-8 sequence that a byte begins; 0 when it begins none. */
function sequenceLength(byte: number): number {
  if (byte < 0x80) {
    return 1;
  }
  if (byte < 0xc2 || byte > 0xf4) {
    return 0;
  }
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
