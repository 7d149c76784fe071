import { GclensError, GrowingColumn, newUint32 } from '../base';
import { UnexpectedEnd } from './brokenTrace';
import { type BatchHeader, type GenerationRange, GenerationScanner } from './generations';
import { firstVersionOfV2, readHeader } from './header';
import type { ClockSnapshot } from './trace';
import { unsigned, WireReader } from './wire';

/** Batches of tables, by the first byte of their payload; what else is there holds events. */
const tableKinds = [2, 4, 6];
const frequencyKind = 8;
const syncKind = 50;
const clockSnapshotRecord = 51;
/** Version from which on the frequency stands in a Sync batch, together with a snapshot of the clocks. */
const firstSyncVersion = 25;
const leastInt64 = -(2n ** 63n);

/** What the headers of batches tell of a trace, without any of its events. */
export interface TraceIndex {
  /** Minor Go version of the header. */
  readonly goVersion: number;
  /** In the order of the file; none in format v1, whose batches have no headers. */
  readonly generations: GenerationTable;
  /** Why no batch can be read behind the last generation; null at the end of the file. Whether events are well-formed is not known here. */
  readonly damage: GclensError | null;
}

/** The generations of a trace. Where each begins is kept; what its headers say is read when it is asked for, since a file may hold one in every few bytes. */
export interface GenerationTable extends Iterable<GenerationIndex> {
  readonly length: number;
  /** Bytes of all event batches, without their headers. */
  readonly eventBytes: number;
  /** Of the largest generation. */
  readonly mostBytes: number;
  /** The latest `endNs`; read once. */
  readonly latestNs: bigint | null;
  at(n: number): GenerationIndex | undefined;
}

/** One generation of format v2. */
export interface GenerationIndex {
  /** As `Sync.generation` has it. */
  readonly generation: number;
  /** Its batches lie in bytes[start, end). Behind the header of the file, they alone are a trace that can be read. */
  readonly start: number;
  readonly end: number;
  /** False when it ends with damage: its events are then no part of the trace. */
  readonly isWhole: boolean;
  /** Threads that wrote events, in the order of their first batch; ids are rounded above 2^53. */
  readonly threads: readonly number[];
  readonly eventBatches: number;
  /** Of all event batches, without their headers. */
  readonly eventBytes: number;
  /** Absolute, on the trace clock: the time of its Sync event. Null where nothing tells the clock's frequency. */
  readonly startNs: bigint | null;
  /** When its last batch begins. Tables are written when a generation ends, so hardly any event is later. */
  readonly endNs: bigint | null;
  /** The clocks when it began; present in files of Go 1.25 and later. */
  readonly snapshot: Omit<ClockSnapshot, 'timeNs'> | null;
}

/**
 * Finds the generations of an execution trace of format v2, their threads and times, by reading the headers of batches and the clock's few bytes: some
 * milliseconds for 100 MB.
 * @throws GclensError when the header is none of a readable trace
 */
export function indexTrace(bytes: Uint8Array): TraceIndex {
  const steps = indexInSteps(bytes, readHeader(bytes));
  let step = steps.next();
  while (step.done !== true) {
    step = steps.next();
  }
  return step.value;
}

/** The same with stops, at each of which it says how far it is (0 to 1): hostile files have millions of batches. */
export function* indexInSteps(bytes: Uint8Array, goVersion: number): Generator<number, TraceIndex> {
  const generations = new GenerationStarts(bytes, goVersion);
  if (goVersion < firstVersionOfV2) {
    return { goVersion, generations, damage: null };
  }
  const scanner = new GenerationScanner(bytes, goVersion);
  let failure: GenerationRange['failure'] = null;
  for (let range = scanner.step(); range !== null; range = scanner.step()) {
    if (range === 'more') {
      yield scanner.offset / bytes.length;
      continue;
    }
    failure = range.failure;
    if (range.end > range.start) {
      generations.add(range);
    }
  }
  const damage = failure === null || failure instanceof UnexpectedEnd ? null : new GclensError(failure.message, { offset: failure.offset });
  return { goVersion, generations, damage };
}

