import { count, list } from '../words';
import type { Scope, Subject } from './fact';
import { holds } from './condition';
import { subjectsOf } from './catalogue';
import type { Measured } from './measure';
import { nothingWrong } from './nothingWrong';
import type { Rule } from './rule';
import { type EvidenceSource, type Kind, kinds, severities, type Severity } from './ruleSource';
import { fillIn, fillInAll } from './sentences';

/** Something that captures show, in words, with what to do and how sure it is. */
export interface Finding {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity | 'none';
  readonly kind: Kind;
  /** What it is about: an endpoint, a function, a reason; null of the capture as a whole. */
  readonly subject: { readonly scope: Scope; readonly name: string } | null;
  readonly text: string;
  readonly sure: Sureness | null;
  readonly remedy: { readonly text: string; readonly go: string | null } | null;
  readonly evidence: readonly Evidence[];
}

/** How much a finding rests on. */
export interface Sureness {
  readonly level: 'high' | 'medium' | 'low';
  /** `measured: 607 assists and 11 cycles begun`. */
  readonly text: string;
}

/** A view that shows it, and the members of its query. */
export interface Evidence {
  readonly view: string;
  readonly shows: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Of one rule at most so many are shown; the last says how many more there are. */
const mostOfOneRule = 3;

/**
 * What rules find in captures, gravest first; of one severity causes before costs, and of these what has most weight. Never empty: where nothing is wrong with GC, that is the first
 * finding, with severity `none` and what it rests on.
 */
export function findFindings(measured: Measured, rules: readonly Rule[]): Finding[] {
  const found = rules.flatMap((rule) => findingsOf(rule, measured));
  const ranked = found.sort(
    (a, b) =>
      severities.indexOf(a.rule.severity) - severities.indexOf(b.rule.severity) ||
      kinds.indexOf(a.rule.kind) - kinds.indexOf(b.rule.kind) ||
      b.weight - a.weight,
  );
  const findings = ranked.map(({ finding }) => finding);
  const isWrong = findings.some(({ severity, kind }) => severity !== 'info' && kind !== 'context');
  return isWrong ? findings : [nothingWrong(measured), ...findings];
}

interface Found {
  readonly rule: Rule;
  readonly weight: number;
  readonly finding: Finding;
}

function findingsOf(rule: Rule, measured: Measured): Found[] {
  const subjects = subjectsOf(measured, rule.scope)
    .filter((subject) => holds(rule.when, subject))
    .map((subject) => ({ subject, weight: weightOf(rule, subject) }))
    .sort((a, b) => b.weight - a.weight);
  const left = subjects.slice(mostOfOneRule).map(({ subject }) => subject.name);
  const more =
    left.length === 0
      ? ''
      : ` The same holds of ${count(left.length, 'other')}: ${list(left.slice(0, mostOfOneRule))}${left.length > mostOfOneRule ? ' …' : '.'}`;
  return subjects.slice(0, mostOfOneRule).map(({ subject, weight }, n) => {
    const finding = describe(rule, subject);
    return { rule, weight, finding: n === mostOfOneRule - 1 ? { ...finding, text: `${finding.text}${more}` } : finding };
  });
}

function weightOf({ weight }: Rule, subject: Subject): number {
  const value = weight === null ? null : subject.factOf(weight);
  return typeof value === 'number' ? value : 0;
}

function describe(rule: Rule, subject: Subject): Finding {
  return {
    rule: rule.id,
    title: fillIn(rule.title, subject) ?? rule.title,
    severity: rule.severity,
    kind: rule.kind,
    subject: rule.scope === 'capture' ? null : { scope: rule.scope, name: subject.name },
    text: fillInAll(rule.sentences, subject),
    sure: surenessOf(rule, subject),
    remedy: rule.remedy === null ? null : { ...rule.remedy, text: fillIn(rule.remedy.text, subject) ?? rule.remedy.text },
    evidence: rule.evidence.flatMap((evidence) => evidenceOf(evidence, subject) ?? []),
  };
}

/** Null where a fact that its query needs is unknown. */
function evidenceOf({ view, shows, query = {} }: EvidenceSource, subject: Subject): Evidence | null {
  const members = Object.entries(query).map(([member, text]) => [member, fillIn(String(text), subject, quoted)] as const);
  const filled = members.flatMap(([member, text]) => (text === null ? [] : [[member, text] as const]));
  return filled.length < members.length ? null : { view, shows: fillIn(shows, subject) ?? shows, query: Object.fromEntries(filled) };
}

/** A value as it stands between the quotes of a selector. */
function quoted(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** From so many on a figure is taken for sure, and for roughly known. Samples are draws; what is measured is exact, but a few may be chance all the same. */
const enough = { samples: { high: 100, medium: 30 }, measured: { high: 20, medium: 5 } } as const;

function surenessOf({ sure }: Rule, subject: Subject): Sureness | null {
  if (sure === null) {
    return null;
  }
  const counts = Object.entries(sure.counts).flatMap(([fact, noun]) => {
    const value = subject.factOf(fact);
    return typeof value === 'number' && value > 0 ? [{ value, noun }] : [];
  });
  const all = counts.reduce((sum, { value }) => sum + value, 0);
  const { high, medium } = enough[sure.by];
  const level = all >= high ? 'high' : all >= medium ? 'medium' : 'low';
  const basis = counts.length === 0 ? 'nothing that can be counted' : list(counts.map(({ value, noun }) => amountOf(value, noun)));
  return { level, text: `${sure.by === 'samples' ? 'estimated from' : 'measured in'} ${basis}` };
}

/** `3 GC cycles begun` of `GC cycle(s) begun`. */
function amountOf(value: number, noun: string): string {
  return count(value, noun.replaceAll('(s)', ''), noun.replaceAll('(s)', 's'));
}
