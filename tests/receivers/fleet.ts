import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { AckPolicy, jetstreamManager, type JetStreamManager, RetentionPolicy } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { AwsClient } from 'aws4fetch';

import { freePort } from './freePort';
import { type BuiltReceiver, buildReceiver, RunningReceiver } from './goReceiver';
import { readSentSpans } from './readSpans';

/** Tests and scripts of npm run there. */
const root = process.cwd();
const bucket = 'captures';
const credentials = { AWS_ACCESS_KEY_ID: 'gclens', AWS_SECRET_ACCESS_KEY: 'for tests only' };
/** So soon after its last sign of life a worker's capture goes to another. */
const ackWaitNs = 5e9;

/** The programs of a fleet, or why one is not there. */
export function buildFleet(): Readonly<Record<'nats' | 'store' | 'collector', string>> | { readonly missing: string } {
  const built = {
    nats: buildReceiver('nats-server', 'github.com/nats-io/nats-server/v2'),
    store: buildReceiver('versitygw', 'github.com/versity/versitygw/cmd/versitygw'),
    collector: buildReceiver('otlp-sink', '.'),
  };
  const pathOf = (one: BuiltReceiver) => ('path' in one ? one.path : '');
  const missing = Object.values(built).find((one) => 'missing' in one);
  return missing !== undefined && 'missing' in missing
    ? missing
    : { nats: pathOf(built.nats), store: pathOf(built.store), collector: pathOf(built.collector) };
}

/** A worker of a fleet: `gclens watch s3://… --queue …` in a process of its own. */
export class Worker {
  readonly log: Readonly<Record<string, unknown>>[] = [];
  readonly ended: Promise<unknown>;

  constructor(private readonly process: ChildProcess) {
    this.ended = once(process, 'close');
    if (process.stderr !== null) {
      createInterface({ input: process.stderr }).on('line', (line) => this.log.push(JSON.parse(line) as Record<string, unknown>));
    }
  }

  /** What it says that it exported. */
  get exported(): number {
    return this.log.filter(({ event }) => event === 'exported').length;
  }

  get exitCode(): number | null {
    return this.process.exitCode;
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.process.kill(signal);
  }
}

/** Spans that a backend has of each capture. */
export interface Received {
  /** By capture: spans by trace id and span id, as a backend knows them. */
  readonly distinct: ReadonlyMap<string, number>;
  /** Spans that came more than once. */
  readonly again: number;
}

/** An object store that announces new objects to NATS JetStream, and an OpenTelemetry Collector that keeps what it receives. */
export class Fleet {
  private readonly workers: Worker[] = [];
  private readonly client = new AwsClient({
    accessKeyId: credentials.AWS_ACCESS_KEY_ID,
    secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
    service: 's3',
    region: 'us-east-1',
  });

  private constructor(
    private readonly servers: readonly RunningReceiver[],
    private readonly addresses: Readonly<Record<'nats' | 'store' | 'collector', string>>,
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    private readonly folder: string,
  ) {}

  static async start(paths: Readonly<Record<'nats' | 'store' | 'collector', string>>): Promise<Fleet> {
    const folder = mkdtempSync(join(tmpdir(), 'gclens-fleet-'));
    const [natsPort, storePort, http, grpc] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const addresses = {
      nats: `nats://127.0.0.1:${natsPort}`,
      store: `http://127.0.0.1:${storePort}`,
      collector: `http://127.0.0.1:${http}`,
    };
    for (const part of ['meta', 'objects']) {
      mkdirSync(join(folder, part));
    }
    const servers: RunningReceiver[] = [];
    try {
      servers.push(await RunningReceiver.start(paths.nats, (own) => ['-js', '-sd', own, '-a', '127.0.0.1', '-p', `${natsPort}`], natsPort));
      const connection = await connect({ servers: addresses.nats });
      const manager = await jetstreamManager(connection);
      await manager.streams.add({ name: 'captures', subjects: ['captures'], retention: RetentionPolicy.Workqueue });
      await manager.consumers.add('captures', {
        durable_name: 'gclens',
        ack_policy: AckPolicy.Explicit,
        ack_wait: ackWaitNs,
        max_deliver: -1,
      });
      const events = ['--event-nats-url', addresses.nats, '--event-nats-topic', 'captures'];
      const backend = ['posix', '--sidecar', join(folder, 'meta'), join(folder, 'objects')];
      const keys = { ROOT_ACCESS_KEY: credentials.AWS_ACCESS_KEY_ID, ROOT_SECRET_KEY: credentials.AWS_SECRET_ACCESS_KEY };
      const storeArguments = ['--port', `127.0.0.1:${storePort}`, '--quiet', ...events, ...backend];
      servers.push(await RunningReceiver.start(paths.store, () => storeArguments, storePort, keys));
      const collectorArguments = [
        `--config=${join(root, 'tests/receivers/otlp-sink/sink.yaml')}`,
        `--config=yaml:receivers::otlp::protocols::http::endpoint: 127.0.0.1:${http}`,
        `--config=yaml:receivers::otlp::protocols::grpc::endpoint: 127.0.0.1:${grpc}`,
      ];
      servers.push(await RunningReceiver.start(paths.collector, () => collectorArguments, http));
      const fleet = new Fleet(servers, addresses, connection, manager, folder);
      await fleet.put('', new Uint8Array());
      return fleet;
    } catch (error) {
      await Promise.all(servers.map((server) => server.stop()));
      throw error;
    }
  }

