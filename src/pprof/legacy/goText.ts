import { GclensError } from '../../base';
import { type Int64, toInt64 } from '../int64';

/** White space of Go's unicode.IsSpace. */
const space = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Go's strings.TrimSpace, whose white space is not that of JavaScript's trim. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && space.test(text.charAt(start))) {
    start++;
  }
  while (end > start && space.test(text.charAt(end - 1))) {
    end--;
  }
  return text.slice(start, end);
}

export function isSpaceOrComment(line: string): boolean {
  const trimmed = trimSpace(line);
  return trimmed === '' || trimmed.startsWith('#');
}

const decimal = /^[+-]?[0-9]+$/;
const literal = /^[+-]?(?:[1-9](?:_?[0-9])*|0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])*)$/;

/**
 * Go's strconv.ParseInt with 64 bits; null where it fails.
 * @param base 10, or 0 for integers as in Go source: `0x10`, `010`, `1_000`
 */
export function parseInt64(text: string, base: 0 | 10 = 10): Int64 | null {
  if (!(base === 10 ? decimal : literal).test(text) || /^[+-]?0[oO]$/.test(text)) {
    return null;
  }
  const isNegative = text.startsWith('-');
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '');
  const isOctal = base === 0 && /^0[0-7]/.test(digits);
  const magnitude = BigInt(isOctal ? `0o${digits}` : digits);
  const value = isNegative ? -magnitude : magnitude;
  return BigInt.asIntN(64, value) === value ? toInt64(value) : null;
}

/** Go's strconv.ParseUint of hexadecimal digits; null where the number is larger than 64 bits. */
export function parseHex64(digits: string): bigint | null {
  const significant = digits.replace(/^0+/, '');
  return significant.length > 16 ? null : BigInt(`0x${significant || '0'}`);
}

/** Calls back with the addresses of a text in order: all that begins with 0x. @throws GclensError at one of more than 64 bits */
export function forEachAddress(text: string, offset: number, visit: (address: bigint, index: number) => void): void {
  let index = 0;
  for (const [, digits = ''] of text.matchAll(/0x([0-9a-f]+)/g)) {
    const address = parseHex64(digits);
    if (address === null) {
      throw new GclensError('an address has more than 64 bits', { offset });
    }
    visit(address, index++);
  }
}
