import { BrokenTrace } from '../brokenTrace';
import { headerBytes } from '../header';
import { type Exact, lowHalf } from '../wire';
import { EventV1, valueCounts } from './eventTypes';
import { RecordReader } from './recordReader';

/** No program has more; each costs memory that its first batch does not show. */
const mostProcs = 65536;

/** Where the batches of one proc lie, in order. */
export interface ProcBatches {
  readonly proc: number;
  readonly ticks: Exact[];
  /** From behind the batch's header to the next batch of any proc. */
  readonly starts: number[];
  readonly ends: number[];
}

/** CPU samples as columns, in order of the file. */
export interface SamplesV1 {
  readonly ticks: Exact[];
  readonly procs: number[];
  readonly goroutines: Exact[];
  readonly offsets: number[];
}

/** The first way through the file: its batches by proc, its CPU samples, and how many events there are at most. */
export class BatchIndex {
  /** In order of their first batch: one of the orders in which the official reader walks its map of them. */
  readonly procs = new Map<number, ProcBatches>();
  readonly samples: SamplesV1 = { ticks: [], procs: [], goroutines: [], offsets: [] };
  eventCount = 0;
  private readonly reader: RecordReader;
  private current: ProcBatches | undefined;

  constructor(
    private readonly bytes: Uint8Array,
    goVersion: number,
  ) {
    this.reader = new RecordReader(bytes, goVersion, headerBytes);
  }

  get offset(): number {
    return this.reader.pos;
  }

  /** Looks at the next records, `count` at most; false when there is none left. @throws BrokenTrace */
  step(count: number): boolean {
    const { reader } = this;
    for (let n = 0; n < count; n++) {
      if (!reader.skim()) {
        this.current?.ends.push(this.bytes.length);
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

  private beginBatch(): void {
    const { reader } = this;
    const [first = 0, tick = 0] = reader.values;
    const proc = Number(first);
    this.current?.ends.push(reader.offset);
    this.current = this.procs.get(proc);
    if (this.current === undefined) {
      if (this.procs.size === mostProcs) {
        throw new BrokenTrace(`there are more than ${String(mostProcs)} procs`, reader.offset);
      }
      this.current = { proc, ticks: [], starts: [], ends: [] };
      this.procs.set(proc, this.current);
    }
    this.current.ticks.push(tick);
    this.current.starts.push(reader.pos);
  }

  private addEvent(): void {
    const { reader, samples } = this;
    if (this.current === undefined) {
      throw new BrokenTrace(`read event ${String(reader.type)} with current P of 0, but P has no batches yet`, reader.offset);
    }
    this.eventCount++;
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
    const [, tick = 0, proc = 0, goroutine = 0] = reader.values;
    samples.ticks.push(tick);
    samples.procs.push(lowHalf(proc) | 0);
    samples.goroutines.push(goroutine);
    samples.offsets.push(reader.offset);
  }
}