  /** Puts captures into the store, some at a time: the same trace, each with a gzip header of its own and so a capture of its own. */
  async upload(trace: Uint8Array, count: number, first = 0): Promise<void> {
    const packed = gzipSync(trace);
    const numbers = Array.from({ length: count }, (_, k) => first + k).values();
    const putNext = async () => {
      for (const number of numbers) {
        const own = Buffer.from(packed);
        // RFC 1952: the modification time, four bytes from the fifth on.
        own.writeUInt32LE(number + 1, 4);
        await this.put(`shop/${number}.trace.gz`, own);
      }
    };
    await Promise.all(Array.from({ length: 8 }, putNext));
  }

  /** Puts one object. */
  async put(key: string, body: Uint8Array): Promise<void> {
    const response = await this.client.fetch(`${this.addresses.store}/${bucket}${key === '' ? '' : `/${key}`}`, {
      method: 'PUT',
      body: new Uint8Array(body),
    });
    if (!response.ok) {
      throw new Error(`the store answered ${response.status} to a PUT of ${key}: ${await response.text()}`);
    }
  }

  /** @param url of another receiver than the collector @param ends `--once` for a worker that ends with the queue */
  startWorker(url = this.addresses.collector, ends: readonly string[] = ['--once']): Worker {
    const options = [...ends, '--interval', '1', '--settle', '0', '--queue', this.addresses.nats, '--export', url];
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'watch', `s3://${bucket}`, ...options], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...credentials, AWS_ENDPOINT_URL: this.addresses.store, OTEL_SERVICE_NAME: 'shop' },
    });
    const worker = new Worker(child);
    this.workers.push(worker);
    return worker;
  }

  /** Messages in the queue, and in the stream of those that cannot be exported. */
  async messages(): Promise<{ readonly waiting: number; readonly dead: number }> {
    const [captures, dead] = [await this.manager.streams.info('captures'), await this.manager.streams.info('gclens-dead')];
    return { waiting: captures.state.messages, dead: dead.state.messages };
  }

  /** Reasons in the stream of what cannot be exported. */
  async reasons(): Promise<string[]> {
    const { state } = await this.manager.streams.info('gclens-dead');
    const messages = await Promise.all(
      Array.from({ length: state.messages }, (_, k) => this.manager.streams.getMessage('gclens-dead', { seq: state.first_seq + k })),
    );
    return messages.map((message) => message?.header.get('Gclens-Reason') ?? '');
  }

  /** Stops the collector, so that all it received is written, and reads that. */
  async received(): Promise<Received> {
    const collector = this.servers.at(-1);
    await collector?.stop();
    const ids = new Map<string, Set<string>>();
    let all = 0;
    for await (const line of createInterface({ input: createReadStream(join(collector?.folder ?? '', 'spans.jsonl')) })) {
      for (const { resource, traceId, spanId } of readSentSpans(line)) {
        const capture = String(resource['gclens.capture.sha256']);
        ids.set(capture, (ids.get(capture) ?? new Set()).add(traceId + spanId));
        all++;
      }
    }
    const distinct = new Map([...ids].map(([capture, set]) => [capture, set.size]));
    return { distinct, again: all - [...distinct.values()].reduce((sum, size) => sum + size, 0) };
  }

  async stop(): Promise<void> {
    this.workers.forEach((worker) => worker.kill());
    await Promise.all(this.workers.map(({ ended }) => ended));
    await this.connection.close();
    for (const server of this.servers) {
      await server.stop();
      server.remove();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The trace of a recorded service. */
export function readRecordedTrace(): Uint8Array {
  return readRecorded('go1.26-traceparent', 'trace.out');
}

/** A file of a recorded service. */
export function readRecorded(service: string, file: string): Uint8Array {
  return readFileSync(join(root, 'tests/fixtures/services', service, file));
}
