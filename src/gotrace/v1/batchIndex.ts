import { GrowingColumn, newUint32 } from '../../base';
import { BrokenTrace } from '../brokenTrace';
import { headerBytes } from '../header';
import { type Exact, exactOfHalves, highHalf, lowHalf } from '../wire';
import { EventV1, valueCounts } from './eventTypes';
import { RecordReader } from './recordReader';

/** No program has more; each costs memory that its first batch does not show. */
const mostProcs = 65536;

/** A proc and its first batch. */
export interface ProcBatches {
  readonly proc: number;
  readonly first: number;
}

/** The batches of all procs as columns: a file may hold one in every few bytes. */
export class BatchTable {
  private readonly tickLow = new GrowingColumn(newUint32, 64);
  private readonly tickHigh = new GrowingColumn(newUint32, 64);
  private readonly starts = new GrowingColumn(newUint32, 64);
  private readonly ends = new GrowingColumn(newUint32, 64);
  /** The proc's next batch plus one; 0 behind its last one. */
  private readonly next = new GrowingColumn(newUint32, 64);

  /** @param before the proc's last batch so far, -1 without */
  add(tick: Exact, start: number, before: number): number {
    const batch = this.starts.length;
    this.tickLow.push(lowHalf(tick));
    this.tickHigh.push(highHalf(tick));
    this.starts.push(start);
    this.ends.push(start);
    this.next.push(0);
    if (before !== -1) {
      this.next.set(before, batch + 1);
    }
    return batch;
  }

  end(batch: number, end: number): void {
    this.ends.set(batch, end);
  }

  tickOf(batch: number): Exact {
    return exactOfHalves(this.tickLow.at(batch), this.tickHigh.at(batch));
  }

  /** From behind the batch's header … */
  startOf(batch: number): number {
    return this.starts.at(batch);
  }

  /** … to the next batch of any proc. */
  endOf(batch: number): number {
    return this.ends.at(batch);
  }

  /** The next batch of the same proc, -1 behind the last one. */
  after(batch: number): number {
    return this.next.at(batch) - 1;
  }
}

/** Ticks and offsets of CPU samples, in order of the file. */
export class SamplesV1 {
  private readonly tickLow = new GrowingColumn(newUint32, 64);
  private readonly tickHigh = new GrowingColumn(newUint32, 64);
  private readonly offsets = new GrowingColumn(newUint32, 64);

  get length(): number {
    return this.offsets.length;
  }

  add(tick: Exact, offset: number): void {
    this.tickLow.push(lowHalf(tick));
    this.tickHigh.push(highHalf(tick));
    this.offsets.push(offset);
  }

  offsetOf(sample: number): number {
    return this.offsets.at(sample);
  }

  /** Whether one comes before another. */
  isBefore(a: number, b: number): boolean {
    const high = (this.tickHigh.at(a) | 0) - (this.tickHigh.at(b) | 0);
    return high < 0 || (high === 0 && this.tickLow.at(a) < this.tickLow.at(b));
  }
}

interface Chain {
  readonly proc: number;
  readonly first: number;
  last: number;
}

/** The first way through the file: its batches by proc, its CPU samples, and how many events there are at most. */
export class BatchIndex {
  readonly batches = new BatchTable();
  samples = new SamplesV1();
  eventCount = 0;
  /** Of events that may become two rows each. */
  doubleCount = 0;
  private readonly chains = new Map<number, Chain>();
  private readonly reader: RecordReader;
  private current: Chain | undefined;

  constructor(
    private readonly bytes: Uint8Array,
    goVersion: number,
  ) {
    this.reader = new RecordReader(bytes, goVersion, headerBytes);
  }

  /** In order of their first batch: one of the orders in which the official reader walks its map of them. */
  get procs(): Iterable<ProcBatches> {
    return this.chains.values();
  }

  get offset(): number {
    return this.reader.pos;
  }

  /** The samples, which are forgotten here. */
  takeSamples(): SamplesV1 {
    const { samples } = this;
    this.samples = new SamplesV1();
    return samples;
  }

  /** Looks at the next records, `count` at most; false when there is none left. @throws BrokenTrace */
  step(count: number): boolean {
    const { reader } = this;
    for (let n = 0; n < count; n++) {
      if (!reader.skim()) {
        this.endBatch(this.bytes.length);
        return false;
      }
      if (reader.type === EventV1.Batch) {
        this.beginBatch();
      } else if (reader.type !== EventV1.String) {
        this.addEvent();
      }
    }
    return true;
  }

  private endBatch(end: number): void {
    if (this.current !== undefined) {
      this.batches.end(this.current.last, end);
    }
  }

  private beginBatch(): void {
    const { reader, batches } = this;
    const [first = 0, tick = 0] = reader.values;
    const proc = Number(first);
    this.endBatch(reader.offset);
    const known = this.chains.get(proc);
    const batch = batches.add(tick, reader.pos, known?.last ?? -1);
    if (known !== undefined) {
      known.last = batch;
      this.current = known;
      return;
    }
    if (this.chains.size === mostProcs) {
      throw new BrokenTrace(`there are more than ${String(mostProcs)} procs`, reader.offset);
    }
    this.current = { proc, first: batch, last: batch };
    this.chains.set(proc, this.current);
  }

  private addEvent(): void {
    const { reader } = this;
    if (this.current === undefined) {
      throw new BrokenTrace(`read event ${String(reader.type)} with current P of 0, but P has no batches yet`, reader.offset);
    }
    this.eventCount++;
    if (reader.type === EventV1.GoSysCall || reader.type === EventV1.GoStartLabel) {
      this.doubleCount++;
    }
    if (reader.type !== EventV1.CPUSample) {
      return;
    }
    const wanted = valueCounts[EventV1.CPUSample] ?? 0;
    if (reader.valueCount !== wanted) {
      throw new BrokenTrace(
        `CPU sample has wrong number of arguments: want ${String(wanted)}, got ${String(reader.valueCount)}`,
        reader.offset,
      );
    }
    this.samples.add(reader.values[1] ?? 0, reader.offset);
  }
}
