import type { ScopedVars } from '@grafana/data';

import { escapeQuoted, escapeRegExp } from './quoting';
import type { GclensQuery } from './types';

/** Grafana's template replacement: text with variables, the format for their values. */
export type ReplaceVariables = (text: string, scopedVars?: ScopedVars, format?: string | ((value: unknown) => string)) => string;

/** Members that are never texts of a user: Grafana's own, and what chooses code rather than data. */
const fixedMembers = new Set(['refId', 'datasource', 'key', 'queryType', 'version', 'by', 'data']);

/**
 * The query with template variables replaced in every string member, at any depth. In `selector` a variable with several values becomes a regular
 * expression `(a|b)`, so that `{map_op=~"$op"}` works.
 */
export function interpolateQuery(query: GclensQuery, replace: ReplaceVariables, scopedVars?: ScopedVars): GclensQuery {
  const interpolate = (value: unknown, member: string): unknown => {
    if (fixedMembers.has(member)) {
      return value;
    }
    if (typeof value === 'string') {
      return replace(value, scopedVars, formats[member]);
    }
    if (Array.isArray(value)) {
      return value.map((item) => interpolate(item, member));
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, interpolate(inner, name)]));
    }
    return value;
  };
  return interpolate(query, '') as GclensQuery;
}

const formats: Readonly<Record<string, ((value: unknown) => string) | undefined>> = {
  selector: formatForSelector,
  labelSelector: formatForSelector,
  variable: (value) => (Array.isArray(value) ? value.join('\n') : String(value)),
};

/** Values inside of a selector's quotes: one is escaped as text, several become alternatives of a regular expression. */
function formatForSelector(value: unknown): string {
  if (Array.isArray(value)) {
    const alternatives = value.map((item) => escapeQuoted(escapeRegExp(String(item))));
    return alternatives.length === 1 ? (alternatives[0] ?? '') : `(${alternatives.join('|')})`;
  }
  return escapeQuoted(String(value));
}
