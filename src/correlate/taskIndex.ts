import type { Task } from '../runtime';

/** Finds tasks by id: an id can come twice, so a time says which of them is meant. */
export class TaskIndex {
  /** Rows of an id in order of their start. */
  private readonly rowsOfId = new Map<number, number[]>();
  private readonly rowOfBegin = new Map<number, number>();

  constructor(private readonly tasks: readonly Task[]) {
    tasks.forEach((task, row) => {
      const rows = this.rowsOfId.get(task.id);
      if (rows === undefined) {
        this.rowsOfId.set(task.id, [row]);
      } else {
        rows.push(row);
      }
      if (task.beginEvent !== null) {
        this.rowOfBegin.set(task.beginEvent, row);
      }
    });
  }

  /** The task of that id that began last at or before `timeNs`, else its first; undefined for ids that no begin and no end names. */
  rowOf(id: number, timeNs: number): number | undefined {
    const rows = this.rowsOfId.get(id);
    return rows?.findLast((row) => (this.tasks[row]?.startNs ?? Infinity) <= timeNs) ?? rows?.[0];
  }

  /** The task that a TaskBegin event began. */
  rowBegunBy(event: number): number | undefined {
    return this.rowOfBegin.get(event);
  }
}
