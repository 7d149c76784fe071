import { groupBy } from '../base';
import { countBelow, countUpTo, listOf, type RuntimeFacts, type Task, type WallAnchor } from '../runtime';
import type { AppSpan } from './appSpans';
import type { IdentityTable, SpanId } from './capture';

const source = 'otlp';

/** Gives tasks whose ids name no trace the trace of the application's span of such an id (facts.md section 8). */
export function joinById(identities: IdentityTable, spans: readonly AppSpan[]): IdentityTable {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return {
    length: identities.length,
    isIdentified: (row) => identities.isIdentified(row),
    at: (row) => {
      const identity = identities.at(row);
      if (identity === undefined || identity.ids.some(({ traceId }) => traceId !== undefined)) {
        return identity;
      }
      const span = identity.ids.map(({ spanId }) => byId.get(spanId)).find((found) => found !== undefined);
      return span === undefined ? identity : { ...identity, ids: [...identity.ids, spanOfId(span)] };
    },
  };
}

/**
 * Gives tasks without any id the application's span of their name that began and ended with them, where there is exactly one (facts.md section 8); else the one
 * of a name that no task has: a task keeps the name that its span began with, and otelhttp names a span `GET` until the route is known.
 */
export function joinByTime(facts: RuntimeFacts, identities: IdentityTable, spans: readonly AppSpan[]): IdentityTable {
  if (facts.wall === null) {
    return identities;
  }
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const matched = matchByTime(facts, facts.wall, identities, byId, spans);
  return {
    length: identities.length,
    isIdentified: (row) => identities.isIdentified(row) || matched.has(row),
    at: (row) => {
      const identity = identities.at(row);
      const span = matched.get(row);
      return identity === undefined || span === undefined
        ? identity
        : { ...identity, ids: [...identity.ids, spanOfTime(span, facts.tasks.at(row)?.type)] };
    },
  };
}

function spanOfId({ traceId, spanId, name }: AppSpan): SpanId {
  return { traceId, spanId, source, dialect: 'otlp-id', evidence: `application span “${name}” of this id` };
}

function spanOfTime({ traceId, spanId, name }: AppSpan, taskName: string | undefined): SpanId {
  return {
    traceId,
    spanId,
    source,
    dialect: 'otlp-time',
    evidence: `application span “${name}” that began and ended with it, within ${(name === taskName ? agreementNs : renamedAgreementNs) / 1e6} ms`,
  };
}

/** A span on the trace's clock, by an anchor that may be off. */
interface TimedSpan {
  readonly span: AppSpan;
  readonly startNs: number;
  readonly endNs: number;
}

/** Spans in order of their start, of one name or of several. */
interface NamedSpans {
  readonly startNs: Float64Array;
  readonly spans: readonly TimedSpan[];
}

/** A task and a span of its name that may be the same: how much later the span began and ended. */
interface Pair {
  readonly row: number;
  readonly span: AppSpan;
  readonly startNs: number;
  readonly endNs: number;
}

/** Once the clock's offset is known: how far apart the start, or the end, of a task and its span may be. The SDK reads its clock some µs before or after. */
const agreementNs = 1e6;
/** The same where the names differ: a span of another service, as the client's of this request, is further away. */
const renamedAgreementNs = 1e5;
/** To find the offset: how much the durations of a task and its span may differ, and how wide a bundle of equal offsets is. */
const sameDurationNs = 2e4;
const bundleNs = 5e4;
/** The longest tasks tell the offset: their durations are like no other's. */
const tellingTasks = 200;
/** More spans of a name around one moment than this cannot be told apart. */
const mostCandidates = 10_000;

interface OpenTask {
  readonly task: Task;
  readonly row: number;
}

function matchByTime(
  facts: RuntimeFacts,
  wall: WallAnchor,
  identities: IdentityTable,
  byId: ReadonlyMap<string, AppSpan>,
  spans: readonly AppSpan[],
): Map<number, AppSpan> {
  const taken = new Set(listOf(identities).flatMap(({ ids }) => ids.map((id) => byId.get(id.spanId))));
  const tasks = listOf(facts.tasks)
    .map((task, row) => ({ task, row }))
    .filter(({ task, row }) => !task.cutStart && !identities.isIdentified(row));
  const named = spansByName(
    wall,
    spans.filter((span) => !taken.has(span)),
  );
  const offsetNs = findOffset(wall, tasks, named);
  if (offsetNs === null) {
    return new Map();
  }
  const pairsOf = (asked: readonly OpenTask[], among: NamedSpans | null, toleranceNs: number) =>
    asked.flatMap((task) =>
      candidatesOf(task, among ?? named.get(task.task.type), offsetNs, toleranceNs).filter(
        (pair) => Math.abs(pair.endNs - offsetNs) <= toleranceNs,
      ),
    );
  const joined = oneToOne(pairsOf(tasks, null, agreementNs), offsetNs);
  const names = new Set(listOf(facts.tasks).map(({ type }) => type));
  const renamed = timedSpans(
    wall,
    spans.filter((span) => !taken.has(span) && !names.has(span.name)),
  );
  const open = tasks.filter(({ row }) => !joined.has(row));
  return new Map([...joined, ...oneToOne(pairsOf(open, renamed, renamedAgreementNs), offsetNs)]);
}

