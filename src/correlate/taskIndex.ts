import { lastBegun, type RowGroups, rowsBy, type TaskTable } from '../runtime';

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
    return index < 0 ? undefined : rows[Math.max(start[index] ?? 0, lastBegun(this.byId, index, this.tasks.startNs, timeNs))];
  }

  /** The task that an event began; undefined for any other event and for -1. */
  rowBegunBy(event: number): number | undefined {
    const [row] = rowsBy(this.tasks.beginEvent).rowsOf(event);
    return row;
  }
}
