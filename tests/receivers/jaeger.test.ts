import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodeJsonLines, exportSpans, parseEndpoint } from '../../src/bridge';
import { readServiceCapture } from './capture';
import { freePort } from './freePort';
import { buildReceiver, RunningReceiver } from './goReceiver';
import { readSentSpans, type SentSpan } from './readSpans';

/** Jaeger takes minutes to build the first time, so it is asked for: GCLENS_JAEGER=1. */
const jaeger =
  process.env.GCLENS_JAEGER === '1'
    ? buildReceiver('jaeger', 'github.com/jaegertracing/jaeger/cmd/jaeger')
    : { missing: 'GCLENS_JAEGER=1 runs it' };
const name = 'missing' in jaeger ? `Jaeger (${jaeger.missing})` : 'Jaeger';
const describeJaeger = 'missing' in jaeger ? describe.skip : describe;

describeJaeger(name, () => {
  it('shows every span of a capture in its trace', async () => {
    const capture = await readServiceCapture('go1.26-traceparent');
    const sent = readSentSpans([...encodeJsonLines(capture.spans())].join(''));
    const [otlp, query, grpc] = [await freePort(), await freePort(), await freePort()];
    const receiver = await RunningReceiver.start(
      'path' in jaeger ? jaeger.path : '',
      (folder) => [`--config=${configure(folder, { 4318: otlp, 16686: query, 16685: grpc })}`],
      query,
    );
    try {
      const report = await exportSpans(capture.spans(), parseEndpoint(`http://127.0.0.1:${otlp}`));
      expect(report).toMatchObject({ accepted: sent.length, rejected: 0, notSent: 0 });
      const received = await Promise.all(
        [...new Set(sent.map((span) => span.traceId))].map(async (traceId) => {
          const response = await fetch(`http://127.0.0.1:${query}/api/v3/traces/${traceId}`);
          return readSentSpans(JSON.stringify(((await response.json()) as { result: unknown }).result));
        }),
      );
      expect(sortById(received.flat()).map(withoutWarnings)).toEqual(sent);
    } finally {
      await receiver.stop();
      receiver.remove();
    }
  });
});

function configure(folder: string, ports: Readonly<Record<number, number>>): string {
  let config = readFileSync(join(__dirname, 'jaeger/jaeger.yaml'), 'utf8');
  for (const [usual, free] of Object.entries(ports)) {
    config = config.replace(`:${usual}`, `:${free}`);
  }
  const path = join(folder, 'jaeger.yaml');
  writeFileSync(path, config);
  return path;
}

function sortById(spans: readonly SentSpan[]): SentSpan[] {
  return [...spans].sort((a, b) => (`${a.traceId}${a.spanId}` < `${b.traceId}${b.spanId}` ? -1 : 1));
}

/** Jaeger warns of parents that it does not have: the application's own spans were not sent to it. */
function withoutWarnings(span: SentSpan): SentSpan {
  return { ...span, attributes: Object.fromEntries(Object.entries(span.attributes).filter(([key]) => key !== '@jaeger@warnings')) };
}
