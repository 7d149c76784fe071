import { resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';

import { isAbort, toGclensError } from '../base';
import { exporterSettings, readReceiver } from './deliver';
import { FolderSource } from './watch/folderSource';
import { Watcher } from './watch/watcher';
import { logToStderr } from './watch/watchLog';
import { WatchMetrics } from './watch/watchMetrics';
import { type ListenAddress, serveWatch } from './watch/watchServer';
import { WatchState } from './watch/watchState';

interface WatchOptions {
  readonly export: string | true;
  readonly state: string;
  readonly interval: number;
  readonly once?: boolean;
  readonly concurrency: number;
  readonly maxBytes: number;
  readonly listen?: ListenAddress;
  readonly serviceName?: string;
}

/** Between the two looks of --once. */
const onceLookMs = 1000;

/** `gclens watch SOURCE`: exports each new capture once. */
export function registerWatch(program: Command): void {
  program
    .command('watch')
    .description('export the spans of each new capture once, whatever crashes or restarts')
    .argument('<source>', 'folder where traces and profiles appear')
    .requiredOption(
      '--export [url]',
      'OTLP/HTTP receiver (http://host:4318), or where OTEL_EXPORTER_OTLP_ENDPOINT says; the standard variables OTEL_EXPORTER_OTLP_* count',
    )
    .option('--state <folder>', 'where is kept what became of each capture', '.gclens-watch')
    .option('--interval <seconds>', 'time between two looks', parseSeconds, 10)
    .option('--once', 'export what is there and end: exit code 0 when all of it was accepted')
    .option('--concurrency <number>', 'captures exported at a time', parseCount, 1)
    .option('--max-bytes <bytes>', 'larger files are noted, not read', parseCount, 2 ** 30)
    .option('--listen <address>', 'serve /healthz and /metrics (Prometheus) at host:port, or at a port of this machine alone', parseListen)
    .option('--service-name <name>', 'service.name of the spans')
    .action(runWatch);
}

async function runWatch(address: string, options: WatchOptions, command: Command): Promise<void> {
  const read = exporterSettings(command);
  const settings = options.serviceName === undefined ? read : { ...read, serviceName: options.serviceName };
  const receiver = readReceiver(options.export, settings, command);
  if (`${resolve(options.state)}${sep}`.startsWith(`${resolve(address)}${sep}`) && !/(^|[\\/])\./.test(options.state)) {
    command.error('error: the --state folder lies in the folder that is watched; put it beside it', { exitCode: 2 });
  }
  const source = new FolderSource(address);
  const state = new WatchState(options.state, receiver.endpoint.url);
  const metrics = new WatchMetrics();
  const { concurrency, maxBytes, interval } = options;
  const watcher = new Watcher({
    ...{ source, state, receiver, settings, metrics, concurrency, maxBytes },
    log: logToStderr,
    firstWaitMs: interval * 1000,
  });
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  let isUp = false;
  const server = options.listen === undefined ? undefined : await serveWatch(options.listen, metrics, () => isUp);
  const setUp = (value: boolean) => {
    isUp = value;
    metrics.sourceUp.set(value ? 1 : 0);
  };
  try {
    await (options.once === true ? watchOnce(watcher, interval, stop.signal) : watchOn(watcher, interval, stop.signal, setUp));
  } catch (error) {
    if (!isAbort(error)) {
      throw error;
    }
  } finally {
    logToStderr('info', 'stopped');
    process.removeListener('SIGTERM', onSignal).removeListener('SIGINT', onSignal);
    server?.close();
    server?.closeAllConnections();
    state.close();
  }
}

async function watchOnce(watcher: Watcher, intervalS: number, signal: AbortSignal): Promise<void> {
  await watcher.look(signal);
  await sleep(Math.min(intervalS * 1000, onceLookMs), undefined, { signal });
  const { failed, unsettled } = await watcher.pass(signal);
  if (unsettled > 0) {
    logToStderr('warning', 'still being written', { files: unsettled });
  }
  if (failed > 0 || unsettled > 0 || signal.aborted) {
    process.exitCode = 1;
  }
}

async function watchOn(watcher: Watcher, intervalS: number, signal: AbortSignal, setUp: (isUp: boolean) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      await watcher.pass(signal);
      setUp(true);
    } catch (error) {
      signal.throwIfAborted();
      setUp(false);
      logToStderr('error', 'source cannot be read', { reason: toGclensError(error).message });
    }
    await sleep(intervalS * 1000, undefined, { signal });
  }
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400)) {
    throw new InvalidArgumentError('give seconds above 0, at most a day.');
  }
  return seconds;
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
