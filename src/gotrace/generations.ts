import { BrokenTrace } from './brokenTrace';
import { headerBytes } from './header';
import { describeBrokenVarint, formatUnsigned, unsigned, WireReader } from './wire';

/** Limit of the official reader (Go src/internal/trace/tracev2/events.go). */
const maxBatchBytes = 64 * 1024;

const eventBatch = 1;
const experimentalBatch = 49;
const endOfGeneration = 52;
/** First payload bytes of the batches that hold no events. */
const structuralKinds = [2, 4, 6, 50];
/** Version from which on a generation ends with a byte of its own. */
const firstEndedVersion = 26;

/** Batches read between two chances to stop. */
const batchesPerStep = 1024;

/** A generation as its batches' headers tell it: go-execution-trace.md sections 1.3 and 1.4. */
export interface GenerationRange {
  /** 0 before its first batch. */
  number: number | bigint;
  /** Its batches lie in bytes[start, end). */
  readonly start: number;
  end: number;
  /** Least and greatest time of a batch, in ticks. */
  minTicks: number;
  maxTicks: number;
  /** Bytes of event batches. */
  eventBytes: number;
  hasEventBatches: boolean;
  /** Why no batch can be read behind it. */
  failure: BrokenTrace | null;
  /** Whether it ended as a generation does; what only came before a failure is not shown, and at the end of a file of Go 1.26 nothing is. */
  isWhole: boolean;
  /** Whether nothing follows. */
  isLast: boolean;
}

/** What is told about each batch, for who wants more than ranges. */
export interface BatchHeader {
  offset: number;
  generation: number | bigint;
  thread: number;
  ticks: number;
  /** 0 outside of experiments. */
  experiment: number;
  start: number;
  end: number;
  /** First byte of the payload, which decides its kind; -1 for an empty one. */
  kind: number;
}

