import { VarintWriter } from '../base';

/** How many there are of each. */
interface Sizes {
  readonly functions: number;
  readonly locations: number;
  readonly samples: number;
}

const short: Sizes = { functions: 300, locations: 400, samples: 600 };
/** Ids of locations take three bytes, and tables grow. */
const long: Sizes = { functions: 2000, locations: 17_000, samples: 3000 };
const deepestStack = 40;
const firstAddress = 0x400000;
const periodNs = 10_000_000;

/**
 * A profile of functions that call each other, as bytes, with one of everything that profiles of Go have: packed and unpacked stacks, inlined lines, both kinds
 * of labels, numbers of one byte and of many.
 * @param isLong with tables as large as those of large programs
 */
export function makeExampleProfile(isLong: boolean): Uint8Array {
  const sizes = isLong ? long : short;
  const strings = ['', 'samples', 'count', 'cpu', 'nanoseconds', 'example', 'bytes', '/example'];
  const profile = new MessageWriter();
  profile.message(1, (type) => type.number(1, 1).number(2, 2));
  profile.message(1, (type) => type.number(1, 3).number(2, 4));
  for (let sample = 0; sample < sizes.samples; sample++) {
    profile.message(2, (message) => writeSample(message, sample, sizes));
  }
  profile.message(3, (mapping) =>
    mapping
      .number(1, 1)
      .number(2, firstAddress)
      .number(3, 2 * firstAddress)
      .number(5, 7)
      .number(7, 1),
  );
  for (let id = 1; id <= sizes.locations; id++) {
    profile.message(4, (location) => writeLocation(location, id, sizes));
  }
  for (let id = 1; id <= sizes.functions; id++) {
    const name = strings.push(`example.com/module/package.(*Type).function${id}`) - 1;
    profile.message(5, (message) => message.number(1, id).number(2, name).number(3, name).number(4, 7).number(5, id));
  }
  for (const text of strings) {
    profile.bytesOf(6, new TextEncoder().encode(text));
  }
  profile.number(9, 1.7e18).number(10, 3e10);
  profile.message(11, (type) => type.number(1, 3).number(2, 4));
  return Uint8Array.from(profile.number(12, periodNs).number(14, 3).bytes);
}

function writeSample(message: MessageWriter, sample: number, { functions, locations, samples }: Sizes): void {
  // Some stacks come again.
  const shape = sample % (samples * 0.8);
  const stack = Array.from({ length: 1 + (shape % deepestStack) }, (_, depth) => 1 + ((shape * (depth + 1)) % locations));
  const values = [1, (1 + (sample % 9)) * periodNs * (sample % 20 === 0 ? 1000 : 1)];
  if (sample % 8 === 0) {
    stack.forEach((id) => message.number(1, id));
    values.forEach((value) => message.number(2, value));
  } else {
    message.bytesOf(1, new VarintWriter().varints(...stack).bytes);
    message.bytesOf(2, new VarintWriter().varints(...values).bytes);
  }
  if (sample % 2 === 0) {
    message.message(3, (label) => label.number(1, 5).number(2, 8 + (sample % functions)));
  }
  if (sample % 4 === 0) {
    message.message(3, (label) =>
      label
        .number(1, 6)
        .number(3, sample * sample)
        .number(4, 6),
    );
  }
}

function writeLocation(location: MessageWriter, id: number, { functions }: Sizes): void {
  location
    .number(1, id)
    .number(2, 1)
    .number(3, firstAddress + 100 * id);
  for (let inlined = 0; inlined <= id % 2; inlined++) {
    location.message(4, (line) => line.number(1, 1 + ((id + inlined) % functions)).number(2, id));
  }
}

/** Writes the fields of a message. Source: github.com/google/pprof/proto/profile.proto. */
class MessageWriter extends VarintWriter {
  number(field: number, value: number): this {
    return this.varints(8 * field, value);
  }

  bytesOf(field: number, bytes: Iterable<number>): this {
    return this.varints(8 * field + 2).counted(bytes);
  }

  message(field: number, write: (message: MessageWriter) => void): void {
    const message = new MessageWriter();
    write(message);
    this.bytesOf(field, message.bytes);
  }
}
