import { GrowingColumn, newFloat64, newUint32 } from '../../base';
import type { Int64 } from '../int64';
import { checkTableSize } from '../limits';
import { ValueColumn } from '../valueColumn';
import { AddressTable } from './addressTable';

/** What is least written of an address: ` 0x1`, or a word of 32 bits. */
const leastAddressBytes = 4;

/** Samples of a legacy file while they are read: values, and stacks of addresses, leaf first. */
export class LegacySamples {
  readonly values: readonly ValueColumn[];
  /** Bytes of one object of a heap profile, its numeric label `bytes`; NaN without. */
  readonly blockSize = new GrowingColumn(newFloat64, 1024);
  private readonly table: AddressTable;
  private start = new GrowingColumn(newUint32, 1024);
  /** Frames of all stacks: rows of the address table. */
  private frame = new GrowingColumn(newUint32, 8192);

  /** @param bytes the file, whose length says how many addresses it can hold */
  constructor(types: number, bytes: Uint8Array) {
    this.values = Array.from({ length: types }, () => new ValueColumn());
    this.table = new AddressTable(Math.ceil(bytes.length / leastAddressBytes));
  }

  get length(): number {
    return this.start.length;
  }

  /** How many different addresses there are. */
  get addressCount(): number {
    return this.table.addresses.length;
  }

  /** The address of a row. */
  addressAt(row: number): bigint {
    return this.table.addresses.at(row);
  }

  hasAddress(address: bigint): boolean {
    return this.table.has(address);
  }

  /** Begins a sample, whose frames are added next. */
  add(values: readonly Int64[], blockSize: Int64 | null = null): void {
    values.forEach((value, type) => this.values[type]?.push(value));
    this.blockSize.push(blockSize === null ? NaN : Number(blockSize));
    this.start.push(this.frame.length);
    checkTableSize('samples', this.length);
  }

  addFrame(address: bigint): void {
    this.frame.push(this.table.rowOf(address));
    checkTableSize('stack entries', this.frame.length);
  }

  /** How many frames the stack of a sample has. */
  depth(sample: number): number {
    return (sample + 1 < this.length ? this.start.at(sample + 1) : this.frame.length) - this.start.at(sample);
  }

  /** Address row of a frame of a sample, 0 for the leaf. */
  frameAt(sample: number, index: number): number {
    return this.frame.at(this.start.at(sample) + index);
  }

  /** Takes the caller of the leaf out of the stacks where it is unwanted. */
  removeCallers(isUnwanted: (leaf: number, caller: number) => boolean): void {
    const start = new GrowingColumn(newUint32, this.length);
    const frame = new GrowingColumn(newUint32, this.frame.length);
    for (let sample = 0; sample < this.length; sample++) {
      const depth = this.depth(sample);
      const removed = depth > 1 && isUnwanted(this.frameAt(sample, 0), this.frameAt(sample, 1)) ? 1 : -1;
      start.push(frame.length);
      for (let index = 0; index < depth; index++) {
        if (index !== removed) {
          frame.push(this.frameAt(sample, index));
        }
      }
    }
    [this.start, this.frame] = [start, frame];
  }
}

/** A stack holds return addresses; the byte before lies in the call. */
export function callAddress(returnAddress: bigint): bigint {
  return BigInt.asUintN(64, returnAddress - 1n);
}

/**
 * Takes out leaves that are there twice: the profiler got their address from the signal, and from unwinding, where it was moved back by one as that of a
 * call (google/pprof profile/legacy_profile.go, cleanupDuplicateLocations).
 */
export function removeDoubleLeaves(samples: LegacySamples): void {
  samples.removeCallers((leaf, caller) => callAddress(samples.addressAt(leaf)) === samples.addressAt(caller));
}
