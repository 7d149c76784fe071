import { ns } from '../base';
import type { StackIndex, Trace } from '../gotrace';
import type { GcCycle, StopTheWorld } from './facts';
import { siteOf, type SourceFrame } from './site';
import { framesOfStack } from './stackFrames';

interface MarkPhase {
  readonly startNs: number;
  endNs: number;
  readonly cutStart: boolean;
  cutEnd: boolean;
  readonly stack: StackIndex;
}

/** Collects the concurrent mark phases, of which one can be open at a time, and makes cycles of them (facts.md section 3). */
export class GcCycleCollector {
  private readonly phases: MarkPhase[] = [];
  private open: MarkPhase | null = null;

  constructor(private readonly traceStartNs: number) {}

  begin(timeNs: number, stack: StackIndex): void {
    this.open ??= this.add(timeNs, false, stack);
  }

  /** Marking is on as a generation begins; in the first one it began before the trace. Returns whether that is news. */
  active(): boolean {
    const isNews = this.open === null;
    this.open ??= this.add(this.traceStartNs, true, 0 as StackIndex);
    return isNews;
  }

  /** Returns whether marking turns out to have been on since the start of the trace. */
  end(timeNs: number): boolean {
    const isNews = this.phases.length === 0 && this.active();
    if (this.open !== null) {
      this.open.endNs = timeNs;
      this.open = null;
    }
    return isNews;
  }

  finish(traceEndNs: number, trace: Trace, stops: readonly StopTheWorld[]): GcCycle[] {
    if (this.open !== null) {
      this.open.endNs = traceEndNs;
      this.open.cutEnd = true;
    }
    const ends = restartsAfter(this.phases, stops);
    return this.phases.map((phase, seq) => {
      const stack = framesOfStack(trace, phase.stack);
      return {
        seq,
        startNs: ns(phase.startNs),
        endNs: ns(Math.max(phase.endNs, ends[seq] ?? 0)),
        markStartNs: ns(phase.startNs),
        markEndNs: ns(phase.endNs),
        cutStart: phase.cutStart,
        cutEnd: phase.cutEnd,
        trigger: triggerOf(stack),
        site: siteOf(stack),
        stack: phase.stack,
      };
    });
  }

  private add(startNs: number, cutStart: boolean, stack: StackIndex): MarkPhase {
    const phase: MarkPhase = { startNs, endNs: NaN, cutStart, cutEnd: false, stack };
    this.phases.push(phase);
    return phase;
  }
}

/**
 * By phase: when the last world stopped within it for mark termination was restarted, -Infinity if none was. The runtime reports the end of marking
 * before it restarts the world, and it may try termination several times.
 */
function restartsAfter(phases: readonly MarkPhase[], stops: readonly StopTheWorld[]): number[] {
  const ends = phases.map(() => -Infinity);
  let seq = 0;
  for (const stop of stops) {
    while (seq < phases.length && (phases[seq]?.endNs ?? 0) <= stop.startNs) {
      seq++;
    }
    const phase = phases[seq];
    if (phase !== undefined && stop.reason === 'GC mark termination' && stop.startNs >= phase.startNs) {
      ends[seq] = Math.max(ends[seq] ?? -Infinity, stop.endNs);
    }
  }
  return ends;
}

/** Why a cycle began, told by who called gcStart (Go runtime/mgc.go). */
function triggerOf(stack: readonly SourceFrame[]): GcCycle['trigger'] {
  const has = (test: (name: string) => boolean) => stack.some((frame) => test(frame.function));
  if (has((name) => name === 'runtime.GC')) {
    return 'forced';
  }
  if (has((name) => name === 'runtime.forcegchelper')) {
    return 'periodic';
  }
  return has((name) => name.startsWith('runtime.mallocgc')) ? 'heap' : 'unknown';
}
