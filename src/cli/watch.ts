import { resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';

import { isAbort, toGclensError } from '../base';
import type { ExporterSettings } from '../bridge';
import { exporterSettings, readReceiver, type Receiver, type SignalOptions, withSignalOptions } from './deliver';
import { openSource } from './watch/openSource';
import { listenForSignals, type Shutdown } from './watch/shutdown';
import type { Source } from './watch/source';
import { Watcher } from './watch/watcher';
import { logToStderr } from './watch/watchLog';
import { WatchMetrics } from './watch/watchMetrics';
import { type ListenAddress, serveWatch } from './watch/watchServer';
import { WatchState } from './watch/watchState';
import { orWrongUse } from './wrongUse';

interface WatchOptions extends SignalOptions {
  readonly export: string | true;
  readonly state: string;
  readonly interval: number;
  readonly once?: boolean;
  readonly concurrency: number;
  readonly maxBytes: number;
  readonly listen?: ListenAddress;
  readonly serviceName?: string;
  readonly grace: number;
  readonly queue?: string;
  readonly subject: string;
  readonly durable: string;
  readonly settle: number;
  readonly maxDeliveries: number;
}

/** Between the two looks of --once. */
const onceLookMs = 1000;

/** `gclens watch SOURCE`: exports each new capture once. */
export function registerWatch(program: Command): void {
  withSignalOptions(
    program
      .command('watch')
      .description('export the spans of each new capture once, whatever crashes or restarts')
      .argument('<source>', 'where traces and profiles appear: a folder, an HTTP listing (http://host/captures/), or s3://bucket/prefix')
      .requiredOption(
        '--export [url]',
        'OTLP/HTTP receiver (http://host:4318), or where OTEL_EXPORTER_OTLP_ENDPOINT says; the standard variables OTEL_EXPORTER_OTLP_* count',
      )
      .option('--state <folder>', 'where is kept what became of each capture; not with --queue, which keeps it itself', '.gclens-watch')
      .option('--interval <seconds>', 'time between two looks, and the first wait before a failure is tried again', parseSeconds, 10)
      .option('--once', 'export what is there and end: exit code 0 when all of it was accepted')
      .option('--concurrency <number>', 'captures exported at a time', parseCount, 1)
      .option('--max-bytes <bytes>', 'larger files are noted, not read', parseCount, 2 ** 30)
      .option(
        '--listen <address>',
        'serve /healthz and /metrics (Prometheus) at host:port, or at a port of this machine alone',
        parseListen,
      )
      .option('--service-name <name>', 'service.name of the spans')
      .option('--grace <seconds>', 'after SIGTERM what is under way may go on so long', parseSeconds, 20)
      .option('--queue <url>', 'take the names of new captures from NATS JetStream (nats://host:4222), shared with other workers')
      .option('--subject <subject>', 'with --queue: where the store publishes its events', 'captures')
      .option('--durable <name>', 'with --queue: the consumer that all workers share', 'gclens')
      .option('--settle <seconds>', 'with --queue: wait for the profile of a trace’s moment', parseWait, 5)
      .option('--max-deliveries <number>', 'with --queue: tried so often, a capture goes to the stream gclens-dead', parseCount, 16),
  ).action(runWatch);
}

async function runWatch(address: string, options: WatchOptions, command: Command): Promise<void> {
  const read = exporterSettings(command);
  const settings = options.serviceName === undefined ? read : { ...read, serviceName: options.serviceName };
  const receiver = readReceiver(options.export, settings, command, options);
  const source = orWrongUse(command, () => openSource(address, process.env, (text) => logToStderr('warning', 'left out', { text })));
  const metrics = new WatchMetrics();
  const shutdown = listenForSignals(options.grace * 1000);
  let isUp = false;
  const setUp = (value: boolean) => {
    isUp = value;
    metrics.sourceUp.set(value ? 1 : 0);
  };
  const server = options.listen === undefined ? undefined : await serveWatch(options.listen, metrics, () => isUp);
  const given: Watch = { source, receiver, settings, metrics, options, shutdown, setUp };
  try {
    await (options.queue === undefined ? watchSource(address, given, command) : watchQueue(options.queue, given, command));
  } catch (error) {
    if (!isAbort(error)) {
      throw error;
    }
  } finally {
    logToStderr('info', 'stopped');
    shutdown.dispose();
    server?.close();
    server?.closeAllConnections();
  }
}

/** What both ways of watching need. */
interface Watch {
  readonly source: Source;
  readonly receiver: Receiver;
  readonly settings: ExporterSettings;
  readonly metrics: WatchMetrics;
  readonly options: WatchOptions;
  readonly shutdown: Shutdown;
  readonly setUp: (isUp: boolean) => void;
}

/** Looks at the source again and again. */
async function watchSource(address: string, { options, shutdown, setUp, ...parts }: Watch, command: Command): Promise<void> {
  if (`${resolve(options.state)}${sep}`.startsWith(`${resolve(address)}${sep}`) && !/(^|[\\/])\./.test(options.state)) {
    command.error('error: the --state folder lies in the folder that is watched; put it beside it', { exitCode: 2 });
  }
  const { concurrency, maxBytes, interval } = options;
  const state = new WatchState(options.state, parts.receiver.endpoint.url);
  try {
    const watcher = new Watcher({ ...parts, state, concurrency, maxBytes, log: logToStderr, firstWaitMs: interval * 1000 });
    await (options.once === true ? watchOnce(watcher, interval, shutdown) : watchOn(watcher, interval, shutdown, setUp));
  } finally {
    state.close();
  }
}

/** Works on what a queue tells of. */
async function watchQueue(url: string, { options, shutdown, ...parts }: Watch, command: Command): Promise<void> {
  const { concurrency, maxBytes, maxDeliveries } = options;
  // Only this needs the client of NATS in memory.
  const { NatsQueue } = await import('./watch/queue/natsQueue');
  const { parseQueueAddress } = await import('./watch/queue/queueAddress');
  const { QueueWorker } = await import('./watch/queue/queueWorker');
  const queue = await NatsQueue.open(
    orWrongUse(command, () => parseQueueAddress(url, process.env)),
    options,
  );
  try {
    const worker = new QueueWorker({
      ...{ ...parts, queue, log: logToStderr, concurrency, maxBytes, maxDeliveries },
      settleMs: options.settle * 1000,
      firstWaitMs: options.interval * 1000,
    });
    await worker.run(shutdown.stop, shutdown.cancel, options.once === true);
    if (options.once === true && (worker.buried > 0 || shutdown.stop.aborted)) {
      process.exitCode = 1;
    }
  } finally {
    await queue.close();
  }
}

async function watchOnce(watcher: Watcher, intervalS: number, { stop, cancel }: Shutdown): Promise<void> {
  await watcher.look(stop);
  await sleep(Math.min(intervalS * 1000, onceLookMs), undefined, { signal: stop });
  const { failed, unsettled } = await watcher.pass(stop, cancel);
  if (unsettled > 0) {
    logToStderr('warning', 'still being written', { files: unsettled });
  }
  if (failed > 0 || unsettled > 0 || stop.aborted) {
    process.exitCode = 1;
  }
}

async function watchOn(watcher: Watcher, intervalS: number, { stop, cancel }: Shutdown, setUp: (isUp: boolean) => void): Promise<void> {
  while (!stop.aborted) {
    try {
      await watcher.pass(stop, cancel);
      setUp(true);
    } catch (error) {
      cancel.throwIfAborted();
      setUp(false);
      logToStderr('error', 'source cannot be read', { reason: toGclensError(error).message });
    }
    await sleep(intervalS * 1000, undefined, { signal: stop });
  }
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400)) {
    throw new InvalidArgumentError('give seconds above 0, at most a day.');
  }
  return seconds;
}

function parseWait(text: string): number {
  return text === '0' ? 0 : parseSeconds(text);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    throw new InvalidArgumentError('give a whole number above 0.');
  }
  return Number(text);
}

/** A port alone is one of the loopback interface: nobody else is to ask unless that was said. */
function parseListen(text: string): ListenAddress {
  const parts = /^(?:(.*):)?(\d{1,5})$/.exec(text);
  const port = Number(parts?.[2]);
  if (parts === null || port > 65535) {
    throw new InvalidArgumentError('give host:port or a port.');
  }
  return { host: parts[1] === undefined ? '127.0.0.1' : parts[1].replace(/^\[(.*)\]$/, '$1') || '0.0.0.0', port };
}
