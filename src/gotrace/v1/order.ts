import { BrokenTrace } from '../brokenTrace';
import type { BatchTable, ProcBatches } from './batchIndex';
import type { BatchLoader } from './batchLoader';
import { anySequence, type EventRows, unorderedSlot } from './eventRows';
import { EventV1 } from './eventTypes';

enum Status {
  Dead,
  Runnable,
  Running,
  Waiting,
}

/** How an event moves the sequence number of its subject: not at all, to the one behind its own, or to the next. */
enum Step {
  Keep,
  Own,
  Next,
}

interface OrderRule {
  readonly from: Status;
  readonly to: Status;
  readonly step: Step;
}

function rulesOf(types: readonly EventV1[], from: Status, to: Status, step: Step): (readonly [EventV1, OrderRule])[] {
  return types.map((type) => [type, { from, to, step }] as const);
}

/** What orders an event; other types are never held up. Source: go-execution-trace.md section 6. */
const rules = new Map<EventV1, OrderRule>([
  ...rulesOf([EventV1.GoCreate], Status.Dead, Status.Runnable, Step.Own),
  ...rulesOf([EventV1.GoWaiting, EventV1.GoInSyscall], Status.Runnable, Status.Waiting, Step.Own),
  ...rulesOf([EventV1.GoStart, EventV1.GoStartLabel], Status.Runnable, Status.Running, Step.Own),
  ...rulesOf([EventV1.GoStartLocal], Status.Runnable, Status.Running, Step.Next),
  ...rulesOf(
    [
      EventV1.GoSleep,
      EventV1.GoBlock,
      EventV1.GoBlockSend,
      EventV1.GoBlockRecv,
      EventV1.GoBlockSelect,
      EventV1.GoBlockSync,
      EventV1.GoBlockCond,
      EventV1.GoBlockNet,
      EventV1.GoBlockGC,
      EventV1.GoSysBlock,
    ],
    Status.Running,
    Status.Waiting,
    Step.Keep,
  ),
  ...rulesOf([EventV1.GoSched, EventV1.GoPreempt], Status.Running, Status.Runnable, Step.Keep),
  ...rulesOf([EventV1.GoUnblock, EventV1.GoSysExit], Status.Waiting, Status.Runnable, Step.Own),
  ...rulesOf([EventV1.GoUnblockLocal, EventV1.GoSysExitLocal], Status.Waiting, Status.Runnable, Step.Next),
  ...rulesOf([EventV1.GCStart], Status.Dead, Status.Dead, Step.Own),
]);
const ruleOfType: readonly (OrderRule | undefined)[] = Array.from({ length: 64 }, (_, type) => rules.get(type));

/** Types that only tell the order, and what they are otherwise. */
const plainTypes: ReadonlyMap<EventV1, EventV1> = new Map([
  [EventV1.GoStartLocal, EventV1.GoStart],
  [EventV1.GoUnblockLocal, EventV1.GoUnblock],
  [EventV1.GoSysExitLocal, EventV1.GoSysExit],
]);

/** The events of one proc that are loaded and not yet ordered: rows [next, end). */
class Stream {
  next = 0;
  end = 0;

  /** @param batch the next one to load, -1 without */
  constructor(
    readonly proc: number,
    public batch: number,
  ) {}
}

/**
 * Merges the procs' events into one order that is possible, the earliest first. Ties are resolved as the official reader resolves them when its map of
 * procs is walked in the order of the file, so this is one of the orders that it gives. Source: go-execution-trace.md section 6.
 */
export class OrderV1 {
  length = 0;
  private readonly rowsInOrder: Uint32Array;
  /** Streams whose next event is not in the frontier. */
  private readonly available: Stream[];
  /** Streams whose next event may happen: a binary min-heap by its tick. */
  private readonly frontier: Stream[] = [];
  private status = new Uint8Array(1024);
  private sequence = new Uint32Array(1024);

  /** The rows that are there already are CPU samples in order of time. */
  constructor(
    private readonly rows: EventRows,
    private readonly loader: BatchLoader,
    private readonly batches: BatchTable,
    procs: Iterable<ProcBatches>,
  ) {
    this.rowsInOrder = new Uint32Array(rows.capacity);
    const samples = new Stream(0, -1);
    samples.next = rows.first;
    samples.end = rows.length;
    this.available = [...Array.from(procs, ({ proc, first }) => new Stream(proc, first)), samples];
  }

