import { growFor } from '../columns';

/** Bytes that grow: strings and events of a trace of format v1 as format v2 writes them, in any order. */
export class Translation {
  bytes: Uint8Array;
  length = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Writes a value below 2^32 as a varint. */
  uvarint(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** Writes 2^64 - 1, which is none. */
  none(): void {
    this.reserve(10);
    this.bytes.fill(0xff, this.length, this.length + 9);
    this.bytes[this.length + 9] = 1;
    this.length += 10;
  }

  /** Copies source[start, end) as it is: a string, or a varint at any precision. */
  copy(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    for (let from = start; from < end; from++) {
      this.bytes[this.length++] = source[from] ?? 0;
    }
  }

  /** Ends the bytes behind what was written; gives memory back that growing took ahead, where it is much: a copy takes more. */
  trim(): void {
    const isMuch = this.length < this.bytes.length / 4;
    this.bytes = isMuch ? this.bytes.slice(0, this.length) : this.bytes.subarray(0, this.length);
  }

  private reserve(count: number): void {
    if (this.length + count > this.bytes.length) {
      this.bytes = growFor(this.bytes, this.length + count);
    }
  }
}
