import { ns } from '../base';
import { growFor } from './columns';
import type { ClockSnapshot, EventIndex, Sync, SyncTable } from './trace';

/** Clocks as they stand in the file. */
export interface RawSnapshot {
  readonly traceNs: bigint;
  readonly monoNs: bigint;
  readonly wallSeconds: bigint;
  /** Beside the seconds. */
  readonly wallNanoseconds: bigint;
}

const numbersPerSync = 2;
const clocksPerSync = 4;

/** Sync events and their clocks as columns: there are as many as generations, which may be tiny. */
export class SyncColumns implements SyncTable {
  length = 0;
  /** Of the trace. */
  originNs = 0n;
  /** Event and generation. */
  private numbers: Float64Array;
  /** Empty until there is a snapshot. */
  private clocks = new BigInt64Array();
  private hasSnapshot: Uint8Array;

  /** @param capacity how many to expect */
  constructor(capacity: number) {
    this.numbers = new Float64Array(capacity * numbersPerSync);
    this.hasSnapshot = new Uint8Array(capacity);
  }

  append(event: EventIndex, generation: number, snapshot: RawSnapshot | null): void {
    this.reach(this.length + 1, snapshot !== null);
    this.numbers.set([event, generation], this.length * numbersPerSync);
    this.hasSnapshot[this.length] = snapshot === null ? 0 : 1;
    if (snapshot !== null) {
      const { traceNs, monoNs, wallSeconds, wallNanoseconds } = snapshot;
      this.clocks.set([traceNs, monoNs, wallSeconds, wallNanoseconds], this.length * clocksPerSync);
    }
    this.length++;
  }

  at(n: number): Sync | undefined {
    if (!(n >= 0 && n < this.length)) {
      return undefined;
    }
    const [event = 0, generation = 0] = this.numbers.subarray(n * numbersPerSync, (n + 1) * numbersPerSync);
    return { event: event as EventIndex, generation, snapshot: this.hasSnapshot[n] === 1 ? this.snapshotAt(n) : null };
  }

  *[Symbol.iterator](): Generator<Sync> {
    for (let n = 0; n < this.length; n++) {
      const sync = this.at(n);
      if (sync !== undefined) {
        yield sync;
      }
    }
  }

  private snapshotAt(n: number): ClockSnapshot {
    const [traceNs = 0n, monoNs = 0n, seconds = 0n, nanoseconds = 0n] = this.clocks.subarray(n * clocksPerSync, (n + 1) * clocksPerSync);
    return {
      timeNs: ns(Number(traceNs - this.originNs)),
      traceNs,
      monoNs: BigInt.asUintN(64, monoNs),
      wallUnixNs: seconds * 1_000_000_000n + nanoseconds,
    };
  }

  private reach(length: number, withClocks: boolean): void {
    this.numbers = growFor(this.numbers, length * numbersPerSync);
    this.hasSnapshot = growFor(this.hasSnapshot, length);
    if (withClocks) {
      this.clocks = growFor(this.clocks, length * clocksPerSync);
    }
  }
}
