import type { Attributes, AttributeValue } from '@opentelemetry/api';

/** Tempo cuts values of attributes here, without saying so. */
const maxValueBytes = 2048;
const ellipsis = '\u2026';
const ellipsisBytes = 3;
/** UTF-8 has no more bytes for one UTF-16 unit. */
const maxBytesOfUnit = 3;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A text of at most `maxBytes` bytes of UTF-8, with an ellipsis at its end where something is left out. */
export function shortenText(text: string, maxBytes: number): string {
  if (text.length * maxBytesOfUnit <= maxBytes) {
    return text;
  }
  const bytes = encoder.encode(text);
  if (bytes.length <= maxBytes) {
    return text;
  }
  let end = maxBytes - ellipsisBytes;
  // A byte 10xxxxxx goes on with the character before it.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) {
    end--;
  }
  return `${decoder.decode(bytes.subarray(0, end))}${ellipsis}`;
}

/** Attributes that every receiver keeps whole: longer texts are cut, and `gclens.cut.attributes` names them. */
export function shortenAttributes(attributes: Attributes): Attributes {
  const cut = Object.keys(attributes).filter((key) => isLong(attributes[key]));
  if (cut.length === 0) {
    return attributes;
  }
  const shortened = Object.fromEntries(
    cut.map((key) => {
      const value = attributes[key];
      return [key, typeof value === 'string' ? shortenText(value, maxValueBytes) : value];
    }),
  );
  return { ...attributes, ...shortened, 'gclens.cut.attributes': cut };
}

function isLong(value: AttributeValue | undefined): boolean {
  return typeof value === 'string' && shortenText(value, maxValueBytes) !== value;
}
