import type { RuntimeFacts } from './facts';
import { countUpTo } from './intervals';

/**
 * How long each stop-the-world took to stop the world: from its begin, which is the request, until no P but that of the goroutine that asked was running. A P
 * whose goroutine is in a syscall runs until it is taken away. The rest of the stop is work in the stopped world.
 * @returns by stop; NaN for stops from before the trace, and where another P ran until the end
 */
export function stopLatencies({ stops, procs }: Pick<RuntimeFacts, 'stops' | 'procs'>): Float64Array {
  const running = new RunningProcs(procs.startNs, procs.endNs);
  return Float64Array.from(stops, ({ startNs, endNs, cutStart }) => {
    const stoppedNs = cutStart ? Infinity : running.firstAlone(startNs, endNs);
    return stoppedNs === Infinity ? NaN : stoppedNs - startNs;
  });
}

/** How many Ps run at each time. */
class RunningProcs {
  private readonly startNs: Float64Array;
  private readonly endNs: Float64Array;

  constructor(startNs: Float64Array, endNs: Float64Array) {
    this.startNs = startNs.slice().sort();
    this.endNs = endNs.slice().sort();
  }

  /** The first moment of [fromNs, toNs) at which one P runs at most; Infinity without. */
  firstAlone(fromNs: number, toNs: number): number {
    let begun = countUpTo(this.startNs, fromNs);
    let ended = countUpTo(this.endNs, fromNs);
    let nowNs = fromNs;
    while (begun - ended > 1 && nowNs < toNs) {
      const nextStartNs = this.startNs[begun] ?? Infinity;
      const nextEndNs = this.endNs[ended] ?? Infinity;
      if (nextStartNs < nextEndNs) {
        begun++;
      } else {
        ended++;
      }
      nowNs = Math.min(nextStartNs, nextEndNs);
    }
    return begun - ended <= 1 && (nowNs < toNs || nowNs === fromNs) ? nowNs : Infinity;
  }
}
