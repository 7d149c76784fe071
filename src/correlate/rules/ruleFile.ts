import { isMap, isScalar, LineCounter, type Pair, parseDocument } from 'yaml';
import * as z from 'zod';

import { excerpt } from '../../base';
import { type Check, compileCheck } from './check';
import type { CheckSource } from './checkSource';
import { scopes } from './fact';
import type { Path } from './problems';
import { compileRule, type Rule } from './rule';
import { type ConditionSource, kinds, type OffSource, operators, type RuleSource, severities } from './ruleSource';
import { shippedRules } from './shippedRules';
import { suggest, suggestNear } from './suggest';

/** What a rule file holds, checked. */
export interface RuleFile {
  readonly rules: readonly Rule[];
  /** Ids of rules that it switches off. */
  readonly off: readonly string[];
  readonly checks: readonly Check[];
}

/** Something wrong in a rule file, and where: line and column from 1. */
export interface RuleProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Thrown of a rule file that cannot be used: everything that is wrong with it, in order of lines. */
export class RuleFileError extends Error {
  override readonly name = 'RuleFileError';

  constructor(
    readonly file: string,
    readonly problems: readonly RuleProblem[],
  ) {
    super(problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'));
  }
}

export interface RuleFileOptions {
  /** What messages call it. */
  readonly file: string;
  /** Views that evidence can name. */
  readonly views: readonly string[];
}

const text = z.string().min(1);
const name = z.string().regex(/^[\w.-]+$/, 'an id is made of letters, digits, dots, dashes and underscores');
const quantity = z.union([z.string(), z.number()], 'write a quantity with its unit, such as 5ms, 10MB or 20%');

const condition: z.ZodType<ConditionSource> = z.lazy(() =>
  z
    .strictObject({
      all: z.array(condition).min(1).exactOptional(),
      any: z.array(condition).min(1).exactOptional(),
      not: condition.exactOptional(),
      fact: text.exactOptional(),
      op: z.enum(operators).exactOptional(),
      value: z
        .union(
          [z.string(), z.number(), z.array(quantity).min(1), z.strictObject({ fact: text, times: z.number().exactOptional() })],
          'a value is a quantity with its unit (5ms, 10MB, 20%), a text, a list of them, or {fact: NAME, times: NUMBER}',
        )
        .exactOptional(),
    })
    .refine(({ all, any, not, fact }) => [all, any, not, fact].filter((part) => part !== undefined).length === 1, {
      error: 'a condition has exactly one of all, any, not, fact',
      abort: true,
    })
    .refine(({ fact, op }) => (fact === undefined) === (op === undefined), {
      error: 'op stands beside fact: {fact: gc.pauseMax, op: ">", value: 5ms}',
    }),
);

const rule: z.ZodType<RuleSource> = z.strictObject({
  id: name,
  title: text,
  severity: z.enum(severities),
  kind: z.enum(kinds),
  for: z.enum(scopes).exactOptional(),
  when: condition,
  text: z.union([text, z.array(text).min(1)], 'a text, or a list of sentences'),
  remedy: z.strictObject({ text, go: text.exactOptional() }).exactOptional(),
  evidence: z
    .array(
      z.strictObject({
        view: text,
        shows: text,
        query: z.record(z.string(), z.union([z.string(), z.number()], 'a text or a number')).exactOptional(),
      }),
    )
    .exactOptional(),
  sure: z.strictObject({ by: z.enum(['measured', 'samples']), counts: z.record(z.string(), text) }).exactOptional(),
  weight: text.exactOptional(),
});

const off: z.ZodType<OffSource> = z.strictObject({ id: name, off: z.literal(true) });

const checkShape: z.ZodType<CheckSource> = z
  .strictObject({
    id: name.exactOptional(),
    title: text.exactOptional(),
    fact: text,
    for: text.exactOptional(),
    max: quantity.exactOptional(),
    min: quantity.exactOptional(),
    maxIncrease: quantity.exactOptional(),
    maxDecrease: quantity.exactOptional(),
    optional: z.boolean().exactOptional(),
  })
  .refine(({ max, min, maxIncrease, maxDecrease }) => [max, min, maxIncrease, maxDecrease].some((limit) => limit !== undefined), {
    error: 'a check needs a limit: max, min, maxIncrease or maxDecrease',
  });

const shape = z.strictObject({
  rules: z.array(z.unknown()).exactOptional(),
  checks: z.array(z.unknown()).exactOptional(),
});

/**
 * Reads a rule file: YAML with `rules` (what `gclens report` finds) and `checks` (what `gclens check` demands), both optional.
 * @throws RuleFileError that lists all that is wrong with it, with line, column and how to mend it
 */
export function parseRuleFile(yaml: string, { file, views }: RuleFileOptions): RuleFile {
  const reader = new Reader(yaml, file);
  const source = reader.accept(shape, reader.content, []);
  const rules: Rule[] = [];
  const switchedOff: string[] = [];
  (source?.rules ?? []).forEach((item, n) => {
    const path = ['rules', n];
    if (typeof item === 'object' && item !== null && 'off' in item) {
      const accepted = reader.accept(off, item, path);
      if (accepted !== undefined) {
        rejectUnknown(accepted.id, [...path, 'id'], reader);
        switchedOff.push(accepted.id);
      }
      return;
    }
    const accepted = reader.accept(rule, item, path);
    if (accepted !== undefined) {
      rules.push(compileRule(accepted, path, reader));
      (accepted.evidence ?? []).forEach(({ view }, k) => {
        if (!views.includes(view)) {
          reader.add([...path, 'evidence', k, 'view'], `there is no view ${JSON.stringify(view)}${suggest(view, views)}`);
        }
      });
    }
  });
  const checks = (source?.checks ?? []).flatMap((item, n) => {
    const accepted = reader.accept(checkShape, item, ['checks', n]);
    return accepted === undefined ? [] : [compileCheck(accepted, ['checks', n], reader)];
  });
  reader.rejectDoubles('rules', source?.rules ?? []);
  reader.rejectDoubles('checks', source?.checks ?? []);
  reader.finish();
  return { rules, off: switchedOff, checks };
}

/** Only shipped rules can be switched off. */
function rejectUnknown(id: string, path: Path, reader: Reader): void {
  const ids = shippedRules().map((shipped) => shipped.id);
  if (!ids.includes(id)) {
    reader.add(path, `there is no shipped rule ${JSON.stringify(id)} to switch off${suggest(id, ids) || `; there are ${ids.join(', ')}`}`);
  }
}

/** More errors of YAML itself are those of a file that is none. */
const maxYamlErrors = 5;

/** Aliases of YAML can multiply a small file into a large one. */
const maxAliases = 1000;

/** A YAML document, with what is wrong in it and where. */
class Reader {
  readonly content: unknown;
  private readonly lines = new LineCounter();
  private readonly document;
  readonly suggest = suggest;
  private readonly problems: RuleProblem[] = [];

