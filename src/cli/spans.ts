import { once } from 'node:events';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type Command, Option } from 'commander';

import { GclensError, type WorkOptions } from '../base';
import { buildSpans, encodeJsonLines, type Endpoint, exportSpans, parseEndpoint, parseHeaders, serviceNameOf } from '../bridge';
import { analyzeTrace, type AnalyzedTrace, type AppSpan, parseOtlpSpans } from '../correlate';
import { decodeTrace } from '../gotrace';
import { decodeProfile, type Profile } from '../pprof';
import { naming, readBytes, readCapture } from './input';
import { parseStartTime } from './startTime';

interface SpansOptions {
  readonly profile?: string;
  readonly appSpans?: string;
  readonly serviceName?: string;
  readonly startTime?: bigint;
  readonly format?: 'otlp-json';
  readonly export?: string;
}

/** `gclens spans FILE`: GC and map work as OpenTelemetry spans under the application's own, printed or sent to a receiver. */
export function registerSpans(program: Command): void {
  program
    .command('spans')
    .description('GC and map work as OpenTelemetry spans: children of the requests’ own spans, and a trace for each GC cycle')
    .argument('<file>', 'execution trace')
    .option('--profile <file>', 'CPU profile taken with the trace: its labels, and its clock where the trace has none')
    .option('--app-spans <file>', 'the application’s own spans as OTLP JSON: trace ids, exact places, service name')
    .option('--service-name <name>', 'service.name of the spans')
    .option('--start-time <time>', 'when the trace began (RFC 3339 or Unix ns), for traces without a clock', parseStartTime)
    .addOption(
      new Option('--format <format>', 'print the spans, as without --export: one ExportTraceServiceRequest a line').choices(['otlp-json']),
    )
    .addOption(
      new Option(
        '--export <url>',
        'send them to an OTLP/HTTP receiver (http://host:4318); headers from OTEL_EXPORTER_OTLP_HEADERS',
      ).conflicts('format'),
    )
    .action(runSpans);
}

async function runSpans(file: string, options: SpansOptions, command: Command): Promise<void> {
  const endpoint = options.export === undefined ? null : endpointOf(options.export, command);
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  process.once('SIGINT', interrupt);
  try {
    const { spans, analyzed } = await readSpans(file, options, { signal: cancel.signal });
    reportNotices(file, analyzed);
    await (endpoint === null ? printSpans(spans) : deliver(spans, endpoint, cancel.signal));
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

/** A wrong address is wrong use. Commander's own message would repeat it, and with it a password. */
function endpointOf(url: string, command: Command): Endpoint {
  try {
    return parseEndpoint(url, headersFromEnvironment());
  } catch (error) {
    return command.error(`error: ${error instanceof GclensError ? error.message : String(error)}`, { exitCode: 2 });
  }
}

/** Headers that the OpenTelemetry specification names for traces; the one for traces wins. */
function headersFromEnvironment(): Record<string, string> {
  const { OTEL_EXPORTER_OTLP_HEADERS: all = '', OTEL_EXPORTER_OTLP_TRACES_HEADERS: traces = '' } = process.env;
  return parseHeaders(traces === '' ? all : traces);
}

async function readSpans(
  file: string,
  { profile: profileFile, appSpans: appSpansFile, serviceName, startTime }: SpansOptions,
  work: WorkOptions,
): Promise<{ spans: Iterable<ReadableSpan>; analyzed: AnalyzedTrace }> {
  const profile = profileFile === undefined ? undefined : await readProfile(profileFile);
  const own = appSpansFile === undefined ? undefined : await readAppSpans(appSpansFile);
  const name = serviceName ?? own?.serviceName;
  const { info, bytes } = await readCapture(file, work);
  if (info.kind !== 'trace-v1' && info.kind !== 'trace-v2') {
    throw new GclensError('spans are made from an execution trace', {
      file,
      looksLike: info.kind === 'pprof' ? 'a profile' : 'spans of an application',
      advice:
        'Take a trace with curl -o trace.out http://HOST/debug/pprof/trace?seconds=5, and give this file as --profile or --app-spans.',
    });
  }
  return naming(file, async () => {
    const analyzed = await analyzeTrace(await decodeTrace(bytes, work), {
      ...work,
      ...(profile === undefined ? {} : { profile }),
      ...(own === undefined ? {} : { appSpans: own.spans }),
      ...(startTime === undefined ? {} : { wallUnixNs: startTime }),
    });
    const spans = buildSpans(analyzed, info, {
      ...(profile === undefined ? {} : { profile }),
      ...(own === undefined ? {} : { appSpans: own.spans }),
      ...(name === undefined ? {} : { serviceName: name }),
    });
    return { spans, analyzed };
  });
}

async function readProfile(file: string): Promise<Profile> {
  const { info, bytes } = await readCapture(file);
  if (info.kind !== 'pprof') {
    throw new GclensError('this is no profile', { file, advice: 'Give the CPU profile that was taken with the trace.' });
  }
  return naming(file, () => decodeProfile(bytes));
}

async function readAppSpans(file: string): Promise<{ spans: AppSpan[]; serviceName: string | undefined }> {
  const bytes = await readBytes(file);
  return naming(file, () => ({ spans: parseOtlpSpans(bytes), serviceName: serviceNameOf(bytes) }));
}

function reportNotices(file: string, { notices, trace }: AnalyzedTrace): void {
  for (const { severity, text } of notices) {
    process.stderr.write(`${file}: ${severity}: ${text}\n`);
  }
  if (trace.damage !== null) {
    process.exitCode = 1;
  }
}

async function printSpans(spans: Iterable<ReadableSpan>): Promise<void> {
  for (const line of encodeJsonLines(spans)) {
    if (!process.stdout.write(line)) {
      await once(process.stdout, 'drain');
    }
  }
}

/** The closing count is the answer, so it goes to stdout; what went wrong to stderr. */
async function deliver(spans: Iterable<ReadableSpan>, endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  const { accepted, rejected, notSent, problems } = await exportSpans(spans, endpoint, {
    signal,
    onPause: (pauseMs, reason) => process.stderr.write(`${reason}; trying again in ${(pauseMs / 1000).toFixed(1)} s\n`),
  });
  for (const problem of problems) {
    process.stderr.write(`${problem}\n`);
  }
  process.stdout.write(`accepted ${accepted} / rejected ${rejected} / not sent ${notSent}\n`);
  if (rejected > 0 || notSent > 0) {
    process.exitCode = 1;
  }
}
