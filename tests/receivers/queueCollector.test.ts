import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encodeJsonLines, exportSpans, parseEndpoint } from '../../src/bridge';
import { readServiceCapture } from './capture';
import { freePort } from './freePort';
import { buildReceiver, RunningReceiver } from './goReceiver';
import { readSentSpans } from './readSpans';

/** The Collector as provisioning/ configures it, between the workers and the backend. */
const wanted = process.env['GCLENS_FLEET'] !== undefined;
const built = wanted
  ? [buildReceiver('queue-collector', '.'), buildReceiver('otlp-sink', '.')]
  : [{ missing: 'asked for with GCLENS_FLEET=1' }];
const missing = built.flatMap((one) => ('missing' in one ? [one.missing] : []));
const [collector = '', sink = ''] = built.map((one) => ('path' in one ? one.path : ''));
const describeCollector = missing.length > 0 ? describe.skip : describe;
const shipped = join(process.cwd(), 'provisioning/collector.yaml');

describeCollector(`the Collector that is shipped${missing.length > 0 ? ` (${missing.join(', ')})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'gclens-collector-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Ports are those of this test; all else is as shipped. */
  async function start(backendPort: number, percentage = 100): Promise<{ readonly url: string; readonly receiver: RunningReceiver }> {
    const [http, grpc] = [await freePort(), await freePort()];
    const receiver = await RunningReceiver.start(
      collector,
      () => [
        `--config=${shipped}`,
        `--config=yaml:receivers::otlp::protocols::http::endpoint: 127.0.0.1:${http}`,
        `--config=yaml:receivers::otlp::protocols::grpc::endpoint: 127.0.0.1:${grpc}`,
        '--config=yaml:service::telemetry::metrics::level: none',
      ],
      http,
      { QUEUE_DIRECTORY: join(folder, 'queue'), BACKEND: `127.0.0.1:${backendPort}`, SAMPLING_PERCENTAGE: String(percentage) },
    );
    return { url: `http://127.0.0.1:${http}`, receiver };
  }

  async function startBackend(port: number): Promise<RunningReceiver> {
    const file = `--config=${join(__dirname, 'otlp-sink/sink.yaml')}`;
    const ports = [`http::endpoint: 127.0.0.1:${await freePort()}`, `grpc::endpoint: 127.0.0.1:${port}`];
    return RunningReceiver.start(sink, () => [file, ...ports.map((one) => `--config=yaml:receivers::otlp::protocols::${one}`)], port);
  }

  async function receivedBy(backend: RunningReceiver, least: number) {
    const path = join(backend.folder, 'spans.jsonl');
    for (;;) {
      const received = readSentSpans(readFileSync(path, 'utf8'));
      if (received.length >= least) {
        return received;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  it('takes its configuration, and would not take a mistaken one', () => {
    const validate = (path: string) => spawnSync(collector, ['validate', `--config=${path}`], { encoding: 'utf8' });
    expect(validate(shipped)).toMatchObject({ status: 0 });
    const mistaken = join(folder, 'mistaken.yaml');
    writeFileSync(mistaken, readFileSync(shipped, 'utf8').replace('hash_seed: 22', 'hash_sed: 22'));
    const refused = validate(mistaken);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('hash_sed');
  });

  it('brings what it accepted to a backend that was away, also when it is killed meanwhile', async () => {
    const capture = await readServiceCapture('go1.26-traceparent');
    const sent = readSentSpans([...encodeJsonLines(capture.spans())].join(''));
    const port = await freePort();
    const first = await start(port);
    const report = await exportSpans(capture.spans(), parseEndpoint(first.url));
    expect(report).toMatchObject({ accepted: sent.length, rejected: 0, notSent: 0 });
    await first.receiver.stop('SIGKILL');
    first.receiver.remove();
    const backend = await startBackend(port);
    const second = await start(port);
    const received = await receivedBy(backend, sent.length);
    await second.receiver.stop();
    await backend.stop();
    expect(new Set(received.map(({ spanId }) => spanId))).toEqual(new Set(sent.map(({ spanId }) => spanId)));
    second.receiver.remove();
    backend.remove();
  });

  it('samples whole traces', async () => {
    const capture = await readServiceCapture('go1.26-traceparent');
    const sent = readSentSpans([...encodeJsonLines(capture.spans())].join(''));
    const port = await freePort();
    const backend = await startBackend(port);
    const { receiver, url } = await start(port, 50);
    await exportSpans(capture.spans(), parseEndpoint(url));
    await receivedBy(backend, 1);
    // It ends when its queue is sent.
    await receiver.stop();
    await backend.stop();
    const received = readSentSpans(readFileSync(join(backend.folder, 'spans.jsonl'), 'utf8'));
    const kept = new Set(received.map(({ traceId }) => traceId));
    expect(received).toHaveLength(sent.filter(({ traceId }) => kept.has(traceId)).length);
    const share = kept.size / new Set(sent.map(({ traceId }) => traceId)).size;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.7);
    receiver.remove();
    backend.remove();
  });
});
