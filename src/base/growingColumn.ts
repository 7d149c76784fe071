type Column = Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** From so many rows on a column grows at once to what may be enough: what was never written takes no memory, and what is left behind is not collected at once. */
const largeLength = 2 ** 18;
const largeGrowth = 4;
const fewestRows = 16;

/** A column that grows as rows come, for tables whose length a file does not say. */
export class GrowingColumn<T extends Column> {
  length = 0;
  private rows: T;

  /** @param create makes a column of a length */
  constructor(
    private readonly create: (length: number) => T,
    capacity: number,
  ) {
    this.rows = create(capacity);
  }

  push(value: number): void {
    if (this.length === this.rows.length) {
      this.enlarge(Math.max(fewestRows, this.length * (this.length < largeLength ? 2 : largeGrowth)));
    }
    this.rows[this.length++] = value;
  }

  /** A row below `length`. */
  at(row: number): number {
    return this.rows[row] ?? 0;
  }

  /** The rows so far, where they stand until the column grows. */
  get view(): T {
    return this.rows.subarray(0, this.length) as T;
  }

  /** Changes a row below `length`. */
  set(row: number, value: number): void {
    this.rows[row] = value;
  }

  get rowBytes(): number {
    return this.rows.BYTES_PER_ELEMENT;
  }

  /**
   * Adds rows as they lie in memory.
   * @param bytes null where all are zero
   * @param expected how many rows there will be in the end, as far as is known: room is made for as many
   */
  append(rows: number, bytes: Uint8Array | null, expected: number): void {
    const length = this.length + rows;
    if (length > this.rows.length) {
      this.enlarge(Math.max(length, expected));
    }
    // Zeros are there already, and memory that nobody has written to costs nothing.
    if (bytes !== null) {
      new Uint8Array(this.rows.buffer, this.length * this.rowBytes).set(bytes);
    }
    this.length = length;
  }

  /** The filled rows; a copy where more than half would be waste. Rows that were never filled take address space alone. */
  take(): T {
    if (this.length < this.rows.length / 2) {
      const exact = this.create(this.length);
      exact.set(this.rows.subarray(0, this.length));
      return exact;
    }
    return this.length === this.rows.length ? this.rows : (this.rows.subarray(0, this.length) as T);
  }

  private enlarge(capacity: number): void {
    const larger = this.create(capacity);
    larger.set(this.rows);
    this.rows = larger;
  }
}

export const newUint32 = (length: number): Uint32Array<ArrayBuffer> => new Uint32Array(length);
export const newFloat64 = (length: number): Float64Array<ArrayBuffer> => new Float64Array(length);
