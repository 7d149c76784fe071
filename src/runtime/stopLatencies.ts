import type { RuntimeFacts } from './facts';
import { countUpTo } from './intervals';

/**
 * How long each stop-the-world took to stop the world: from its begin, which is the request, until no P but that of the goroutine that asked was running. A P
 * whose goroutine is in a syscall runs until it is taken away. The rest of the stop is work in the stopped world.
 * @returns by stop; NaN for stops from before the trace, and where another P ran until the end
 */
export function stopLatencies({ stops, procs }: Pick<RuntimeFacts, 'stops' | 'procs'>): Float64Array {
  const [starts, ends] = [procs.startNs.slice().sort(), procs.endNs.slice().sort()];
  return Float64Array.from(stops, ({ startNs, endNs, cutStart }) => {
    const stoppedNs = cutStart ? Infinity : firstAlone(starts, ends, startNs, endNs);
    return stoppedNs === Infinity ? NaN : stoppedNs - startNs;
  });
}

/**
 * The first moment of [fromNs, toNs) at which one P runs at most; Infinity without.
 * @param starts when Ps began to run, rising
 * @param ends when they ceased to, rising
 */
function firstAlone(starts: Float64Array, ends: Float64Array, fromNs: number, toNs: number): number {
  let begun = countUpTo(starts, fromNs);
  let ended = countUpTo(ends, fromNs);
  let nowNs = fromNs;
  while (begun - ended > 1 && nowNs < toNs) {
    const nextStartNs = starts[begun] ?? Infinity;
    const nextEndNs = ends[ended] ?? Infinity;
    if (nextStartNs < nextEndNs) {
      begun++;
    } else {
      ended++;
    }
    nowNs = Math.min(nextStartNs, nextEndNs);
  }
  return begun - ended <= 1 && (nowNs < toNs || nowNs === fromNs) ? nowNs : Infinity;
}
