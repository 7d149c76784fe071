import { groupBy } from '../../base';
import { subjectsOf } from './catalogue';
import type { Change, Check } from './check';
import { type FactValue, needs, type Subject } from './fact';
import type { Measured } from './measure';
import { describeNoise, type Noise, NoiseLookup } from './noise';
import { formatQuantity } from './units';

/** What became of a check, of one subject where its fact is about several. */
export interface CheckResult {
  readonly check: Check;
  /** Which endpoint, cause or stop; null of a capture as a whole, and where none was found. */
  readonly subject: string | null;
  readonly outcome: 'passed' | 'failed' | 'missing' | 'skipped';
  /** Of several runs the middle one. */
  readonly value: number | null;
  readonly baseline: number | null;
  /** Whether value and baseline differ by more than the captures do anyway; null where nothing tells, and where they are not compared. */
  readonly isBeyondNoise: boolean | null;
  /** What was demanded, and what was found. */
  readonly text: string;
}

/**
 * Asks every check of the captures. A difference from the baseline that is within the noise breaks no threshold: see {@link NoiseLookup}.
 * @param runs captures of one moment each; several are repetitions
 * @param baseline the same of what `maxIncrease` and `maxDecrease` compare with; null without
 */
export function runChecks(checks: readonly Check[], runs: readonly Measured[], baseline: readonly Measured[] | null): CheckResult[] {
  const noise = baseline === null ? null : new NoiseLookup(runs, baseline);
  return checks.flatMap((check) => runCheck(check, runs, baseline, noise));
}

function runCheck(check: Check, runs: readonly Measured[], baseline: readonly Measured[] | null, noise: NoiseLookup | null): CheckResult[] {
  const { fact, subject } = check;
  const now = subjectsByName(runs, check);
  const before = subjectsByName(baseline ?? [], check);
  if (now.size === 0 && runs.every(hasTrace) && fact.scope === 'cause') {
    return [idle(check, subject, subject === null ? 'nothing drives GC in these captures' : `${subject} drives no GC in these captures`)];
  }
  if (now.size === 0) {
    return [missing(check, subject, subject === null ? null : `there is no ${fact.scope} ${JSON.stringify(subject)} in these captures`)];
  }
  return [...now].map(([name, own]) => {
    const [values, valuesBefore] = [valuesOf(own, check), valuesOf(before.get(name) ?? [], check)];
    const lacksCycles = (sides: readonly Measured[]) => fact.needs === 'cycles' && sides.length > 0 && sides.every(isWithoutGc);
    if (values.length === 0 && lacksCycles(runs)) {
      return idle(check, fact.scope === 'capture' ? null : name, 'no GC cycle began in these captures');
    }
    if (values.length > 0 && valuesBefore.length === 0 && isCompared(check) && lacksCycles(baseline ?? [])) {
      return judge({ ...check, maxIncrease: null, maxDecrease: null }, name, values, [], noise, 'no GC cycle began in the baseline');
    }
    return judge(check, name, values, valuesBefore, noise);
  });
}

function hasTrace({ trace }: Measured): boolean {
  return trace !== null;
}

/** No GC is no fault of a recording: there is nothing to measure. */
function isWithoutGc({ trace }: Measured): boolean {
  return trace !== null && trace.facts.gcCycles.every(({ cutStart }) => cutStart);
}

function isCompared({ maxIncrease, maxDecrease }: Check): boolean {
  return maxIncrease !== null || maxDecrease !== null;
}

/** What there is nothing to ask of: a least value is not reached by that, any other threshold is not broken. */
function idle(check: Check, subject: string | null, text: string): CheckResult {
  return { ...missing(check, subject, text), outcome: check.min === null && check.maxDecrease === null ? 'skipped' : 'missing' };
}

function subjectsByName(runs: readonly Measured[], { fact, subject }: Check): Map<string, Subject[]> {
  return groupBy(
    runs.flatMap((measured) => subjectsOf(measured, fact.scope)).filter(({ name }) => subject === null || name === subject),
    ({ name }) => name,
  );
}

/** Of the runs that hold it. */
function valuesOf(subjects: readonly Subject[], { fact }: Check): number[] {
  return subjects.flatMap(({ factOf }) => numberOf(factOf(fact.name)) ?? []);
}

function judge(
  check: Check,
  name: string,
  values: readonly number[],
  before: readonly number[],
  noise: NoiseLookup | null,
  remark: string | null = null,
): CheckResult {
  const { fact } = check;
  const subject = fact.scope === 'capture' ? null : name;
  const value = middleOf(values);
  if (value === null) {
    return missing(check, subject, null);
  }
  const baseline = middleOf(before);
  if (isCompared(check) && baseline === null) {
    const why =
      noise === null
        ? 'there is no baseline to compare with; give one with --baseline FILE'
        : `the baseline does not hold it; it needs ${needs[fact.needs].what}`;
    return judgeAlone(check, missing(check, subject, why), value, values.length);
  }
  const compared = isCompared(check) ? baseline : null;
  const moved = compared === null ? [] : relativeLimits(check, value, compared);
  const told: Noise | null = compared === null || noise === null ? null : noise.of(fact, values, before);
  const isExcused = moved.length > 0 && told?.isBeyond === false;
  const broken = [...absoluteLimits(check, value), ...(isExcused ? [] : moved)];
  const remarks = [
    ...(remark === null ? [] : [remark]),
    ...broken,
    ...(isExcused ? [`${moved.join(', ')}, but within the noise`] : []),
    ...(moved.length > 0 && told !== null ? [describeNoise(told)] : []),
  ];
  const found = describe(check, value, compared, values.length);
  return {
    check,
    subject,
    outcome: broken.length > 0 ? 'failed' : 'passed',
    value,
    baseline: compared,
    isBeyondNoise: told?.isBeyond ?? null,
    text: remarks.length > 0 ? `${found}: ${remarks.join(', ')}` : found,
  };
}

/** What a check asks beside the comparison that it lacks a baseline for: a broken limit is broken with or without one, a kept one is not all that was asked. */
function judgeAlone(check: Check, lacking: CheckResult, value: number, runs: number): CheckResult {
  if (check.max === null && check.min === null) {
    return { ...lacking, value };
  }
  const broken = absoluteLimits(check, value);
  const kept = check.isOptional ? 'passed' : 'missing';
  const found = [describe(check, value, null, runs), ...(broken.length > 0 ? [broken.join(', ')] : [])].join(': ');
  return {
    ...lacking,
    value,
    outcome: broken.length > 0 ? 'failed' : kept,
    text: `${found}; what it changed by cannot be judged: ${lacking.text}`,
  };
}

/** The median; null of nothing. */
function middleOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
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
    isBeyondNoise: null,
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

function describe({ fact, maxIncrease, maxDecrease }: Check, value: number, baseline: number | null, runs: number): string {
  const now = `${formatQuantity(value, fact.unit)}${runs > 1 ? `, the middle of ${runs} runs` : ''}`;
  if (baseline === null) {
    return now;
  }
  // Beside a limit in points a change in percent would be read as one.
  const inPoints = fact.unit === 'share' && [maxIncrease, maxDecrease].some((limit) => limit?.kind === 'absolute');
  const percent = inPoints ? (value - baseline) * 100 : ((value - baseline) / Math.abs(baseline)) * 100;
  const change = Number.isFinite(percent) ? `, ${value >= baseline ? '+' : ''}${percent.toFixed(1)} ${inPoints ? 'points' : '%'}` : '';
  return `${now} (baseline ${formatQuantity(baseline, fact.unit)}${change})`;
}
