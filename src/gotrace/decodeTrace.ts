import { breathe, GclensError, ns, type WorkOptions } from '../base';
import { BrokenTrace, UnexpectedEnd } from './brokenTrace';
import { absoluteNs, ThreadCursor, ticksToNs } from './cursor';
import { eventSpec, idArgs } from './eventSpecs';
import { EventColumns } from './eventTable';
import { Frontier } from './frontier';
import type { Generation, Tables } from './generation';
import { GenerationReader } from './generations';
import { sortAsGo } from './goSort';
import { firstVersionOfV2, readHeader } from './header';
import { Ordering, type OutputRow } from './order';
import { InternedStacks } from './stacks';
import { InternedStrings } from './strings';
import { type EventIndex, EventType, type ExperimentalBatch, type Sync, type Trace } from './trace';
import { decodeV1 } from './v1/decodeV1';
import { formatSigned, formatUnsigned, unsigned, wireNone } from './wire';

/** Events between two looks at the clock, and how long to work between two turns of the event loop. */
const eventsPerLook = 4096;
const msPerTurn = 12;

/**
 * Decodes and orders an execution trace (Go 1.11 to 1.27) as the official reader does. Damage ends the trace early: what came before it is in the result,
 * and `damage` says why, in the official reader's words, and where.
 * @throws GclensError when the header is none of a readable trace, or nothing of a trace of format v1 can be read; the signal's reason when aborted
 */
export async function decodeTrace(bytes: Uint8Array, options: WorkOptions = {}): Promise<Trace> {
  options.signal?.throwIfAborted();
  const goVersion = readHeader(bytes);
  const work = goVersion < firstVersionOfV2 ? decodeV1(bytes, goVersion) : decodeV2(bytes, goVersion);
  let turnStart = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done === true) {
      return value;
    }
    if (performance.now() - turnStart > msPerTurn) {
      options.onProgress?.('decode', value);
      await breathe(options.signal);
      turnStart = performance.now();
    }
  }
}

/** Yields how far it is, from 0 to 1. */
function* decodeV2(bytes: Uint8Array, goVersion: number): Generator<number, Trace> {
  const pass = new DecodePass(bytes, goVersion);
  while (pass.step()) {
    yield pass.offset / bytes.length;
  }
  return pass.finish();
}

