import { largestRows, type RuntimeFacts, type TaskCost } from '../runtime';
import type { AnalyzedTrace } from './capture';
import { OutermostTasks } from './requestAt';
import { count, duration, percent } from './words';

const taxNames: readonly (readonly [keyof TaskCost, string])[] = [
  ['assist', 'assisting'],
  ['assistWait', 'waiting for assist work'],
  ['runnableInMark', 'runnable during marking'],
  ['stwGC', 'stopped'],
  ['sweep', 'sweeping'],
];

const shownPayers = 3;

/** Which requests paid most for GC, with their ids; null where there is nothing to pay for. */
export function describeRequests(analyzed: AnalyzedTrace): string | null {
  const { facts } = analyzed;
  if (facts.tasks.length === 0) {
    return 'Which requests paid cannot be told: the trace has no user tasks.';
  }
  const payers = topPayers(facts);
  if (payers.length === 0) {
    return facts.gcCycles.length === 0 ? null : `None of ${count(facts.tasks.length, 'task')} paid for GC on its own goroutine.`;
  }
  const sentences = payers.map(({ row, cost }) => {
    const task = facts.tasks.at(row);
    const durationNs = task === undefined ? 0 : task.endNs - task.startNs;
    const [, mostly] = taxNames.map(([member, words]) => [cost[member], words] as const).sort((a, b) => b[0] - a[0])[0] ?? [0, ''];
    return `${nameOf(analyzed, row)} ${duration(cost.gcTax)}, ${percent(cost.gcTax / durationNs)} of its ${duration(durationNs)}, mostly ${mostly}`;
  });
  return `Requests that paid most for GC on their own goroutine: ${sentences.join('; ')}.`;
}

/** A task by its type, the request it is part of, its number and its id with where that comes from. */
function nameOf({ facts, identities }: AnalyzedTrace, row: number): string {
  const task = facts.tasks.at(row);
  const request = facts.tasks.at(new OutermostTasks(facts.tasks).of(row));
  const id = identities.at(row)?.ids[0];
  const type = task === undefined || task.type === '' ? 'a task begun before the trace' : task.type;
  const within = request === undefined || request.id === task?.id ? '' : ` in ${request.type}`;
  const span = id === undefined ? 'no span id' : `span ${id.spanId} by ${id.source}`;
  return `${type}${within} (task ${task?.id ?? '?'}, ${span})`;
}

/** The three tasks with the highest tax; a child on its parent's goroutine is inside the parent's cost and left out. */
function topPayers({ tasks, costs }: RuntimeFacts): { row: number; cost: TaskCost }[] {
  const outermost = new OutermostTasks(tasks);
  const paid = Uint32Array.from(tasks.id.keys()).filter((row) => (costs.gcTaxNs[row] ?? 0) > 0 && !outermost.isInParent(row));
  const top = [...largestRows(costs.gcTaxNs, paid, shownPayers)];
  return top.flatMap((row) => {
    const cost = costs.at(row);
    return cost === null ? [] : [{ row, cost }];
  });
}
