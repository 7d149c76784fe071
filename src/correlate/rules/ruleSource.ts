import type { Scope } from './fact';

/** Severities, gravest first. `info` is worth knowing and nothing to mend. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** `cause`: what makes GC run or cost. `cost`: who pays, which accuses nobody. `context`: what else took the time, or is worth knowing. */
export const kinds = ['cause', 'cost', 'context'] as const;
export type Kind = (typeof kinds)[number];

/** How a fact is compared; `known` and `unknown` take no value. */
export const operators = ['>', '>=', '<', '<=', '==', '!=', 'in', 'not in', 'known', 'unknown'] as const;
export type Operator = (typeof operators)[number];

/** A rule as its YAML says it: see rules.yaml. Quantities carry their units: `5ms`, `10MB`, `20%`. */
export interface RuleSource {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly kind: Kind;
  /** What it is about; `capture` without. It is asked of each of these. */
  readonly for?: Scope;
  readonly when: ConditionSource;
  /** Sentences with `{fact}` for the values of facts; one of which a fact is unknown is left out. */
  readonly text: string | readonly string[];
  readonly remedy?: { readonly text: string; readonly go?: string };
  readonly evidence?: readonly EvidenceSource[];
  /** What its figures are counted from. */
  readonly sure?: SureSource;
  /** The share by which findings of one severity and kind are ranked, largest first. */
  readonly weight?: string;
}

/** A view that shows what a finding says, with members of its query. */
export interface EvidenceSource {
  readonly view: string;
  readonly shows: string;
  readonly query?: Readonly<Record<string, string | number>>;
}

export interface SureSource {
  /** `measured`: exact events of the trace. `samples`: an estimate. */
  readonly by: 'measured' | 'samples';
  /** Facts that count what the figures rest on, with the noun: `cause.assists: assist(s)`. */
  readonly counts: Readonly<Record<string, string>>;
}

/** Exactly one of `all`, `any`, `not`, `fact`. A comparison with a fact that is unknown is false. */
export interface ConditionSource {
  readonly all?: readonly ConditionSource[];
  readonly any?: readonly ConditionSource[];
  readonly not?: ConditionSource;
  readonly fact?: string;
  readonly op?: Operator;
  readonly value?: ValueSource;
}

/** A quantity, a text, several of them, or another fact, times a number. */
export type ValueSource = string | number | readonly (string | number)[] | { readonly fact: string; readonly times?: number };

/** A rule that is switched off. */
export interface OffSource {
  readonly id: string;
  readonly off: true;
}