function spansByName(wall: WallAnchor, spans: readonly AppSpan[]): Map<string, NamedSpans> {
  return new Map([...groupBy(spans, (span) => span.name)].map(([name, group]) => [name, timedSpans(wall, group)]));
}

function timedSpans(wall: WallAnchor, spans: readonly AppSpan[]): NamedSpans {
  const sinceAnchor = (unixNs: bigint) => Number(unixNs - wall.unixNs) + wall.traceNs;
  const timed = spans
    .map((span) => ({ span, startNs: sinceAnchor(span.startUnixNs), endNs: sinceAnchor(span.endUnixNs) }))
    .sort((a, b) => a.startNs - b.startNs);
  return { startNs: Float64Array.from(timed, ({ startNs }) => startNs), spans: timed };
}

/** Spans that began `offsetNs` after it, give or take `toleranceNs`. A task that is cut by the end of the trace ended some time after it. */
function candidatesOf({ task, row }: OpenTask, ofName: NamedSpans | undefined, offsetNs: number, toleranceNs: number): Pair[] {
  if (ofName === undefined) {
    return [];
  }
  const from = countBelow(ofName.startNs, task.startNs + offsetNs - toleranceNs);
  const to = countUpTo(ofName.startNs, task.startNs + offsetNs + toleranceNs);
  if (to - from > mostCandidates) {
    return [];
  }
  return ofName.spans.slice(from, to).map(({ span, startNs, endNs }) => {
    const later = startNs - task.startNs;
    const endsLater = endNs - task.endNs;
    return { row, span, startNs: later, endNs: task.cutEnd ? Math.min(later, endsLater) : endsLater };
  });
}

/**
 * How far the clock is off within its precision: the offset that most of the longest tasks and the spans of equal name and duration agree on. By chance a few
 * fit any offset; null when too few do to believe it.
 */
function findOffset(wall: WallAnchor, tasks: readonly OpenTask[], named: ReadonlyMap<string, NamedSpans>): number | null {
  const telling = tasks
    .filter(({ task }) => !task.cutEnd)
    .sort((a, b) => b.task.endNs - b.task.startNs - (a.task.endNs - a.task.startNs))
    .slice(0, tellingTasks);
  const toleranceNs = Math.max(wall.precisionNs, agreementNs);
  const pairs = telling.flatMap((task) => candidatesOf(task, named.get(task.task.type), 0, toleranceNs).filter(isAsLong));
  const bundle = largestBundle(pairs);
  const tasksThatFit = new Set(pairs.map((pair) => pair.row)).size;
  const spansThatFit = new Set(pairs.map((pair) => pair.span)).size;
  const isBelievable = new Set(bundle.map((pair) => pair.row)).size * 3 >= Math.min(tasksThatFit, spansThatFit);
  if (bundle.length > 0 && isBelievable) {
    return bundle[bundle.length >>> 1]?.startNs ?? 0;
  }
  return wall.precisionNs <= agreementNs ? 0 : null;
}

function isAsLong(pair: Pair): boolean {
  return Math.abs(pair.startNs - pair.endNs) <= sameDurationNs;
}

/** The most pairs whose starts are equally far apart. */
function largestBundle(pairs: readonly Pair[]): Pair[] {
  const sorted = [...pairs].sort((a, b) => a.startNs - b.startNs);
  let best = { from: 0, to: 0 };
  for (let from = 0, to = 0; from < sorted.length; from++) {
    while (to < sorted.length && (sorted[to]?.startNs ?? 0) - (sorted[from]?.startNs ?? 0) <= bundleNs) {
      to++;
    }
    if (to - from > best.to - best.from) {
      best = { from, to };
    }
  }
  return sorted.slice(best.from, best.to);
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
