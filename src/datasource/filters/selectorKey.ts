/** Columns of tables by the name that selectors know them by: Grafana's cell filters name columns. */
const keysOfColumns: Readonly<Record<string, string>> = { traceId: 'trace_id', traceID: 'trace_id', spanID: 'span_id' };

/** What a selector calls the column or label that a filter names. The id of a request is a span id, or the task's own where it has none. */
export function selectorKey(key: string, value: string): string {
  if (key === 'request') {
    return /^[0-9a-f]{16}$/.test(value) ? 'span_id' : 'task';
  }
  return keysOfColumns[key] ?? key;
}