  constructor(
    yaml: string,
    private readonly file: string,
  ) {
    this.document = parseDocument(yaml, { lineCounter: this.lines, prettyErrors: false });
    for (const { pos, code, message } of this.document.errors.slice(0, maxYamlErrors)) {
      this.addAt(
        pos[0],
        code === 'MULTIPLE_DOCS' ? 'a rule file is one YAML document; join them into one' : `this is no YAML: ${excerpt(message)}`,
      );
    }
    this.finish();
    try {
      this.content = this.document.toJS({ maxAliasCount: maxAliases });
    } catch (error) {
      this.addAt(0, `this YAML cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (this.content === null) {
      this.addAt(0, 'the file is empty; it needs rules: or checks:');
    }
    this.finish();
  }

  /** The value if it has the shape of the schema. */
  accept<T>(schema: z.ZodType<T>, value: unknown, path: Path): T | undefined {
    // Without `jitless` zod compiles schemas with new Function.
    const { data, error } = schema.safeParse(value, { jitless: true });
    for (const issue of error?.issues ?? []) {
      this.explain(issue, path);
    }
    return data;
  }

  add(path: Path, message: string): void {
    const [offset, named] = this.find(path);
    this.addAt(offset, `${named}${message}`);
  }

  rejectDoubles(list: 'rules' | 'checks', items: readonly unknown[]): void {
    const seen = new Set<unknown>();
    items.forEach((item, n) => {
      const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;
      if (id !== undefined && seen.has(id)) {
        this.add([list, n, 'id'], `the id ${JSON.stringify(id)} stands twice; give this one another`);
      }
      seen.add(id);
    });
  }

  /** @throws RuleFileError if anything is wrong */
  finish(): void {
    if (this.problems.length > 0) {
      throw new RuleFileError(
        this.file,
        [...this.problems].sort((a, b) => a.line - b.line || a.column - b.column),
      );
    }
  }

  private explain(issue: z.core.$ZodIssue, path: Path): void {
    const at = [...path, ...issue.path.filter((part) => typeof part !== 'symbol')];
    const member = String(at.at(-1) ?? 'the file');
    switch (issue.code) {
      case 'unrecognized_keys':
        for (const key of issue.keys) {
          this.add([...at, key], `there is no member ${JSON.stringify(key)}${suggest(key, membersAt(at))}`);
        }
        return;
      case 'invalid_value': {
        const given = this.valueAt(at);
        const choices = issue.values.map(String);
        this.add(
          at,
          given === undefined
            ? `${member} is missing; it is one of ${choices.join(', ')}`
            : `${member} ${choices.length === 1 ? 'can only be' : 'is one of'} ${choices.join(', ')}, not ${JSON.stringify(given)}${suggestNear(String(given), choices)}`,
        );
        return;
      }
      case 'invalid_type':
        this.add(at, this.valueAt(at) === undefined ? `${member} is missing` : `${member} must be ${article(issue.expected)}`);
        return;
      case 'too_small':
        this.add(at, `${member} must not be empty`);
        return;
      default:
        this.add(at, issue.message);
    }
  }

  private valueAt(path: Path): unknown {
    const node = this.document.getIn(path, true);
    return isScalar(node) ? node.value : node;
  }

  /** Where the last part of a path that exists begins, and which rule or check that is in. */
  private find(path: Path): readonly [offset: number, named: string] {
    const id = this.document.getIn([...path.slice(0, 2), 'id']);
    const named = path.length > 1 && typeof id === 'string' ? `${path[0] === 'checks' ? 'check' : 'rule'} ${id}: ` : '';
    for (let length = path.length; length >= 0; length--) {
      const parent: unknown = length > 0 ? this.document.getIn(path.slice(0, length - 1), true) : undefined;
      const pair = isMap(parent) ? parent.items.find((item) => keyOf(item) === path[length - 1]) : undefined;
      // A member that does not exist is told of at its name, others at their value.
      const node: unknown = length === path.length && isUnknown(pair) ? pair?.key : this.document.getIn(path.slice(0, length), true);
      const range = rangeOf(node) ?? rangeOf(pair?.key);
      if (range !== undefined) {
        return [range, named];
      }
    }
    return [0, named];
  }

  private addAt(offset: number, message: string): void {
    const { line, col } = this.lines.linePos(offset);
    this.problems.push({ line: Math.max(1, line), column: Math.max(1, col), message });
  }
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : key;
}

function isUnknown(pair: Pair | undefined): boolean {
  return pair !== undefined && !knownMembers.has(String(keyOf(pair)));
}

function rangeOf(node: unknown): number | undefined {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) && typeof node.range[0] === 'number'
    ? node.range[0]
    : undefined;
}

function article(expected: string): string {
  return (
    { array: 'a list', object: 'a group of members', string: 'a text', number: 'a number', boolean: 'true or false' }[expected] ?? expected
  );
}

const conditionMembers = ['all', 'any', 'not', 'fact', 'op', 'value', 'times'];
const ruleMembers = ['id', 'title', 'severity', 'kind', 'for', 'when', 'text', 'remedy', 'evidence', 'sure', 'weight', 'off'];
const checkMembers = ['id', 'title', 'fact', 'for', 'max', 'min', 'maxIncrease', 'maxDecrease', 'optional'];
const knownMembers = new Set([
  ...conditionMembers,
  ...ruleMembers,
  ...checkMembers,
  'rules',
  'checks',
  'view',
  'shows',
  'query',
  'by',
  'counts',
  'go',
]);

/** Which members there can be at a place. */
function membersAt(path: Path): readonly string[] {
  const last = path.findLast((part) => typeof part === 'string');
  if (path.length === 0) {
    return ['rules', 'checks'];
  }
  if (path.includes('when')) {
    return conditionMembers;
  }
  switch (last) {
    case 'rules':
      return ruleMembers;
    case 'checks':
      return checkMembers;
    case 'remedy':
      return ['text', 'go'];
    case 'evidence':
      return ['view', 'shows', 'query'];
    case 'sure':
      return ['by', 'counts'];
    default:
      return [];
  }
}
