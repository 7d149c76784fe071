import { eventSpecs } from './eventSpecs';

/** Types of the text form that are no timed events: their number, and how many values a line of theirs has. */
const structural: Readonly<Record<string, readonly [type: number, values: number]>> = {
  EventBatch: [1, 4],
  Stacks: [2, 0],
  Stack: [3, 2],
  Strings: [4, 0],
  String: [5, 1],
  CPUSamples: [6, 0],
  CPUSample: [7, 5],
  Frequency: [8, 1],
  ExperimentalBatch: [49, 4],
  Sync: [50, 0],
  EndOfGeneration: [52, 0],
};
const timed = new Map([...eventSpecs].map(([type, { name, args }]) => [name, [type, args.length + 1] as const]));

/**
 * The bytes of a trace in the official reader's text form (`go tool trace -d=wire`): `Trace Go1.NN`, then a line for each event, `#` for comments.
 * `size=` of a batch is written as it stands; `size=?` is counted.
 */
export function encodeTrace(text: string): Uint8Array {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter((line) => line !== '');
  const version = /^Trace Go1\.(\d+)$/.exec(lines.shift() ?? '')?.[1];
  if (version === undefined) {
    throw new Error('a trace in text form starts with "Trace Go1.NN"');
  }
  const writer = new TraceWriter(`go 1.${version} trace\0\0\0`);
  while (lines.length > 0) {
    writer.writeLine(lines.shift() ?? '', lines);
  }
  return writer.finish();
}

class TraceWriter {
  private readonly bytes: number[] = [];
  /** Where the size of the batch at hand is to be written, when it has to be counted. */
  private openBatch: number | null = null;

  constructor(header: string) {
    this.bytes.push(...Buffer.from(header, 'latin1'));
  }

  writeLine(line: string, following: string[]): void {
    const [name = '', ...words] = line.split(/\s+/);
    const [type, count] = structural[name] ?? timed.get(name) ?? [-1, 0];
    if (type < 0 || words.length !== count) {
      throw new Error(`no line of a trace: ${line}`);
    }
    if (name === 'EventBatch' || name === 'ExperimentalBatch' || name === 'EndOfGeneration') {
      this.closeBatch();
    }
    this.bytes.push(type);
    for (const word of words) {
      this.writeValue(word.slice(word.indexOf('=') + 1));
    }
    if (name === 'Stack') {
      const frames = Number(valueOf(words[1]));
      following.splice(0, frames).forEach((frame) => frame.split(/\s+/).forEach((word) => this.writeValue(valueOf(word))));
    } else if (name === 'String' || name === 'ExperimentalBatch') {
      const data = unquote((following.shift() ?? '').replace(/^data=/, ''));
      this.writeVarint(BigInt(data.length));
      this.bytes.push(...data);
    }
  }

  finish(): Uint8Array {
    this.closeBatch();
    return Uint8Array.from(this.bytes);
  }

  private writeValue(value: string): void {
    if (value === '?') {
      this.openBatch = this.bytes.length;
    } else {
      this.writeVarint(BigInt(value));
    }
  }

  private closeBatch(): void {
    if (this.openBatch !== null) {
      this.bytes.splice(this.openBatch, 0, ...varint(BigInt(this.bytes.length - this.openBatch)));
      this.openBatch = null;
    }
  }

  private writeVarint(value: bigint): void {
    this.bytes.push(...varint(value));
  }
}

function valueOf(word = ''): string {
  return word.slice(word.indexOf('=') + 1);
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
  return [...bytes, Number(rest)];
}

const escaped: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, '"': 34, "'": 39 };

/** The bytes of a string literal of Go. */
export function unquote(literal: string): Uint8Array {
  const bytes: number[] = [];
  const pattern = /\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\([0-7]{3})|\\(.)|([^\\]+)/gsu;
  for (const [, hex, short, long, octal, letter, plain] of literal.slice(1, -1).matchAll(pattern)) {
    const codePoint = short ?? long;
    if (hex !== undefined || octal !== undefined) {
      bytes.push(hex !== undefined ? parseInt(hex, 16) : parseInt(octal ?? '', 8));
    } else if (letter !== undefined) {
      bytes.push(escaped[letter] ?? 0);
    } else {
      bytes.push(...Buffer.from(codePoint === undefined ? (plain ?? '') : String.fromCodePoint(parseInt(codePoint, 16))));
    }
  }
  return Uint8Array.from(bytes);
}
