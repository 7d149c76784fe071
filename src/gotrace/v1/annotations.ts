import { BrokenTrace } from '../brokenTrace';
import { type Exact, formatSigned, formatUnsigned } from '../wire';
import { ArgumentsV1 } from './arguments';
import type { Clock } from './clock';
import type { EventRows } from './eventRows';
import { EventV1 } from './eventTypes';
import type { TablesV1 } from './tables';

/** How messages name the arguments. */
const argumentNames: Readonly<Partial<Record<EventV1, readonly string[]>>> = {
  [EventV1.UserTaskCreate]: ['taskid', 'pid', 'typeid'],
  [EventV1.UserRegion]: ['taskid', 'mode', 'typeid'],
};

/** Checks that tasks begin once, and that regions nest. */
export class AnnotationCheck {
  /** Rows of the tasks that have not ended, by id. */
  private readonly tasks = new Map<Exact, number>();
  /** Rows of open regions, by slot of the goroutine. */
  private readonly regions = new Map<number, number[]>();
  private readonly args: ArgumentsV1;
  private readonly begin: ArgumentsV1;

  constructor(
    file: Uint8Array,
    private readonly rows: EventRows,
    private readonly tables: TablesV1,
    private readonly clock: Clock,
  ) {
    this.args = new ArgumentsV1(file);
    this.begin = new ArgumentsV1(file);
  }

  /** @throws BrokenTrace when there is a task of this id */
  beginTask(row: number): void {
    const task = this.read(row);
    const other = this.tasks.get(task);
    if (other !== undefined) {
      this.fail(row, `task id conflicts (id:${formatUnsigned(task)}), ${this.quote(row)} vs ${this.quote(other, true)}`);
    }
    this.tasks.set(task, row);
  }

  endTask(row: number): void {
    this.tasks.delete(this.read(row));
  }

  /** Takes the begin or the end of a region. @throws BrokenTrace when it ends another region than the innermost that is open */
  checkRegion(row: number): void {
    const task = this.read(row);
    const [, mode = 0, name = 0] = this.args.values;
    const goroutine = this.rows.goroutine[row] ?? 0;
    const open = this.regions.get(goroutine) ?? [];
    if (mode === 0) {
      open.push(row);
      this.regions.set(goroutine, open);
    } else if (mode !== 1) {
      this.fail(row, `invalid user region mode: ${this.quote(row)}`);
    } else {
      this.closeRegion(row, open.pop(), task, name);
    }
  }

  /** Nothing is known of regions that a goroutine leaves open. */
  endGoroutine(goroutine: number): void {
    this.regions.delete(goroutine);
  }

  private closeRegion(row: number, innermost: number | undefined, task: Exact, name: Exact): void {
    if (innermost === undefined) {
      return;
    }
    this.begin.read(this.rows.offset[innermost] ?? 0);
    if (this.begin.values[0] !== task || this.begin.values[2] !== name) {
      const goroutine = formatUnsigned(this.rows.goroutines.exactIdOf(this.rows.goroutine[row] ?? 0));
      this.fail(
        row,
        `misuse of region in goroutine ${goroutine}: span end ${this.quote(row)} when the inner-most active span start event is ${this.quote(innermost, true)}`,
      );
    }
  }

  /** Reads the arguments; gives the first one. */
  private read(row: number): Exact {
    this.args.read(this.rows.offset[row] ?? 0);
    return this.args.values[0] ?? 0;
  }

  /** An event before that was checked is shown without a stack that the file does not hold. */
  private quote(row: number, isChecked = false): string {
    const { rows, begin } = this;
    const type: EventV1 = rows.type[row] ?? 0;
    begin.read(rows.offset[row] ?? 0);
    const id = begin.stackId();
    const stack = isChecked && !this.tables.hasStack(id) ? 0 : id;
    const goroutine = formatUnsigned(rows.goroutines.exactIdOf(rows.goroutine[row] ?? 0));
    const shown = (argumentNames[type] ?? []).map((name, n) => ` ${name}=${formatUnsigned(begin.values[n] ?? 0)}`);
    const time = formatSigned(this.clock.timeNs(row));
    return `"${time} ${EventV1[type]} p=${String(rows.proc[row])} g=${goroutine} stk=${String(stack)}${shown.join('')}"`;
  }

  private fail(row: number, reason: string): never {
    throw new BrokenTrace(reason, this.rows.offset[row] ?? 0);
  }
}
