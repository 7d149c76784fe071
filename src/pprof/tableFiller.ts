import type { KernelTable, ProfileKernel, ProfileKernelExports } from './profileKernel';

/** Work in steps of a millisecond or less; how much of the whole is done, 0 to 1, is told between them. */
export type Steps<T> = Generator<number, T>;

/** A column that takes rows as they lie in memory. */
interface FilledColumn {
  readonly rowBytes: number;
  /**
   * @param bytes null where all are zero
   * @param expected how many rows there will be in the end, as far as is known
   */
  append(rows: number, bytes: Uint8Array | null, expected: number): void;
}

/** A column whose length is known. */
class FixedColumn implements FilledColumn {
  readonly rowBytes: number;
  private readonly bytes: Uint8Array;
  private filled = 0;

  constructor({ buffer, byteOffset, byteLength, BYTES_PER_ELEMENT }: ArrayBufferView & { readonly BYTES_PER_ELEMENT: number }) {
    this.rowBytes = BYTES_PER_ELEMENT;
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength);
  }

  append(rows: number, bytes: Uint8Array | null): void {
    // Zeros are there already, and memory that nobody has written to costs nothing.
    if (bytes !== null) {
      this.bytes.set(bytes, this.filled);
    }
    this.filled += rows * this.rowBytes;
  }
}

type TypedArray = Uint8Array | Int32Array | Uint32Array | Float64Array | BigUint64Array;

/** Labels and lines take at least so many bytes of a file. */
export const leastPartBytes = 4;
/** Room for rows beyond those that are to be expected if the rest of a file is like its beginning. */
const spareShare = 1.05;

/** The columns of a table, filled a buffer of the kernel at a time. */
export class TableFiller {
  /** Rows filled. */
  length = 0;
  private readonly columns: readonly FilledColumn[];

  /**
   * @param columns of which those of known length are plain typed arrays
   * @param mostRows more than there can be, where the length is not known
   */
  constructor(
    private readonly kernel: ProfileKernel,
    private readonly table: KernelTable,
    columns: readonly (TypedArray | FilledColumn)[],
    private readonly mostRows = 0,
  ) {
    this.columns = columns.map((column) => (ArrayBuffer.isView(column) ? new FixedColumn(column) : column));
  }

  /** Takes the rows that the last call of the kernel has read. @param share how much of the file's rows are read with them, 0 to 1 */
  take(share: number): void {
    const rows = this.kernel.rowCount(this.table);
    if (rows === 0) {
      return;
    }
    this.length += rows;
    const expected = share < 1 ? Math.min(this.mostRows, Math.ceil((this.length / share) * spareShare)) : this.length;
    this.columns.forEach((column, index) => {
      column.append(rows, this.kernel.columnBytes(this.table, index, rows * column.rowBytes), expected);
    });
  }
}

/**
 * Calls `read` until it gives 0, and takes what it has read of each table.
 * @param counted a table of as many rows
 * @param parts a table of parts of these rows, whose number is not known
 */
export function* fillTables(
  kernel: ProfileKernel,
  read: (exports: ProfileKernelExports) => number,
  rows: number,
  counted: TableFiller,
  parts?: TableFiller,
): Steps<void> {
  for (let isMore = true; isMore;) {
    isMore = kernel.call(read) !== 0;
    counted.take(1);
    const share = isMore ? counted.length / rows : 1;
    parts?.take(share);
    yield share;
  }
}
