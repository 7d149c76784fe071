import { remember } from '../base';
import { type NestedRows, nestedRowsOf, rowsBy, type RuntimeFacts, type TaskTable } from '../runtime';
import { rememberLast } from './rememberLast';
import { TaskIndex } from './taskIndex';

/** Tells which task a goroutine works for at a moment: the one its innermost region names, else the innermost that it began. */
export class RequestLookup {
  private readonly taskById: TaskIndex;
  private readonly regionsAround: NestedRows;
  private readonly tasksAround: NestedRows;
  readonly outermost: OutermostTasks;

  constructor(private readonly facts: Pick<RuntimeFacts, 'tasks' | 'regions'>) {
    this.taskById = new TaskIndex(facts.tasks);
    this.regionsAround = nestedRowsOf(facts.regions);
    this.tasksAround = nestedRowsOf(facts.tasks);
    this.outermost = outermostTasks(facts.tasks);
  }

  /**
   * Row of the tasks, -1 where the goroutine works for none that is known.
   * @param region that of `regionAt`, where it is known
   */
  taskAt(goroutine: number, timeNs: number, region = this.regionAt(goroutine, timeNs)): number {
    const ofRegion = region < 0 ? undefined : this.taskById.rowOf(this.facts.regions.task[region] ?? 0, timeNs);
    return ofRegion ?? this.tasksAround.innermostAt(goroutine, timeNs);
  }

  /** The task at the root of the one that a goroutine works for; -1 without. */
  requestAt(goroutine: number, timeNs: number, region?: number): number {
    const task = this.taskAt(goroutine, timeNs, region);
    return task < 0 ? -1 : this.outermost.of(task);
  }

  /** Row of the innermost region around a moment, -1 without. */
  regionAt(goroutine: number, timeNs: number): number {
    return this.regionsAround.innermostAt(goroutine, timeNs);
  }

  /** Whether any of the regions around a moment is map activity. @param innermost that of `regionAt` */
  isInMapRegion(innermost: number, timeNs: number): boolean {
    const { isMap } = this.facts.regions;
    return this.regionsAround.firstFrom(innermost, timeNs, (region) => isMap[region] === 1) >= 0;
  }
}

/** {@link RequestLookup} of a trace, for all who ask. */
export const requestLookupOf = rememberLast(
  ({ tasks, regions }: Pick<RuntimeFacts, 'tasks' | 'regions'>) => new RequestLookup({ tasks, regions }),
  ({ tasks, regions }) => [tasks, regions],
);

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
