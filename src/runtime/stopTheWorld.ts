import { ns } from '../base';
import type { StackIndex } from '../gotrace';
import type { StopTheWorld } from './facts';

interface OpenStop {
  readonly row: number;
  readonly goroutine: number;
}

type MutableStop = { -readonly [K in keyof StopTheWorld]: StopTheWorld[K] };

export const gcReasons: ReadonlySet<string> = new Set(['GC mark termination', 'GC sweep termination']);

/** Collects stop-the-worlds (facts.md section 4), in order of their start. */
export class StopTheWorldCollector {
  private readonly stops: MutableStop[] = [];
  /** By goroutine, outermost first. */
  private readonly open = new Map<number, OpenStop[]>();
  private readonly seen = new Set<number>();

  constructor(private readonly traceStartNs: number) {}

  /** Returns whether the GC stops it. */
  begin(goroutine: number, reason: string, timeNs: number, stack: StackIndex): boolean {
    const open = this.open.get(goroutine) ?? [];
    open.push({ row: this.add(goroutine, reason, timeNs, stack), goroutine });
    this.open.set(goroutine, open);
    this.seen.add(goroutine);
    return gcReasons.has(reason);
  }

  /**
   * Ends the innermost stop of the goroutine and returns it. The first end of a goroutine without a begin ends a stop from before the trace.
   */
  end(goroutine: number, reason: string, timeNs: number): StopTheWorld | undefined {
    const innermost = this.open.get(goroutine)?.pop();
    const isCut = innermost === undefined && !this.seen.has(goroutine);
    const row = isCut ? this.add(goroutine, reason, this.traceStartNs, 0 as StackIndex, true) : (innermost?.row ?? -1);
    this.seen.add(goroutine);
    const stop = this.stops[row];
    if (stop !== undefined) {
      stop.endNs = ns(timeNs);
    }
    return stop;
  }

  finish(traceEndNs: number): StopTheWorld[] {
    for (const { row } of [...this.open.values()].flat()) {
      const stop = this.stops[row];
      if (stop !== undefined) {
        stop.endNs = ns(traceEndNs);
        stop.cutEnd = true;
      }
    }
    return this.stops.sort((a, b) => a.startNs - b.startNs);
  }

  private add(goroutine: number, reason: string, startNs: number, stack: StackIndex, cutStart = false): number {
    const isGc = gcReasons.has(reason);
    return this.stops.push({ reason, isGc, startNs: ns(startNs), endNs: ns(startNs), goroutine, stack, cutStart, cutEnd: false }) - 1;
  }
}
