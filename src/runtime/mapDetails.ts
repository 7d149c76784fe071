import type { Trace } from '../gotrace';
import type { LogTable, MapIntervalTable } from './facts';

/** What the logs of a piece of map work say about the map: its name, and its entries when the work began. */
export interface MapDetail {
  readonly name?: string;
  readonly entries?: number;
}

/**
 * A pair of `map_range_start` and `map_range_end` within a map region of the same goroutine is the same piece of work told twice, as the Go module
 * maptrace does: the pair describes the region. A message is JSON, `{"name":"catalog","op":"iterate","entries":200000}`, and any other text says nothing.
 */
export class MapDetails {
  /** Row of the log pair that describes a row of the intervals: itself, or one inside. */
  private readonly describedBy: Int32Array;
  private readonly inside: Uint8Array;

  constructor(
    private readonly trace: Trace,
    private readonly logs: LogTable,
    private readonly intervals: MapIntervalTable,
  ) {
    this.describedBy = new Int32Array(intervals.length).fill(-1);
    this.inside = new Uint8Array(intervals.length);
    this.join();
  }

  /** Whether a row only describes a region, which is a row of its own. */
  isInsideRegion(row: number): boolean {
    return this.inside[row] === 1;
  }

  of(row: number): MapDetail {
    const described = this.describedBy[row] ?? -1;
    const log = described < 0 ? undefined : this.logs.at(this.intervals.source[described] ?? -1);
    return log === undefined ? {} : readMapDetail(this.trace.strings.textOf(log.message));
  }

  /** Whether a log is one of a pair whose other half the trace does not hold, because it began or ended meanwhile. */
  private isHalfOfPair(row: number): boolean {
    return /^map_range_(?:start|end)$/.test(this.intervals.at(row)?.name ?? '');
  }

  private join(): void {
    const { isLog, goroutine, startNs, endNs, length } = this.intervals;
    /** By goroutine: regions that are open at the row, outermost first. */
    const open = new Map<number, number[]>();
    for (let row = 0; row < length; row++) {
      const regions = open.get(goroutine[row] ?? 0) ?? [];
      const start = startNs[row] ?? 0;
      while (regions.length > 0 && (endNs[regions.at(-1) ?? -1] ?? Infinity) < start) {
        regions.pop();
      }
      if (isLog[row] === 0) {
        regions.push(row);
        open.set(goroutine[row] ?? 0, regions);
        continue;
      }
      this.describedBy[row] = row;
      const region = regions.at(-1);
      const isPart = (endNs[row] ?? 0) > start || this.isHalfOfPair(row);
      if (region !== undefined && isPart && (endNs[row] ?? 0) <= (endNs[region] ?? 0)) {
        this.inside[row] = 1;
        this.describedBy[region] = row;
      }
    }
  }
}

/** What a message of a map log says; nothing if it is not JSON of a known form. */
export function readMapDetail(message: string): MapDetail {
  if (!message.startsWith('{')) {
    return {};
  }
  try {
    const value: unknown = JSON.parse(message);
    if (typeof value !== 'object' || value === null) {
      return {};
    }
    const name = 'name' in value ? value.name : undefined;
    const entries = 'entries' in value ? value.entries : undefined;
    return {
      ...(typeof name === 'string' && name !== '' ? { name } : {}),
      ...(typeof entries === 'number' && Number.isSafeInteger(entries) && entries >= 0 ? { entries } : {}),
    };
  } catch {
    return {};
  }
}
