import { GclensError } from '../../base';
import { compileRule, type Rule } from './rule';
import { shippedRuleSources } from './rules.generated';

let compiled: readonly Rule[] | undefined;

/** The rules that gclens brings along: rules.yaml. */
export function shippedRules(): readonly Rule[] {
  compiled ??= shippedRuleSources.map((source) =>
    compileRule(source, [], {
      add(path, message) {
        throw new GclensError(`the shipped rule ${source.id} is wrong at ${path.join('.')}: ${message}`);
      },
      suggest: () => '',
    }),
  );
  return compiled;
}

/** The shipped rules with those of a user's file: a rule of a known id replaces it, others come behind, those that are off are left out. */
export function withRules(own: { readonly rules: readonly Rule[]; readonly off: readonly string[] }): Rule[] {
  const byId = new Map([...shippedRules(), ...own.rules].map((rule) => [rule.id, rule]));
  own.off.forEach((id) => byId.delete(id));
  return [...byId.values()];
}
