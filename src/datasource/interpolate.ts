import type { AdHocVariableFilter, ScopedVars } from '@grafana/data';

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
      return replace(value, scopedVars, member === 'selector' ? formatForSelector : undefined);
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

/** Values inside of a selector's quotes: one is escaped as text, several become alternatives of a regular expression. */
function formatForSelector(value: unknown): string {
  if (Array.isArray(value)) {
    const alternatives = value.map((item) => escapeQuoted(escapeRegExp(String(item))));
    return alternatives.length === 1 ? (alternatives[0] ?? '') : `(${alternatives.join('|')})`;
  }
  return escapeQuoted(String(value));
}

/** The selector with a dashboard's ad-hoc filters added as matchers. Throws nothing: a filter without a matching operator is left out. */
export function withAdHocFilters(selector: string | undefined, filters: readonly AdHocVariableFilter[] | undefined): string | undefined {
  const matchers = (filters ?? []).flatMap((filter) => {
    const matcher = matcherOf(filter);
    return matcher === undefined ? [] : [matcher];
  });
  if (matchers.length === 0) {
    return selector;
  }
  const own = (selector ?? '').trim().replace(/^\{/, '').replace(/\}$/, '').trim().replace(/,$/, '');
  return `{${[...(own === '' ? [] : [own]), ...matchers].join(', ')}}`;
}

function matcherOf({ key, operator, value, values }: AdHocVariableFilter): string | undefined {
  switch (operator) {
    case '=':
    case '!=':
    case '=~':
    case '!~':
      return `${quoteKey(key)}${operator}"${escapeQuoted(value)}"`;
    case '=|':
    case '!=|': {
      const alternatives = (values ?? [value]).map((item) => escapeQuoted(escapeRegExp(item)));
      return `${quoteKey(key)}${operator === '=|' ? '=~' : '!~'}"${alternatives.join('|')}"`;
    }
    default:
      return undefined;
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** A label key as a selector writes it: quoted when it is no plain word. */
export function quoteKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_.:]*$/.test(key) ? key : `"${escapeQuoted(key)}"`;
}

/** As between the quotes of a Prometheus matcher. */
export function escapeQuoted(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
