import { type AnalyzedTrace, joinProfile, type Task, type TaskIdentity } from '../correlate';
import { matchesSelector, type Profile, type Selector } from '../pprof';
import { nestedRowsOf } from '../runtime';

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
  /** The task that was asked for last: its names and values are asked for one after the other, and making it costs more than any of them. */
  private asked: AskedTask | undefined;

  constructor(
    private readonly analyzed: AnalyzedTrace,
    profile: Profile | undefined,
  ) {
    this.labelsOfTask = profile === undefined ? new Map() : joinProfile(analyzed, profile).labelsOfTask;
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
    const nested = nestedRowsOf(this.analyzed.facts.tasks);
    const found: number[] = [];
    for (let row = nested.innermostAt(goroutine, timeNs); row >= 0; row = nested.around(row, timeNs)) {
      found.push(row);
    }
    return found.reverse();
  }
}

interface AskedTask {
  readonly row: number;
  readonly task: Task | undefined;
  readonly identity: TaskIdentity | undefined;
}

function unique(values: readonly string[]): string[] {
  return values.length < 2 ? [...values] : [...new Set(values)];
}

function ownValue(record: Readonly<Record<string, string>>, name: string): string[] {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  return value === undefined ? [] : [value];
}
