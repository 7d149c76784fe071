import protobuf from 'protobufjs/minimal.js';

/** A frame of a stack of the dictionary. */
export interface DictionaryLine {
  readonly function: string;
  readonly file: string;
  /** 0 where it is not known. */
  readonly line: number;
  readonly column: number;
}

/** A place in the program with the functions inlined there, innermost first. */
export interface DictionaryLocation {
  /** 0 where it is not known. */
  readonly address: bigint;
  /** 0 without. */
  readonly mapping: number;
  readonly lines: readonly DictionaryLine[];
}

export interface DictionaryMapping {
  readonly start: bigint;
  readonly limit: bigint;
  readonly fileOffset: bigint;
  readonly file: string;
}

/** Writes the fields of one message. */
type WriteFields = (writer: protobuf.Writer) => void;

/**
 * The tables that all profiles of a request share (opentelemetry-proto, profiles/v1development/profiles.proto: ProfilesDictionary). Equal entries are one row; row 0 of each table
 * is the empty entry.
 */
export class ProfilesDictionary {
  private readonly mappings = new Table();
  private readonly locations = new Table();
  private readonly functions = new Table();
  private readonly links = new Table();
  private readonly attributes = new Table();
  private readonly stacks = new Table();
  private readonly stringRows = new Map<string, number>([['', 0]]);

  string(text: string): number {
    const row = this.stringRows.get(text) ?? this.stringRows.size;
    this.stringRows.set(text, row);
    return row;
  }

  mapping({ start, limit, fileOffset, file }: DictionaryMapping): number {
    return this.mappings.row((writer) => {
      uint64(writer, 1, start);
      uint64(writer, 2, limit);
      uint64(writer, 3, fileOffset);
      int(writer, 4, this.string(file));
    });
  }

  stack(locations: readonly DictionaryLocation[]): number {
    const rows = locations.map((location) => this.location(location));
    return rows.length === 0 ? 0 : this.stacks.row((writer) => packed(writer, 1, rows));
  }

  /** @param traceId 32 hex digits @param spanId 16 hex digits */
  link(traceId: string, spanId: string): number {
    return this.links.row((writer) => {
      writer.uint32((1 << 3) | 2).bytes(fromHex(traceId));
      writer.uint32((2 << 3) | 2).bytes(fromHex(spanId));
    });
  }

  attribute(key: string, value: string | number): number {
    return this.attributes.row((writer) => {
      int(writer, 1, this.string(key));
      message(writer, 2, (inside) => {
        // AnyValue: string_value 1, int_value 3.
        if (typeof value === 'string') {
          inside.uint32((1 << 3) | 2).string(value);
        } else {
          inside.uint32(3 << 3).int64(value);
        }
      });
    });
  }

  write(writer: protobuf.Writer): void {
    this.mappings.write(writer, 1);
    this.locations.write(writer, 2);
    this.functions.write(writer, 3);
    this.links.write(writer, 4);
    for (const text of this.stringRows.keys()) {
      writer.uint32((5 << 3) | 2).string(text);
    }
    this.attributes.write(writer, 6);
    this.stacks.write(writer, 7);
  }

  private location({ address, mapping, lines }: DictionaryLocation): number {
    const functions = lines.map((line) => this.functionRow(line));
    return this.locations.row((writer) => {
      int(writer, 1, mapping);
      uint64(writer, 2, address);
      lines.forEach(({ line, column }, k) =>
        message(writer, 3, (inside) => {
          int(inside, 1, functions[k] ?? 0);
          int(inside, 2, line);
          int(inside, 3, column);
        }),
      );
    });
  }

  private functionRow(line: DictionaryLine): number {
    const [name, file] = [this.string(line.function), this.string(line.file)];
    return this.functions.row((writer) => {
      int(writer, 1, name);
      int(writer, 3, file);
    });
  }
}

/** Encoded messages, each once. */
class Table {
  private readonly rows = new Map<string, number>();
  private readonly messages: Uint8Array[] = [];

  constructor() {
    this.row(() => undefined);
  }

  row(write: WriteFields): number {
    const writer = protobuf.Writer.create();
    write(writer);
    const bytes = writer.finish();
    const key = keyOf(bytes);
    const known = this.rows.get(key);
    if (known !== undefined) {
      return known;
    }
    this.rows.set(key, this.messages.length);
    return this.messages.push(bytes) - 1;
  }

  write(writer: protobuf.Writer, field: number): void {
    for (const bytes of this.messages) {
      writer.uint32((field << 3) | 2).bytes(bytes);
    }
  }
}

/** The same for equal bytes, and only for these. */
function keyOf(bytes: Uint8Array): string {
  let key = '';
  for (const byte of bytes) {
    key += String.fromCharCode(byte);
  }
  return key;
}

/** An embedded message. */
export function message(writer: protobuf.Writer, field: number, write: WriteFields): void {
  writer.uint32((field << 3) | 2).fork();
  write(writer);
  writer.ldelim();
}

/** An int32, int64 or uint64 field; 0 is not written. */
export function int(writer: protobuf.Writer, field: number, value: number): void {
  if (value !== 0) {
    writer.uint32(field << 3).int64(value);
  }
}

/** A packed list of int32 or int64. */
export function packed(writer: protobuf.Writer, field: number, values: readonly number[]): void {
  if (values.length > 0) {
    message(writer, field, (inside) => values.forEach((value) => inside.int64(value)));
  }
}

function uint64(writer: protobuf.Writer, field: number, value: bigint): void {
  if (value !== 0n) {
    writer.uint32(field << 3).uint64(longOf(value));
  }
}

/** A fixed64 of Unix nanoseconds. */
export function fixed64(writer: protobuf.Writer, value: bigint): void {
  writer.fixed64(longOf(value));
}

/** What protobufjs takes for 64 bits. */
function longOf(value: bigint): { readonly low: number; readonly high: number; readonly unsigned: boolean } {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: true };
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
