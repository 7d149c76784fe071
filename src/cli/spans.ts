import { once } from 'node:events';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type Command, Option } from 'commander';

import { GclensError, type WorkOptions } from '../base';
import {
  type BuildOptions,
  buildSpans,
  encodeJsonLines,
  type Endpoint,
  exportSpans,
  parseEndpoint,
  parseHeaders,
  serviceNameOf,
} from '../bridge';
import type { AnalyzedTrace } from '../correlate';
import { isCpuProfile } from '../pprof';
import { naming } from './input';
import { analyzeInputs, type Inputs, readInputs, reportCaptures, type TogetherOptions, withJoinOption } from './companions';
import { requestOptionMeaning, requestRows } from './requestOption';
import { parseStartTime } from './startTime';

interface SpansOptions extends TogetherOptions {
  readonly profile?: string;
  readonly appSpans?: string;
  readonly request?: string;
  readonly serviceName?: string;
  readonly format?: 'otlp-json';
  readonly export?: string;
}

/** `gclens spans FILE`: GC and map work as OpenTelemetry spans under the application's own, printed or sent to a receiver. */
export function registerSpans(program: Command): void {
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
          '--export <url>',
          'send them to an OTLP/HTTP receiver (http://host:4318); headers from OTEL_EXPORTER_OTLP_HEADERS',
        ).conflicts('format'),
      ),
  ).action(runSpans);
}

async function runSpans(files: readonly string[], options: SpansOptions, command: Command): Promise<void> {
  const endpoint = options.export === undefined ? null : endpointOf(options.export, command);
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  process.once('SIGINT', interrupt);
  try {
    const spans = await readSpans(files, options, { signal: cancel.signal });
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

/** Reads the files, and says on stderr what must be known of them. */
async function readSpans(files: readonly string[], options: SpansOptions, work: WorkOptions): Promise<Iterable<ReadableSpan>> {
  const inputs = await readInputs(
    [...files, options.profile, options.appSpans].filter((file) => file !== undefined),
    work,
  );
  const [trace, ...others] = inputs.traces;
  if (trace === undefined || others.length > 0) {
    throw new GclensError(`spans are made from one execution trace, and ${trace === undefined ? 'none' : 'several'} was given`, {
      advice: 'Take one with curl -o trace.out http://HOST/debug/pprof/trace?seconds=5; profile and spans go beside it',
    });
  }
  const captures = await analyzeInputs(inputs, options, work);
  const analyzed = captures.find((capture) => capture.kind === 'trace')?.analyzed;
  if (analyzed === undefined) {
    return [];
  }
  const rows = requestRows(captures, options.request).get(analyzed);
  const spans = await naming(trace.name, () =>
    buildSpans(analyzed, trace, { ...joined(inputs, analyzed, options), ...(rows === undefined ? {} : { rows }) }),
  );
  reportCaptures(captures, options.joinAnyway);
  return spans;
}

/** What belongs to the trace of what was given beside it. */
function joined({ profiles, spanFiles }: Inputs, { joins }: AnalyzedTrace, { serviceName }: SpansOptions): BuildOptions {
  const profile = joins.profile?.isJoined === true ? profiles.find((candidate) => isCpuProfile(candidate.profile))?.profile : undefined;
  const appSpans = joins.appSpans?.isJoined === true ? spanFiles.flatMap(({ spans }) => spans) : undefined;
  const name = serviceName ?? (appSpans === undefined ? undefined : serviceNameOf(appSpans));
  return {
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
