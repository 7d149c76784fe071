import { type AbstractLabelMatcher, AbstractLabelOperator, type AbstractQuery } from '@grafana/data';

import { formatSelector, type MatchOperator, parseSelector } from '../../frames';
import type { GclensQuery } from '../types';

const operators: readonly (readonly [AbstractLabelOperator, MatchOperator])[] = [
  [AbstractLabelOperator.Equal, '='],
  [AbstractLabelOperator.NotEqual, '!='],
  [AbstractLabelOperator.EqualRegEx, '=~'],
  [AbstractLabelOperator.NotEqualRegEx, '!~'],
];

/** Label matchers of a Loki, Prometheus or Pyroscope query as a selector. */
export function selectorOfAbstract({ labelMatchers }: AbstractQuery): string {
  const matchers = labelMatchers.flatMap(({ name, value, operator }) => {
    const own = operators.find(([theirs]) => theirs === operator)?.[1];
    return own === undefined ? [] : [{ name, operator: own, value, regex: null }];
  });
  return formatSelector({ matchers });
}

/** What other data sources can take over of a query: labels by which its captures are picked, and its label matchers. None of a selector that does not parse. */
export function toAbstractQuery({ refId, selector = '', captures }: GclensQuery): AbstractQuery {
  const { labels = {} } = captures.find((ref) => ref.by === 'store') ?? {};
  const ofPaths = Object.entries(labels).map(([name, value]) => ({ name, value, operator: AbstractLabelOperator.Equal }));
  return { refId, labelMatchers: [...ofPaths, ...matchersOf(selector)] };
}

function matchersOf(selector: string): AbstractLabelMatcher[] {
  try {
    return parseSelector(selector).matchers.map(({ name, value, operator }) => ({
      name,
      value,
      operator: operators.find(([, own]) => own === operator)?.[0] ?? AbstractLabelOperator.Equal,
    }));
  } catch {
    return [];
  }
}
