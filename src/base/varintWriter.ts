/** Writes bytes and varints (LEB128), for the files that gclens makes to prepare itself. */
export class VarintWriter {
  readonly bytes: number[] = [];

  /** @param numbers whole, from 0 to 2^53 - 1; or -1, which is written as 2^64 - 1 */
  varints(...numbers: readonly number[]): this {
    for (let number of numbers) {
      if (number === -1) {
        this.bytes.push(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
        number = 1;
      }
      for (; number >= 0x80; number = Math.floor(number / 0x80)) {
        this.bytes.push((number % 0x80) | 0x80);
      }
      this.bytes.push(number);
    }
    return this;
  }

  /** Bytes behind their length. */
  counted(bytes: Iterable<number>): this {
    const all = [...bytes];
    this.varints(all.length);
    for (const byte of all) {
      this.bytes.push(byte);
    }
    return this;
  }
}