/** Finds generations by reading nothing but the headers of batches. */
export class GenerationScanner {
  private readonly wire: WireReader;
  private readonly header: BatchHeader = {
    offset: 0,
    generation: 0,
    thread: -1,
    ticks: 0,
    experiment: 0,
    start: 0,
    end: 0,
    kind: -1,
  };
  private current: GenerationRange | null = null;
  private isFirst: boolean;
  private isAtEnd = false;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly goVersion: number,
    /** Called for each batch of a generation. */
    private readonly onBatch?: (batch: BatchHeader) => void,
    /** Where a generation begins. */
    start = headerBytes,
  ) {
    this.wire = new WireReader(bytes);
    this.wire.seek(start, bytes.length);
    this.isFirst = start === headerBytes;
  }

  /** How far the file was read, in bytes. */
  get offset(): number {
    return this.wire.pos;
  }

  /** Reads some headers: the next generation, null at the end, 'more' when it takes further steps. */
  step(): GenerationRange | null | 'more' {
    if (this.isAtEnd) {
      return null;
    }
    const range = (this.current ??= this.begin());
    for (let n = 0; n < batchesPerStep; n++) {
      if (this.addBatch(range)) {
        this.current = null;
        this.isFirst = false;
        range.isLast ||= this.wire.pos >= this.bytes.length;
        this.isAtEnd ||= range.isLast || range.failure !== null;
        return range;
      }
    }
    return 'more';
  }

  private begin(): GenerationRange {
    const start = this.wire.pos;
    return {
      number: 0,
      start,
      end: start,
      minTicks: 0,
      maxTicks: 0,
      eventBytes: 0,
      hasEventBatches: false,
      failure: null,
      isWhole: false,
      isLast: false,
    };
  }

  /** Reads a batch into the generation; true when that ends it. */
  private addBatch(range: GenerationRange): boolean {
    const offset = this.wire.pos;
    try {
      return this.readHeader() ? this.take(range) : this.endWithFile(range);
    } catch (error) {
      if (!(error instanceof BrokenTrace)) {
        throw error;
      }
      range.failure = error;
      // Before Go 1.26 a batch that cannot be read may belong to the next generation: this one is delivered before the error is.
      range.isWhole = this.goVersion < firstEndedVersion && range.number !== 0 && !(error instanceof OutOfOrder);
      this.wire.pos = offset;
      return true;
    }
  }

  private endWithFile(range: GenerationRange): boolean {
    range.isLast = true;
    if (this.goVersion < firstEndedVersion) {
      // A file without any batch has an empty generation, which lacks what each must have.
      range.isWhole = range.number !== 0 || this.isFirst;
    } else if (range.hasEventBatches) {
      range.failure = new BrokenTrace('incomplete generation found; trace likely truncated', this.wire.pos);
    }
    return true;
  }

  /** Takes the batch at hand into the generation; true when it ends the generation instead. */
  private take(range: GenerationRange): boolean {
    const { header, wire } = this;
    const isEnded = this.goVersion >= firstEndedVersion;
    if (isEnded && header.kind === endOfGeneration) {
      range.number = range.number === 0 ? header.generation : range.number;
      range.isWhole = true;
      return true;
    }
    if (header.generation === 0) {
      throw new OutOfOrder('invalid generation number 0', header.offset);
    }
    if (range.number === 0) {
      range.number = header.generation;
    } else if (header.generation !== range.number) {
      if (isEnded) {
        throw new OutOfOrder('broken trace: missing end-of-generation event, or generations are interleaved', header.offset);
      }
      if (header.generation !== successorOf(range.number)) {
        throw new OutOfOrder('generations out of order', header.offset);
      }
      wire.pos = header.offset;
      range.isWhole = true;
      return true;
    }
    this.add(range);
    return false;
  }

  private add(range: GenerationRange): void {
    const { header } = this;
    range.end = header.end;
    const ticks = unsigned(header.ticks);
    range.minTicks = range.minTicks === 0 || ticks < range.minTicks ? ticks : range.minTicks;
    range.maxTicks = Math.max(range.maxTicks, ticks);
    if (header.experiment === 0 && (header.start === header.end || !structuralKinds.includes(header.kind))) {
      range.hasEventBatches = true;
      range.eventBytes += header.end - header.start;
    }
    this.onBatch?.(header);
  }

  /** Reads the header at hand and goes behind its batch; false at the end of the file. @throws BrokenTrace */
  private readHeader(): boolean {
    const { wire, header } = this;
    header.offset = wire.pos;
    const type = wire.byte();
    if (Number.isNaN(type)) {
      return false;
    }
    header.experiment = 0;
    if (type === endOfGeneration) {
      header.generation = 0;
      header.kind = endOfGeneration;
      return true;
    }
    if (type !== eventBatch && type !== experimentalBatch) {
      throw new BrokenTrace(`expected batch event, got event ${String(type)}`, header.offset);
    }
    if (type === experimentalBatch) {
      header.experiment = wire.byte();
      if (Number.isNaN(header.experiment)) {
        return false;
      }
    }
    header.generation = this.field('gen', wire.exactUvarint());
    header.thread = this.field('M ID', wire.uvarint());
    header.ticks = this.field('timestamp', wire.uvarint());
    const size = this.field('size', wire.exactUvarint());
    if (size > maxBatchBytes || size < 0) {
      throw new BrokenTrace(`invalid batch size ${formatUnsigned(size)}, maximum is ${String(maxBatchBytes)}`, header.offset);
    }
    header.start = wire.pos;
    header.end = header.start + Number(size);
    if (header.end > this.bytes.length) {
      const left = this.bytes.length - header.start;
      throw new BrokenTrace(`failed to read full batch: read ${String(left)} but wanted ${String(size)}`, header.offset);
    }
    wire.pos = header.end;
    header.kind = size === 0 || header.experiment !== 0 ? -1 : (this.bytes[header.start] ?? -1);
    return true;
  }

  private field<Value extends number | bigint>(what: string, value: Value): Value {
    if (Number.isNaN(value)) {
      const offset = this.wire.pos;
      throw new BrokenTrace(`error reading batch ${what}: ${describeBrokenVarint(this.bytes, offset, this.bytes.length)}`, offset);
    }
    return value;
  }
}

function successorOf(number: number | bigint): number | bigint {
  const successor = BigInt(number) + 1n;
  return successor <= Number.MAX_SAFE_INTEGER ? Number(successor) : successor;
}

/** A batch whose generation cannot stand here. */
class OutOfOrder extends BrokenTrace {}
