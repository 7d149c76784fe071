import type { RuntimeFacts } from '../runtime';
import type { TimeRangeMs } from './context';
import type { Field, FrameNotice } from './frame';
import type { FieldConfig } from './makeFrame';

const nsPerMs = 1_000_000;
/** Stretched, a microsecond of the trace is a millisecond of the axis: zooming, which knows whole milliseconds only, then reaches microseconds. */
const stretch = 1000;

/** Where a trace without a wall clock is put: never at 0, which the trace view takes for "no time". */
const noClockMs = Date.UTC(2000, 0, 1);

/** The trace on Grafana's time axis: milliseconds since 1970. */
export class TimeAxis {
  /** What a reader of the axis must know: that it is stretched, that it shows no real time. */
  readonly notices: readonly FrameNotice[];
  private readonly startNs: number;
  private readonly endNs: number;
  private readonly baseMs: number;
  /** Below a millisecond, in nanoseconds of the axis. */
  private readonly baseNs: number;
  private readonly factor: number;

  constructor({ startNs, endNs, wall }: Pick<RuntimeFacts, 'startNs' | 'endNs' | 'wall'>, timeUnit: 'real' | 'stretched' = 'real') {
    const startUnixNs = wall === null ? BigInt(noClockMs) * BigInt(nsPerMs) : wall.unixNs + BigInt(startNs - wall.traceNs);
    this.startNs = startNs;
    this.endNs = endNs;
    this.factor = timeUnit === 'stretched' ? stretch : 1;
    this.baseMs = Number(startUnixNs / BigInt(nsPerMs));
    this.baseNs = timeUnit === 'stretched' ? 0 : Number(startUnixNs % BigInt(nsPerMs));
    this.notices = [...(wall === null ? [noClockNotice(this)] : []), ...(timeUnit === 'stretched' ? [stretchedNotice(this)] : [])];
  }

  /** With a fraction; exact to a quarter of a microsecond, as doubles of that size are. */
  toMs(timeNs: number): number {
    return this.baseMs + this.offsetNs(timeNs) / nsPerMs;
  }

  durationToMs(durationNs: number): number {
    return (durationNs * this.factor) / nsPerMs;
  }

  /** The trace's own time of a moment of the axis. */
  toNs(timeMs: number): number {
    return this.startNs + ((timeMs - this.baseMs) * nsPerMs - this.baseNs) / this.factor;
  }

  /** A column of whole milliseconds, with the nanoseconds below them beside. */
  field(name: string, timesNs: ArrayLike<number>, config: FieldConfig = {}): Field {
    const values: number[] = [];
    const nanos: number[] = [];
    for (let row = 0; row < timesNs.length; row++) {
      const offsetNs = this.offsetNs(timesNs[row] ?? 0);
      const wholeMs = Math.floor(offsetNs / nsPerMs);
      values.push(this.baseMs + wholeMs);
      nanos.push(Math.floor(offsetNs - wholeMs * nsPerMs));
    }
    return { name, type: 'time', config: { ...config }, values, nanos };
  }

  /** The part of the trace that lies in a range of the axis; null when nothing does. */
  clip({ fromMs, toMs }: TimeRangeMs): { readonly fromNs: number; readonly toNs: number } | null {
    const fromNs = Math.max(this.startNs, Math.floor(this.toNs(fromMs)));
    const toNs = Math.min(this.endNs, Math.ceil(this.toNs(toMs)));
    return toNs > fromNs ? { fromNs, toNs } : null;
  }

  /** Where the trace lies on the axis, in whole milliseconds, as time ranges are. */
  get extent(): TimeRangeMs {
    const fromMs = Math.floor(this.toMs(this.startNs));
    return { fromMs, toMs: Math.max(fromMs + 1, Math.ceil(this.toMs(this.endNs))) };
  }

  /** From when to when the trace is on the axis, for people who look for it elsewhere. */
  describeExtent(): string {
    return describeRange(this.extent);
  }

  /** Nanoseconds of the axis since `baseMs`. */
  private offsetNs(timeNs: number): number {
    return (timeNs - this.startNs) * this.factor + this.baseNs;
  }
}

/** From when to when, as UTC. */
export function describeRange({ fromMs, toMs }: TimeRangeMs): string {
  return `${formatTime(fromMs)} to ${formatTime(toMs)}`;
}

/** A damaged clock can say years that no calendar has. */
function formatTime(timeMs: number): string {
  const time = new Date(timeMs);
  return Number.isNaN(time.getTime()) ? `${timeMs} ms after 1970` : time.toISOString();
}

function noClockNotice(axis: TimeAxis): FrameNotice {
  return {
    severity: 'warning',
    text: `Without a wall clock the trace is shown as if it began in the year 2000: from ${axis.describeExtent()}.`,
    range: axis.extent,
  };
}

function stretchedNotice(axis: TimeAxis): FrameNotice {
  return {
    severity: 'info',
    text: `Times are stretched: 1 µs of the trace is shown as 1 ms, from ${axis.describeExtent()}.`,
    range: axis.extent,
  };
}
