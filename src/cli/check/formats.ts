import Table from 'cli-table3';
import { toXml } from 'xast-util-to-xml';
import { x } from 'xastscript';

import type { CheckResult } from '../../correlate';
import type { Damage } from '../companions';

/** What came of checks, and what is broken in the files that they were asked of: a build that cannot be judged has not passed. */
export interface Checked {
  readonly results: readonly CheckResult[];
  readonly damage: readonly Damage[];
}

/** Whether all is kept, and that is known of whole files. */
export function isGood({ results, damage }: Checked): boolean {
  return damage.length === 0 && !results.some(isBroken);
}

/** Whether a check of this outcome lets the whole fail. */
function isBroken({ outcome }: CheckResult): boolean {
  return outcome === 'failed' || outcome === 'missing';
}

const outcomeNames: Readonly<Record<CheckResult['outcome'], string>> = {
  passed: 'ok',
  failed: 'FAILED',
  missing: 'MISSING',
  skipped: 'skipped',
};

/** Results for a terminal, and what they come to. */
export function formatChecksText({ results, damage }: Checked): string {
  const table = new Table({ head: ['', 'check', 'of', 'found'], style: { head: [], border: [], compact: true } });
  table.push(
    ...damage.map(({ file, text }) => ['ERROR', file, '', text]),
    ...results.map((result) => [outcomeNames[result.outcome], titleOf(result), result.subject ?? '', result.text]),
  );
  return `${table.length === 0 ? '' : `${table.toString()}\n`}${summaryOf({ results, damage })}\n`;
}

/** `3 checks: 2 ok, 1 failed; 1 file with errors`. */
export function summaryOf({ results, damage }: Checked): string {
  const count = (outcome: CheckResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  const parts = [
    `${count('passed')} ok`,
    `${count('failed')} failed`,
    ...(count('missing') > 0 ? [`${count('missing')} missing`] : []),
    ...(count('skipped') > 0 ? [`${count('skipped')} skipped`] : []),
  ];
  const files = new Set(damage.map(({ file }) => file)).size;
  const damaged = files === 0 ? '' : `; ${files} ${files === 1 ? 'file' : 'files'} with errors`;
  return `${results.length} ${results.length === 1 ? 'check' : 'checks'}: ${parts.join(', ')}${damaged}`;
}

/** Results for programs: values in the unit of their fact. */
export function formatChecksJson(checked: Checked): string {
  const checks = checked.results.map(({ check, subject, outcome, value, baseline, isBeyondNoise, text }) => ({
    id: check.id,
    ...(check.title === null ? {} : { title: check.title }),
    fact: check.fact.name,
    unit: check.fact.unit,
    ...(subject === null ? {} : { subject }),
    outcome,
    value,
    baseline,
    isBeyondNoise,
    text,
  }));
  return `${JSON.stringify({ passed: isGood(checked), checks, damage: checked.damage }, null, 2)}\n`;
}

/** JUnit XML, as Jenkins, GitLab and GitHub's reporters read it: a test case for each result, and one that errs for what is broken in a file. */
export function formatChecksJunit({ results, damage }: Checked): string {
  const totals = {
    tests: results.length + damage.length,
    failures: results.filter(({ outcome }) => outcome === 'failed').length,
    errors: results.filter(({ outcome }) => outcome === 'missing').length + damage.length,
    time: '0',
  };
  const skipped = results.filter(({ outcome }) => outcome === 'skipped').length;
  const damaged = damage.map(({ file, text }) =>
    x('testcase', { classname: 'gclens.file', name: legal(`reading ${file}`), time: '0' }, [
      x('error', { message: legal(text), type: 'damaged' }, legal(text)),
    ]),
  );
  const cases = results.map((result) =>
    x(
      'testcase',
      {
        classname: legal(`gclens.${result.check.fact.name}`),
        name: legal([titleOf(result), result.subject].filter(Boolean).join(': ')),
        time: '0',
      },
      outcomeOf(result),
    ),
  );
  const suite = x('testsuite', { name: 'gclens check', ...totals, skipped }, [...damaged, ...cases]);
  const root = x(null, [
    { type: 'instruction', name: 'xml', value: 'version="1.0" encoding="UTF-8"' },
    x('testsuites', { name: 'gclens', ...totals }, [suite]),
  ]);
  return `${toXml(root)}\n`;
}

function outcomeOf({ outcome, text }: CheckResult): ReturnType<typeof x>[] {
  const found = legal(text);
  switch (outcome) {
    case 'failed':
      return [x('failure', { message: found, type: 'threshold' }, found)];
    case 'missing':
      return [x('error', { message: found, type: 'missing' }, found)];
    case 'skipped':
      return [x('skipped', { message: found })];
    case 'passed':
      return [x('system-out', found)];
  }
}

/** Without the characters that XML 1.0 cannot hold at all. */
function legal(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

/**
 * Annotations of GitHub Actions: `::error title=…::…` for what is broken, checks and files alike, a notice with the sum
 * (docs.github.com, workflow commands: what data and properties must escape).
 */
export function formatChecksGithub({ results, damage }: Checked): string {
  const damaged = damage.map(({ file, text }) => `::error title=${escapeProperty(`gclens: reading ${file}`)}::${escapeData(text)}`);
  const lines = results.flatMap((result) => {
    const title = `gclens: ${titleOf(result)}${result.subject === null ? '' : ` of ${result.subject}`}`;
    return isBroken(result) ? [`::error title=${escapeProperty(title)}::${escapeData(result.text)}`] : [];
  });
  return `${[...damaged, ...lines, `::notice title=gclens check::${escapeData(summaryOf({ results, damage }))}`].join('\n')}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function titleOf({ check }: CheckResult): string {
  return check.title ?? check.id;
}
