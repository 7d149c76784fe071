import { growFor } from './columns';
import type { StringIndex, StringTable } from './trace';

/** One byte, one UTF-16 unit: an injective key for any bytes (windows-1252 maps all 256 of them apart). */
const byteKeys = new TextDecoder('windows-1252');
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The key of a string's bytes. */
export function keyOf(bytes: Uint8Array): string {
  return byteKeys.decode(bytes);
}

/**
 * The strings of all generations, each once. Bytes stay where they are in the file; a text is decoded when it is asked for (cut UTF-8 sequences are normal
 * and become U+FFFD, the bytes are still there).
 */
export class StringColumns implements StringTable {
  length = 1;
  private starts = new Uint32Array(64);
  private lengths = new Uint32Array(64);
  private readonly texts = new Map<StringIndex, string>();

  constructor(private bytes: Uint8Array) {}

  /** Appends strings, none of which is here yet. */
  append(starts: ArrayLike<number>, lengths: ArrayLike<number>): void {
    const { length } = this;
    this.length += starts.length;
    this.starts = growFor(this.starts, this.length);
    this.lengths = growFor(this.lengths, this.length);
    this.starts.set(starts, length);
    this.lengths.set(lengths, length);
  }

  textOf(string: StringIndex): string {
    let text = this.texts.get(string);
    if (text === undefined) {
      text = utf8.decode(this.bytesOf(string));
      this.texts.set(string, text);
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

/** Strings that are interned one by one. */
export class InternedStrings extends StringColumns {
  private readonly index = new Map<string, StringIndex>([['', 0 as StringIndex]]);

  /** Interns bytes[start, end), whose key is `key`. */
  intern(key: string, start: number, end: number): StringIndex {
    let string = this.index.get(key);
    if (string === undefined) {
      string = this.length as StringIndex;
      this.append([start], [end - start]);
      this.index.set(key, string);
    }
    return string;
  }
}
