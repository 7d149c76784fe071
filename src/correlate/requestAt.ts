import { remember } from '../base';
import { NONE } from '../gotrace';
import { countUpTo, type RowGroups, rowsBy, type RuntimeFacts, type TaskTable, valuesAt } from '../runtime';
import { rememberLast } from './rememberLast';
import { TaskIndex } from './taskIndex';

/**
 * Tells which task a goroutine works for at a moment: the one its innermost region names, else the innermost that it began. What is known of a goroutine
 * is made when it is asked for.
 */
export class RequestLookup {
  private readonly taskById: TaskIndex;
  private readonly regionsOf: RowGroups;
  private readonly tasksOf: RowGroups;
  readonly outermost: OutermostTasks;
  private readonly regionLists = new Map<number, NestedRows>();
  private readonly taskLists = new Map<number, NestedRows>();

  constructor(private readonly facts: Pick<RuntimeFacts, 'tasks' | 'regions'>) {
    this.taskById = new TaskIndex(facts.tasks);
    this.regionsOf = rowsBy(facts.regions.goroutine);
    this.tasksOf = rowsBy(facts.tasks.goroutine);
    this.outermost = outermostTasks(facts.tasks);
  }

  /** Row of the tasks, -1 where the goroutine works for none that is known. */
  taskAt(goroutine: number, timeNs: number): number {
    if (goroutine === NONE) {
      return -1;
    }
    const region = this.regionAt(goroutine, timeNs);
    const ofRegion = region < 0 ? undefined : this.taskById.rowOf(this.facts.regions.task[region] ?? 0, timeNs);
    return ofRegion ?? innermostIn(this.taskLists, goroutine, this.tasksOf, this.facts.tasks, timeNs);
  }

  /** The task at the root of the one that a goroutine works for; -1 without. */
  requestAt(goroutine: number, timeNs: number): number {
    const task = this.taskAt(goroutine, timeNs);
    return task < 0 ? -1 : this.outermost.of(task);
  }

  /** Row of the innermost region around a moment, -1 without. */
  regionAt(goroutine: number, timeNs: number): number {
    return goroutine === NONE ? -1 : innermostIn(this.regionLists, goroutine, this.regionsOf, this.facts.regions, timeNs);
  }
}

/** {@link RequestLookup} of a trace, for all who ask. */
export const requestLookupOf = rememberLast(
  ({ tasks, regions }: Pick<RuntimeFacts, 'tasks' | 'regions'>) => new RequestLookup({ tasks, regions }),
  ({ tasks, regions }) => [tasks, regions],
);

/** So few rows are looked at one by one: a table for each of many goroutines would cost more. */
const fewRows = 16;

function innermostIn(
  lists: Map<number, NestedRows>,
  goroutine: number,
  groups: RowGroups,
  { startNs, endNs }: { readonly startNs: Float64Array; readonly endNs: Float64Array },
  timeNs: number,
): number {
  const rows = groups.rowsOf(goroutine);
  if (rows.length <= fewRows) {
    return rows.findLast((row) => (startNs[row] ?? 0) <= timeNs && timeNs < (endNs[row] ?? 0)) ?? -1;
  }
  let list = lists.get(goroutine);
  if (list === undefined) {
    list = new NestedRows(rows, startNs, endNs);
    lists.set(goroutine, list);
  }
  return list.innermostAt(timeNs);
}

/** Rows of one goroutine in order of their start; finds the one that began last among those around a moment. */
class NestedRows {
  private readonly starts: Float64Array;
  /** Position of the row that each begins in, -1 for none. */
  private readonly around: Int32Array;
  /** Latest end of each row and those before it: where it is past, none of them holds the moment. */
  private readonly latestEndNs: Float64Array;

  constructor(
    private readonly rows: Uint32Array,
    startNs: Float64Array,
    private readonly endNs: Float64Array,
  ) {
    this.latestEndNs = valuesAt(endNs, rows);
    this.starts = valuesAt(startNs, rows);
    this.around = new Int32Array(rows.length);
    for (let position = 0; position < rows.length; position++) {
      this.latestEndNs[position] = Math.max(this.latestEndNs[position] ?? 0, this.latestEndNs[position - 1] ?? -Infinity);
      this.around[position] = this.holderAt(position - 1, this.starts[position] ?? 0);
    }
  }

  innermostAt(timeNs: number): number {
    return this.rows[this.holderAt(countUpTo(this.starts, timeNs) - 1, timeNs)] ?? -1;
  }

  /** Who holds a moment and began before `position` also holds that beginning, so the chain of `around` leads there. */
  private holderAt(position: number, timeNs: number): number {
    let at = (this.latestEndNs[position] ?? -Infinity) <= timeNs ? -1 : position;
    while (at >= 0 && (this.endNs[this.rows[at] ?? 0] ?? Infinity) <= timeNs) {
      at = this.around[at] ?? -1;
    }
    return at;
  }
}

/** The outermost task that each is part of; ids that name each other as parents end the search. */
export class OutermostTasks {
  /** By row: the last task of the id that a task names as its parent, -1 without. */
  private readonly parent: Int32Array;
  private readonly known: Int32Array;

  constructor(private readonly tasks: TaskTable) {
    this.parent = parentRows(tasks);
    this.known = new Int32Array(tasks.length).fill(-1);
  }

  of(row: number): number {
    const known = this.known[row] ?? -1;
    return known >= 0 ? known : this.seek(row);
  }

  private seek(row: number): number {
    if (this.parentOf(row) < 0) {
      this.known[row] = row;
      return row;
    }
    const path: number[] = [];
    const onPath = new Set<number>();
    let outermost = row;
    for (let next = row; next >= 0 && !onPath.has(next); next = this.parentOf(next)) {
      const found = this.known[next] ?? -1;
      if (found >= 0) {
        outermost = found;
        break;
      }
      path.push(next);
      onPath.add(next);
      outermost = next;
    }
    for (const passed of path) {
      this.known[passed] = outermost;
    }
    return outermost;
  }

  /** Whether a task is a part of its parent's time on the same goroutine. */
  isInParent(row: number): boolean {
    const parent = this.parentOf(row);
    const { goroutine, endNs } = this.tasks;
    return parent >= 0 && goroutine[parent] === goroutine[row] && (endNs[parent] ?? 0) >= (endNs[row] ?? 0);
  }

  /** The last task of the id that a task names as its parent, -1 without. */
  parentOf(row: number): number {
    return this.parent[row] ?? -1;
  }
}

function parentRows({ id, parent, length }: TaskTable): Int32Array {
  const byId = rowsBy(id);
  const rows = new Int32Array(length).fill(-1);
  for (let row = 0; row < length; row++) {
    const named = parent[row] ?? 0;
    const group = named === 0 ? -1 : byId.indexOf(named);
    if (group >= 0) {
      rows[row] = byId.rows[(byId.start[group + 1] ?? 0) - 1] ?? -1;
    }
  }
  return rows;
}

/** {@link OutermostTasks} of a trace, for all who ask. */
export const outermostTasks = remember((tasks: TaskTable) => new OutermostTasks(tasks));
