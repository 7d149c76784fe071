import type { Trace } from '../gotrace';
import { type NestedRows, nestedRowsOf, type RuntimeFacts } from '../runtime';
import { Inheritance } from './goroutineMakers';
import { TaskIndex } from './taskIndex';

/**
 * Which tasks the CPU samples of a trace belong to, as pprof labels would have it: a goroutine carries the labels of the task it is in, and hands them on to
 * the goroutines it makes.
 */
export class SampleOwners {
  private readonly tasksAround: NestedRows;
  private readonly regionsAround: NestedRows;
  private readonly index: TaskIndex;
  /** Rows of the tasks in which goroutines, or the ones that made them, were made. */
  private readonly inheritance: Inheritance;

  constructor(
    trace: Trace,
    private readonly facts: RuntimeFacts,
  ) {
    this.tasksAround = nestedRowsOf(facts.tasks);
    this.regionsAround = nestedRowsOf(facts.regions);
    this.index = new TaskIndex(facts.tasks);
    this.inheritance = new Inheritance(trace.events, (goroutine, timeNs) => this.tasksAround.innermostAt(goroutine, timeNs));
  }

  /** Rows of the tasks that a sample belongs to, innermost first; none where its goroutine worked for no task. */
  ownersOf(sample: number): readonly number[] {
    const { goroutine, timeNs } = this.facts.samples;
    const innermost = this.taskAt(goroutine[sample] ?? 0, timeNs[sample] ?? 0);
    return innermost < 0 ? [] : this.withAncestors(innermost);
  }

  /** -1 without. */
  private taskAt(goroutine: number, timeNs: number): number {
    const { tasks, regions } = this.facts;
    const task = this.tasksAround.innermostAt(goroutine, timeNs);
    const innermost = this.regionsAround.innermostAt(goroutine, timeNs);
    const region = this.regionsAround.firstFrom(innermost, timeNs, (row) => regions.task[row] !== 0);
    const regionStartNs = regions.startNs[region] ?? -Infinity;
    if (region >= 0 && (task < 0 || regionStartNs > (tasks.startNs[task] ?? Infinity))) {
      return this.index.rowOf(regions.task[region] ?? 0, regionStartNs) ?? task;
    }
    return task >= 0 ? task : this.inheritance.of(goroutine);
  }

  /** Ids that name each other as parents end the search. */
  private withAncestors(innermost: number): number[] {
    const { parent, startNs } = this.facts.tasks;
    const rows = [innermost];
    for (let row: number | undefined = innermost; row !== undefined;) {
      const id: number = parent[row] ?? 0;
      row = id === 0 ? undefined : this.index.rowOf(id, startNs[row] ?? 0);
      if (row === undefined || rows.includes(row)) {
        break;
      }
      rows.push(row);
    }
    return rows;
  }
}
