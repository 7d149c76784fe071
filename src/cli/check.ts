import Table from 'cli-table3';
import { type Command, Option } from 'commander';

import { type CheckResult, factCatalogue, measure, needs, runChecks } from '../correlate';
import { formatChecksGithub, formatChecksJson, formatChecksJunit, formatChecksText, isBroken } from './check/formats';
import { type TogetherOptions, withJoinOption } from './companions';
import { readRuns, type Together } from './readTogether';
import { readRuleFile } from './ruleOption';

const formats: Readonly<Record<string, (results: readonly CheckResult[]) => string>> = {
  text: formatChecksText,
  json: formatChecksJson,
  junit: formatChecksJunit,
  github: formatChecksGithub,
};

interface CheckOptions extends TogetherOptions {
  readonly rules?: string;
  readonly baseline?: readonly string[];
  readonly format: string;
  readonly listFacts?: boolean;
}

/** `gclens check FILE…`: whether captures keep to thresholds, alone or against a baseline; exit code 1 where they do not. */
export function registerCheck(program: Command): void {
  withJoinOption(
    program
      .command('check')
      .description('fail when captures break a threshold, alone or against a baseline')
      .argument('[files...]', 'execution traces, each with its profiles: several traces are repetitions, whose middle counts')
      .option('--rules <file>', 'YAML with checks: {fact, max, min, maxIncrease, maxDecrease}')
      .option('--baseline <files...>', 'captures to compare with; differences within the noise break no threshold')
      .addOption(
        new Option('--format <format>', 'text for a terminal, json for programs, junit for test reports, github for annotations')
          .choices(Object.keys(formats))
          .default('text'),
      )
      .option('--list-facts', 'print the facts that checks and rules can speak of'),
  ).action(async (files: string[], options: CheckOptions, command: Command) => {
    if (options.listFacts === true) {
      process.stdout.write(listFacts());
      return;
    }
    await runCommand(files, options, command);
  });
}

async function runCommand(files: readonly string[], options: CheckOptions, command: Command): Promise<void> {
  const { rules, baseline, format } = options;
  if (rules === undefined || files.length === 0) {
    command.error(`error: ${rules === undefined ? 'name the thresholds with --rules FILE' : 'name the captures to check'}`, {
      exitCode: 2,
    });
  }
  const { checks } = await readRuleFile(rules, command);
  if (checks.length === 0) {
    command.error(`error: ${rules} holds no checks; write checks: with at least one {fact, max}`, { exitCode: 2 });
  }
  const now = await readRuns(files, options);
  const before = baseline === undefined ? null : await readRuns(baseline, options);
  const measureAll = (runs: readonly Together[]) => runs.map(({ captures }) => measure(captures));
  const results = runChecks(checks, measureAll(now), before === null ? null : measureAll(before));
  process.stdout.write(formats[format]?.(results) ?? '');
  const runs = [...now, ...(before ?? [])];
  runs.forEach(reportProblems);
  if (results.some(isBroken) || runs.some(({ isDamaged }) => isDamaged)) {
    process.exitCode = 1;
  }
}

/** What makes the numbers doubtful goes to stderr; what is merely worth knowing of captures is no matter of a gate. */
function reportProblems({ captures, notices }: Together): void {
  for (const { text } of notices) {
    process.stderr.write(`gclens: ${text}\n`);
  }
  for (const capture of captures) {
    for (const { severity, text } of capture.kind === 'trace' ? capture.analyzed.notices : capture.profile.notices) {
      if (severity === 'error') {
        process.stderr.write(`gclens: ${capture.name}: ${text}\n`);
      }
    }
  }
}

function listFacts(): string {
  const table = new Table({ head: ['fact', 'of', 'unit', 'what it is', 'needs'], style: { head: [], border: [], compact: true } });
  table.push(...factCatalogue.map(({ name, scope, unit, doc, needs: needed }) => [name, scope, unit, doc, needs[needed].what]));
  return `${table.toString()}\n`;
}
