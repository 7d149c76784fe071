import type { Command } from 'commander';

import { GclensError } from '../base';
import {
  type Endpoint,
  type ExportCounts,
  type ExportOptions,
  type ExporterSettings,
  parseEndpoint,
  readExporterEnvironment,
  type Signal,
  signals,
  type Transport,
  warnOfLimits,
} from '../bridge';
import { postWithCertificates, readPemFiles } from './certificates';
import { exportAll, type FullReport, type Telemetry } from './exportAll';
import { FileJournal } from './exportJournal';
import type { GrpcOptions } from './grpcTransport';
import { writingTo } from './outputError';
import { orWrongUse } from './wrongUse';

/** Where one signal goes and how. */
export interface SignalReceiver {
  readonly endpoint: Endpoint;
  readonly options: ExportOptions;
}

/** A signal beside spans. */
export type FurtherSignal = Exclude<Signal, 'traces'>;

/** Where spans go and how, and what goes beside them. */
export interface Receiver extends SignalReceiver {
  readonly further: readonly (SignalReceiver & { readonly signal: FurtherSignal })[];
}

/** Options of commands that export. */
export interface SignalOptions {
  readonly metrics?: boolean;
  readonly profiles?: boolean;
}

/** Adds `--metrics` and `--profiles`. */
export function withSignalOptions(command: Command): Command {
  return command
    .option(
      '--metrics',
      'with --export: the runtime’s metrics too (go.memory.gc.cycles, go.memory.gc.pause.duration, go.schedule.duration …)',
    )
    .option(
      '--profiles',
      'with --export: CPU samples too, as OTLP profiles with links to spans; a signal in development, which few receivers take',
    );
}

export interface DeliverOptions {
  readonly captureSha256: string;
  readonly journalFile?: string;
  readonly signal: AbortSignal;
}

/** The standard variables of OTLP exporters. What is wrong in them and counts ends the command as wrong use, the rest is said. */
export function exporterSettings(command: Command, signal: Signal = 'traces'): ExporterSettings {
  return orWrongUse(command, () => readExporterEnvironment(process.env, signal));
}

/** @param url value of --export; true where the environment is to say it */
export function readReceiver(url: string | true, settings: ExporterSettings, command: Command, wanted: SignalOptions = {}): Receiver {
  for (const problem of settings.problems) {
    process.stderr.write(`${problem}\n`);
  }
  const further = (['metrics', 'profiles'] as const).filter((signal) => wanted[signal] === true);
  return {
    ...readSignalReceiver(url, settings, command, 'traces'),
    further: further.map((signal) => ({ signal, ...readSignalReceiver(url, exporterSettings(command, signal), command, signal) })),
  };
}

function readSignalReceiver(url: string | true, settings: ExporterSettings, command: Command, signal: Signal): SignalReceiver {
  const { headers, certificates, protocol, compression, attemptMs } = settings;
  return orWrongUse(command, () => {
    const endpoint = url === true ? settings.endpoint : parseEndpoint(url, headers, { isComplete: protocol === 'grpc', signal });
    if (endpoint === undefined) {
      throw new GclensError('--export has no address, and OTEL_EXPORTER_OTLP_ENDPOINT is not set', {
        advice: 'Give the address of an OTLP receiver, like http://localhost:4318.',
      });
    }
    const pem = readPemFiles(certificates);
    const post = postWithCertificates(pem);
    return {
      endpoint,
      options: {
        ...(protocol === 'http/json' ? { encoding: 'json' } : {}),
        ...(compression === undefined ? {} : { compression }),
        ...(attemptMs === undefined ? {} : { retry: { attemptMs } }),
        ...(post === undefined ? {} : { post }),
        ...(protocol === 'grpc'
          ? { transport: loadGrpcTransport(endpoint, { method: signals[signal].method, compression: compression ?? 'gzip', pem }) }
          : {}),
      },
    };
  });
}

/** Most exports go over HTTP and need no gRPC in memory. */
function loadGrpcTransport(endpoint: Endpoint, options: GrpcOptions): Transport {
  let loading: Promise<Transport> | undefined;
  return {
    host: new URL(endpoint.url).host,
    send: async (body, signal) => {
      loading ??= import('./grpcTransport').then(({ grpcTransport }) => grpcTransport(endpoint, options));
      return (await loading).send(body, signal);
    },
  };
}

/**
 * Exports a capture and says what became of it: the counts are the answer, so they go to stdout, everything else to stderr. Exit code 1 unless all was
 * accepted.
 */
export async function deliver(telemetry: Telemetry, receiver: Receiver, asked: DeliverOptions): Promise<void> {
  const { captureSha256, journalFile, signal } = asked;
  const subject = { captureSha256, url: receiver.endpoint.url };
  const journal = journalFile === undefined ? undefined : await writingTo(journalFile, () => new FileJournal(journalFile, subject));
  try {
    const report = await exportAll(telemetry, receiver, {
      signal,
      ...(journal === undefined ? {} : { journal }),
      onPause: (pauseMs, reason) => process.stderr.write(`${reason}; trying again in ${(pauseMs / 1000).toFixed(1)} s\n`),
    });
    describe(report);
  } finally {
    journal?.close();
  }
}

function describe({ spans, further, rejected, notSent, problems }: FullReport): void {
  const { accepted, known, traces } = spans;
  const said = [
    ...problems,
    ...(known > 0 ? [`${known} spans were answered before, as the journal says, and were not sent again`] : []),
    ...(accepted > 0 ? warnOfLimits(traces, Date.now()) : []),
    ...(accepted > 0 ? [`${traces.count} traces; to look up: ${traces.examples.join(' ')}`] : []),
  ];
  for (const line of said) {
    process.stderr.write(`${line}\n`);
  }
  process.stdout.write(`${countsOf(spans)}\n`);
  for (const report of further) {
    process.stdout.write(`${report.signal}: ${countsOf(report)}\n`);
  }
  if (rejected > 0 || notSent > 0) {
    process.exitCode = 1;
  }
}

/** The counts of one signal, as all commands write them. */
export function countsOf({ accepted, rejected, notSent }: ExportCounts): string {
  return `accepted ${accepted} / rejected ${rejected} / not sent ${notSent}`;
}
