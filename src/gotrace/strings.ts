import { growFor } from './columns';
import type { StringIndex, StringTable } from './trace';

/** More texts are not kept: a file has one for each request, which are asked for once. */
const mostTexts = 2 ** 15;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The strings of all generations, each once. Bytes stay where they are in the file; a text is decoded when it is asked for (cut UTF-8 sequences are normal
 * and become U+FFFD, the bytes are still there).
 */
export class StringColumns implements StringTable {
  length = 1;
  protected starts = new Uint32Array(64);
  protected lengths = new Uint32Array(64);
  private readonly texts = new Map<StringIndex, string>();

  constructor(private bytes: Uint8Array) {}

  /** Appends strings, none of which is here yet. */
  append(starts: ArrayLike<number>, lengths: ArrayLike<number>): void {
    const { length } = this;
    this.reach(length + starts.length);
    this.starts.set(starts, length);
    this.lengths.set(lengths, length);
  }

  protected reach(length: number): void {
    this.length = length;
    this.starts = growFor(this.starts, length);
    this.lengths = growFor(this.lengths, length);
  }

  textOf(string: StringIndex): string {
    let text = this.texts.get(string);
    if (text === undefined) {
      text = utf8.decode(this.bytesOf(string));
      if (this.texts.size < mostTexts) {
        this.texts.set(string, text);
      }
    }
    return text;
  }

  bytesOf(string: StringIndex): Uint8Array {
    const start = this.starts[string] ?? 0;
    return this.bytes.subarray(start, start + (this.lengths[string] ?? 0));
  }

  find(text: string): StringIndex | undefined {
    const wanted = new TextEncoder().encode(text);
    for (let string = 0; string < this.length; string++) {
      if (this.lengths[string] === wanted.length && this.holdsAt(this.starts[string] ?? 0, wanted)) {
        return string as StringIndex;
      }
    }
    return undefined;
  }

  /** From now on the bytes stand in `bytes`, at the offsets that were given: what grows has its final place at the end. */
  readFrom(bytes: Uint8Array): void {
    this.bytes = bytes;
  }

  private holdsAt(start: number, wanted: Uint8Array): boolean {
    for (let n = 0; n < wanted.length; n++) {
      if (this.bytes[start + n] !== wanted[n]) {
        return false;
      }
    }
    return true;
  }
}

/** Where the bytes of strings are copied to: it grows. */
export interface GrowingBytes {
  readonly bytes: Uint8Array;
  readonly length: number;
  copy(source: Uint8Array, start: number, end: number): void;
}

/** Not known to the maker of a file. */
const seed = Math.floor(Math.random() * 2 ** 32);

/** Strings that are interned one by one, and copied to where all of them stand. */
export class InternedStrings extends StringColumns {
  /** Open addressing, half of it free or more, a power of two; 0 is free, or the empty string, which is looked for nowhere. */
  private slots = new Int32Array(1024);

  constructor(private readonly target: GrowingBytes) {
    super(target.bytes);
  }

  /** Interns source[start, end). */
  intern(source: Uint8Array, start: number, end: number): StringIndex {
    if (start === end) {
      return 0 as StringIndex;
    }
    for (let place = hashBytes(source, start, end); ; place++) {
      const slot = place & (this.slots.length - 1);
      const string = this.slots[slot] ?? 0;
      if (string === 0) {
        return this.add(source, start, end, slot);
      }
      if (this.equals(string, source, start, end)) {
        return string as StringIndex;
      }
    }
  }

  private equals(string: number, source: Uint8Array, start: number, end: number): boolean {
    const at = this.starts[string] ?? 0;
    if (this.lengths[string] !== end - start) {
      return false;
    }
    const { bytes } = this.target;
    for (let n = 0; n < end - start; n++) {
      if (bytes[at + n] !== source[start + n]) {
        return false;
      }
    }
    return true;
  }

  private add(source: Uint8Array, start: number, end: number, slot: number): StringIndex {
    const string = this.length;
    this.reach(string + 1);
    this.starts[string] = this.target.length;
    this.lengths[string] = end - start;
    this.target.copy(source, start, end);
    this.slots[slot] = string;
    if (2 * this.length > this.slots.length) {
      this.rehash();
    }
    return string as StringIndex;
  }

  private rehash(): void {
    this.slots = new Int32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    for (let string = 1; string < this.length; string++) {
      const start = this.starts[string] ?? 0;
      let slot = hashBytes(this.target.bytes, start, start + (this.lengths[string] ?? 0)) & mask;
      while (this.slots[slot] !== 0) {
        slot = (slot + 1) & mask;
      }
      this.slots[slot] = string;
    }
  }
}

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = seed ^ (end - start);
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x85ebca6b);
    hash ^= hash >>> 13;
  }
  return hash & 0x7fffffff;
}