  /** Rows in their order. */
  get order(): Uint32Array {
    return this.rowsInOrder.subarray(0, this.length);
  }

  /** Orders the next events, `count` at most; false when there is none left. @throws BrokenTrace */
  step(count: number): boolean {
    for (let n = 0; n < count; n++) {
      this.fillFrontier();
      const stream = this.popEarliest();
      if (stream === undefined) {
        if (this.available.length > 0) {
          throw new BrokenTrace('no consistent ordering of events possible', this.rows.offset[this.available[0]?.next ?? 0] ?? 0);
        }
        return false;
      }
      this.apply(stream.next++);
      this.available.push(stream);
    }
    return true;
  }

  private fillFrontier(): void {
    const { available } = this;
    for (let index = 0; index < available.length;) {
      const stream = available[index];
      if (stream !== undefined && this.hasNext(stream)) {
        if (!this.isReady(stream.next)) {
          index++;
          continue;
        }
        this.push(stream);
      }
      const last = available.pop();
      if (last !== undefined && index < available.length) {
        available[index] = last;
      }
    }
  }

  private hasNext(stream: Stream): boolean {
    while (stream.next === stream.end) {
      if (stream.batch === -1) {
        return false;
      }
      stream.next = this.rows.length;
      this.loader.load(stream.proc, this.batches, stream.batch);
      stream.batch = this.batches.after(stream.batch);
      stream.end = this.rows.length;
      this.reach(this.rows.goroutines.length);
    }
    return true;
  }

  private isReady(row: number): boolean {
    const subject = this.rows.subject[row] ?? 0;
    if (subject === unorderedSlot) {
      return true;
    }
    const sequence = this.rows.detail[row] ?? 0;
    return (
      (sequence === anySequence || sequence - 1 === this.sequence[subject]) &&
      ruleOfType[this.rows.type[row] ?? 0]?.from === this.status[subject]
    );
  }

  /** @throws BrokenTrace when another event came first and made this one impossible */
  private apply(row: number): void {
    const { rows } = this;
    const type = rows.type[row] ?? 0;
    if (!this.isReady(row)) {
      throw new BrokenTrace('encountered impossible goroutine state transition', rows.offset[row] ?? 0);
    }
    this.rowsInOrder[this.length++] = row;
    rows.type[row] = plainTypes.get(type) ?? type;
    const subject = rows.subject[row] ?? 0;
    const rule = ruleOfType[type];
    if (subject === unorderedSlot || rule === undefined) {
      return;
    }
    this.status[subject] = rule.to;
    if (rule.step !== Step.Keep) {
      // Wraps around, as the official reader's does: a number that fits anything is followed by 0.
      this.sequence[subject] = rule.step === Step.Own ? (rows.detail[row] ?? 0) : (this.sequence[subject] ?? 0) + 1;
    }
  }

  private reach(slots: number): void {
    if (slots <= this.status.length) {
      return;
    }
    const size = Math.max(2 * this.status.length, slots);
    const { status, sequence } = this;
    this.status = new Uint8Array(size);
    this.status.set(status);
    this.sequence = new Uint32Array(size);
    this.sequence.set(sequence);
  }

  /** Whether the stream at one place of the frontier goes before that at another; what is no place goes last. */
  private isBefore(index: number, other: number): boolean {
    const [stream, than] = [this.frontier[index], this.frontier[other]];
    return stream !== undefined && (than === undefined || this.rows.tick.compare(stream.next, than.next) < 0);
  }

  private push(stream: Stream): void {
    const { frontier } = this;
    frontier.push(stream);
    for (let index = frontier.length - 1; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.isBefore(index, parent)) {
        return;
      }
      this.swap(index, parent);
      index = parent;
    }
  }

  private popEarliest(): Stream | undefined {
    const { frontier } = this;
    this.swap(0, frontier.length - 1);
    const earliest = frontier.pop();
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      const least = this.isBefore(left + 1, left) ? left + 1 : left;
      if (!this.isBefore(least, index)) {
        return earliest;
      }
      this.swap(index, least);
      index = least;
    }
  }

  private swap(a: number, b: number): void {
    const first = this.frontier[a];
    const second = this.frontier[b];
    if (first !== undefined && second !== undefined) {
      this.frontier[a] = second;
      this.frontier[b] = first;
    }
  }
}
