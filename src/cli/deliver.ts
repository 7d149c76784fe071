import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Command } from 'commander';

import { GclensError } from '../base';
import {
  type Endpoint,
  type ExportOptions,
  type ExportReport,
  type ExporterSettings,
  exportSpans,
  parseEndpoint,
  readExporterEnvironment,
  type Signal,
  signals,
  type Transport,
  warnOfLimits,
} from '../bridge';
import { postWithCertificates, readPemFiles } from './certificates';
import { FileJournal } from './exportJournal';
import type { GrpcOptions } from './grpcTransport';

/** Where spans go and how. */
export interface Receiver {
  readonly endpoint: Endpoint;
  readonly options: ExportOptions;
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
export function readReceiver(url: string | true, settings: ExporterSettings, command: Command, signal: Signal = 'traces'): Receiver {
  const { headers, certificates, protocol, compression, attemptMs, problems } = settings;
  for (const problem of problems) {
    process.stderr.write(`${problem}\n`);
  }
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

/** Sends spans and says what became of them: the count is the answer, so it goes to stdout, everything else to stderr. Exit code 1 unless all were accepted. */
export async function deliver(spans: Iterable<ReadableSpan>, { endpoint, options }: Receiver, asked: DeliverOptions): Promise<void> {
  const { captureSha256, journalFile, signal } = asked;
  const journal = journalFile === undefined ? undefined : new FileJournal(journalFile, { captureSha256, url: endpoint.url });
  try {
    const report = await exportSpans(spans, endpoint, {
      ...options,
      signal,
      ...(journal === undefined ? {} : { journal }),
      onPause: (pauseMs, reason) => process.stderr.write(`${reason}; trying again in ${(pauseMs / 1000).toFixed(1)} s\n`),
    });
    describe(report);
  } finally {
    journal?.close();
  }
}

function describe(report: ExportReport): void {
  const { accepted, rejected, notSent, known, traces, problems } = report;
  const said = [
    ...problems,
    ...(known > 0 ? [`${known} spans were answered before, as the journal says, and were not sent again`] : []),
    ...(accepted > 0 ? warnOfLimits(traces, Date.now()) : []),
    ...(accepted > 0 ? [`${traces.count} traces; to look up: ${traces.examples.join(' ')}`] : []),
  ];
  for (const line of said) {
    process.stderr.write(`${line}\n`);
  }
  process.stdout.write(`accepted ${accepted} / rejected ${rejected} / not sent ${notSent}\n`);
  if (rejected > 0 || notSent > 0) {
    process.exitCode = 1;
  }
}

/** A wrong address or setting is wrong use. Commander's own message would repeat the argument, and with it a password. */
export function orWrongUse<T>(command: Command, read: () => T): T {
  try {
    return read();
  } catch (error) {
    return command.error(`error: ${error instanceof GclensError ? error.message : String(error)}`, { exitCode: 2 });
  }
}