class GenerationStarts implements GenerationTable {
  eventBytes = 0;
  mostBytes = 0;
  private readonly starts = new GrowingColumn(newUint32, 16);
  private latest: bigint | null | undefined;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly goVersion: number,
  ) {}

  get length(): number {
    return this.starts.length;
  }

  get latestNs(): bigint | null {
    if (this.latest === undefined) {
      this.latest = null;
      for (const { endNs } of this) {
        this.latest = endNs !== null && (this.latest === null || endNs > this.latest) ? endNs : this.latest;
      }
    }
    return this.latest;
  }

  add({ start, end, eventBytes }: GenerationRange): void {
    this.starts.push(start);
    this.eventBytes += eventBytes;
    this.mostBytes = Math.max(this.mostBytes, end - start);
  }

  at(n: number): GenerationIndex | undefined {
    return n >= 0 && n < this.length ? readGeneration(this.bytes, this.goVersion, this.starts.at(n)) : undefined;
  }

  *[Symbol.iterator](): Generator<GenerationIndex> {
    for (let n = 0; n < this.length; n++) {
      yield readGeneration(this.bytes, this.goVersion, this.starts.at(n));
    }
  }
}

/** Reads the headers of the generation that begins at `start`. */
function readGeneration(bytes: Uint8Array, goVersion: number, start: number): GenerationIndex {
  const batches = new BatchCollector(bytes, goVersion);
  const scanner = new GenerationScanner(bytes, goVersion, (batch) => batches.add(batch), start);
  for (;;) {
    const range = scanner.step();
    if (range === null) {
      throw new Error(`no generation begins at offset ${String(start)}`);
    }
    if (range !== 'more') {
      return batches.finish(range);
    }
  }
}

/** What the batches of one generation say. */
class BatchCollector {
  private readonly threads = new Set<number>();
  private readonly wire: WireReader;
  private eventBatches = 0;
  private nsPerTick: number | null = null;
  private snapshot: { readonly ticks: bigint; readonly monoNs: bigint; readonly wallUnixNs: bigint } | null = null;

  constructor(
    bytes: Uint8Array,
    private readonly goVersion: number,
  ) {
    this.wire = new WireReader(bytes);
  }

  add(batch: BatchHeader): void {
    if (batch.experiment !== 0 || tableKinds.includes(batch.kind)) {
      return;
    }
    if (batch.kind === (this.goVersion >= firstSyncVersion ? syncKind : frequencyKind)) {
      this.readClock(batch);
      return;
    }
    this.eventBatches++;
    if (batch.thread >= 0 && batch.end > batch.start) {
      this.threads.add(batch.thread);
    }
  }

  finish({ number, start, end, isWhole, eventBytes, minTicks, maxTicks }: GenerationRange): GenerationIndex {
    const { nsPerTick, snapshot, eventBatches, threads } = this;
    const timeOf = (ticks: number): bigint | null => (nsPerTick === null ? null : scale(ticks, nsPerTick));
    const traceNs = snapshot === null ? null : timeOf(Number(snapshot.ticks));
    return {
      generation: Number(number),
      start,
      end,
      isWhole,
      threads: [...threads],
      eventBatches,
      eventBytes,
      startNs: timeOf(minTicks),
      endNs: timeOf(maxTicks),
      snapshot: snapshot === null || traceNs === null ? null : { traceNs, monoNs: snapshot.monoNs, wallUnixNs: snapshot.wallUnixNs },
    };
  }

  /** Reads frequency and snapshot as far as they are well-formed; decoding says what is wrong with them. */
  private readClock({ start, end, ticks }: BatchHeader): void {
    const { wire } = this;
    wire.seek(this.goVersion >= firstSyncVersion ? start + 1 : start, end);
    while (!wire.atEnd) {
      const record = wire.byte();
      if (record === frequencyKind) {
        const frequency = wire.uvarint();
        if (Number.isNaN(frequency)) {
          return;
        }
        // Exactly this order of operations gives the official reader's float64.
        this.nsPerTick = 1 / (unsigned(frequency) / 1e9);
      } else if (record === clockSnapshotRecord) {
        const [delta, monoNs, seconds, nanoseconds] = [wire.bigUvarint(), wire.bigUvarint(), wire.bigUvarint(), wire.bigUvarint()];
        if (delta === undefined || monoNs === undefined || seconds === undefined || nanoseconds === undefined) {
          return;
        }
        const wallUnixNs = BigInt.asIntN(64, seconds) * 1_000_000_000n + BigInt.asIntN(64, nanoseconds);
        this.snapshot = { ticks: BigInt.asUintN(64, BigInt(ticks) + delta), monoNs, wallUnixNs };
      } else {
        return;
      }
    }
  }
}

/** Ticks as ns. What int64 cannot hold is its least value, as on the machines that the official reader runs on. */
function scale(ticks: number, nsPerTick: number): bigint {
  const timeNs = ticks * nsPerTick;
  return timeNs < 2 ** 63 ? BigInt(Math.trunc(timeNs)) : leastInt64;
}
