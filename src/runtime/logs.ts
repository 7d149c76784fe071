import { ns } from '../base';
import type { EventIndex, StringIndex } from '../gotrace';
import { growColumns, resizeColumns } from './columns';
import type { Log, LogColumns, LogTable } from './facts';

/** Collects user logs (facts.md section 6). */
export class LogCollector {
  private length = 0;
  private columns = {
    event: new Uint32Array(64),
    timeNs: new Float64Array(64),
    goroutine: new Float64Array(64),
    task: new Float64Array(64),
    category: new Uint32Array(64),
    message: new Uint32Array(64),
  };

  add(event: number, timeNs: number, goroutine: number, task: number, category: StringIndex, message: StringIndex): void {
    if (this.length === this.columns.event.length) {
      this.columns = growColumns(this.columns);
    }
    const { columns } = this;
    const row = this.length++;
    columns.event[row] = event;
    columns.timeNs[row] = timeNs;
    columns.goroutine[row] = goroutine;
    columns.task[row] = task;
    columns.category[row] = category;
    columns.message[row] = message;
  }

  /** @param textOf text of a category */
  finish(textOf: (category: StringIndex) => string): LogTable {
    return logTable(this.length, resizeColumns(this.columns, this.length), textOf);
  }
}

/** Logs as columns and one by one. */
export function logTable(length: number, columns: LogColumns, textOf: (category: StringIndex) => string): LogTable {
  const at = (row: number): Log | undefined =>
    row < 0 || row >= length
      ? undefined
      : {
          event: (columns.event[row] ?? 0) as EventIndex,
          timeNs: ns(columns.timeNs[row] ?? 0),
          goroutine: columns.goroutine[row] ?? 0,
          task: columns.task[row] ?? 0,
          category: textOf((columns.category[row] ?? 0) as StringIndex),
          message: (columns.message[row] ?? 0) as StringIndex,
        };
  return { ...columns, length, at };
}
