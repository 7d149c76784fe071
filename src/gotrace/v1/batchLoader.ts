import { BrokenTrace } from '../brokenTrace';
import { excess, mostThings } from '../limits';
import type { BatchTable, SamplesV1 } from './batchIndex';
import { anySequence, type EventRows, gcSlot, keptSequence, noGoroutineSlot, unorderedSlot } from './eventRows';
import { EventV1, valueCounts } from './eventTypes';
import { addExact, type Exact, lowHalf } from '../wire';
import { RecordReader } from './recordReader';
import type { TablesV1 } from './tables';

/** What else stands in batches: it holds for the whole file. */
export interface FileFacts {
  /** 0 until it was read. */
  ticksPerSecond: number;
  /** Slots of the goroutines that ran timers (Go 1.13 and older). */
  readonly timerGoroutines: Set<number>;
}

/** Times go wrong: the official reader says it of anything that would turn time around. */
export const outOfOrder = 'time stamps out of order';

/** Turns batches into rows, tables and file-wide facts. */
export class BatchLoader {
  readonly facts: FileFacts = { ticksPerSecond: 0, timerGoroutines: new Set() };
  private readonly reader: RecordReader;
  private proc = 0;
  private tick: Exact = 0;
  /** Slot of the goroutine that runs on the proc at hand. */
  private running = noGoroutineSlot;
  /** The same for the procs whose batches were loaded before. */
  private readonly runningByProc = new Map<number, number>();
  private readonly mostGoroutines: number;

  constructor(
    bytes: Uint8Array,
    goVersion: number,
    private readonly rows: EventRows,
    private readonly tables: TablesV1,
  ) {
    this.mostGoroutines = mostThings(bytes.length);
    this.reader = new RecordReader(bytes, goVersion, 0, (id) => tables.hasString(id));
  }

  /** Makes rows of a batch of a proc. @throws BrokenTrace */
  load(proc: number, batches: BatchTable, batch: number): void {
    const { reader } = this;
    this.proc = proc;
    this.running = this.runningByProc.get(proc) ?? noGoroutineSlot;
    this.tick = batches.tickOf(batch);
    reader.seek(batches.startOf(batch));
    const end = batches.endOf(batch);
    while (reader.pos < end) {
      reader.read();
      this.take();
      this.checkGoroutines();
    }
    this.runningByProc.set(proc, this.running);
  }

  /** Makes rows of the CPU samples, which are given in order of time. */
  addSamples(samples: SamplesV1, order: Uint32Array): void {
    const { rows, reader } = this;
    for (const sample of order) {
      const offset = samples.offsetOf(sample);
      reader.seek(offset);
      reader.read();
      const [, tick = 0, proc = 0, goroutine = 0] = reader.values;
      rows.append(EventV1.CPUSample, tick, rows.goroutines.intern(goroutine), lowHalf(proc) | 0, offset);
      this.checkGoroutines();
    }
  }

  private checkGoroutines(): void {
    if (this.rows.goroutines.length > this.mostGoroutines) {
      throw new BrokenTrace(excess.goroutines, this.reader.offset);
    }
  }

  private take(): void {
    const { reader } = this;
    switch (reader.type as EventV1) {
      case EventV1.String:
        this.tables.addString(reader);
        return;
      case EventV1.CPUSample:
        return;
      case EventV1.Stack:
        this.tables.addStack(reader);
        return;
      default:
        this.checkCount();
    }
    switch (reader.type as EventV1) {
      case EventV1.Frequency:
        this.setFrequency();
        return;
      case EventV1.TimerGoroutine:
        this.facts.timerGoroutines.add(this.rows.goroutines.intern(reader.values[0] ?? 0));
        return;
      default:
        this.addRow();
    }
  }

  private checkCount(): void {
    const { type, valueCount, offset } = this.reader;
    const wanted = valueCounts[type] ?? 0;
    if (valueCount !== wanted) {
      throw new BrokenTrace(
        `${EventV1[type] ?? ''} has wrong number of arguments: want ${String(wanted)}, got ${String(valueCount)}`,
        offset,
      );
    }
  }

  private setFrequency(): void {
    this.facts.ticksPerSecond = Number(BigInt.asIntN(64, BigInt(this.reader.values[0] ?? 0)));
    if (this.facts.ticksPerSecond <= 0) {
      throw new BrokenTrace(outOfOrder, this.reader.offset);
    }
  }

  private addRow(): void {
    const { reader, rows } = this;
    this.tick = addExact(this.tick, reader.values[0] ?? 0);
    const row = rows.append(reader.type, this.tick, this.running, this.proc, reader.offset);
    this.setOrder(row);
  }

  /** Which goroutine's state the row changes, and what it asks of it; go-execution-trace.md section 6. */
  private setOrder(row: number): void {
    const { reader, rows } = this;
    const first = reader.values[1] ?? 0;
    const second = reader.values[2] ?? 0;
    let subject = unorderedSlot;
    let detail = anySequence;
    switch (reader.type as EventV1) {
      case EventV1.GoCreate:
        subject = rows.goroutines.intern(first);
        detail = keptSequence(0);
        break;
      case EventV1.GoStart:
      case EventV1.GoStartLabel:
        subject = rows.goroutines.intern(first);
        rows.goroutine[row] = subject;
        this.running = subject;
        detail = keptSequence(second);
        break;
      case EventV1.GoStartLocal:
        subject = rows.goroutines.intern(first);
        rows.goroutine[row] = subject;
        this.running = subject;
        break;
      case EventV1.GoUnblock:
        subject = rows.goroutines.intern(first);
        detail = keptSequence(second);
        break;
      case EventV1.GoSysExit:
        subject = rows.goroutines.intern(first);
        rows.goroutine[row] = subject;
        detail = keptSequence(second);
        break;
      case EventV1.GoUnblockLocal:
      case EventV1.GoSysExitLocal:
        subject = rows.goroutines.intern(first);
        break;
      case EventV1.GoWaiting:
      case EventV1.GoInSyscall:
        subject = rows.goroutines.intern(first);
        rows.goroutine[row] = subject;
        detail = keptSequence(1);
        break;
      case EventV1.GoSched:
      case EventV1.GoPreempt:
      case EventV1.GoSleep:
      case EventV1.GoBlock:
      case EventV1.GoBlockSend:
      case EventV1.GoBlockRecv:
      case EventV1.GoBlockSelect:
      case EventV1.GoBlockSync:
      case EventV1.GoBlockCond:
      case EventV1.GoBlockNet:
      case EventV1.GoBlockGC:
      case EventV1.GoSysBlock:
        subject = this.running;
        this.running = noGoroutineSlot;
        break;
      case EventV1.GoEnd:
      case EventV1.GoStop:
        this.running = noGoroutineSlot;
        break;
      case EventV1.GCStart:
        subject = gcSlot;
        detail = keptSequence(first);
        break;
      case EventV1.UserLog:
        detail = this.tables.addMessage(reader);
        break;
      default:
        break;
    }
    rows.setOrder(row, subject, detail);
  }
}
