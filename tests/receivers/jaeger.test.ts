import { encodeJsonLines, exportSpans, parseEndpoint } from '../../src/bridge';
import { readServiceCapture } from './capture';
import { buildJaeger, startJaeger } from './jaegerServer';
import { readSentSpans, type SentSpan } from './readSpans';

/** Jaeger takes minutes to build the first time, so it is asked for: GCLENS_JAEGER=1. */
const jaeger = process.env.GCLENS_JAEGER === '1' ? buildJaeger() : { missing: 'GCLENS_JAEGER=1 runs it' };
const name = 'missing' in jaeger ? `Jaeger (${jaeger.missing})` : 'Jaeger';
const describeJaeger = 'missing' in jaeger ? describe.skip : describe;

describeJaeger(name, () => {
  it('shows every span of a capture in its trace', async () => {
    const capture = await readServiceCapture('go1.26-traceparent');
    const sent = readSentSpans([...encodeJsonLines(capture.spans())].join(''));
    const server = await startJaeger('path' in jaeger ? jaeger.path : '');
    try {
      const report = await exportSpans(capture.spans(), parseEndpoint(server.otlpUrl));
      expect(report).toMatchObject({ accepted: sent.length, rejected: 0, notSent: 0 });
      const received = await Promise.all(
        [...new Set(sent.map((span) => span.traceId))].map(async (traceId) => {
          const response = await fetch(`${server.queryUrl}/api/v3/traces/${traceId}`);
          return readSentSpans(JSON.stringify(((await response.json()) as { result: unknown }).result));
        }),
      );
      expect(sortById(received.flat()).map(withoutWarnings)).toEqual(sent);
    } finally {
      await server.stop();
    }
  });
});

function sortById(spans: readonly SentSpan[]): SentSpan[] {
  return [...spans].sort((a, b) => (`${a.traceId}${a.spanId}` < `${b.traceId}${b.spanId}` ? -1 : 1));
}

/** Jaeger warns of parents that it does not have: the application's own spans were not sent to it. */
function withoutWarnings(span: SentSpan): SentSpan {
  return { ...span, attributes: Object.fromEntries(Object.entries(span.attributes).filter(([key]) => key !== '@jaeger@warnings')) };
}
