import type { Trace } from '../gotrace';
import { listOf, NestedIntervals, type Interval, type Region, type RuntimeFacts, type Task } from '../runtime';
import { Inheritance } from './goroutineMakers';
import { TaskIndex } from './taskIndex';

type PlacedTask = Task & Interval & { readonly row: number };

/**
 * Which tasks the CPU samples of a trace belong to, as pprof labels would have it: a goroutine carries the labels of the task it is in, and hands them on to
 * the goroutines it makes.
 */
export class SampleOwners {
  private readonly tasks: NestedIntervals<PlacedTask>;
  private readonly regions: NestedIntervals<Region>;
  private readonly index: TaskIndex;
  /** Rows of the tasks in which goroutines, or the ones that made them, were made. */
  private readonly inheritance: Inheritance;

  constructor(
    trace: Trace,
    private readonly facts: RuntimeFacts,
  ) {
    const placed = listOf(facts.tasks).flatMap((task, row): PlacedTask[] =>
      task.goroutine === null ? [] : [{ ...task, goroutine: task.goroutine, row }],
    );
    this.tasks = new NestedIntervals(placed);
    this.regions = new NestedIntervals(listOf(facts.regions).filter(({ task }) => task !== 0));
    this.index = new TaskIndex(facts.tasks);
    this.inheritance = new Inheritance(trace.events, (goroutine, timeNs) => this.tasks.innermost(goroutine, timeNs)?.row ?? -1);
  }

  /** Rows of the tasks that a sample belongs to, innermost first; none where its goroutine worked for no task. */
  ownersOf(sample: number): readonly number[] {
    const { goroutine, timeNs } = this.facts.samples;
    const innermost = this.taskAt(goroutine[sample] ?? 0, timeNs[sample] ?? 0);
    return innermost < 0 ? [] : this.withAncestors(innermost);
  }

  /** -1 without. */
  private taskAt(goroutine: number, timeNs: number): number {
    const task = this.tasks.innermost(goroutine, timeNs);
    const region = this.regions.innermost(goroutine, timeNs);
    if (region !== undefined && (task === undefined || region.startNs > task.startNs)) {
      return this.index.rowOf(region.task, region.startNs) ?? task?.row ?? -1;
    }
    return task?.row ?? this.inheritance.of(goroutine);
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
