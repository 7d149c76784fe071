import { countUpTo, type Task } from '../runtime';

/** Finds tasks by id: an id can come twice, so a time says which of them is meant. */
export class TaskIndex {
  /** Rows of an id in order of their start, and these starts. */
  private readonly rowsOfId = new Map<number, { readonly rows: number[]; readonly startNs: number[] }>();
  private readonly rowOfBegin = new Map<number, number>();

  /** @param tasks in order of their start */
  constructor(tasks: readonly Task[]) {
    tasks.forEach((task, row) => {
      const ofId = this.rowsOfId.get(task.id) ?? { rows: [], startNs: [] };
      ofId.rows.push(row);
      ofId.startNs.push(task.startNs);
      this.rowsOfId.set(task.id, ofId);
      if (task.beginEvent !== null) {
        this.rowOfBegin.set(task.beginEvent, row);
      }
    });
  }

  /** The task of that id that began last at or before `timeNs`, else its first; undefined for ids that no begin and no end names. */
  rowOf(id: number, timeNs: number): number | undefined {
    const ofId = this.rowsOfId.get(id);
    return ofId?.rows[Math.max(0, countUpTo(ofId.startNs, timeNs) - 1)];
  }

  /** The task that an event began; undefined for any other event and none. */
  rowBegunBy(event: number | undefined): number | undefined {
    return event === undefined ? undefined : this.rowOfBegin.get(event);
  }
}
