import { EventV1 } from './eventTypes';

/** A record of a file of format v1: its type, its values (the tick delta first), and last the text of a String or of a log's message. */
export type RecordV1 = readonly [type: EventV1, ...values: (number | bigint | string)[]];

/** 2^64 - 1: no proc. */
export const noProc = 2n ** 64n - 1n;

/** The bytes of a trace of format v1, written as the runtime writes them. Source: go-execution-trace.md section 5. */
export function encodeV1(goVersion: number, ...records: readonly RecordV1[]): Uint8Array {
  return Uint8Array.from([...Buffer.from(`go 1.${String(goVersion)} trace\0\0\0`, 'latin1'), ...records.flatMap(encodeRecord)]);
}

function encodeRecord([type, ...parts]: RecordV1): number[] {
  const numbers = parts.filter((part) => typeof part !== 'string');
  const values = numbers.flatMap(encodeVarint);
  const tail = parts.flatMap((part) => (typeof part === 'string' ? encodeText(part) : []));
  if (type === EventV1.String) {
    return [type, ...values, ...tail];
  }
  if (type === EventV1.Batch) {
    return [type | (1 << 6), ...values];
  }
  const isPrefixed = numbers.length > 3 || type === EventV1.Stack;
  return [type | ((isPrefixed ? 3 : numbers.length - 1) << 6), ...(isPrefixed ? encodeVarint(values.length) : []), ...values, ...tail];
}

function encodeText(text: string): number[] {
  const bytes = Buffer.from(text, 'utf8');
  return [...encodeVarint(bytes.length), ...bytes];
}

function encodeVarint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
  return [...bytes, Number(rest)];
}
