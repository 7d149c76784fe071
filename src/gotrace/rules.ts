import { annotationRules } from './annotationRules';
import { goroutineRules } from './goroutineRules';
import { procRules } from './procRules';
import { rangeRules } from './rangeRules';
import type { Rule } from './ruleContext';

/** The state machine: one rule for each event type, at the index of the type. */
export const rules: readonly (Rule | undefined)[] = indexRules();

function indexRules(): (Rule | undefined)[] {
  const indexed = new Array<Rule | undefined>(256).fill(undefined);
  for (const [type, rule] of [...procRules, ...goroutineRules, ...rangeRules, ...annotationRules]) {
    indexed[type] = rule;
  }
  return indexed;
}
