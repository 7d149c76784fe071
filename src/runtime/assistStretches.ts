import { remember } from '../base';
import { sortedByStart } from './columns';
import { type AssistTable, GoClass, type GoroutineTimelines } from './facts';
import { TimelineCursor } from './goroutineTimelines';

/** What goroutines ran of their mark assists, by start: an assist is off the CPU while it waits for others' work or for a P. */
export interface AssistStretches {
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly proc: Float64Array;
  /** Row of the assists. */
  readonly assist: Float64Array;
}

/** @param timelines those of the same trace */
export const assistStretchesOf = remember((assists: AssistTable, timelines: GoroutineTimelines): AssistStretches => {
  const shown = timelines.restrictedTo(assists.goroutine);
  const cursor = new TimelineCursor(shown);
  const found = { startNs: [] as number[], endNs: [] as number[], proc: [] as number[], assist: [] as number[] };
  for (let assist = 0; assist < assists.length; assist++) {
    const slot = shown.slotOf(assists.goroutine[assist] ?? -1);
    const [startNs, endNs] = [assists.startNs[assist] ?? 0, assists.endNs[assist] ?? 0];
    const behind = slot < 0 ? 0 : (shown.rowStart[slot + 1] ?? 0);
    for (let row = slot < 0 ? behind : cursor.rowAt(slot, startNs); row < behind && shown.startNsAt(row) < endNs; row++) {
      if (shown.classAt(row) === GoClass.Running) {
        found.startNs.push(Math.max(startNs, shown.startNsAt(row)));
        found.endNs.push(Math.min(endNs, shown.endNsAt(row)));
        found.proc.push(shown.procAt(row));
        found.assist.push(assist);
      }
    }
  }
  return sortedByStart(found);
});
