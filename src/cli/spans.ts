import { once } from 'node:events';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type Command, Option } from 'commander';

import { GclensError, type WorkOptions } from '../base';
import { type BuildOptions, encodeJsonLines, type ExporterSettings, serviceNameOf } from '../bridge';
import { type AnalyzedTrace, joinedCpuProfile, joinNotices } from '../correlate';
import { deliver, exporterSettings, type Receiver, readReceiver, type SignalOptions, withSignalOptions } from './deliver';
import { type Telemetry, telemetryOf } from './exportAll';
import { naming, reportNotices } from './input';
import { analyzeInputs, givenFiles, type Inputs, readInputs, reportCaptures, type TogetherOptions, withJoinOption } from './companions';
import { requestOptionMeaning, requestRows } from './requestOption';
import { parseStartTime } from './startTime';
import { WrongUse } from './wrongUse';

interface SpansOptions extends TogetherOptions, SignalOptions {
  readonly profile?: string;
  readonly appSpans?: string;
  readonly request?: string;
  readonly serviceName?: string;
  readonly format?: 'otlp-json';
  readonly export?: string | true;
  readonly journal?: string;
}

/** `gclens spans FILE`: GC and map work as OpenTelemetry spans under the application's own, printed or sent to a receiver. */
export function registerSpans(program: Command): void {
  withSignalOptions(
    withJoinOption(
      program
        .command('spans')
        .description('GC and map work as OpenTelemetry spans: children of the requests’ own spans, and a trace for each GC cycle')
        .argument('<files...>', 'execution trace; CPU profile and the application’s spans beside it')
        .option('--profile <file>', 'CPU profile taken with the trace: its labels, and its clock where the trace has none')
        .option('--app-spans <file>', 'the application’s own spans as OTLP: trace ids, exact places, service name')
        .option('--request <id>', `${requestOptionMeaning}; and the GC cycles that it paid for`)
        .option('--service-name <name>', 'service.name of the spans')
        .option('--start-time <time>', 'when the trace began (RFC 3339 or Unix ns), for traces without a clock', parseStartTime)
        .addOption(
          new Option('--format <format>', 'print the spans, as without --export: one ExportTraceServiceRequest a line').choices([
            'otlp-json',
          ]),
        )
        .addOption(
          new Option(
            '--export [url]',
            'send them to an OTLP/HTTP receiver (http://host:4318), or to where OTEL_EXPORTER_OTLP_ENDPOINT says; the standard variables OTEL_EXPORTER_OTLP_* count',
          ).conflicts('format'),
        )
        .option('--journal <file>', 'with --export: notes what was answered, so that an export that was interrupted goes on there'),
    ),
  ).action(runSpans);
}

async function runSpans(files: readonly string[], options: SpansOptions, command: Command): Promise<void> {
  const settings = exporterSettings(command);
  const receiver = options.export === undefined ? null : readReceiver(options.export, settings, command, options);
  const forExport = (['journal', 'metrics', 'profiles'] as const).find((name) => options[name] !== undefined);
  if (receiver === null && forExport !== undefined) {
    command.error(`error: --${forExport} is for --export`, { exitCode: 2 });
  }
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  process.once('SIGINT', interrupt);
  try {
    const { sha256, telemetry } = await readTelemetry(files, options, settings, { signal: cancel.signal });
    await (receiver === null ? printSpans(telemetry.spans) : send(telemetry, sha256, receiver, options, cancel.signal));
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

async function send(
  telemetry: Telemetry,
  captureSha256: string,
  receiver: Receiver,
  { journal }: SpansOptions,
  signal: AbortSignal,
): Promise<void> {
  await deliver(telemetry, receiver, { captureSha256, signal, ...(journal === undefined ? {} : { journalFile: journal }) });
}

/** Reads the files, and says on stderr what must be known of them. */
async function readTelemetry(
  files: readonly string[],
  options: SpansOptions,
  settings: ExporterSettings,
  work: WorkOptions,
): Promise<{ readonly sha256: string; readonly telemetry: Telemetry }> {
  const inputs = await readInputs(givenFiles(files, options), work);
  const trace = onlyTrace(inputs);
  const captures = await analyzeInputs(inputs, options, work);
  const analyzed = captures.find((capture) => capture.kind === 'trace')?.analyzed;
  if (analyzed === undefined) {
    throw new GclensError('no trace was analyzed');
  }
  const rows = requestRows(captures, options.request).get(analyzed);
  const telemetry = await naming(trace.name, () =>
    telemetryOf(analyzed, trace, { ...joined(inputs, analyzed, options, settings), ...(rows === undefined ? {} : { rows }) }),
  ).catch((error: unknown) => {
    // What is not joined may be why spans have no time.
    reportNotices(trace.name, joinNotices(analyzed.joins, {}));
    throw error;
  });
  reportCaptures(captures, options.joinAnyway);
  reportNotices(trace.name, telemetry.notices);
  return { sha256: trace.sha256, telemetry };
}

function onlyTrace({ traces }: Inputs): Inputs['traces'][number] {
  const [trace, ...others] = traces;
  if (trace === undefined) {
    throw new WrongUse('spans are made from an execution trace, and none was given', {
      advice: 'take one with curl -o trace.out http://HOST/debug/pprof/trace?seconds=5; profile and spans go beside it',
    });
  }
  if (others.length > 0) {
    throw new WrongUse(`spans are made from one execution trace at a time, not from ${traces.map(({ name }) => name).join(' and ')}`, {
      advice: 'run gclens spans for each of them, or gclens watch for their folder',
    });
  }
  return trace;
}

/** What belongs to the trace of what was given beside it. */
function joined(
  { profiles, spanFiles }: Inputs,
  { joins }: AnalyzedTrace,
  { serviceName }: SpansOptions,
  settings: ExporterSettings,
): BuildOptions {
  const profile = joins.profile?.isJoined === true ? joinedCpuProfile(joins, profiles)?.profile : undefined;
  const appSpans = joins.appSpans?.isJoined === true ? spanFiles.flatMap(({ spans }) => spans) : undefined;
  const name = serviceName ?? settings.serviceName ?? (appSpans === undefined ? undefined : serviceNameOf(appSpans));
  return {
    resourceAttributes: settings.resourceAttributes,
    ...(profile === undefined ? {} : { profile }),
    ...(appSpans === undefined ? {} : { appSpans }),
    ...(name === undefined ? {} : { serviceName: name }),
  };
}

async function printSpans(spans: Iterable<ReadableSpan>): Promise<void> {
  for (const line of encodeJsonLines(spans)) {
    if (!process.stdout.write(line)) {
      await once(process.stdout, 'drain');
    }
  }
}
