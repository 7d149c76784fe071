import type { Trace } from '../gotrace';
import { type CostFacts, CostReplay } from './costReplay';
import { costClasses } from './costRules';
import type { CostTable } from './facts';
import { countUpTo } from './intervals';
import { RowGroups } from './rowGroups';
import { CostColumns } from './taskCosts';

/** What other goroutines did for tasks; one row for each task that has some, in their order. */
export interface StretchCosts {
  readonly length: number;
  /** Row of the tasks. */
  readonly task: Uint32Array;
  /** How many other goroutines. */
  readonly goroutines: Uint32Array;
  /** By the classes of a task's own cost. `absent` is time in which such a goroutine was no more. */
  readonly costs: CostTable;
}

const width = costClasses.length;

/** Stretches of time of goroutines, each for a task. */
export class Stretches {
  readonly task: number[] = [];
  readonly goroutine: number[] = [];
  readonly startNs: number[] = [];
  readonly endNs: number[] = [];
  /** How many were asked to be added, those without length included. */
  asked = 0;

  add(task: number, goroutine: number, startNs: number, endNs: number): void {
    this.asked++;
    if (endNs > startNs) {
      this.task.push(task);
      this.goroutine.push(goroutine);
      this.startNs.push(startNs);
      this.endNs.push(endNs);
    }
  }
}

/** Adds up what goroutines spent their time on within the stretches of each task; where those of one goroutine overlap, it counts once. */
export function sumStretches(trace: Trace, facts: CostFacts, stretches: Stretches): StretchCosts {
  const tasks = Uint32Array.from(new Set(stretches.task)).sort();
  const rowOf = new Map(Array.from(tasks, (task, row) => [task, row]));
  const goroutines = new Uint32Array(tasks.length);
  const classNs = new Float64Array(tasks.length * width);
  const replay = new CostReplay(trace, { ...facts, timelines: facts.timelines.restrictedTo(stretches.goroutine) });
  const byGoroutine = new RowGroups(stretches.goroutine);
  for (let n = 0; n < byGoroutine.length; n++) {
    const merged = mergeByTask(stretches, byGoroutine.rowsAt(n));
    const times = Float64Array.from(merged.flatMap(({ startNs, endNs }) => [startNs, endNs])).sort();
    const sums = replay.sumsAt(byGoroutine.keyAt(n), times);
    let last = -1;
    for (const { task, startNs, endNs } of merged) {
      const row = rowOf.get(task) ?? 0;
      const from = (countUpTo(times, startNs) - 1) * width;
      const to = (countUpTo(times, endNs) - 1) * width;
      for (let name = 0; name < width; name++) {
        classNs[row * width + name] = (classNs[row * width + name] ?? 0) + (sums[to + name] ?? 0) - (sums[from + name] ?? 0);
      }
      goroutines[row] = (goroutines[row] ?? 0) + (task === last ? 0 : 1);
      last = task;
    }
  }
  return { length: tasks.length, task: tasks, goroutines, costs: new CostColumns(tasks.length, classNs) };
}

interface Stretch {
  readonly task: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** Stretches of one goroutine by task and time, those of a task that overlap as one. */
function mergeByTask({ task, startNs, endNs }: Stretches, rows: Uint32Array): Stretch[] {
  const sorted = [...rows].sort((a, b) => (task[a] ?? 0) - (task[b] ?? 0) || (startNs[a] ?? 0) - (startNs[b] ?? 0));
  const merged: Stretch[] = [];
  for (const row of sorted) {
    const stretch = { task: task[row] ?? 0, startNs: startNs[row] ?? 0, endNs: endNs[row] ?? 0 };
    const last = merged.at(-1);
    if (last?.task === stretch.task && stretch.startNs <= last.endNs) {
      merged[merged.length - 1] = { ...last, endNs: Math.max(last.endNs, stretch.endNs) };
    } else {
      merged.push(stretch);
    }
  }
  return merged;
}
