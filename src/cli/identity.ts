import Table from 'cli-table3';
import { type Command, InvalidArgumentError, Option } from 'commander';

import { groupBy } from '../base';
import {
  type Capture,
  howToRecord,
  type IdentifiedTask,
  type IdentityReport,
  identityReport,
  labelSummaries,
  type LabelSummary,
  type Recording,
  joinedCpuProfile,
} from '../correlate';
import { isCpuProfile } from '../pprof';
import { analyzeInputs, type Inputs, readInputs, reportCaptures, type TogetherOptions, withJoinOption } from './companions';
import { parseStartTime } from './startTime';

interface IdentityOptions extends TogetherOptions {
  readonly format: 'text' | 'json';
  readonly limit: number;
}

const defaultLimit = 200;

/** `gclens identity FILE…`: who each task is outside of the process, and how that is known. */
export function registerIdentity(program: Command): void {
  withJoinOption(
    program
      .command('identity')
      .description('which span, trace and request each task is, how that is known, and what to record where it is not')
      .argument('<files...>', 'execution trace, CPU profile, the application’s spans as OTLP JSON or protobuf')
      .addOption(new Option('--format <format>', 'text for people, json for programs').choices(['text', 'json']).default('text'))
      .option('--limit <tasks>', 'tasks listed as text', parseLimit, defaultLimit)
      .option('--start-time <time>', 'when the trace began (RFC 3339 or Unix ns), for traces without a clock', parseStartTime),
  ).action(async (files: string[], options: IdentityOptions) => {
    const given = await readInputs(files);
    const captures = await analyzeInputs(given, options);
    const inputs = joinedFirst(given, captures);
    const reports = captures.flatMap((capture) => reportOf(capture, inputs));
    process.stdout.write(options.format === 'json' ? toJson(reports, inputs) : toText(reports, inputs, options.limit));
    reportCaptures(captures, options.joinAnyway);
  });
}

function parseLimit(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) {
    throw new InvalidArgumentError('give a number of tasks.');
  }
  return Number(text);
}

interface NamedReport extends IdentityReport {
  readonly name: string;
}

/** With the CPU profile that was joined, or tried, before the others. */
function joinedFirst(inputs: Inputs, captures: readonly Capture[]): Inputs {
  const trace = captures.find((capture) => capture.kind === 'trace');
  const joined = trace === undefined ? undefined : joinedCpuProfile(trace.analyzed.joins, inputs.profiles);
  return joined === undefined ? inputs : { ...inputs, profiles: [joined, ...inputs.profiles.filter((each) => each !== joined)] };
}

function reportOf(capture: Capture, inputs: Inputs): NamedReport[] {
  return capture.kind === 'trace' ? [{ name: capture.name, ...identityReport(capture.analyzed, cpuProfileOf(inputs)?.profile) }] : [];
}

function cpuProfileOf({ profiles }: Inputs): Inputs['profiles'][number] | undefined {
  return profiles.find(({ profile }) => isCpuProfile(profile));
}

/** One document for each trace; without one, the labels of the profile alone. */
function toJson(reports: readonly NamedReport[], inputs: Inputs): string {
  const documents = reports.length > 0 ? reports : [{ tasks: [], summary: [], labels: labelsOf(inputs) }];
  return documents.map((document) => `${JSON.stringify(document, null, 2)}\n`).join('');
}

function labelsOf(inputs: Inputs): LabelSummary[] {
  const cpu = cpuProfileOf(inputs);
  return cpu === undefined ? [] : labelSummaries(cpu.profile);
}

function toText(reports: readonly NamedReport[], inputs: Inputs, limit: number): string {
  const cpu = cpuProfileOf(inputs);
  const parts = reports.length === 0 ? withoutTrace(inputs) : [];
  for (const report of reports) {
    parts.push(...summaryText(report), ...taskTable(report.tasks, limit), ...adviceText(report.tasks));
  }
  return `${[...parts, ...(cpu === undefined ? [] : labelText(cpu.name, labelSummaries(cpu.profile)))].join('\n')}\n`;
}

