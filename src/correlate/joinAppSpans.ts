import type { RuntimeFacts, Task, WallAnchor } from '../runtime';
import type { AppSpan } from './appSpans';
import type { SpanId, TaskIdentity } from './capture';
import { groupBy } from './groupBy';

const source = 'otlp';

/**
 * Adds what the application's own spans say (facts.md section 8): a task whose log names only a span id gets the trace id of that span, a task
 * without any id gets the span of its name that began and ended with it, where there is exactly one.
 */
export function joinAppSpans(facts: RuntimeFacts, identities: readonly TaskIdentity[], spans: readonly AppSpan[]): TaskIdentity[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const byName = facts.wall === null ? new Map<number, AppSpan>() : matchByTime(facts, facts.wall, identities, byId, spans);
  return identities.map((identity, row) => {
    const named = identity.ids.some((id) => id.traceId !== undefined)
      ? undefined
      : identity.ids.map((id) => byId.get(id.spanId)).find(Boolean);
    const span = named ?? byName.get(row);
    return span === undefined ? identity : { ...identity, ids: [...identity.ids, spanIdOf(span)] };
  });
}

function spanIdOf({ traceId, spanId }: AppSpan): SpanId {
  return { traceId, spanId, source };
}

/** A task and a span of one name that may be the same: how much later the span began and ended, by the anchor of the clock. */
interface Pair {
  readonly row: number;
  readonly span: AppSpan;
  readonly startNs: number;
  readonly endNs: number;
}

/** Pairs this close to the offset that most pairs agree on are the same; the SDK reads the clock some µs before the task begins. */
const agreementNs = 1e6;

function matchByTime(
  facts: RuntimeFacts,
  wall: WallAnchor,
  identities: readonly TaskIdentity[],
  byId: ReadonlyMap<string, AppSpan>,
  spans: readonly AppSpan[],
): Map<number, AppSpan> {
  const taken = new Set(identities.flatMap(({ ids }) => ids.map((id) => byId.get(id.spanId))));
  const tasks = facts.tasks
    .map((task, row) => ({ task, row }))
    .filter(({ task, row }) => !task.cutStart && identities[row]?.ids.length === 0);
  const pairs = pairsWithin(
    wall,
    tasks,
    spans.filter((span) => !taken.has(span)),
  );
  const offsetNs = offsetOfMost(pairs);
  const close = pairs.filter((pair) => Math.abs(pair.startNs - offsetNs) <= agreementNs && Math.abs(pair.endNs - offsetNs) <= agreementNs);
  return oneToOne(close, offsetNs);
}

/** Pairs of one name whose start and end agree within the precision of the clock. */
function pairsWithin(wall: WallAnchor, tasks: readonly { task: Task; row: number }[], spans: readonly AppSpan[]): Pair[] {
  const toleranceNs = Math.max(wall.precisionNs, agreementNs);
  const sinceAnchor = (unixNs: bigint) => Number(unixNs - wall.unixNs) + wall.traceNs;
  const spansOfName = groupBy(spans, (span) => span.name);
  const pairs: Pair[] = [];
  for (const [name, tasksOfName] of groupBy(tasks, ({ task }) => task.type)) {
    const candidates = (spansOfName.get(name) ?? [])
      .map((span) => ({ span, startNs: sinceAnchor(span.startUnixNs), endNs: sinceAnchor(span.endUnixNs) }))
      .sort((a, b) => a.startNs - b.startNs);
    let first = 0;
    for (const { task, row } of tasksOfName) {
      while ((candidates[first]?.startNs ?? Infinity) < task.startNs - toleranceNs) {
        first++;
      }
      for (let i = first; (candidates[i]?.startNs ?? Infinity) <= task.startNs + toleranceNs; i++) {
        const candidate = candidates[i];
        if (candidate !== undefined && endsAlike(task, candidate.endNs, toleranceNs)) {
          const startNs = candidate.startNs - task.startNs;
          pairs.push({ row, span: candidate.span, startNs, endNs: task.cutEnd ? startNs : candidate.endNs - task.endNs });
        }
      }
    }
  }
  return pairs;
}

/** A task that is cut at the end of the trace ended some time after it. */
function endsAlike(task: Task, spanEndNs: number, toleranceNs: number): boolean {
  return task.cutEnd ? spanEndNs >= task.endNs - toleranceNs : Math.abs(spanEndNs - task.endNs) <= toleranceNs;
}

/** The clock's offset within its precision: the middle of the narrow window that holds most pairs which began and ended equally late. */
function offsetOfMost(pairs: readonly Pair[]): number {
  const offsets = Float64Array.from(
    pairs.filter((pair) => Math.abs(pair.startNs - pair.endNs) <= agreementNs),
    (pair) => pair.startNs,
  ).sort();
  let best = { from: 0, to: 0 };
  for (let from = 0, to = 0; from < offsets.length; from++) {
    while (to < offsets.length && (offsets[to] ?? 0) - (offsets[from] ?? 0) <= agreementNs / 4) {
      to++;
    }
    if (to - from > best.to - best.from) {
      best = { from, to };
    }
  }
  return offsets[(best.from + best.to) >>> 1] ?? 0;
}

/** Pairs that are each other's best and clearly so: the second best of either side is more than twice as far away. */
function oneToOne(pairs: readonly Pair[], offsetNs: number): Map<number, AppSpan> {
  const distance = (pair: Pair) => Math.abs(pair.startNs - offsetNs) + Math.abs(pair.endNs - offsetNs);
  const bestOf = <K>(groups: Map<K, Pair[]>): Set<Pair> => {
    const best = new Set<Pair>();
    for (const group of groups.values()) {
      const [first, second] = group.sort((a, b) => distance(a) - distance(b));
      if (first !== undefined && (second === undefined || distance(second) > 2 * distance(first))) {
        best.add(first);
      }
    }
    return best;
  };
  const bestOfTask = bestOf(groupBy(pairs, (pair) => pair.row));
  const bestOfSpan = bestOf(groupBy(pairs, (pair) => pair.span));
  return new Map([...bestOfTask].filter((pair) => bestOfSpan.has(pair)).map((pair) => [pair.row, pair.span]));
}
