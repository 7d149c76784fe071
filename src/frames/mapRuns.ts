import { type MapOp, mapOps, rowAt, type RuntimeFacts } from '../runtime';

/** Consecutive CPU samples of one map operation on one goroutine. */
export interface MapRun {
  readonly op: MapOp;
  readonly goroutine: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly samples: number;
  /** Of the first sample. */
  readonly stack: number;
}

/** Samples further apart than this many sampling periods are no run. */
const periodsApart = 2;

/**
 * Map work as samples show it. A run lies in one running stretch of its goroutine; a sample speaks for the period before it, as far as the goroutine ran
 * in that time.
 */
export function mapRuns({ samples, timelines }: RuntimeFacts, isWanted: (goroutine: number) => boolean): MapRun[] {
  const runs: (MapRun & { readonly stretch: number })[] = [];
  /** By goroutine: its last run. */
  const lastRun = new Map<number, number>();
  for (let row = 0; row < samples.length; row++) {
    const op = mapOps[samples.mapOp[row] ?? -1];
    const goroutine = samples.goroutine[row] ?? -1;
    if (op === undefined || !isWanted(goroutine)) {
      continue;
    }
    const timeNs = samples.timeNs[row] ?? 0;
    const slot = timelines.slotOf(goroutine);
    const stretch = slot < 0 ? -1 : rowAt(timelines, slot, timeNs);
    const position = lastRun.get(goroutine) ?? -1;
    const run = runs[position];
    if (run !== undefined && run.op === op && run.stretch === stretch && timeNs - run.endNs <= periodsApart * samples.periodNs) {
      runs[position] = { ...run, endNs: timeNs, samples: run.samples + 1 };
    } else {
      const startNs = Math.min(timeNs, Math.max(timeNs - samples.periodNs, stretch < 0 ? timeNs : timelines.startNsAt(stretch)));
      lastRun.set(goroutine, runs.push({ op, goroutine, startNs, endNs: timeNs, samples: 1, stack: samples.stack[row] ?? 0, stretch }) - 1);
    }
  }
  return runs.map(({ op, goroutine, startNs, endNs, samples: count, stack }) => ({ op, goroutine, startNs, endNs, samples: count, stack }));
}
