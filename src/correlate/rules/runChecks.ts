import { subjectsOf } from './catalogue';
import type { Change, Check } from './check';
import { type FactValue, needs, type Subject } from './fact';
import type { Measured } from './measure';
import { formatQuantity } from './units';

/** What became of a check, of one subject where its fact is about several. */
export interface CheckResult {
  readonly check: Check;
  /** Which endpoint, cause or stop; null of a capture as a whole, and where none was found. */
  readonly subject: string | null;
  readonly outcome: 'passed' | 'failed' | 'missing' | 'skipped';
  readonly value: number | null;
  readonly baseline: number | null;
  /** What was demanded, and what was found. */
  readonly text: string;
}

/**
 * Asks every check of the captures.
 * @param baseline what `maxIncrease` and `maxDecrease` compare with; null without
 */
export function runChecks(checks: readonly Check[], measured: Measured, baseline: Measured | null): CheckResult[] {
  return checks.flatMap((check) => runCheck(check, measured, baseline));
}

function runCheck(check: Check, measured: Measured, baseline: Measured | null): CheckResult[] {
  const { fact, subject } = check;
  const wanted = ({ name }: Subject) => subject === null || name === subject;
  const subjects = subjectsOf(measured, fact.scope).filter(wanted);
  const before = baseline === null ? [] : subjectsOf(baseline, fact.scope);
  if (subjects.length === 0) {
    return [missing(check, subject, subject === null ? null : `there is no ${fact.scope} ${JSON.stringify(subject)} in these captures`)];
  }
  return subjects.map((own) =>
    judge(
      check,
      own,
      before.find(({ name }) => name === own.name),
      baseline !== null,
    ),
  );
}

function judge(check: Check, own: Subject, before: Subject | undefined, hasBaseline: boolean): CheckResult {
  const { fact } = check;
  const subject = fact.scope === 'capture' ? null : own.name;
  const value = numberOf(own.factOf(fact.name));
  if (value === null) {
    return missing(check, subject, null);
  }
  const baseline = before === undefined ? null : numberOf(before.factOf(fact.name));
  const isCompared = check.maxIncrease !== null || check.maxDecrease !== null;
  if (isCompared && baseline === null) {
    const why = !hasBaseline
      ? 'there is no baseline to compare with; give one with --baseline FILE'
      : `the baseline does not hold it; it needs ${needs[fact.needs].what}`;
    return { ...missing(check, subject, why), value };
  }
  const broken = [...absoluteLimits(check, value), ...(baseline === null ? [] : relativeLimits(check, value, baseline))];
  const found = describe(check, value, isCompared ? baseline : null);
  return {
    check,
    subject,
    outcome: broken.length > 0 ? 'failed' : 'passed',
    value,
    baseline: isCompared ? baseline : null,
    text: broken.length > 0 ? `${found}: ${broken.join(', ')}` : found,
  };
}

function numberOf(value: FactValue): number | null {
  return typeof value === 'number' && !Number.isNaN(value) ? value : null;
}

function missing(check: Check, subject: string | null, why: string | null): CheckResult {
  const { what, how } = needs[check.fact.needs];
  return {
    check,
    subject,
    outcome: check.isOptional ? 'skipped' : 'missing',
    value: null,
    baseline: null,
    text: why ?? `the captures do not hold it: it needs ${what} (${how})`,
  };
}

function absoluteLimits({ fact, max, min }: Check, value: number): string[] {
  return [
    ...(max !== null && value > max ? [`more than ${formatQuantity(max, fact.unit)}`] : []),
    ...(min !== null && value < min ? [`less than ${formatQuantity(min, fact.unit)}`] : []),
  ];
}

function relativeLimits({ maxIncrease, maxDecrease }: Check, value: number, baseline: number): string[] {
  return [
    ...(maxIncrease !== null && value - baseline > allowed(maxIncrease, baseline) ? [`increased by more than ${maxIncrease.written}`] : []),
    ...(maxDecrease !== null && baseline - value > allowed(maxDecrease, baseline) ? [`decreased by more than ${maxDecrease.written}`] : []),
  ];
}

/** Of nothing every part is nothing: what was 0 may not grow by a percentage. */
function allowed({ kind, by }: Change, baseline: number): number {
  return kind === 'relative' ? Math.abs(baseline) * by : by;
}

function describe({ fact }: Check, value: number, baseline: number | null): string {
  const now = formatQuantity(value, fact.unit);
  if (baseline === null) {
    return now;
  }
  const change = baseline === 0 ? '' : `, ${value >= baseline ? '+' : ''}${(((value - baseline) / Math.abs(baseline)) * 100).toFixed(1)} %`;
  return `${now} (baseline ${formatQuantity(baseline, fact.unit)}${change})`;
}
