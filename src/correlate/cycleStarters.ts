import type { RuntimeFacts } from '../runtime';

/** By cycle: the goroutine that began it, which is the one that stopped the world for it first. */
export function startersOf({ gcCycles, stops }: RuntimeFacts): (number | undefined)[] {
  const sweepStops = stops.filter((stop) => stop.reason === 'GC sweep termination');
  let next = 0;
  return gcCycles.map((cycle) => {
    while ((sweepStops[next]?.startNs ?? Infinity) < cycle.startNs) {
      next++;
    }
    const stop = sweepStops[next];
    return stop !== undefined && stop.startNs < cycle.endNs && !cycle.cutStart ? stop.goroutine : undefined;
  });
}
