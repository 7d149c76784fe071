import { breathe, GclensError, type KernelKind, type WorkOptions } from '../base';
import { type BrokenTrace, UnexpectedEnd } from './brokenTrace';
import { EventColumns } from './eventTable';
import { tellFailure } from './failureWords';
import { findExperimentalBatches } from './experimentalBatches';
import { GenerationIds } from './generationIds';
import { type GenerationRange, GenerationScanner } from './generations';
import { firstVersionOfV2, readHeader } from './header';
import { indexInSteps, type TraceIndex } from './indexTrace';
import { Report, Status } from './kernel/shared';
import { StackColumns } from './stacks';
import { StringColumns } from './strings';
import { type RawSnapshot, SyncColumns } from './syncColumns';
import { type EventIndex, NONE, type Trace } from './trace';
import { type TraceKernel, withTraceKernel } from './traceKernel';
import { decodeV1 } from './v1/decodeV1';
import { bigOfHalves } from './wire';

/** How long to work between two turns of the event loop. */
const msPerTurn = 12;
/** Events seldom take fewer bytes; where they do, columns grow. */
const bytesPerEvent = 4.75;

/** Rows around those of a generation. */
const syncs = 2;

/** Numbers of generations from here on have stand-ins. */
const firstLargeStandIn = 2 ** 28;
/** How many 32 bit numbers belong to a failure. */
const failureNumbers = Report.Laps - Report.FailureNumbers;

/** How a pass ends: with a failure or without, after a last Sync or without. */
type End = { readonly failure: BrokenTrace | null; readonly hasSync: boolean } | 'careless';

export interface DecodeOptions extends WorkOptions {
  /** Asks for one kind of kernel, for tests and measurements; absent: WASM where the page's CSP allows it. */
  readonly kernel?: KernelKind;
  /** Called now and then between two steps of a trace of format v2 with what is decoded so far. Decoding goes on when it is settled. */
  readonly onPrefix?: (prefix: TracePrefix) => Promise<void>;
}

/** What is decoded of a trace that is still being read: its first events, as exact as they will be unless it turns out to be damaged. */
export interface TracePrefix {
  /** Number of the generation whose events are being ordered, from 1 on; 0 before. */
  readonly generation: number;
  readonly index: TraceIndex;
  /** The events so far, without a last Sync. Valid until decoding goes on. */
  readonly trace: Trace;
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
    return inTurns(decodeV1(bytes, goVersion), options.signal, (fraction) => {
      options.onProgress?.('decode', fraction);
      return undefined;
    });
  }
  const { signal, onProgress, onPrefix } = options;
  const index = await inTurns(indexInSteps(bytes, goVersion), signal);
  return withTraceKernel(options.kernel, async (kernel) => {
    const decode = (pass: DecodePass) =>
      inTurns(pass.run(), signal, (fraction) => {
        onProgress?.(`decode, generation ${Math.max(1, pass.generation)} of ${index.generations.length}`, fraction);
        return onPrefix?.(pass);
      });
    const careless = new DecodePass(kernel, bytes, index, null);
    return (await decode(careless)) ?? (await decode(new DecodePass(kernel, bytes, index, careless))) ?? failToDecode();
  });
}

function failToDecode(): never {
  throw new Error('a careful pass over a trace ended as a careless one');
}

/** Runs work that stops now and then with how far it is, and lets the event loop turn at such stops. */
async function inTurns<Result>(
  work: Generator<number, Result>,
  signal: AbortSignal | undefined,
  onTurn?: (fraction: number) => Promise<void> | undefined,
): Promise<Result> {
  let turnStart = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) {
      return step.value;
    }
    if (performance.now() - turnStart > msPerTurn) {
      await breathe(signal);
      await onTurn?.(step.value);
      turnStart = performance.now();
    }
  }
}

/** One pass over a trace, from its first generation on. */
class DecodePass implements TracePrefix {
  private readonly scanner: GenerationScanner;
  private readonly strings: StringColumns;
  private readonly stacks = new StackColumns();
  private readonly ids: GenerationIds;
  private readonly syncs: SyncColumns;
  /** Generations whose events are here, as far as they go. */
  private shownGenerations = 0;
  private readonly standIns = new StandIns();
  private events: EventColumns;
  private range: GenerationRange | null = null;

  /** @param careless a pass before, which found the trace broken: this one notices what is broken where the official reader notices it, which costs time; null for a first one */
  constructor(
    private readonly kernel: TraceKernel,
    private readonly bytes: Uint8Array,
    readonly index: TraceIndex,
    private readonly careless: DecodePass | null,
  ) {
    this.scanner = new GenerationScanner(bytes, index.goVersion);
    this.strings = new StringColumns(bytes);
    this.ids = new GenerationIds(index.generations.length);
    this.syncs = new SyncColumns(index.generations.length + 1);
    this.events = new EventColumns(bytes, this.ids, 0);
  }

