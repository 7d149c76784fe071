import type { Task } from '../runtime';
import type { AnalyzedTrace, TaskCost } from './capture';
import { count, duration, percent } from './words';

const taxNames: readonly (readonly [keyof TaskCost, string])[] = [
  ['assist', 'assisting'],
  ['assistWait', 'waiting for assist work'],
  ['runnableInMark', 'runnable during marking'],
  ['stwGC', 'stopped'],
  ['sweep', 'sweeping'],
];

/** Which requests paid most for GC, with their ids; null where there is nothing to pay for. */
export function describeRequests(analyzed: AnalyzedTrace): string | null {
  const { facts, costs } = analyzed;
  if (facts.tasks.length === 0) {
    return 'Which requests paid cannot be told: the trace has no user tasks.';
  }
  const payers = topPayers(facts.tasks, costs);
  if (payers.length === 0) {
    return facts.gcCycles.length === 0 ? null : `None of ${count(facts.tasks.length, 'task')} paid for GC on its own goroutine.`;
  }
  const sentences = payers.map(({ row, cost }) => {
    const task = facts.tasks[row];
    const durationNs = task === undefined ? 0 : task.endNs - task.startNs;
    const [, mostly] = taxNames.map(([member, words]) => [cost[member], words] as const).sort((a, b) => b[0] - a[0])[0] ?? [0, ''];
    return `${nameOf(analyzed, row)} ${duration(cost.gcTax)}, ${percent(cost.gcTax / durationNs)} of its ${duration(durationNs)}, mostly ${mostly}`;
  });
  return `Requests that paid most for GC on their own goroutine: ${sentences.join('; ')}.`;
}

/** A task by its type, the request it is part of, its number and its id with where that comes from. */
function nameOf({ facts, identities }: AnalyzedTrace, row: number): string {
  const task = facts.tasks[row];
  const request = outermostOf(facts.tasks, task);
  const id = identities[row]?.ids[0];
  const type = task === undefined || task.type === '' ? 'a task begun before the trace' : task.type;
  const within = request === task || request === undefined ? '' : ` in ${request.type}`;
  const span = id === undefined ? 'no span id' : `span ${id.spanId} by ${id.source}`;
  return `${type}${within} (task ${task?.id ?? '?'}, ${span})`;
}

/** The outermost task that this one is part of; ids that name each other as parents end the search. */
function outermostOf(tasks: readonly Task[], task: Task | undefined): Task | undefined {
  const taskOfId = new Map(tasks.map((one) => [one.id, one]));
  const seen = new Set<Task>();
  let outermost = task;
  for (let next = task; next !== undefined && !seen.has(next);) {
    seen.add(next);
    outermost = next;
    const { parent } = next;
    next = parent === 0 ? undefined : taskOfId.get(parent);
  }
  return outermost;
}

/** The three tasks with the highest tax; a child on its parent's goroutine is inside the parent's cost and left out. */
function topPayers(tasks: AnalyzedTrace['facts']['tasks'], costs: AnalyzedTrace['costs']): { row: number; cost: TaskCost }[] {
  const taskOfId = new Map(tasks.map((task) => [task.id, task]));
  return costs
    .flatMap((cost, row) => {
      const task = tasks[row];
      const parent = taskOfId.get(task?.parent ?? 0);
      const isInParent = task !== undefined && parent?.goroutine === task.goroutine && parent.endNs >= task.endNs;
      return cost === null || cost.gcTax === 0 || isInParent ? [] : [{ row, cost }];
    })
    .sort((a, b) => b.cost.gcTax - a.cost.gcTax)
    .slice(0, 3);
}
