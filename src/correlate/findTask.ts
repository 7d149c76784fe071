import type { AnalyzedTrace } from './capture';
import { spanIdOfDecimal } from './spanIds';

/**
 * The row of the task that a text names, undefined when none: by trace id (32 hex digits; the outermost task of it), span id (16 hex digits or decimal),
 * request id or other id attribute, or task id, in this order.
 */
export function findTask(analyzed: Pick<AnalyzedTrace, 'facts' | 'identities'>, query: string): number | undefined {
  const text = query.trim();
  const found = candidates(analyzed, text).find((row) => row !== undefined && row >= 0);
  return found;
}

function candidates({ facts, identities }: Pick<AnalyzedTrace, 'facts' | 'identities'>, text: string): (number | undefined)[] {
  const lower = text.toLowerCase();
  const decimal = spanIdOfDecimal(text);
  const rowOfSpan = (spanId: string | null) => identities.findIndex(({ ids }) => ids.some((id) => id.spanId === spanId));
  return [
    outermostOfTrace({ facts, identities }, lower),
    rowOfSpan(lower),
    rowOfSpan(decimal),
    identities.findIndex(({ attributes }) => Object.values(attributes).includes(text)),
    /^\d+$/.test(text) ? facts.tasks.findIndex((task) => task.id === Number(text)) : undefined,
  ];
}

/** Tasks come in order of their start, so the first that has no parent in the same trace, or else the first, is the request itself. */
function outermostOfTrace({ facts, identities }: Pick<AnalyzedTrace, 'facts' | 'identities'>, traceId: string): number | undefined {
  const rows = [...identities.keys()].filter((row) => identities[row]?.ids.some((id) => id.traceId === traceId));
  const taskIds = new Set(rows.map((row) => facts.tasks[row]?.id));
  return rows.find((row) => !taskIds.has(facts.tasks[row]?.parent)) ?? rows[0];
}
