import { GclensError, ProtoReader, WireType } from '../base';

/** Reads the field values that profile.proto has, checked against the tables of the file. */
export class ProfileReader extends ProtoReader {
  /** How many strings the file has. */
  stringCount = 0;

  /** By field: the string it names is not in the file. The last value of a field counts, so only the end of its message decides. */
  private readonly missing = new Map<string, GclensError>();

  /** Index of a string; 0 when it is not in the file, which `requireStrings` refuses unless the field has come again by then. */
  stringIndex(name: string): number {
    this.expect(WireType.Varint, name);
    const offset = this.position;
    const index = this.int();
    if (index >= 0 && index < this.stringCount) {
      if (this.missing.size > 0) {
        this.missing.delete(name);
      }
      return index;
    }
    const reason = `${name} is string ${index}, and the file has ${this.stringCount} strings`;
    this.missing.set(name, new GclensError(reason, { offset, advice: 'the file was cut off or altered; take it again' }));
    return 0;
  }

  /** To be called when the message of these fields has ended. @throws GclensError where the last string of one is not in the file */
  requireStrings(...names: readonly string[]): void {
    if (this.missing.size === 0) {
      return;
    }
    for (const name of names) {
      const error = this.missing.get(name);
      if (error !== undefined) {
        throw error;
      }
    }
  }

  /** Lets the string of this field be missing: nothing reads it. */
  waiveString(name: string): void {
    this.missing.delete(name);
  }

  /** An int64 scalar. */
  int64(name: string): number {
    this.expect(WireType.Varint, name);
    return this.int();
  }

  /** An id or address; its halves are in `low` and `high`. */
  id(name: string): void {
    this.expect(WireType.Varint, name);
    this.uint64();
  }

  /** The id read last, for messages. */
  describeId(): string {
    return ((BigInt(this.high) << 32n) | BigInt(this.low)).toString();
  }

  bool(name: string): boolean {
    this.id(name);
    return this.low !== 0 || this.high !== 0;
  }

  /** Opens the message whose tag was just read; pass what it returns to `close` when `next` has told its end. */
  open(name: string): number {
    this.expect(WireType.Bytes, name);
    const outer = this.limit;
    this.limit = this.end();
    return outer;
  }

  close(outer: number): void {
    this.limit = outer;
  }

  /** Calls `read` at each outermost field of this number; the other fields, checked before, are skipped. */
  forEach(field: number, read: () => void): void {
    this.position = 0;
    this.limit = this.bytes.length;
    while (this.next()) {
      if (this.field === field) {
        read();
      } else {
        this.skip();
      }
    }
  }

  /** Reads the tag of an outermost field that was found before. */
  openAt(offset: number): void {
    this.position = offset;
    this.limit = this.bytes.length;
    this.next();
  }
}
