import { describeFact, knownFacts, isFactOf } from './catalogue';
import type { FactDescription } from './catalogue';
import { type FactValue, type Scope, type Subject } from './fact';
import type { Path, Problems } from './problems';
import type { ConditionSource, Operator, ValueSource } from './ruleSource';
import { howToWrite, parseQuantity } from './units';

/** A condition whose facts exist and whose quantities are in their units. */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'compare'; readonly fact: string; readonly op: Operator; readonly value: Operand };

type Operand = number | string | readonly (number | string)[] | { readonly fact: string; readonly times: number } | null;

/** Compiles a condition; what is wrong with it goes to `problems`. */
export function compileCondition(source: ConditionSource, scope: Scope, path: Path, problems: Problems): Condition {
  if (source.all !== undefined || source.any !== undefined) {
    const kind = source.all === undefined ? 'any' : 'all';
    return { kind, of: (source[kind] ?? []).map((part, n) => compileCondition(part, scope, [...path, kind, n], problems)) };
  }
  if (source.not !== undefined) {
    return { kind: 'not', of: compileCondition(source.not, scope, [...path, 'not'], problems) };
  }
  const { fact = '', op = '==', value } = source;
  const known = requireFact(fact, scope, [...path, 'fact'], problems);
  return { kind: 'compare', fact, op, value: known === undefined ? null : compileValue(value, op, known, scope, path, problems) };
}

/** The fact of a name, if it exists and a rule of this scope can speak of it. */
export function requireFact(name: string, scope: Scope, path: Path, problems: Problems): FactDescription | undefined {
  const fact = describeFact(name);
  const usable = knownFacts.filter((candidate) => isFactOf(scope, candidate));
  if (fact === undefined) {
    problems.add(
      path,
      `there is no fact ${JSON.stringify(name)}${problems.suggest(
        name,
        usable.map((candidate) => candidate.name),
      )} (gclens check --list-facts shows all)`,
    );
    return undefined;
  }
  if (!isFactOf(scope, fact)) {
    problems.add(
      path,
      `${name} is a fact of each ${fact.scope}, and this is about ${scope === 'capture' ? 'the capture as a whole' : `each ${scope}`}; write for: ${fact.scope}`,
    );
    return undefined;
  }
  return fact;
}

function compileValue(
  value: ValueSource | undefined,
  op: Operator,
  fact: FactDescription,
  scope: Scope,
  path: Path,
  problems: Problems,
): Operand {
  const at = [...path, 'value'];
  if (op === 'known' || op === 'unknown') {
    if (value !== undefined) {
      problems.add(at, `${op} takes no value`);
    }
    return null;
  }
  if (value === undefined) {
    problems.add(path, `a value to compare ${fact.name} with is missing; write value: and ${howToWrite(fact.unit)}`);
    return null;
  }
  if (fact.unit === 'text' && !isTextOperator(op)) {
    problems.add([...path, 'op'], `${fact.name} is a text, which ${op} cannot compare; use ==, !=, in or not in`);
    return null;
  }
  if (Array.isArray(value)) {
    return value.map((each: string | number, n) => compileQuantity(each, fact, [...at, n], problems));
  }
  if (typeof value === 'object' && 'fact' in value) {
    const other = requireFact(value.fact, scope, [...at, 'fact'], problems);
    if (other !== undefined && other.unit !== fact.unit) {
      problems.add([...at, 'fact'], `${fact.name} is counted in ${fact.unit} and ${other.name} in ${other.unit}: they cannot be compared`);
    }
    return { fact: value.fact, times: value.times ?? 1 };
  }
  return typeof value === 'object' ? null : compileQuantity(value, fact, at, problems);
}

function isTextOperator(op: Operator): boolean {
  return op === '==' || op === '!=' || op === 'in' || op === 'not in';
}

function compileQuantity(value: string | number, fact: FactDescription, path: Path, problems: Problems): number | string {
  if (fact.unit === 'text') {
    return String(value);
  }
  const quantity = parseQuantity(value, fact.unit);
  if (quantity === null) {
    problems.add(path, `${JSON.stringify(value)} does not fit ${fact.name}; write ${howToWrite(fact.unit)}`);
  }
  return quantity ?? 0;
}

/** Whether it holds of a subject. */
export function holds(condition: Condition, subject: Subject): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.of.every((part) => holds(part, subject));
    case 'any':
      return condition.of.some((part) => holds(part, subject));
    case 'not':
      return !holds(condition.of, subject);
    case 'compare':
      return compares(subject.factOf(condition.fact), condition.op, valueOf(condition.value, subject));
  }
}

function valueOf(value: Operand, subject: Subject): FactValue | readonly (number | string)[] {
  if (value !== null && typeof value === 'object' && 'fact' in value) {
    const other = subject.factOf(value.fact);
    return typeof other === 'number' ? other * value.times : other;
  }
  return value;
}

function compares(fact: FactValue, op: Operator, value: FactValue | readonly (number | string)[]): boolean {
  if (op === 'known' || op === 'unknown') {
    return (fact !== null) === (op === 'known');
  }
  if (fact === null || value === null) {
    return false;
  }
  const has = listOf(value).some((wanted) => listOf(fact).includes(wanted));
  switch (op) {
    case '==':
    case 'in':
      return has;
    case '!=':
    case 'not in':
      return !has;
    default:
      return typeof fact === 'number' && typeof value === 'number' && isOrdered(fact, op, value);
  }
}

function isOrdered(left: number, op: '>' | '>=' | '<' | '<=', right: number): boolean {
  return op === '>' ? left > right : op === '>=' ? left >= right : op === '<' ? left < right : left <= right;
}

function listOf(value: number | string | readonly (number | string)[]): readonly (number | string)[] {
  return typeof value === 'object' ? value : [value];
}
