import { breathe, GclensError, type KernelKind, ns, type WorkOptions } from '../base';
import { type BrokenTrace, UnexpectedEnd } from './brokenTrace';
import { EventColumns } from './eventTable';
import { tellFailure } from './failureWords';
import { GenerationIds } from './generationIds';
import { type GenerationRange, GenerationScanner } from './generations';
import { firstVersionOfV2, readHeader } from './header';
import { indexInSteps } from './indexTrace';
import { Report, Status } from './kernel/shared';
import { StackColumns } from './stacks';
import { StringColumns } from './strings';
import { type ClockSnapshot, type EventIndex, type ExperimentalBatch, NONE, type Sync, type Trace } from './trace';
import { type TraceKernel, withTraceKernel } from './traceKernel';
import { decodeV1 } from './v1/decodeV1';
import { bigOfHalves } from './wire';

/** How long to work between two turns of the event loop. */
const msPerTurn = 12;
/** Events seldom take fewer bytes; where they do, columns grow. */
const bytesPerEvent = 4.75;

/** Numbers of generations from here on have stand-ins. */
const firstLargeStandIn = 2 ** 28;
/** How many 32 bit numbers belong to a failure. */
const failureNumbers = Report.Laps - Report.FailureNumbers;

/** How a pass ends: with a failure or without, after a last Sync or without. */
type End = { readonly failure: BrokenTrace | null; readonly hasSync: boolean } | 'careless';

export interface DecodeOptions extends WorkOptions {
  /** Asks for one kind of kernel, for tests and measurements; absent: WASM where the page's CSP allows it. */
  readonly kernel?: KernelKind;
}

/**
 * Decodes and orders an execution trace (Go 1.11 to 1.27) as the official reader does. Damage ends the trace early: what came before it is in the result,
 * and `damage` says why, in the official reader's words, and where.
 * @throws GclensError when the header is none of a readable trace, or nothing of a trace of format v1 can be read; the signal's reason when aborted
 */
export async function decodeTrace(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Trace> {
  options.signal?.throwIfAborted();
  const goVersion = readHeader(bytes);
  if (goVersion < firstVersionOfV2) {
    return inTurns(decodeV1(bytes, goVersion), options.signal, options.onProgress);
  }
  const size = await inTurns(measure(bytes, goVersion), options.signal);
  return withTraceKernel(options.kernel, async (kernel) => {
    const decode = (careful: boolean) =>
      inTurns(new DecodePass(kernel, bytes, goVersion, careful).run(size), options.signal, options.onProgress);
    return (await decode(false)) ?? (await decode(true)) ?? failToDecode();
  });
}

function failToDecode(): never {
  throw new Error('a careful pass over a trace ended as a careless one');
}

/** Runs work that stops now and then with how far it is, and lets the event loop turn at such stops. */
async function inTurns<Result>(
  work: Generator<number, Result>,
  signal: AbortSignal | undefined,
  onProgress?: WorkOptions['onProgress'],
): Promise<Result> {
  let turnStart = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) {
      return step.value;
    }
    if (performance.now() - turnStart > msPerTurn) {
      onProgress?.('decode', step.value);
      await breathe(signal);
      turnStart = performance.now();
    }
  }
}

/** What a trace needs memory for. */
interface TraceSize {
  /** Of its largest generation. */
  readonly generationBytes: number;
  /** Of all event batches. */
  readonly eventBytes: number;
}

function* measure(bytes: Uint8Array, goVersion: number): Generator<number, TraceSize> {
  const { generations } = yield* indexInSteps(bytes, goVersion);
  return {
    generationBytes: generations.reduce((most, { start, end }) => Math.max(most, end - start), 0),
    eventBytes: generations.reduce((sum, { eventBytes }) => sum + eventBytes, 0),
  };
}

/** One pass over a trace, from its first generation on. */
class DecodePass {
  private readonly scanner: GenerationScanner;
  private readonly strings: StringColumns;
  private readonly stacks = new StackColumns();
  private readonly syncs: Sync[] = [];
  private readonly experimentalBatches: ExperimentalBatch[] = [];
  private readonly standIns = new StandIns();
  private events: EventColumns;
  private generation: GenerationRange | null = null;

  /** @param careful whether what is broken is noticed where the official reader notices it; costs time */
  constructor(
    private readonly kernel: TraceKernel,
    private readonly bytes: Uint8Array,
    private readonly goVersion: number,
    private readonly careful: boolean,
  ) {
    this.scanner = new GenerationScanner(bytes, goVersion);
    this.strings = new StringColumns(bytes);
    this.events = new EventColumns(bytes, 0);
  }

  /** Null when the trace is broken and another pass has to find out carefully where. */
  *run({ generationBytes, eventBytes }: TraceSize): Generator<number, Trace | null> {
    const { kernel, scanner } = this;
    this.events = new EventColumns(this.bytes, Math.ceil(eventBytes / bytesPerEvent) + 64);
    kernel.start(this.goVersion, this.careful, generationBytes);
    let end: End | null = null;
    while (end === null) {
      const range = scanner.step();
      if (range === null) {
        end = { failure: null, hasSync: true };
      } else if (range === 'more') {
        yield this.fraction;
      } else {
        end = yield* this.decode(range);
      }
    }
    return end === 'careless' ? null : this.finish(end);
  }

