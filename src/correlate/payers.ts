import { largestRows, rowsWhere } from '../runtime';
import type { AnalyzedTrace, SpanId } from './capture';
import { outermostTasks } from './requestAt';
import { count, duration, percent } from './words';

/** A task with what it paid for GC on its own goroutine. */
export interface Payer {
  readonly task: number;
  /** '' of a task that began before the trace. */
  readonly type: string;
  /** Type of the request that it is part of; null where it is one itself. */
  readonly request: string | null;
  /** Its first id; null without. */
  readonly id: SpanId | null;
  readonly durationNs: number;
  readonly taxNs: number;
  /** What it paid most for: `assisting`, `stopped` … */
  readonly mostly: string;
}

const taxNames = [
  ['assist', 'assisting'],
  ['assistWait', 'waiting for assist work'],
  ['runnableInMark', 'runnable during marking'],
  ['stwGC', 'stopped'],
  ['sweep', 'sweeping'],
] as const;

/** The tasks with the highest tax; a child on its parent's goroutine is inside the parent's cost and left out. */
export function payersOf({ facts, identities }: AnalyzedTrace, limit: number): Payer[] {
  const { tasks, costs } = facts;
  const outermost = outermostTasks(tasks);
  const paid = rowsWhere(tasks.length, (row) => (costs.gcTaxNs[row] ?? 0) > 0 && !outermost.isInParent(row));
  return [...largestRows(costs.gcTaxNs, paid, limit)].flatMap((row): Payer[] => {
    const cost = costs.at(row);
    const task = tasks.at(row);
    if (cost === null || task === undefined) {
      return [];
    }
    const root = tasks.at(outermost.of(row));
    const mostly = taxNames.reduce((most, next) => (cost[next[0]] > cost[most[0]] ? next : most));
    return [
      {
        task: task.id,
        type: task.type,
        request: root === undefined || root.id === task.id ? null : root.type,
        id: identities.at(row)?.ids[0] ?? null,
        durationNs: task.endNs - task.startNs,
        taxNs: cost.gcTax,
        mostly: mostly[1],
      },
    ];
  });
}

const shownPayers = 3;

/** Which requests paid most for GC, with their ids; null where there is nothing to pay for. */
export function describeRequests(analyzed: AnalyzedTrace): string | null {
  const { facts } = analyzed;
  if (facts.tasks.length === 0) {
    return 'Which requests paid cannot be told: the trace has no user tasks.';
  }
  const payers = payersOf(analyzed, shownPayers);
  if (payers.length === 0) {
    return facts.gcCycles.length === 0 ? null : `None of ${count(facts.tasks.length, 'task')} paid for GC on its own goroutine.`;
  }
  const sentences = payers.map(
    (payer) =>
      `${describePayer(payer)} ${duration(payer.taxNs)}, ${percent(payer.taxNs / payer.durationNs)} of its ${duration(payer.durationNs)}, mostly ${payer.mostly}`,
  );
  return `Requests that paid most for GC on their own goroutine: ${sentences.join('; ')}.`;
}

/** A task by its type, the request it is part of, its number and its id with where that comes from. */
function describePayer({ task, type, request, id }: Payer): string {
  const within = request === null ? '' : ` in ${request}`;
  const span = id === null ? 'no span id' : `span ${id.spanId} by ${id.source}`;
  return `${type === '' ? 'a task begun before the trace' : type}${within} (task ${task}, ${span})`;
}