function withoutTrace({ spanFiles }: Inputs): string[] {
  const unused = spanFiles.map(({ name }) => `The spans of ${name} are joined to nothing.`);
  return [
    ['There is no execution trace among these files, so there are no tasks to identify.', ...unused].join(' '),
    'Take one of the same moment with curl -o trace.out http://HOST/debug/pprof/trace?seconds=5.',
  ];
}

/** What a reader calls the dialects. */
const dialectWords: Readonly<Record<NonNullable<IdentifiedTask['dialect']>, string>> = {
  traceparent: 'log otel.traceparent',
  'traceparent-before-task': 'log otel.traceparent of a span processor',
  'datadog-raw': 'log of Datadog, 8 raw bytes',
  'datadog-decimal': 'log of Datadog, decimal',
  'otlp-id': 'application span of the id',
  'otlp-time': 'application span of the same time',
  'log-line': 'ids in a line of a log',
  'label-trace': 'trace id beside the span id in the profile',
  'samples-datadog': 'CPU samples against Datadog’s labels',
  'samples-grafana': 'CPU samples against labels of grafana/otel-profiling-go',
  'samples-polarsignals': 'CPU samples against Polar Signals’ label',
  'request-id': 'request id only',
};

function summaryText({ name, tasks, summary }: NamedReport): string[] {
  if (tasks.length === 0) {
    return [`${name} holds no tasks, so there is nothing to identify.`, ...recordingText(howToRecord.tasks)];
  }
  const lines = summary.map(
    ({ dialect, tasks: amount }) => `  ${String(amount).padStart(6)}  ${dialect === null ? 'not identified' : dialectWords[dialect]}`,
  );
  return [`${name}: ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}, identified by`, ...lines, ''];
}

function taskTable(tasks: readonly IdentifiedTask[], limit: number): string[] {
  if (tasks.length === 0) {
    return [];
  }
  const drawn = new Table({
    head: ['task', 'name', 'trace id', 'span id', 'request id', 'score', 'known by, or why not'],
    style: { head: [], border: [], compact: true },
  });
  for (const { task, type, traceId, spanId, attributes, score, evidence, missing } of tasks.slice(0, limit)) {
    drawn.push([
      task,
      type === '' ? '(begun before the trace)' : type,
      traceId ?? '',
      spanId ?? '',
      Object.values(attributes).join(', '),
      score === null ? '' : score.toFixed(2),
      missing === null ? (evidence ?? '') : `${evidence === null ? '' : `${evidence}; `}no span: ${missing.reason}`,
    ]);
  }
  const more = tasks.length > limit ? [`… and ${tasks.length - limit} more (--limit, or --format json for all)`] : [];
  return [drawn.toString(), ...more];
}

/** Each remedy once, with how many tasks it is for. */
function adviceText(tasks: readonly IdentifiedTask[]): string[] {
  const missing = tasks.flatMap((task) => task.missing ?? []);
  return [...groupBy(missing, ({ remedy }) => remedy).values()].flatMap((alike) => {
    const [first] = alike;
    const code = first?.code ?? null;
    return [
      `\nTo know the spans of ${alike.length} of them: ${first?.remedy ?? ''}${code === null ? '.' : ':'}`,
      ...(code === null ? [] : [`    ${code}`]),
    ];
  });
}

function recordingText({ advice, code }: Recording): string[] {
  return [`${advice}:`, `    ${code}`];
}

function labelText(name: string, labels: readonly LabelSummary[]): string[] {
  if (labels.length === 0) {
    return [`\nNo label of ${name} names a span.`, ...recordingText(howToRecord.labels)];
  }
  const words = labels.map(({ key, producer, values, samples }) => `${key} (${producer}): ${values} different, on ${samples} samples`);
  return [`\nLabels of ${name}: ${words.join('; ')}.`];
}
