import { compileCondition, type Condition, requireFact } from './condition';
import type { Scope } from './fact';
import type { Path, Problems } from './problems';
import type { EvidenceSource, Kind, RuleSource, Severity, SureSource } from './ruleSource';
import { checkPlaceholders } from './sentences';

/** A rule that can be asked: its facts exist, its quantities are in their units. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly kind: Kind;
  readonly scope: Scope;
  readonly when: Condition;
  readonly sentences: readonly string[];
  readonly remedy: { readonly text: string; readonly go: string | null } | null;
  readonly evidence: readonly EvidenceSource[];
  readonly sure: SureSource | null;
  readonly weight: string | null;
}

/** Compiles a rule; what is wrong with it goes to `problems`, with where in the rule. */
export function compileRule(source: RuleSource, path: Path, problems: Problems): Rule {
  const scope = source.for ?? 'capture';
  const sentences = typeof source.text === 'string' ? [source.text] : source.text;
  const { remedy, sure, evidence = [], weight } = source;
  const check = (text: string, at: Path) => {
    checkPlaceholders(text, scope, [...path, ...at], problems);
  };
  check(source.title, ['title']);
  sentences.forEach((sentence, n) => {
    check(sentence, typeof source.text === 'string' ? ['text'] : ['text', n]);
  });
  if (remedy !== undefined) {
    check(remedy.text, ['remedy', 'text']);
  }
  evidence.forEach(({ shows, query = {} }, n) => {
    check(shows, ['evidence', n, 'shows']);
    Object.entries(query).forEach(([member, text]) => {
      check(String(text), ['evidence', n, 'query', member]);
    });
  });
  for (const fact of Object.keys(sure?.counts ?? {})) {
    requireFact(fact, scope, [...path, 'sure', 'counts', fact], problems);
  }
  if (weight !== undefined) {
    const fact = requireFact(weight, scope, [...path, 'weight'], problems);
    if (fact !== undefined && fact.unit !== 'share') {
      problems.add([...path, 'weight'], `${weight} is no share, and only shares can be weighed against each other`);
    }
  }
  return {
    id: source.id,
    title: source.title,
    severity: source.severity,
    kind: source.kind,
    scope,
    when: compileCondition(source.when, scope, [...path, 'when'], problems),
    sentences,
    remedy: remedy === undefined ? null : { text: remedy.text, go: remedy.go ?? null },
    evidence,
    sure: sure ?? null,
    weight: weight ?? null,
  };
}
