import type { AdHocVariableFilter } from '@grafana/data';

import { escapeQuoted, escapeRegExp, quoteKey } from '../quoting';
import type { Labels } from '../labels';
import { selectorKey } from './selectorKey';

/** Comparisons need the values that there are: a selector compares texts. */
const comparisons: Readonly<Record<string, (value: number, than: number) => boolean>> = {
  '<': (value, than) => value < than,
  '<=': (value, than) => value <= than,
  '>': (value, than) => value > than,
  '>=': (value, than) => value >= than,
};

/** Whether label values must be known to apply these filters. */
export function comparesNumbers(filters: readonly AdHocVariableFilter[] | undefined): boolean {
  return (filters ?? []).some(({ operator }) => operator in comparisons);
}

/**
 * The selector with a dashboard's ad-hoc filters added as matchers. All of Grafana's operators are understood; the ones that compare numbers become the values
 * among `labels` for which they hold. Throws nothing: a filter without a key or with an unknown operator is left out.
 */
export function withAdHocFilters(
  selector: string | undefined,
  filters: readonly AdHocVariableFilter[] | undefined,
  labels: Labels = [],
): string | undefined {
  const matchers = (filters ?? []).flatMap((filter) => matcherOf(filter, labels) ?? []);
  if (matchers.length === 0) {
    return selector;
  }
  const own = (selector ?? '').trim().replace(/^\{/, '').replace(/\}$/, '').trim().replace(/,$/, '');
  return `{${[...(own === '' ? [] : [own]), ...matchers].join(', ')}}`;
}

function matcherOf({ key, operator, value, values }: AdHocVariableFilter, labels: Labels): string | undefined {
  const name = selectorKey(key, value);
  if (key === '') {
    return undefined;
  }
  switch (operator) {
    case '=':
    case '!=':
    case '=~':
    case '!~':
      return `${quoteKey(name)}${operator}"${escapeQuoted(value)}"`;
    case '=|':
    case '!=|':
      return oneOf(name, operator === '=|' ? '=~' : '!~', values ?? [value]);
    default: {
      const holds = comparisons[operator];
      if (holds === undefined) {
        return undefined;
      }
      const known = labels.find((label) => label.key === name)?.values.map((label) => label.value) ?? [];
      const taken = known.filter((text) => text.trim() !== '' && holds(Number(text), Number(value)));
      return taken.length === 0 ? `${quoteKey(name)}="${escapeQuoted(`${operator} ${value}`)}"` : oneOf(name, '=~', taken);
    }
  }
}

function oneOf(key: string, operator: string, values: readonly string[]): string {
  return `${quoteKey(key)}${operator}"${values.map((item) => escapeQuoted(escapeRegExp(item))).join('|')}"`;
}
