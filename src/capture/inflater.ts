import { type Kernel, type KernelKind, startKernel } from '../base';
import * as source from './kernel/kernel.generated';

/** Exports of kernel/kernel.ts; addresses and sizes are bytes of its memory. */
interface InflateKernel {
  initialize(hasWords: boolean): void;
  crc32(crc: number, start: number, end: number): number;
  startMember(): void;
  inflate(start: number, end: number, isLastInput: boolean): number;
  inputStart(): number;
  inputBytes(): number;
  inputPosition(): number;
  outputStart(): number;
  outputEnd(): number;
  outputChecksum(): number;
}

/** What is wrong with compressed data, by the kernel's outcome. */
const damages: readonly string[] = [
  'a block of an unknown type',
  'a stored block whose length contradicts its complement',
  'a block of more codes than there are',
  'an impossible code of code lengths',
  'a repetition of code lengths that does not fit',
  'a block without a code for its end',
  'an impossible code of literals and lengths',
  'an impossible code of distances',
  'bits that stand for no literal or length',
  'bits that stand for no distance',
  'a distance to before the beginning',
];
const firstDamage = 3;

/** How a step ended: the data go on, they ended as they should, they ended too early, or what is wrong with them. */
export type StepOutcome = 'more' | 'finished' | 'cut' | { readonly damage: string };

/**
 * Inflates (RFC 1951) out of an array, in steps of at most 64 KiB of input and 225 KiB of output. It holds 320 KiB, whatever it reads, and reads one array
 * after another.
 */
export class Inflater {
  /** Where in the input the next step begins; after the last one, the byte behind the data or at the damage. */
  position = 0;
  private input: Uint8Array = new Uint8Array();
  /** The part of the input that lies in the kernel's window. */
  private loadedFrom = 0;
  private loadedTo = 0;

  private constructor(private readonly kernel: Kernel<InflateKernel>) {
    kernel.exports.initialize(kernel.kind === 'wasm');
  }

  /** @param kind which of the kernel's two forms; absent: WASM where it is allowed */
  static start(kind?: KernelKind): Inflater {
    return new Inflater(startKernel<InflateKernel>(source, kind));
  }

  /** Reads from this array from now on. An empty one lets go of the last. */
  open(input: Uint8Array): void {
    this.input = input;
    this.loadedFrom = 0;
    this.loadedTo = 0;
  }

  /** Begins with the data that start at `position`. */
  begin(position: number): void {
    this.position = position;
    this.kernel.exports.startMember();
  }

  /** Inflates on. */
  step(): StepOutcome {
    const { exports } = this.kernel;
    this.load();
    const isLast = this.loadedTo === this.input.length;
    const windowOffset = exports.inputStart() - this.loadedFrom;
    const outcome = exports.inflate(windowOffset + this.position, windowOffset + this.loadedTo, isLast);
    this.position = exports.inputPosition() - windowOffset;
    return describeOutcome(outcome, isLast);
  }

  /** What the last step put out: a view that the next step overwrites. */
  output(): Uint8Array {
    const { exports, memory } = this.kernel;
    const start = exports.outputStart();
    return new Uint8Array(memory.buffer, start, exports.outputEnd() - start);
  }

  /** CRC-32 of all that came out since `begin`. */
  checksum(): number {
    return this.kernel.exports.outputChecksum() >>> 0;
  }

  /** CRC-32 of a part of the input. */
  crc32(from: number, to: number): number {
    const { exports } = this.kernel;
    const start = exports.inputStart();
    let crc = 0;
    for (let at = from; at < to; at = this.loadedTo) {
      this.loadFrom(at);
      this.loadedTo = Math.min(this.loadedTo, to);
      crc = exports.crc32(crc, start, start + this.loadedTo - at);
    }
    return crc >>> 0;
  }

  /** Has a good part of the input that comes next in the window, and no byte copied often, however little the steps use of it. */
  private load(): void {
    const isThere = this.loadedFrom <= this.position && this.position <= this.loadedTo;
    const left = this.loadedTo - this.position;
    if (!isThere || (left < this.kernel.exports.inputBytes() / 4 && this.loadedTo < this.input.length)) {
      this.loadFrom(this.position);
    }
  }

  private loadFrom(position: number): void {
    const { exports, memory } = this.kernel;
    const chunk = this.input.subarray(position, position + exports.inputBytes());
    new Uint8Array(memory.buffer).set(chunk, exports.inputStart());
    this.loadedFrom = position;
    this.loadedTo = position + chunk.length;
  }
}

function describeOutcome(outcome: number, isLast: boolean): StepOutcome {
  switch (outcome) {
    case 0:
      return 'more';
    case 1:
      return isLast ? 'cut' : 'more';
    case 2:
      return 'finished';
    default:
      return { damage: damages[outcome - firstDamage] ?? `outcome ${outcome}` };
  }
}
