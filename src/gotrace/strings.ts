import type { StringIndex, StringTable } from './trace';

/** One byte, one UTF-16 unit: an injective key for any bytes (windows-1252 maps all 256 of them apart). */
const byteKeys = new TextDecoder('windows-1252');
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The key of a string's bytes. */
export function keyOf(bytes: Uint8Array): string {
  return byteKeys.decode(bytes);
}

/**
 * The strings of all generations, interned by content. Bytes stay where they are in the file; a text is decoded when it is asked for
 * (cut UTF-8 sequences are normal and become U+FFFD, the bytes are still there).
 */
export class InternedStrings implements StringTable {
  private readonly index = new Map<string, StringIndex>([['', 0 as StringIndex]]);
  private readonly starts: number[] = [0];
  private readonly ends: number[] = [0];
  private readonly texts: (string | undefined)[] = [''];

  constructor(private bytes: Uint8Array) {}

  get length(): number {
    return this.starts.length;
  }

  /** Keys of a run of bytes, to be sliced for `intern`: one decode a batch instead of one a string. */
  keysOf(start: number, end: number): string {
    return keyOf(this.bytes.subarray(start, end));
  }

  /** Interns bytes[start, end), whose key is `key`. */
  intern(key: string, start: number, end: number): StringIndex {
    const known = this.index.get(key);
    if (known !== undefined) {
      return known;
    }
    const index = this.starts.length as StringIndex;
    this.index.set(key, index);
    this.starts.push(start);
    this.ends.push(end);
    this.texts.push(undefined);
    return index;
  }

  textOf(string: StringIndex): string {
    const known = this.texts[string];
    if (known !== undefined) {
      return known;
    }
    const text = utf8.decode(this.bytesOf(string));
    this.texts[string] = text;
    return text;
  }

  bytesOf(string: StringIndex): Uint8Array {
    return this.bytes.subarray(this.starts[string] ?? 0, this.ends[string] ?? 0);
  }

  find(text: string): StringIndex | undefined {
    return this.index.get(keyOf(new TextEncoder().encode(text)));
  }

  /** From now on the bytes stand in `bytes`, at the offsets that were given: what grows has its final place at the end. */
  readFrom(bytes: Uint8Array): void {
    this.bytes = bytes;
  }
}