class DecodePass {
  private readonly tables: Tables;
  private readonly generations: GenerationReader;
  private readonly events: EventColumns;
  private readonly ordering: Ordering;
  private readonly frontier = new Frontier();
  private readonly syncs: Sync[] = [];
  private readonly experimentalBatches: ExperimentalBatch[] = [];
  private generation: Generation | null = null;
  private samples: SortedSamples | null = null;
  private originNs = 0n;
  private hasOrigin = false;
  private damage: GclensError | null = null;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly goVersion: number,
  ) {
    this.tables = { bytes, strings: new InternedStrings(bytes), stacks: new InternedStacks() };
    this.generations = new GenerationReader(this.tables, goVersion);
    this.events = new EventColumns(bytes);
    this.ordering = new Ordering(goVersion);
  }

  get offset(): number {
    return this.generations.offset;
  }

  /** Does a bounded piece of work; false when there is none left. */
  step(): boolean {
    try {
      if (this.frontier.length === 0 && (this.samples === null || this.samples.isEmpty)) {
        return this.beginNext();
      }
      this.advanceSome();
      return true;
    } catch (error) {
      if (error instanceof BrokenTrace) {
        this.breakOff(error);
        return false;
      }
      throw error;
    }
  }

  finish(): Trace {
    const { bytes, goVersion, originNs, events, syncs, experimentalBatches, damage, tables } = this;
    events.trim();
    return { bytes, goVersion, originNs, events, strings: tables.strings, stacks: tables.stacks, syncs, experimentalBatches, damage };
  }

  private breakOff(error: BrokenTrace): void {
    this.damage = new GclensError(error.message, {
      offset: error.offset,
      advice: this.events.length > 1 ? 'the events before it are kept' : 'record it again and let it stop before copying',
    });
  }

  private beginNext(): boolean {
    const next = this.generations.step();
    if (next.kind === 'more') {
      return true;
    }
    if (next.kind === 'generation') {
      this.begin(next.generation);
      return true;
    }
    this.generation = null;
    this.events.beginGeneration(null);
    this.appendSync(this.events.length === 0 ? 0 : this.events.lastTimeNs, null);
    if (next.kind === 'broken' && !(next.error instanceof UnexpectedEnd)) {
      this.breakOff(next.error);
    }
    return false;
  }

  private begin(generation: Generation): void {
    if (!this.hasOrigin) {
      // The official reader's clock starts at 1.
      const startNs = absoluteNs(generation.minTicks, generation.nsPerTick);
      this.originNs = BigInt(Math.max(startNs, 1));
      this.hasOrigin = true;
    }
    this.generation = generation;
    for (const batch of generation.experimental) {
      this.experimentalBatches.push(batch);
    }
    this.samples = new SortedSamples(generation, this.originNs);
    for (const [thread, batches] of generation.batches) {
      const cursor = new ThreadCursor(this.bytes, thread, batches, generation.nsPerTick, this.originNs);
      if (cursor.next()) {
        this.frontier.insert(cursor);
      }
    }
    this.events.beginGeneration(generation);
    this.appendSync(ticksToNs(generation.minTicks, generation.nsPerTick, this.originNs), generation);
  }

  private appendSync(timeNs: number, generation: Generation | null): void {
    const event = this.events.append(EventType.Sync, timeNs, wireNone, wireNone, wireNone, -1) as EventIndex;
    if (!this.hasOrigin) {
      this.originNs = 1n;
      this.hasOrigin = true;
    }
    const snapshot = generation?.snapshot ?? null;
    this.syncs.push({
      event,
      snapshot:
        snapshot === null || generation === null
          ? null
          : {
              timeNs: ns(ticksToNs(snapshot.ticks, generation.nsPerTick, this.originNs)),
              monoNs: snapshot.monoNs,
              wallUnixNs: snapshot.wallUnixNs,
            },
    });
  }

  private advanceSome(): void {
    const { generation, samples } = this;
    if (generation === null || samples === null) {
      return;
    }
    for (let n = 0; n < eventsPerLook; n++) {
      const head = this.frontier.at(0);
      if (!samples.isEmpty && (head === undefined || samples.timeNs < head.timeNs)) {
        this.appendSample(samples, generation);
      } else if (head === undefined) {
        return;
      } else if (!this.tryAdvance(0, generation)) {
        this.advanceAnother(generation);
      }
    }
  }

  /** Clocks of threads disagree: the first one in order of time whose event is possible goes next. Rare. */
  private advanceAnother(generation: Generation): void {
    this.frontier.sort();
    for (let index = 1; index < this.frontier.length; index++) {
      if (this.tryAdvance(index, generation)) {
        return;
      }
    }
    throw new BrokenTrace(
      `broken trace: failed to advance: frontier: [gen=${String(generation.number)}]`,
      this.frontier.at(0)?.offset ?? 0,
    );
  }

  private tryAdvance(index: number, generation: Generation): boolean {
    const cursor = this.frontier.at(index);
    if (cursor === undefined || !this.ordering.advance(cursor, generation)) {
      return false;
    }
    const { timeNs } = cursor;
    const invalid = this.findInvalidId(cursor, generation);
    if (cursor.next()) {
      this.frontier.update(index);
    } else {
      this.frontier.remove(index);
    }
    if (invalid !== null) {
      throw invalid;
    }
    this.appendRows(timeNs);
    return true;
  }

  /** The official reader checks the ids of an event when it comes out, so the good events before it are delivered. */
  private findInvalidId(cursor: ThreadCursor, generation: Generation): BrokenTrace | null {
    const { type, args } = cursor;
    if (type === EventType.ProcStatus && unsigned(args[1] ?? 0) > 0xff) {
      const [proc = 0, status = 0] = args;
      return new BrokenTrace(`invalid status for proc ${formatSigned(proc)}: ${formatUnsigned(status)}`, cursor.offset);
    }
    const ids = idArgs[type];
    for (let n = 0; n < 4; n++) {
      const index = ids?.[n] ?? -1;
      if (index === -1) {
        continue;
      }
      const id = args[index] ?? 0;
      const isStack = n < 2;
      if ((isStack ? generation.stack(id) : generation.string(id)) === undefined) {
        const name = eventSpec(type)?.name ?? '';
        return new BrokenTrace(`found invalid ${isStack ? 'stack' : 'string'} ID ${formatUnsigned(id)} for event ${name}`, cursor.offset);
      }
    }
    return null;
  }

  private appendRows(timeNs: number): void {
    const { ordering, events } = this;
    for (let n = 0; n < ordering.rowCount; n++) {
      const output = ordering.rows[n];
      if (output === undefined) {
        return;
      }
      const row = events.append(output.type, timeNs, output.goroutine, output.proc, output.thread, output.offset);
      if (n === 0) {
        this.keepExtras(row, output);
      }
    }
  }

  private keepExtras(row: number, output: OutputRow): void {
    const { ordering } = this;
    const { extras } = this.events;
    if (ordering.extraFrom !== undefined) {
      extras.from.set(row, ordering.extraFrom);
    }
    if (ordering.extraStatus !== undefined) {
      extras.status.set(row, ordering.extraStatus);
    }
    if (ordering.extraReason !== undefined) {
      extras.reason.set(row, ordering.extraReason);
    }
    if (ordering.extraTask !== undefined && output.type === EventType.UserTaskEnd) {
      extras.task.set(row, ordering.extraTask);
    }
  }

  private appendSample(samples: SortedSamples, generation: Generation): void {
    const sample = samples.take();
    const stack = generation.samples.stack[sample] ?? 0;
    const offset = generation.samples.offset[sample] ?? 0;
    if (generation.stack(stack) === undefined) {
      throw new BrokenTrace(`found invalid stack ID ${formatUnsigned(stack)} for event CPUSample`, offset);
    }
    const { goroutine, proc, thread } = generation.samples;
    this.events.append(
      EventType.CPUSample,
      samples.takenNs,
      goroutine[sample] ?? wireNone,
      proc[sample] ?? wireNone,
      thread[sample] ?? wireNone,
      offset,
    );
  }
}

/** CPU samples of a generation in order of time. */
class SortedSamples {
  takenNs = 0;
  private readonly order: readonly number[];
  private readonly times: Float64Array;
  private next = 0;

  constructor(generation: Generation, originNs: bigint) {
    this.times = Float64Array.from(generation.samples.ticks, (ticks) => ticksToNs(ticks, generation.nsPerTick, originNs));
    const { times } = this;
    const order = Array.from(times, (_, sample) => sample);
    sortAsGo(order, (a, b) => (times[a] ?? 0) < (times[b] ?? 0));
    this.order = order;
  }

  get isEmpty(): boolean {
    return this.next >= this.order.length;
  }

  get timeNs(): number {
    return this.times[this.order[this.next] ?? 0] ?? 0;
  }

  take(): number {
    const sample = this.order[this.next++] ?? 0;
    this.takenNs = this.times[sample] ?? 0;
    return sample;
  }
}
