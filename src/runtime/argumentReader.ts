import type { EventTable, RowColumns, StackIndex, StringIndex } from '../gotrace';

const noOffset = 2 ** 32 - 1;
const cacheSize = 2 ** 14;

/**
 * Reads the arguments of rows one after the other, each varint once, and remembers what the ids of a generation's strings and stacks stand for. Rows are
 * visited in order, so that it learns from their Sync rows when ids change their meaning.
 */
export class ArgumentReader {
  private readonly rows: RowColumns;
  private row = 0;
  private position = 0;
  /** Argument that `position` stands at. */
  private n = 0;
  private readonly strings = new Int32Array(cacheSize).fill(-1);
  private readonly stacks = new Int32Array(cacheSize).fill(-1);

  constructor(private readonly events: EventTable) {
    this.rows = events.rows;
  }

  /** To be told of every Sync row: ids mean something else from here on. */
  beginGeneration(): void {
    this.strings.fill(-1);
    this.stacks.fill(-1);
  }

  /** Goes to the first argument of a row. */
  seek(row: number): this {
    const { offset, wire } = this.rows;
    this.row = row;
    this.n = 0;
    const start = offset[row] ?? noOffset;
    // A row without bytes has all arguments where no byte is.
    this.position = start === noOffset ? wire.length : start;
    return this;
  }

  /** The next argument, as `argAt` gives it. */
  next(): number {
    const { wire } = this.rows;
    let { position } = this;
    let byte = wire[position++] ?? 0x80;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
      byte = wire[position++] ?? 0x80;
      value |= (byte & 0x7f) << shift;
    }
    if (byte >= 0x80) {
      return this.nextLong();
    }
    this.position = position;
    this.n++;
    return value;
  }

  /** The next argument, an id of a string. */
  nextString(): StringIndex {
    const { n } = this;
    const id = this.next();
    const known = id >= 0 && id < cacheSize ? (this.strings[id] ?? -1) : -1;
    if (known >= 0) {
      return known as StringIndex;
    }
    const string = this.events.stringAt(this.row, n);
    if (id >= 0 && id < cacheSize) {
      this.strings[id] = string;
    }
    return string;
  }

  /** The next argument, an id of a stack. */
  nextStack(): StackIndex {
    const { n } = this;
    const id = this.next();
    const known = id >= 0 && id < cacheSize ? (this.stacks[id] ?? -1) : -1;
    if (known >= 0) {
      return known as StackIndex;
    }
    const stack = this.events.stackArgAt(this.row, n);
    if (id >= 0 && id < cacheSize) {
      this.stacks[id] = stack;
    }
    return stack;
  }

  /** Rare: asks the table, and finds the end of the varint by its last byte. */
  private nextLong(): number {
    const value = this.events.argAt(this.row, this.n++);
    const { wire } = this.rows;
    while ((wire[this.position] ?? 0) >= 0x80) {
      this.position++;
    }
    this.position++;
    return value;
  }
}
