import type { AnalyzedTrace, IdentityTable, TaskIdentity } from './capture';
import { spanIdOfDecimal } from './spanIds';

/**
 * The row of the task that a text names, undefined when none: by trace id (32 hex digits; the outermost task of it), span id (16 hex digits or decimal),
 * request id or other id attribute, or task id, in this order.
 */
export function findTask(analyzed: Pick<AnalyzedTrace, 'facts' | 'identities'>, query: string): number | undefined {
  const text = query.trim();
  return candidates(analyzed, text).find((row) => row !== undefined && row >= 0);
}

function candidates({ facts, identities }: Pick<AnalyzedTrace, 'facts' | 'identities'>, text: string): (number | undefined)[] {
  const lower = text.toLowerCase();
  const decimal = spanIdOfDecimal(text);
  const rowOfSpan = (spanId: string | null) => rowsWith(identities, ({ ids }) => ids.some((id) => id.spanId === spanId))[0];
  return [
    outermostOfTrace({ facts, identities }, lower),
    rowOfSpan(lower),
    rowOfSpan(decimal),
    rowsWith(identities, ({ attributes }) => Object.values(attributes).includes(text))[0],
    /^\d+$/.test(text) ? facts.tasks.id.indexOf(Number(text)) : undefined,
  ];
}

function rowsWith(identities: IdentityTable, test: (identity: TaskIdentity) => boolean): number[] {
  const rows: number[] = [];
  for (let row = 0; row < identities.length; row++) {
    const identity = identities.at(row);
    if (identity !== undefined && test(identity)) {
      rows.push(row);
    }
  }
  return rows;
}

/** Tasks come in order of their start, so the first that has no parent in the same trace, or else the first, is the request itself. */
function outermostOfTrace({ facts, identities }: Pick<AnalyzedTrace, 'facts' | 'identities'>, traceId: string): number | undefined {
  const rows = rowsWith(identities, ({ ids }) => ids.some((id) => id.traceId === traceId));
  const taskIds = new Set(rows.map((row) => facts.tasks.id[row]));
  return rows.find((row) => !taskIds.has(facts.tasks.parent[row])) ?? rows[0];
}
