import Table from 'cli-table3';
import { type Command, Option } from 'commander';

import { GclensError } from '../base';
import {
  type CheckResult,
  factCatalogue,
  holdsNothing,
  joinedCpuProfile,
  joinNotices,
  measure,
  type Measured,
  needs,
  otherProgramNotices,
  runChecks,
} from '../correlate';
import { type Checked, formatChecksGithub, formatChecksJson, formatChecksJunit, formatChecksText, isGood } from './check/formats';
import { type TogetherOptions, warnOfOtherProgram, withJoinOption } from './companions';
import { readRuns, type Together } from './readTogether';
import { readRuleFile } from './ruleOption';

const formats: Readonly<Record<string, (checked: Checked) => string>> = {
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
  const { rules, format } = options;
  if (rules === undefined || files.length === 0) {
    command.error(`error: ${rules === undefined ? 'name the thresholds with --rules FILE' : 'name the captures to check'}`, {
      exitCode: 2,
    });
  }
  const { checks } = await readRuleFile(rules, command);
  if (checks.length === 0) {
    command.error(`error: ${rules} holds no checks; write checks: with at least one {fact, max}`, { exitCode: 2 });
  }
  const { now, before } = await readSides(files, options).catch((error: unknown) => {
    // Whoever reads the report alone, as CI does, is to find there why nothing was judged.
    process.stdout.write(error instanceof GclensError ? (formats[format]?.(unreadable(error)) ?? '') : '');
    throw error;
  });
  const results = runChecks(checks, now.flatMap(measureReadable), before?.flatMap(measureReadable) ?? null);
  const runs = [...now, ...(before ?? [])];
  const checked = { results: explainEmpty(results, now), damage: runs.flatMap(({ damage }) => damage) };
  process.stdout.write(formats[format]?.(checked) ?? '');
  runs.forEach(reportProblems);
  warnOfOtherRuns(now);
  warnOfOtherProgram(
    now.flatMap(({ captures }) => captures),
    before?.flatMap(({ captures }) => captures) ?? [],
  );
  if (!isGood(checked)) {
    process.exitCode = 1;
  }
}

interface Sides {
  readonly now: readonly Together[];
  readonly before: readonly Together[] | null;
}

async function readSides(files: readonly string[], options: CheckOptions): Promise<Sides> {
  const { baseline } = options;
  const now = await readRuns(files, options, baseline ?? []);
  return { now, before: baseline === undefined ? null : await readRuns(baseline, options, files) };
}

function unreadable({ message, details: { file = 'the captures' } }: GclensError): Checked {
  return { results: [], damage: [{ file, text: message }] };
}

/** A run without its trace where that tells of nothing: its zeros are no measurements. Nothing where nothing is left. */
function measureReadable({ captures }: Together): Measured[] {
  const readable = captures.filter((capture) => capture.kind !== 'trace' || !holdsNothing(capture.analyzed));
  return readable.length === 0 ? [] : [measure(readable)];
}

/** A fact that is missing because its trace holds nothing is no matter of recording one. */
function explainEmpty(results: readonly CheckResult[], runs: readonly Together[]): readonly CheckResult[] {
  const traces = runs.flatMap(({ captures }) => captures.flatMap((capture) => (capture.kind === 'trace' ? [capture] : [])));
  const empty = traces.filter(({ analyzed }) => holdsNothing(analyzed));
  if (empty.length === 0 || empty.length < traces.length) {
    return results;
  }
  const text = `no event could be read of ${empty.map(({ name }) => name).join(', ')}`;
  return results.map((result) => (result.value === null && result.check.fact.needs !== 'heap' ? { ...result, text } : result));
}

/** What makes the numbers doubtful goes to stderr; what is merely worth knowing of captures is no matter of a gate. */
function reportProblems({ captures, notices }: Together): void {
  for (const { text } of notices) {
    process.stderr.write(`gclens: ${text}\n`);
  }
  const profiles = captures.filter((capture) => capture.kind === 'pprof');
  for (const capture of captures) {
    const joins = capture.kind === 'trace' ? capture.analyzed.joins : null;
    for (const { text } of joins === null ? [] : joinNotices(joins, { profile: joinedCpuProfile(joins, profiles)?.name })) {
      process.stderr.write(`gclens: ${text}\n`);
    }
    for (const { severity, text } of capture.kind === 'trace' ? capture.analyzed.notices : capture.profile.notices) {
      if (severity === 'error') {
        process.stderr.write(`gclens: ${capture.name}: ${text}\n`);
      }
    }
  }
}

/** Runs are repetitions of one program: their middle counts. */
function warnOfOtherRuns([first, ...others]: readonly Together[]): void {
  if (first !== undefined && others.some(({ captures }) => otherProgramNotices(first.captures, captures).length > 0)) {
    process.stderr.write('gclens: these runs are not all of one program: the middle of their numbers is no answer about one\n');
  }
}

function listFacts(): string {
  const table = new Table({ head: ['fact', 'of', 'unit', 'what it is', 'needs'], style: { head: [], border: [], compact: true } });
  table.push(...factCatalogue.map(({ name, scope, unit, doc, needs: needed }) => [name, scope, unit, doc, needs[needed].what]));
  return `${table.toString()}\n`;
}
