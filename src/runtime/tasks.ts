import { ns } from '../base';
import { NONE, type EventIndex, type StringIndex } from '../gotrace';
import { cutFirst, growColumns, pickRows, resized } from './columns';
import { cutEnd, cutStart, noEvent, type Task, type TaskColumns, type TaskTable } from './facts';
import { Slots } from './slots';

/** What a TaskBegin or TaskEnd says of its task; NONE is no parent. */
interface TaskWords {
  readonly task: number;
  readonly parent: number;
  readonly type: StringIndex;
}

/** Collects user tasks (facts.md section 6). */
export class TaskCollector {
  private length = 0;
  private columns = {
    id: new Float64Array(64),
    parent: new Float64Array(64),
    type: new Uint32Array(64),
    startNs: new Float64Array(64),
    endNs: new Float64Array(64),
    goroutine: new Float64Array(64),
    beginEvent: new Uint32Array(64),
    cut: new Uint8Array(64),
  };
  private readonly ids = new Slots();
  /** By slot of an id: 1 + row of the task that is open, 0 without. */
  private open = new Uint32Array(64);
  private ended = new Uint8Array(64);

  constructor(private readonly traceStartNs: number) {}

  /** Row of the open task of an id, -1 without. */
  openRowOf(id: number): number {
    const slot = this.ids.find(id);
    return slot < 0 ? -1 : (this.open[slot] ?? 0) - 1;
  }

  /** Returns the row; rows keep their number until `finish`. */
  begin(words: TaskWords, goroutine: number, event: number, timeNs: number): number {
    const slot = this.slotOf(words.task);
    this.close(slot, timeNs);
    const row = this.add(words, timeNs, goroutine, event);
    this.open[slot] = row + 1;
    return row;
  }

  /** Returns false where the task is not known to have begun: it is to be added. */
  end(id: number, timeNs: number): boolean {
    const slot = this.slotOf(id);
    const isKnown = this.close(slot, timeNs) || this.ended[slot] === 1;
    this.ended[slot] = 1;
    return isKnown;
  }

  /** Adds a task that ends and began before the trace. */
  addEnded(words: TaskWords, timeNs: number): void {
    const row = this.add(words, this.traceStartNs, NONE, noEvent);
    this.columns.endNs[row] = timeNs;
    this.columns.cut[row] = cutStart;
  }

  /** Rows of the tasks that are open. */
  openRows(): number[] {
    const rows: number[] = [];
    for (let slot = 0; slot < this.ids.length; slot++) {
      if (this.open[slot] !== 0) {
        rows.push((this.open[slot] ?? 0) - 1);
      }
    }
    return rows;
  }

  /**
   * @param textOf text of a task's type
   * @returns the tasks, and by row of theirs the row that each had so far
   */
  finish(traceEndNs: number, textOf: (type: StringIndex) => string): { tasks: TaskTable; order: Uint32Array } {
    for (const row of this.openRows()) {
      this.columns.endNs[row] = traceEndNs;
      this.columns.cut[row] = (this.columns.cut[row] ?? 0) | cutEnd;
    }
    const order = this.order();
    return { tasks: taskTable(this.length, pickRows(this.columns, order), textOf), order };
  }

  /** By start, then by id: several may have begun with the trace. */
  private order(): Uint32Array {
    const { startNs, id } = this.columns;
    const order = cutFirst(startNs, this.length, this.traceStartNs);
    let cut = 0;
    while (cut < order.length && startNs[order[cut] ?? 0] === this.traceStartNs) {
      cut++;
    }
    order.subarray(0, cut).sort((a, b) => (id[a] ?? 0) - (id[b] ?? 0));
    return order;
  }

  private close(slot: number, timeNs: number): boolean {
    const row = (this.open[slot] ?? 0) - 1;
    if (row < 0) {
      return false;
    }
    this.columns.endNs[row] = timeNs;
    this.open[slot] = 0;
    return true;
  }

  private slotOf(id: number): number {
    const slot = this.ids.slotOf(id);
    if (slot >= this.open.length) {
      this.open = resized(this.open, slot * 2);
      this.ended = resized(this.ended, slot * 2);
    }
    return slot;
  }

  private add({ task, parent, type }: TaskWords, startNs: number, goroutine: number, event: number): number {
    if (this.length === this.columns.id.length) {
      this.columns = growColumns(this.columns);
    }
    const { columns } = this;
    const row = this.length++;
    columns.id[row] = task;
    columns.parent[row] = Math.max(0, parent);
    columns.type[row] = type;
    columns.startNs[row] = startNs;
    columns.endNs[row] = startNs;
    columns.goroutine[row] = goroutine;
    columns.beginEvent[row] = event;
    return row;
  }
}

/** Tasks as columns and one by one. */
export function taskTable(length: number, columns: TaskColumns, textOf: (type: StringIndex) => string): TaskTable {
  const at = (row: number): Task | undefined => {
    if (row < 0 || row >= length) {
      return undefined;
    }
    const beginEvent = columns.beginEvent[row] ?? noEvent;
    const cut = columns.cut[row] ?? 0;
    return {
      id: columns.id[row] ?? 0,
      parent: columns.parent[row] ?? 0,
      type: textOf((columns.type[row] ?? 0) as StringIndex),
      startNs: ns(columns.startNs[row] ?? 0),
      endNs: ns(columns.endNs[row] ?? 0),
      goroutine: beginEvent === noEvent ? null : (columns.goroutine[row] ?? NONE),
      beginEvent: beginEvent === noEvent ? null : (beginEvent as EventIndex),
      cutStart: (cut & cutStart) !== 0,
      cutEnd: (cut & cutEnd) !== 0,
    };
  };
  return { ...columns, length, at };
}
