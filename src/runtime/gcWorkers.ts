import { remember } from '../base';
import { EventType, type Trace } from '../gotrace';
import { sortedByStart } from './columns';
import { GoClass, type GoroutineTimelines } from './facts';
import { rareEvents } from './rareEvents';
import { RowGroups } from './rowGroups';

/** How a background mark worker runs: on a P of its own, for a fraction of one, or where a P has nothing else to do. */
export const gcWorkerModes = ['dedicated', 'fractional', 'idle'] as const;
export type GcWorkerMode = (typeof gcWorkerModes)[number];

/** Runs of background mark workers on a P, by start. */
export interface GcWorkerTable {
  readonly length: number;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly goroutine: Float64Array;
  readonly proc: Float64Array;
  /** Position in {@link gcWorkerModes}. */
  readonly mode: Float64Array;
}

const labelOfMode: Readonly<Record<GcWorkerMode, string>> = {
  dedicated: 'GC (dedicated)',
  fractional: 'GC (fractional)',
  idle: 'GC (idle)',
};

/** The mode that a label of a goroutine says, undefined for any other label. */
export function gcWorkerModeOf(label: string): GcWorkerMode | undefined {
  return gcWorkerModes.find((mode) => labelOfMode[mode] === label);
}

/** Labels that name a worker's mode, in order of time. */
interface Labels {
  readonly timeNs: number[];
  readonly goroutine: number[];
  readonly mode: number[];
}

/**
 * Runs of the background mark workers. The runtime labels a worker's goroutine each time it puts it to work; a stretch of running belongs to the label that
 * falls into it, else to the last one before (the worker was preempted and goes on). A worker's first stretch, in which it only waits for work, has none.
 */
export const findGcWorkers = remember((all: GoroutineTimelines, trace: Trace): GcWorkerTable => {
  const labels = findLabels(trace);
  const byGoroutine = new RowGroups(labels.goroutine);
  const timelines = all.restrictedTo(byGoroutine.keys());
  const runs = { startNs: [] as number[], endNs: [] as number[], goroutine: [] as number[], proc: [] as number[], mode: [] as number[] };
  for (let n = 0; n < byGoroutine.length; n++) {
    const goroutine = byGoroutine.keyAt(n);
    const rows = byGoroutine.rowsAt(n);
    let next = 0;
    const slot = timelines.slotOf(goroutine);
    const endRow = slot < 0 ? 0 : (timelines.rowStart[slot + 1] ?? 0);
    for (let row = timelines.rowStart[slot] ?? 0; row < endRow; row++) {
      if (timelines.classAt(row) === GoClass.Running) {
        const endNs = timelines.endNsAt(row);
        while (next < rows.length && (labels.timeNs[rows[next] ?? 0] ?? 0) < endNs) {
          next++;
        }
        if (next > 0) {
          runs.startNs.push(timelines.startNsAt(row));
          runs.endNs.push(endNs);
          runs.goroutine.push(goroutine);
          runs.proc.push(timelines.procAt(row));
          runs.mode.push(labels.mode[rows[next - 1] ?? 0] ?? 0);
        }
      }
    }
  }
  return { length: runs.startNs.length, ...sortedByStart(runs) };
});

function findLabels({ events, strings }: Trace): Labels {
  const labels: Labels = { timeNs: [], goroutine: [], mode: [] };
  for (const event of rareEvents(events)) {
    if (events.typeAt(event) === EventType.GoLabel) {
      const said = gcWorkerModeOf(strings.textOf(events.stringAt(event, 0)));
      if (said !== undefined) {
        labels.timeNs.push(events.timeNsAt(event));
        labels.goroutine.push(events.goroutineAt(event));
        labels.mode.push(gcWorkerModes.indexOf(said));
      }
    }
  }
  return labels;
}
