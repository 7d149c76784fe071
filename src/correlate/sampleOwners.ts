import type { Trace } from '../gotrace';
import { listOf, NestedIntervals, type Interval, type Region, type RuntimeFacts, type Task } from '../runtime';
import { makersOf } from './goroutineMakers';
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

  constructor(
    private readonly trace: Trace,
    private readonly facts: RuntimeFacts,
  ) {
    const placed = listOf(facts.tasks).flatMap((task, row): PlacedTask[] =>
      task.goroutine === null ? [] : [{ ...task, goroutine: task.goroutine, row }],
    );
    this.tasks = new NestedIntervals(placed);
    this.regions = new NestedIntervals(listOf(facts.regions).filter(({ task }) => task !== 0));
    this.index = new TaskIndex(facts.tasks);
  }

  /** Rows of the tasks that a sample belongs to, innermost first; none where its goroutine worked for no task. */
  ownersOf(sample: number): readonly number[] {
    const { goroutine, timeNs } = this.facts.samples;
    const innermost = this.taskAt(goroutine[sample] ?? 0, timeNs[sample] ?? 0);
    return innermost === undefined ? [] : this.withAncestors(innermost);
  }

  private taskAt(goroutine: number, timeNs: number): number | undefined {
    const task = this.tasks.innermost(goroutine, timeNs);
    const region = this.regions.innermost(goroutine, timeNs);
    if (region !== undefined && (task === undefined || region.startNs > task.startNs)) {
      return this.index.rowOf(region.task, region.startNs) ?? task?.row;
    }
    return task?.row ?? this.inherited(goroutine);
  }

  /** The task in which a goroutine, or the one that made it, was made. */
  private inherited(goroutine: number): number | undefined {
    for (const made of makersOf(this.trace.events, goroutine)) {
      const task = this.tasks.innermost(made.creator, made.timeNs);
      if (task !== undefined) {
        return task.row;
      }
    }
    return undefined;
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