  /** How far it is. */
  private get fraction(): number {
    return this.scanner.offset / this.bytes.length;
  }

  /** Decodes a generation; null when the next one follows. */
  private *decode(range: GenerationRange): Generator<number, End | null> {
    const { kernel } = this;
    this.generation = range;
    kernel.beginGeneration(this.bytes, range);
    let status = kernel.readTables();
    while (status === Status.More) {
      yield this.fraction;
      status = kernel.readTables();
    }
    const ids = this.takeTables();
    if (status === Status.Failed) {
      return { failure: this.tellFailure(), hasSync: true };
    }
    if (!range.isWhole) {
      return { failure: range.failure, hasSync: true };
    }
    status = this.beginEvents(range, ids);
    while (status === Status.More || status === Status.Full) {
      yield this.fraction;
      status = kernel.order();
      if (status !== Status.More) {
        this.takeRows();
      }
    }
    if (status === Status.Careless) {
      return 'careless';
    }
    if (status === Status.Failed) {
      return { failure: this.tellFailure(), hasSync: false };
    }
    return range.failure === null ? null : { failure: range.failure, hasSync: true };
  }

  private beginEvents(range: GenerationRange, ids: GenerationIds): Status {
    const { events } = this;
    const event = events.length as EventIndex;
    const status = this.kernel.beginEvents(this.standIns.of(range.number));
    if (status === Status.More) {
      events.beginGeneration(ids);
      for (const batch of range.experimental) {
        this.experimentalBatches.push(batch);
      }
      this.takeRows();
      this.syncs.push({ event, generation: Number(range.number), snapshot: this.readSnapshot() });
    }
    return status;
  }

  private takeTables(): GenerationIds {
    const { stringOffsets, stringLengths, frames, stackCounts, stackFrames, stringIds, stackIds } = this.kernel.newTables();
    this.strings.append(stringOffsets, stringLengths);
    this.stacks.frames.append(frames);
    this.stacks.append(stackCounts, stackFrames);
    return new GenerationIds(stringIds, stackIds);
  }

  private takeRows(): void {
    this.kernel.takeRows((block) => {
      this.events.appendBlock(block);
    });
  }

  private readSnapshot(): ClockSnapshot | null {
    const { kernel } = this;
    if (kernel.reported(Report.HasSnapshot) === 0) {
      return null;
    }
    const traceNs = BigInt.asIntN(64, this.reportedBig(Report.SnapshotTimeLow));
    const seconds = BigInt.asIntN(64, this.reportedBig(Report.SnapshotSecondsLow));
    const nanoseconds = BigInt.asIntN(64, this.reportedBig(Report.SnapshotNanosecondsLow));
    return {
      timeNs: ns(Number(traceNs - this.originNs)),
      traceNs,
      monoNs: this.reportedBig(Report.SnapshotMonoLow),
      wallUnixNs: seconds * 1_000_000_000n + nanoseconds,
    };
  }

  private get originNs(): bigint {
    return this.reportedBig(Report.OriginLow);
  }

  /** The low half stands at a place of the report, the high half behind it. */
  private reportedBig(place: Report): bigint {
    return bigOfHalves(this.kernel.reported(place), this.kernel.reported(place + 1));
  }

  private tellFailure(): BrokenTrace {
    const { kernel, bytes, goVersion, strings, generation, standIns } = this;
    return tellFailure({
      failure: kernel.reported(Report.FailureCode),
      offset: kernel.reported(Report.FailureOffset),
      type: kernel.reported(Report.FailureType),
      numbers: Uint32Array.from({ length: failureNumbers }, (_, n) => kernel.reported(Report.FailureNumbers + n)),
      bytes,
      goVersion,
      generation: generation?.number ?? 0,
      strings,
      duplicatePcs: kernel.duplicatePcs(),
      generationOf: (standIn) => standIns.numberOf(standIn),
    });
  }

  private finish({ failure, hasSync }: Exclude<End, 'careless'>): Trace {
    const { bytes, goVersion, events, strings, stacks, syncs, experimentalBatches } = this;
    if (hasSync) {
      events.beginGeneration(null);
      const event = events.length as EventIndex;
      this.kernel.finish();
      this.takeRows();
      syncs.push({ event, generation: NONE, snapshot: null });
    }
    events.trim();
    const damage =
      failure === null || failure instanceof UnexpectedEnd
        ? null
        : new GclensError(failure.message, {
            offset: failure.offset,
            advice: events.length > 1 ? 'the events before it are kept' : 'record it again and let it stop before copying',
          });
    return { bytes, goVersion, originNs: this.originNs, events, strings, stacks, syncs, experimentalBatches, damage };
  }
}

/** Numbers by which the kernel knows the numbers of generations: the same one for the same number, above 0 and below 2^29. */
class StandIns {
  private readonly large: (number | bigint)[] = [];

  of(number: number | bigint): number {
    if (typeof number === 'number' && number > 0 && number < firstLargeStandIn) {
      return number;
    }
    let place = this.large.indexOf(number);
    if (place === -1) {
      place = this.large.push(number) - 1;
    }
    return firstLargeStandIn + place;
  }

  numberOf(standIn: number): number | bigint {
    return this.large[standIn - firstLargeStandIn] ?? standIn;
  }
}
