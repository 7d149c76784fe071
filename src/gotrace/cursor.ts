import type { Batch } from './batches';
import { BrokenTrace } from './brokenTrace';
import { argCounts, eventTypeCount } from './eventSpecs';
import { unsigned, WireReader } from './wire';

/** The event under a thread's cursor, decoded in place: one object a thread, none an event. */
export class ThreadCursor {
  /** Time relative to the trace's origin, before it is pushed forward on output. */
  timeNs = 0;
  type = 0;
  /** Offset of the event's type byte. */
  offset = 0;
  readonly args = [0, 0, 0, 0];
  private batch = -1;
  private readonly wire: WireReader;

  constructor(
    bytes: Uint8Array,
    readonly thread: number,
    private readonly batches: readonly Batch[],
    private readonly nsPerTick: number,
    private readonly originNs: bigint,
  ) {
    this.wire = new WireReader(bytes);
  }

  /** Decodes the next event; false after the last one. @throws BrokenTrace */
  next(): boolean {
    const { wire } = this;
    while (wire.atEnd) {
      const batch = this.batches[++this.batch];
      if (batch === undefined) {
        return false;
      }
      wire.seek(batch.start, batch.end);
      this.timeNs = ticksToNs(batch.ticks, this.nsPerTick, this.originNs);
    }
    this.offset = wire.pos;
    this.type = wire.byte();
    const count = this.countArgs();
    const delta = wire.uvarint();
    if (Number.isNaN(delta)) {
      throw new BrokenTrace('found invalid uvarint for timestamp', this.offset);
    }
    this.timeNs += absoluteNs(delta, this.nsPerTick);
    for (let n = 0; n < count; n++) {
      const value = wire.uvarint();
      if (Number.isNaN(value)) {
        throw new BrokenTrace('found invalid uvarint', this.offset);
      }
      this.args[n] = value;
    }
    return true;
  }

  private countArgs(): number {
    if (this.type >= eventTypeCount) {
      throw new BrokenTrace(`found invalid event type: ${String(this.type)}`, this.offset);
    }
    const count = argCounts[this.type] ?? -1;
    if (count === -1) {
      throw new BrokenTrace(`found event without a timestamp: type=${String(this.type)}`, this.offset);
    }
    return count;
  }
}

/** Absolute ticks as ns since the origin: scaled in float64 as the official reader does, subtracted exactly where the result is below 2^53. */
export function ticksToNs(ticks: number, nsPerTick: number, originNs: bigint): number {
  return absoluteNs(ticks, nsPerTick) - Number(originNs);
}

const int64Limit = 2 ** 63;

/** Ticks as ns: an integer, of float64 precision above 2^53. What int64 cannot hold is its least value, as on the machines that the official reader runs on. */
export function absoluteNs(ticks: number, nsPerTick: number): number {
  const timeNs = unsigned(ticks) * nsPerTick;
  return timeNs < int64Limit ? Math.trunc(timeNs) : -int64Limit;
}
