import { type AnalyzedTrace, joinProfile, type Task, type TaskIdentity } from '../correlate';
import { matchesSelector, type Profile, type Selector } from '../pprof';
import { NONE } from '../gotrace';
import { countUpTo, type RowGroups, rowsBy, runningMaximum, valuesAt } from '../runtime';

/**
 * What a selector can name of tasks:
 * `type`, `task` (its id), `parent`, `goroutine`, `span_id`, `trace_id`, `state` (`whole` or `cut`, and `identified` or `unidentified`), the attributes that logs
 * give (`http.request_id`), and the pprof labels of the CPU samples that belong to the task.
 */
export const taskNames = ['type', 'task', 'parent', 'goroutine', 'span_id', 'trace_id', 'state'] as const;

const ownNames: ReadonlySet<string> = new Set(taskNames);
const noLabels: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map();

/** Answers which values a task has under a name, and which tasks a goroutine is in. */
export class TaskLookup {
  private readonly labelsOfTask: ReturnType<typeof joinProfile>['labelsOfTask'];
  private readonly tasksOfGoroutine: RowGroups;
  private readonly lists = new Map<number, TaskList>();
  /** The task that was asked for last: its names and values are asked for one after the other, and making it costs more than any of them. */
  private asked: AskedTask | undefined;

  constructor(
    private readonly analyzed: AnalyzedTrace,
    profile: Profile | undefined,
  ) {
    this.labelsOfTask = profile === undefined ? new Map() : joinProfile(analyzed, profile).labelsOfTask;
    this.tasksOfGoroutine = rowsBy(analyzed.facts.tasks.goroutine);
  }

  matches(selector: Selector, row: number): boolean {
    return matchesSelector(selector, (name) => this.valuesOf(row, name));
  }

  valuesOf(row: number, name: string): string[] {
    const { task, identity } = this.taskAt(row);
    if (task === undefined || identity === undefined) {
      return [];
    }
    switch (name) {
      case 'type':
        return [task.type];
      case 'task':
        return [String(task.id)];
      case 'parent':
        return task.parent === 0 ? [] : [String(task.parent)];
      case 'goroutine':
        return task.goroutine === null ? [] : [String(task.goroutine)];
      case 'span_id':
        return unique(identity.ids.map(({ spanId }) => spanId));
      case 'trace_id':
        return unique(identity.ids.flatMap(({ traceId }) => traceId ?? []));
      case 'state':
        return [task.cutStart || task.cutEnd ? 'cut' : 'whole', identity.ids.length === 0 ? 'unidentified' : 'identified'];
      default:
        return unique([...ownValue(identity.attributes, name), ...(this.labelsOfTask.get(row)?.get(name)?.keys() ?? [])]);
    }
  }

  /** Visits every value that a task has, but what stands in a column of the tasks: type, id, parent, goroutine. No value of a name twice. */
  visitValues(row: number, visit: (name: string, value: string) => void): void {
    const { facts, identities } = this.analyzed;
    const { tasks } = facts;
    const identity = identities.at(row);
    if (identity === undefined) {
      return;
    }
    const { ids, attributes } = identity;
    if (ids.length > 0) {
      unique(ids.map((id) => id.spanId)).forEach((spanId) => visit('span_id', spanId));
      unique(ids.flatMap((id) => id.traceId ?? [])).forEach((traceId) => visit('trace_id', traceId));
    }
    visit('state', tasks.cut[row] === 0 ? 'whole' : 'cut');
    visit('state', ids.length === 0 ? 'unidentified' : 'identified');
    for (const name of Object.keys(attributes)) {
      if (!ownNames.has(name)) {
        visit(name, attributes[name] ?? '');
      }
    }
    for (const [name, values] of this.labelsOfTask.get(row) ?? noLabels) {
      const [own] = ownValue(attributes, name);
      for (const value of ownNames.has(name) ? [] : values.keys()) {
        if (value !== own) {
          visit(name, value);
        }
      }
    }
  }

  private taskAt(row: number): AskedTask {
    if (this.asked?.row !== row) {
      this.asked = { row, task: this.analyzed.facts.tasks.at(row), identity: this.analyzed.identities.at(row) };
    }
    return this.asked;
  }

  /** The tasks of a goroutine at a moment, outermost first. */
  tasksAt(goroutine: number, timeNs: number): number[] {
    const { endNs } = this.analyzed.facts.tasks;
    const list = this.listOf(goroutine);
    const found: number[] = [];
    for (let k = countUpTo(list.startNs, timeNs) - 1; k >= 0 && (list.latestEndNs[k] ?? 0) > timeNs; k--) {
      const row = list.rows[k] ?? -1;
      if (timeNs < (endNs[row] ?? -Infinity)) {
        found.push(row);
      }
    }
    return found.reverse();
  }

  private listOf(goroutine: number): TaskList {
    let list = this.lists.get(goroutine);
    if (list === undefined) {
      const { startNs, endNs } = this.analyzed.facts.tasks;
      const rows = goroutine === NONE ? new Uint32Array() : this.tasksOfGoroutine.rowsOf(goroutine);
      list = { rows, startNs: valuesAt(startNs, rows), latestEndNs: runningMaximum(valuesAt(endNs, rows)) };
      this.lists.set(goroutine, list);
    }
    return list;
  }
}

interface AskedTask {
  readonly row: number;
  readonly task: Task | undefined;
  readonly identity: TaskIdentity | undefined;
}

/** Tasks of one goroutine in order of their start. */
interface TaskList {
  readonly rows: Uint32Array;
  readonly startNs: Float64Array;
  /** Latest end of this task and those before it: where it is past, no earlier task goes on. */
  readonly latestEndNs: Float64Array;
}

function unique(values: readonly string[]): string[] {
  return values.length < 2 ? [...values] : [...new Set(values)];
}

function ownValue(record: Readonly<Record<string, string>>, name: string): string[] {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  return value === undefined ? [] : [value];
}
