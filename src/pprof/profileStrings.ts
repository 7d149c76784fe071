/** Strings that are decoded in one go: enough to make up for the call, few enough for the text they are cut out of. */
const runBytes = 4096;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const textOfUtf8 = (bytes: Uint8Array): string => utf8.decode(bytes);

/** The string table of a profile, which stays bytes until it is read. Bytes that are no UTF-8 are read as U+FFFD, unless they are read otherwise. */
export class ProfileStrings {
  private texts: readonly string[] | null = null;

  /**
   * @param bytes the file, not to be changed
   * @param offsets of each string's length in it; the bytes follow
   * @param textOf reads the bytes of one; where they are UTF-8, as UTF-8
   */
  constructor(
    private bytes: Uint8Array,
    private readonly offsets: Uint32Array,
    private readonly textOf: (bytes: Uint8Array) => string = textOfUtf8,
  ) {}

  get length(): number {
    return this.offsets.length;
  }

  /** One string; '' for none. */
  at(index: number): string {
    const lengthAt = this.offsets[index];
    if (lengthAt === undefined) {
      return '';
    }
    const start = this.contentStart(lengthAt);
    return this.textOf(this.bytes.subarray(start, start + this.contentLength(lengthAt)));
  }

  /** All strings. */
  all(): readonly string[] {
    if (this.texts === null) {
      this.texts = this.decodeAll();
      this.bytes = new Uint8Array();
    }
    return this.texts;
  }

  private decodeAll(): string[] {
    const texts = new Array<string>(this.offsets.length);
    for (let row = 0; row < texts.length;) {
      row = this.decodeRun(texts, row);
    }
    return texts;
  }

  /**
   * Decodes strings that follow each other closely as one text and cuts it, which is several times faster than a call for each.
   * @returns the row behind them
   */
  private decodeRun(texts: string[], first: number): number {
    const start = this.contentStart(this.offsets[first] ?? 0);
    let end = start + this.contentLength(this.offsets[first] ?? 0);
    let next = first + 1;
    // Between two strings lie a tag and a length of a byte each: two characters of the text.
    while (this.offsets[next] === end + 1 && end - start < runBytes && (this.bytes[end + 1] ?? 0) < 128) {
      end += 2 + (this.bytes[end + 1] ?? 0);
      next++;
    }
    const text = utf8.decode(this.bytes.subarray(start, end));
    if (text.length !== end - start || (this.textOf !== textOfUtf8 && text.includes('\ufffd'))) {
      // Characters of several bytes are among them. Bytes that are no UTF-8 are one character each, as they are alone.
      for (let row = first; row < next; row++) {
        texts[row] = this.at(row);
      }
      return next;
    }
    let from = 0;
    for (let row = first; row < next; row++) {
      const length = this.contentLength(this.offsets[row] ?? 0);
      texts[row] = text.slice(from, from + length);
      from += length + 2;
    }
    return next;
  }

  private contentStart(lengthAt: number): number {
    let start = lengthAt;
    while ((this.bytes[start] ?? 0) > 127) {
      start++;
    }
    return start + 1;
  }

  /** The length was checked before; none has more than 32 bits. */
  private contentLength(lengthAt: number): number {
    let length = 0;
    for (let index = 0, byte = 128; byte > 127; index++) {
      byte = this.bytes[lengthAt + index] ?? 0;
      length |= index < 5 ? (byte & 127) << (7 * index) : 0;
    }
    return length >>> 0;
  }
}
