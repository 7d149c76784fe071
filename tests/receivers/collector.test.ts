import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { encodeJsonLines, exportSpans, parseEndpoint, signals } from '../../src/bridge';
import { grpcTransport } from '../../src/cli/grpcTransport';
import { readServiceCapture, serviceNames } from './capture';
import { freePort } from './freePort';
import { buildReceiver, RunningReceiver } from './goReceiver';
import { madeSpans } from './madeSpans';
import { readSentSpans } from './readSpans';

/** An OpenTelemetry Collector that writes what it receives as OTLP/JSON, one request a line. */
const collector = buildReceiver('otlp-sink', '.');
const name = 'missing' in collector ? `an OpenTelemetry Collector (${collector.missing})` : 'an OpenTelemetry Collector';
const describeCollector = 'missing' in collector ? describe.skip : describe;

describeCollector(name, () => {
  /** What it wrote after it got these spans. */
  async function sendThrough(spans: Iterable<ReadableSpan>, settings: readonly string[] = [], protocol: 'http' | 'grpc' = 'http') {
    const port = await freePort();
    const grpcPort = await freePort();
    const receiver = await RunningReceiver.start(
      'path' in collector ? collector.path : '',
      () => [
        `--config=${join(__dirname, 'otlp-sink/sink.yaml')}`,
        `--config=yaml:receivers::otlp::protocols::http::endpoint: 127.0.0.1:${port}`,
        `--config=yaml:receivers::otlp::protocols::grpc::endpoint: 127.0.0.1:${grpcPort}`,
        ...settings.map((setting) => `--config=yaml:${setting}`),
      ],
      port,
    );
    try {
      const endpoint = parseEndpoint(`http://127.0.0.1:${protocol === 'grpc' ? grpcPort : port}`, {}, { isComplete: protocol === 'grpc' });
      const transport = grpcTransport(endpoint, { method: signals.traces.method, compression: 'gzip', pem: {} });
      const report = await exportSpans(spans, endpoint, protocol === 'grpc' ? { transport } : {});
      await receiver.stop();
      return { report, received: readSentSpans(readFileSync(join(receiver.folder, 'spans.jsonl'), 'utf8')) };
    } finally {
      receiver.remove();
    }
  }

  it('has every span of each service capture as it was sent, under the application’s own trace ids', async () => {
    const captures = await Promise.all(serviceNames().map(readServiceCapture));
    const sent = readSentSpans(captures.flatMap((capture) => [...encodeJsonLines(capture.spans())]).join(''));
    const { report, received } = await sendThrough(captures.flatMap((capture) => [...capture.spans()]));
    expect(report).toMatchObject({ accepted: sent.length, rejected: 0, notSent: 0, problems: [] });
    expect(received).toEqual(sent);

    for (const { appSpans, analyzed } of captures) {
      const own = new Set(appSpans.map((span) => `${span.traceId} ${span.spanId}`));
      const requests = received.filter((span) => span.name === 'Go task' && own.has(`${span.traceId} ${span.parentSpanId}`));
      expect(requests.length).toBeGreaterThan(0.9 * analyzed.facts.tasks.length);
    }
  });

  it('has the same over gRPC, also where its limit is small', async () => {
    const capture = await readServiceCapture('go1.26-traceparent');
    const sent = readSentSpans([...encodeJsonLines(capture.spans())].join(''));
    const { report, received } = await sendThrough(capture.spans(), [], 'grpc');
    expect(report).toMatchObject({ accepted: sent.length, rejected: 0, notSent: 0, problems: [] });
    expect(received).toEqual(sent);

    const large = [...madeSpans(3000, { filler: 'x'.repeat(1000) })];
    const limited = await sendThrough(large, ['receivers::otlp::protocols::grpc::max_recv_msg_size_mib: 1'], 'grpc');
    expect(limited.report).toMatchObject({ accepted: 3000, rejected: 0, notSent: 0 });
    expect(limited.received.length).toBe(3000);
  });

  it('gets smaller requests where its limit is small', async () => {
    const spans = [...madeSpans(2000, { filler: 'x'.repeat(100) })];
    const limit = 'receivers::otlp::protocols::http::max_request_body_size: 100000';
    const { report, received } = await sendThrough(spans, [limit]);
    expect(report).toMatchObject({ accepted: 2000, rejected: 0, notSent: 0 });
    expect(received.length).toBe(2000);
  });
});
