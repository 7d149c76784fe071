import { formatSelector, parseSelector } from '../../frames';
import type { Labels } from '../labels';

/** A selector of another data source as far as captures know its names. */
export interface KnownSelector {
  readonly selector: string;
  /** Names that are left out: they tell services or pods apart, which are many captures here. */
  readonly unknown: readonly string[];
}

/** A selector that does not parse stays as it is: its error is for the user. */
export function knownMatchers(selector: string, labels: Labels): KnownSelector {
  try {
    const { matchers } = parseSelector(selector);
    const keys = new Set(labels.map(({ key }) => key));
    const known = matchers.filter(({ name }) => keys.has(name));
    const unknown = [...new Set(matchers.filter(({ name }) => !keys.has(name)).map(({ name }) => name))];
    return { selector: unknown.length === 0 ? selector : formatSelector({ matchers: known }), unknown };
  } catch {
    return { selector, unknown: [] };
  }
}
