import { formatSelector, parseSelector, type Selector } from '../../frames';
import { selectorKey } from './selectorKey';

/** A label with a value, as a click on a log line or a table cell names it. */
export interface LabelValue {
  readonly key: string;
  readonly value: string;
}

/**
 * The selector with a matcher for a label's value (`!=` where `isNegative`), instead of the opposite one where that is there. A selector that does not parse, because it is
 * being typed, stays as it is.
 */
export function withMatcher(selector: string | undefined, label: LabelValue, isNegative: boolean): string {
  return edit(selector, label, (others, name) => [...others, { name, operator: isNegative ? '!=' : '=', value: label.value, regex: null }]);
}

/** The same, without the matcher where it is there already. */
export function withToggledMatcher(selector: string | undefined, label: LabelValue, isNegative: boolean): string {
  return hasMatcher(selector, label, isNegative) ? edit(selector, label, (others) => others) : withMatcher(selector, label, isNegative);
}

export function hasMatcher(selector: string | undefined, { key, value }: LabelValue, isNegative = false): boolean {
  const name = selectorKey(key, value);
  return (parse(selector)?.matchers ?? []).some(
    (matcher) => matcher.name === name && matcher.value === value && matcher.operator === (isNegative ? '!=' : '='),
  );
}

type Matchers = Selector['matchers'];

function edit(selector: string | undefined, { key, value }: LabelValue, change: (others: Matchers, name: string) => Matchers): string {
  const parsed = parse(selector);
  if (parsed === undefined) {
    return selector ?? '';
  }
  const name = selectorKey(key, value);
  const others = parsed.matchers.filter(
    (matcher) => !(matcher.name === name && matcher.value === value && (matcher.operator === '=' || matcher.operator === '!=')),
  );
  return formatSelector({ matchers: change(others, name) });
}

function parse(selector: string | undefined): Selector | undefined {
  try {
    return parseSelector(selector ?? '');
  } catch {
    return undefined;
  }
}
