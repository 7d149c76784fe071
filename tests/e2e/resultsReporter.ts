import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Outcomes of one run, by what was tested. */
interface Run {
  /** The day, as 2026-11-27. */
  readonly date: string;
  readonly grafana: string;
  readonly policy: 'with CSP' | 'without CSP';
  readonly outcomes: Readonly<Record<string, string>>;
}

const folder = import.meta.dirname;
const runsFile = resolve(folder, 'results.json');

/** With `GCLENS_E2E_WRITE=1`: keeps each run of all tests in results.json, the last of each Grafana and policy, and prints them as RESULTS.md. */
export default class ResultsReporter implements Reporter {
  private readonly outcomes = new Map<string, string>();

  onTestEnd(test: TestCase, result: TestResult): void {
    const [, , file = '', ...titles] = test.titlePath();
    this.outcomes.set(`${file.replace('.spec.ts', '')}: ${titles.join(' › ')}`, outcomeOf(test, result));
  }

  async onEnd({ status }: FullResult): Promise<void> {
    const url = process.env['GRAFANA_URL'];
    if (process.env['GCLENS_E2E_WRITE'] === undefined || url === undefined || status === 'interrupted') {
      return;
    }
    const run: Run = {
      date: new Date().toISOString().slice(0, 10),
      ...(await describeGrafana(url)),
      outcomes: Object.fromEntries([...this.outcomes].sort(([a], [b]) => a.localeCompare(b))),
    };
    const before = existsSync(runsFile) ? (JSON.parse(readFileSync(runsFile, 'utf8')) as Run[]) : [];
    const runs = [...before.filter(({ grafana, policy }) => grafana !== run.grafana || policy !== run.policy), run];
    writeFileSync(runsFile, `${JSON.stringify(runs, null, 2)}\n`);
    writeFileSync(resolve(folder, 'RESULTS.md'), printRuns(runs));
  }
}

function outcomeOf(test: TestCase, { status, annotations }: TestResult): string {
  if (status === 'skipped') {
    return `skipped: ${annotations.find(({ description }) => description !== undefined)?.description ?? 'no reason given'}`;
  }
  return test.ok() ? 'passed' : 'FAILED';
}

async function describeGrafana(url: string): Promise<Pick<Run, 'grafana' | 'policy'>> {
  const [health, page] = await Promise.all([fetch(new URL('api/health', `${url}/`)), fetch(url)]);
  const { version } = (await health.json()) as { version: string };
  return { grafana: version, policy: page.headers.has('content-security-policy') ? 'with CSP' : 'without CSP' };
}

function printRuns(runs: readonly Run[]): string {
  const names = [...new Set(runs.flatMap(({ outcomes }) => Object.keys(outcomes)))].sort();
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    '# The plugin in a real Grafana',
    '',
    'Made by `GCLENS_E2E_WRITE=1 npm run e2e:grafana`, the last run of each Grafana and policy. A test fails on any error on the console, violation of the policy, or answer from 400 on.',
    '',
    line(['test', ...runs.map(({ grafana, policy, date }) => `Grafana ${grafana} ${policy}, ${date}`)]),
    line(['---', ...runs.map(() => '---')]),
    ...names.map((name) => line([name.replaceAll('|', '\\|'), ...runs.map(({ outcomes }) => outcomes[name] ?? '')])),
    '',
  ].join('\n');
}
