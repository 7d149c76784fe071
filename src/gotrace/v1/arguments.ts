import { type Exact, lowHalf, WireReader } from '../wire';
import { valueCounts } from './eventTypes';

const mostValues = 4;

/** The values of one event where it stands in the file, delta left out: what they are, and which bytes they are. */
export class ArgumentsV1 {
  /** Arguments, then the stack if the event has one. Value n is the bytes file[starts[n], starts[n + 1]). */
  readonly values: Exact[] = [0, 0, 0, 0];
  readonly starts = new Uint32Array(mostValues + 1);
  count = 0;
  private readonly wire: WireReader;

  constructor(private readonly file: Uint8Array) {
    this.wire = new WireReader(file);
  }

  /** Reads the event at `offset`, which was read and checked before. */
  read(offset: number): void {
    const { file, wire, values, starts } = this;
    const head = file[offset] ?? 0;
    wire.seek(offset + 1, file.length);
    if (head >> 6 === 3) {
      wire.uvarint();
    }
    wire.uvarint();
    const count = (valueCounts[head & 0x3f] ?? 1) - 1;
    for (let n = 0; n < count; n++) {
      starts[n] = wire.pos;
      values[n] = wire.exactUvarint();
    }
    starts[count] = wire.pos;
    this.count = count;
  }

  /** The low 32 bits of the last value: the stack of an event that has one. */
  stackId(): number {
    return lowHalf(this.values[this.count - 1] ?? 0);
  }
}
