import { type Kernel, type KernelKind, startKernel } from '../base';
import * as source from './kernel/kernel.generated';
import { largestTable, longestString } from './limits';
import { refuseProfile } from './refuseProfile';

/** Tables that the kernel hands over in buffers; numbered as in kernel/columns.ts. */
export enum KernelTable {
  Functions,
  Locations,
  Lines,
  Samples,
  Labels,
  StackEntries,
}

const tables = 6;
const bytesPerWord = 4;

/** What kernel/kernel.ts exports. Addresses are offsets into its memory; `scan` and `read…` are to be called until they give 0. */
export interface ProfileKernelExports {
  prepareInput(length: number, mostStrings: number, longestString: number, mostHeadFields: number): number;
  scan(): number;
  outline(): number;
  seedIds(seed: number): void;
  prepareMappings(count: number): void;
  addMapping(idLow: number, idHigh: number): number;
  prepareFunctions(): void;
  readFunctions(): number;
  prepareLocations(): void;
  readLocations(): number;
  prepareSamples(sampleTypes: number): void;
  readSamples(): number;
  inexactValuesAt(): number;
  inexactLabelTotal(): number;
  stackTotal(): number;
  entryTotal(): number;
  stackStarts(): number;
  prepareEntries(): void;
  readEntries(): number;
  deskAt(): number;
  isZero(start: number, length: number): number;
  reportAt(): number;
}

/** Kernels whose memory has grown beyond this are not kept for the next profile. */
const largestIdleBytes = 2 ** 28;

let idle: ProfileKernel | null = null;

/** Runs work that has a kernel for itself: the one of the last profile, so that its memory is used again, or a new one. */
export async function withProfileKernel<T>(work: (kernel: ProfileKernel) => Promise<T>): Promise<T> {
  const kernel = idle ?? startProfileKernel();
  idle = null;
  try {
    return await work(kernel);
  } finally {
    idle = kernel.memoryBytes <= largestIdleBytes ? kernel : null;
  }
}

/** @param kind as for `startKernel` */
export function startProfileKernel(kind?: KernelKind): ProfileKernel {
  return new ProfileKernel(startKernel<ProfileKernelExports>(source, kind));
}

/** The kernel of profile decoding, with one profile in it. */
export class ProfileKernel {
  private bytes: Uint8Array = new Uint8Array();
  private memory = new Uint8Array();
  private words = new Uint32Array();
  private readonly desk: number;
  private readonly report: number;

  constructor(private readonly kernel: Kernel<ProfileKernelExports>) {
    const { exports } = kernel;
    this.desk = exports.deskAt() / bytesPerWord;
    this.report = exports.reportAt() / bytesPerWord;
    // Differs from run to run, so that no file can be made whose ids all meet in one slot.
    exports.seedIds(Math.floor(Math.random() * 2 ** 32));
  }

  /** Size of the profile in it. */
  get inputBytes(): number {
    return this.bytes.length;
  }

  get memoryBytes(): number {
    return this.kernel.memory.buffer.byteLength;
  }

  /** Copies a profile in, in place of the last. */
  load(bytes: Uint8Array): void {
    this.bytes = bytes;
    const start = this.call(({ prepareInput }) =>
      prepareInput(bytes.length, largestTable.strings, longestString, largestTable['fields of the profile as a whole']),
    );
    this.memory.set(bytes, start);
  }

  /** Calls the kernel. @throws GclensError that says what is wrong with the profile */
  call<T>(work: (exports: ProfileKernelExports) => T): T {
    try {
      return work(this.kernel.exports);
    } catch (error) {
      this.viewMemory();
      const [failure = 0, position = 0, limit = 0, message = 0, first = 0, second = 0] = this.words.subarray(this.report, this.report + 6);
      return failure === 0 ? rethrow(error) : refuseProfile(this.bytes, { failure, position, limit, message, first, second });
    } finally {
      this.viewMemory();
    }
  }

  /** A copy of words of the kernel's memory. */
  copyWords(address: number, length: number): Uint32Array {
    return this.words.slice(address / bytesPerWord, address / bytesPerWord + length);
  }

  /** How many rows of a table the last call has read. */
  rowCount(table: KernelTable): number {
    return this.words[this.desk + table] ?? 0;
  }

  /** The first bytes of a column's buffer, until the next call; null where all are zero. */
  columnBytes(table: KernelTable, column: number, length: number): Uint8Array | null {
    const columns = (this.words[this.desk + tables + table] ?? 0) / bytesPerWord;
    const address = this.words[columns + column] ?? 0;
    return this.kernel.exports.isZero(address, length) !== 0 ? null : this.memory.subarray(address, address + length);
  }

  /** The kernel's memory is another buffer after it has grown. */
  private viewMemory(): void {
    const { buffer } = this.kernel.memory;
    if (buffer !== this.memory.buffer) {
      this.memory = new Uint8Array(buffer);
      this.words = new Uint32Array(buffer);
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}
