import { type RowGroups, rowsBy, type TaskTable } from '../runtime';

/** Finds tasks by id: an id can come twice, so a time says which of them is meant. */
export class TaskIndex {
  private readonly byId: RowGroups;

  /** @param tasks in order of their start */
  constructor(private readonly tasks: TaskTable) {
    this.byId = rowsBy(tasks.id);
  }

  /** The task of that id that began last at or before `timeNs`, else its first; undefined for ids that no begin and no end names. */
  rowOf(id: number, timeNs: number): number | undefined {
    const { start, rows } = this.byId;
    const index = this.byId.indexOf(id);
    if (index < 0) {
      return undefined;
    }
    const first = start[index] ?? 0;
    let low = first + 1;
    let high = start[index + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.tasks.startNs[rows[middle] ?? 0] ?? 0) <= timeNs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return rows[low - 1];
  }

  /** The task that an event began; undefined for any other event and for -1. */
  rowBegunBy(event: number): number | undefined {
    const [row] = rowsBy(this.tasks.beginEvent).rowsOf(event);
    return row;
  }
}