  /** Null when the trace is broken and another pass has to find out carefully where. */
  *run(): Generator<number, Trace | null> {
    const { kernel, scanner } = this;
    const { goVersion, generations } = this.index;
    const { eventBytes, mostBytes } = generations;
    this.events = new EventColumns(
      this.bytes,
      this.ids,
      Math.ceil(eventBytes / bytesPerEvent) + generations.length + 64,
      generations.length,
    );
    if (this.careless !== null) {
      this.events.recycle(this.careless.events);
    }
    kernel.start(goVersion, this.careless !== null, mostBytes, this.bytes.length);
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

  get generation(): number {
    return this.syncs.length;
  }

  get trace(): Trace {
    return this.traceWith(null);
  }

  /** How far it is. */
  private get fraction(): number {
    return this.scanner.offset / this.bytes.length;
  }

  /** Decodes a generation; null when the next one follows. */
  private *decode(range: GenerationRange): Generator<number, End | null> {
    const { kernel } = this;
    this.range = range;
    kernel.beginGeneration(this.bytes, range);
    let status = this.readTables();
    while (status === Status.More) {
      yield this.fraction;
      status = this.readTables();
    }
    if (status === Status.Failed) {
      return { failure: this.tellFailure(), hasSync: true };
    }
    if (!range.isWhole) {
      return { failure: range.failure, hasSync: true };
    }
    status = this.beginEvents(range);
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

  private beginEvents(range: GenerationRange): Status {
    const { events } = this;
    const event = events.length as EventIndex;
    const status = this.kernel.beginEvents(this.standIns.of(range.number));
    if (status === Status.More) {
      const { strings, stacks } = this.kernel.tableIds();
      events.reserve(this.kernel.reported(Report.Samples) + syncs);
      events.beginGeneration();
      this.ids.append(strings, stacks);
      this.shownGenerations++;
      this.syncs.originNs = this.originNs;
      this.takeRows();
      this.syncs.append(event, Number(range.number), this.readSnapshot());
    }
    return status;
  }

  private readTables(): Status {
    const status = this.kernel.readTables();
    const { stringOffsets, stringLengths, frames, stackCounts, stackFrames } = this.kernel.newTables();
    this.strings.append(stringOffsets, stringLengths);
    this.stacks.frames.append(frames);
    this.stacks.append(stackCounts, stackFrames);
    return status;
  }

  private takeRows(): void {
    this.kernel.takeRows((block) => {
      this.events.appendBlock(block);
    });
  }

  private readSnapshot(): RawSnapshot | null {
    const { kernel } = this;
    if (kernel.reported(Report.HasSnapshot) === 0) {
      return null;
    }
    return {
      traceNs: this.reportedBig(Report.SnapshotTimeLow),
      monoNs: this.reportedBig(Report.SnapshotMonoLow),
      wallSeconds: this.reportedBig(Report.SnapshotSecondsLow),
      wallNanoseconds: this.reportedBig(Report.SnapshotNanosecondsLow),
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
    const { kernel, bytes, index, strings, range, standIns } = this;
    return tellFailure({
      failure: kernel.reported(Report.FailureCode),
      offset: kernel.reported(Report.FailureOffset),
      type: kernel.reported(Report.FailureType),
      numbers: Uint32Array.from({ length: failureNumbers }, (_, n) => kernel.reported(Report.FailureNumbers + n)),
      bytes,
      goVersion: index.goVersion,
      generation: range?.number ?? 0,
      strings,
      list: kernel.failureList(),
      generationOf: (standIn) => standIns.numberOf(standIn),
    });
  }

  private finish({ failure, hasSync }: Exclude<End, 'careless'>): Trace {
    const { events, syncs } = this;
    if (hasSync) {
      events.beginGeneration();
      const event = events.length as EventIndex;
      this.kernel.finish();
      this.takeRows();
      syncs.append(event, NONE, null);
    }
    events.trim();
    const damage =
      failure === null || failure instanceof UnexpectedEnd
        ? null
        : new GclensError(failure.message, {
            offset: failure.offset,
            advice: events.length > 1 ? 'the events before it are kept' : 'record it again and let it stop before copying',
          });
    return this.traceWith(damage);
  }

  private traceWith(damage: GclensError | null): Trace {
    const { bytes, index, originNs, events, strings, stacks, syncs, shownGenerations } = this;
    const { goVersion } = index;
    const experimentalBatches = { [Symbol.iterator]: () => findExperimentalBatches(bytes, goVersion, shownGenerations) };
    return { bytes, goVersion, originNs, events, strings, stacks, syncs, experimentalBatches, damage };
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
