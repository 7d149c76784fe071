import { EventType, NONE, type Trace } from '../gotrace';
import { CostReplay } from './costReplay';
import { costClasses } from './costRules';
import type { CostTable, RuntimeFacts } from './facts';
import { countUpTo } from './intervals';
import { rareEvents } from './rareEvents';
import { RowGroups, rowsBy } from './rowGroups';
import { CostColumns } from './taskCosts';

/** What other goroutines did for tasks while these lasted; one row for each task that has some, in their order. */
export interface ElsewhereTable {
  readonly length: number;
  /** Row of the tasks. */
  readonly task: Uint32Array;
  /** How many other goroutines. */
  readonly goroutines: Uint32Array;
  /** By the classes of a task's own cost. `absent` is time in which such a goroutine was no more. */
  readonly costs: CostTable;
}

/** Beyond so many pairs of a task and work elsewhere only a trace that is made to hurt goes. */
const maxPairs = 2 ** 21;
const width = costClasses.length;

/**
 * Work of tasks on other goroutines than their own (facts.md section 7), never part of their cost: regions there that carry the task's id, and goroutines that
 * the task's goroutine created while the task lasted, from then on; cut to the task's time. What counts twice for one goroutine is taken once. Tasks whose begin
 * is not in the trace have none.
 * @returns null for a trace with too many of them to tell
 */
export function workElsewhere(trace: Trace, facts: RuntimeFacts): ElsewhereTable | null {
  const stretches = new Stretches();
  return addRegions(facts, stretches) && addCreated(trace, facts, stretches) ? sumUp(trace, facts, stretches) : null;
}

/** Stretches of time of other goroutines, each for a task. */
class Stretches {
  readonly task: number[] = [];
  readonly goroutine: number[] = [];
  readonly startNs: number[] = [];
  readonly endNs: number[] = [];
  private pairs = 0;

  /** Returns whether there is room for more. */
  add(task: number, goroutine: number, startNs: number, endNs: number): boolean {
    if (endNs > startNs) {
      this.task.push(task);
      this.goroutine.push(goroutine);
      this.startNs.push(startNs);
      this.endNs.push(endNs);
    }
    return ++this.pairs < maxPairs;
  }
}

function addRegions({ regions, tasks }: RuntimeFacts, stretches: Stretches): boolean {
  const byId = rowsBy(tasks.id);
  for (let row = 0; row < regions.length; row++) {
    const goroutine = regions.goroutine[row] ?? NONE;
    for (const task of byId.rowsOf(regions.task[row] ?? 0)) {
      const own = tasks.goroutine[task] ?? NONE;
      if (own !== NONE && own !== goroutine) {
        const startNs = Math.max(regions.startNs[row] ?? 0, tasks.startNs[task] ?? 0);
        if (!stretches.add(task, goroutine, startNs, Math.min(regions.endNs[row] ?? 0, tasks.endNs[task] ?? 0))) {
          return false;
        }
      }
    }
  }
  return true;
}

function addCreated(trace: Trace, { tasks, timelines }: RuntimeFacts, stretches: Stretches): boolean {
  const { events } = trace;
  const open = new OpenTasks(tasks);
  for (const event of tasks.length === 0 ? [] : rareEvents(events)) {
    const type = events.typeAt(event);
    if (type === EventType.GoCreate || type === EventType.GoCreateBlocked) {
      const timeNs = events.timeNsAt(event);
      const created = events.argAt(event, 0);
      const slot = timelines.slotOf(created);
      for (const task of slot < 0 ? [] : open.of(events.goroutineAt(event), timeNs)) {
        if (!stretches.add(task, created, timeNs, tasks.endNs[task] ?? 0)) {
          return false;
        }
      }
    }
  }
  return true;
}

/** Tasks that are open on goroutines as time goes on. */
class OpenTasks {
  private readonly byGoroutine: RowGroups;
  /** By goroutine: how many of its tasks have begun, and which of them may be open. */
  private readonly begun = new Map<number, number>();
  private readonly open = new Map<number, number[]>();

  constructor(private readonly tasks: RuntimeFacts['tasks']) {
    this.byGoroutine = rowsBy(tasks.goroutine);
  }

  /** To be asked in order of time. */
  of(goroutine: number, timeNs: number): readonly number[] {
    const rows = goroutine === NONE ? new Uint32Array() : this.byGoroutine.rowsOf(goroutine);
    if (rows.length === 0) {
      return [];
    }
    const { startNs, endNs } = this.tasks;
    let next = this.begun.get(goroutine) ?? 0;
    const candidates = this.open.get(goroutine) ?? [];
    for (; next < rows.length && (startNs[rows[next] ?? 0] ?? 0) <= timeNs; next++) {
      candidates.push(rows[next] ?? 0);
    }
    const open = candidates.filter((row) => (endNs[row] ?? 0) > timeNs);
    this.begun.set(goroutine, next);
    this.open.set(goroutine, open);
    return open;
  }
}

/** Walks each goroutine that has stretches once, and adds up what its time was spent on within them. */
function sumUp(trace: Trace, facts: RuntimeFacts, stretches: Stretches): ElsewhereTable {
  const tasks = Uint32Array.from(new Set(stretches.task)).sort();
  const rowOf = new Map(Array.from(tasks, (task, row) => [task, row]));
  const goroutines = new Uint32Array(tasks.length);
  const classNs = new Float64Array(tasks.length * width);
  const replay = new CostReplay(trace, facts);
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
