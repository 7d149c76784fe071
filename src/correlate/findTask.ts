import type { TaskTable } from '../runtime';
import type { AnalyzedTrace, IdentityTable, TaskIdentity } from './capture';
import { spanIdOfDecimal } from './spanIds';

/** The tasks that a text names. */
export interface FoundTasks {
  /** Rows of facts.tasks in order of their start: requests, without the tasks within them that the text names too. */
  readonly rows: readonly number[];
  /** Whether the text is only the beginning of their ids. */
  readonly isPrefix: boolean;
}

type Named = Pick<AnalyzedTrace, 'facts' | 'identities'>;

/** Shorter beginnings of ids name too much. */
export const shortestIdPrefix = 8;

/**
 * Finds tasks by trace id (32 hex digits), span id (16 hex digits, or decimal), request id or another id that logs give, or task id, in this order; then by the
 * first 8 or more characters of any of these ids. Hex digits may be upper case and follow `0x`; zeros that a span id begins with may be missing.
 */
export function findTasks({ facts, identities }: Named, query: string): FoundTasks {
  const text = query.trim();
  if (text === '') {
    return { rows: [], isPrefix: false };
  }
  const lower = text.toLowerCase().replace(/^0x/, '');
  const padded = lower.padStart(16, '0');
  const decimal = spanIdOfDecimal(text);
  const begins = (id: string) => id.startsWith(lower) || id.startsWith(text);
  const tests: ((identity: TaskIdentity, row: number) => boolean)[] = [
    (identity) => traceIdsOf(identity).includes(lower),
    ({ ids }) => ids.some(({ spanId }) => spanId === lower),
    ({ ids }) => ids.some(({ spanId }) => spanId === decimal),
    ({ attributes }) => Object.values(attributes).includes(text),
    (_, row) => String(facts.tasks.id[row]) === text,
    ({ ids }) => ids.some(({ spanId }) => spanId === padded),
    (identity) => lower.length >= shortestIdPrefix && idsOf(identity).some(begins),
  ];
  const { rows, test } = rowsOfFirst(identities, tests);
  return { rows: outermost(facts.tasks, rows), isPrefix: rows.length > 0 && test === tests.length - 1 };
}

/** Rows of tasks and of all that is within them. */
export function withDescendants({ id, parent, length }: TaskTable, rows: Iterable<number>): Set<number> {
  const found = new Set(rows);
  const ids = new Set([...found].map((row) => id[row]));
  // A child begins behind its parent, so it comes later in the table; cut tasks come first in it, in no order of their own.
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (let row = 0; row < length; row++) {
      if (!found.has(row) && parent[row] !== 0 && ids.has(parent[row])) {
        found.add(row);
        ids.add(id[row]);
      }
    }
  }
  return found;
}

function traceIdsOf({ ids, trace }: TaskIdentity): string[] {
  return [...ids.flatMap(({ traceId }) => traceId ?? []), ...(trace === undefined ? [] : [trace.traceId])];
}

function idsOf(identity: TaskIdentity): string[] {
  return [...traceIdsOf(identity), ...identity.ids.map(({ spanId }) => spanId), ...Object.values(identity.attributes)];
}

/** The rows that pass the first test which any row passes: an identity is made once for all tests. */
function rowsOfFirst(
  identities: IdentityTable,
  tests: readonly ((identity: TaskIdentity, row: number) => boolean)[],
): { readonly rows: readonly number[]; readonly test: number } {
  let best = tests.length;
  let rows: number[] = [];
  for (let row = 0; row < identities.length; row++) {
    const identity = identities.at(row);
    const passed = identity === undefined ? -1 : tests.findIndex((test, n) => n <= best && test(identity, row));
    if (passed >= 0) {
      if (passed < best) {
        rows = [];
        best = passed;
      }
      rows.push(row);
    }
  }
  return { rows, test: best };
}

/** Without the tasks whose parent is there too; a task that is its own ancestor stays. */
function outermost({ id, parent }: TaskTable, rows: readonly number[]): readonly number[] {
  const ids = new Set(rows.map((row) => id[row]));
  const roots = rows.filter((row) => !ids.has(parent[row]));
  return roots.length > 0 ? roots : rows.slice(0, 1);
}
