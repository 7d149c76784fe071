import { ExportResultCode } from '@opentelemetry/core';
import { InMemorySpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace-base';

import { madeSpans } from '../../tests/receivers/madeSpans';
import { feedExporter } from './feedExporter';

describe('feedExporter', () => {
  it('gives every span to the exporter, in order', async () => {
    const exporter = new InMemorySpanExporter();
    expect(await feedExporter(madeSpans(1000), exporter)).toEqual({ exported: 1000, failed: 0, notGiven: 0, problems: [] });
    expect(exporter.getFinishedSpans().map((span) => span.spanContext().spanId)).toEqual(
      [...madeSpans(1000)].map((span) => span.spanContext().spanId),
    );
  });

  it('calls it one batch after the other, and goes on behind a failure', async () => {
    const sizes: number[] = [];
    let running = 0;
    const exporter: SpanExporter = {
      export: (spans, done) => {
        expect(++running).toBe(1);
        sizes.push(spans.length);
        setTimeout(() => {
          running--;
          if (sizes.length === 2) {
            done({ code: ExportResultCode.FAILED, error: new Error('busy') });
          } else {
            done({ code: ExportResultCode.SUCCESS });
          }
        }, 1);
      },
      shutdown: async () => undefined,
    };
    expect(await feedExporter(madeSpans(25), exporter, { maxSpans: 10 })).toEqual({
      exported: 15,
      failed: 10,
      notGiven: 0,
      problems: ['busy'],
    });
    expect(sizes).toEqual([10, 10, 5]);
  });

  it('counts what an exporter that throws was given as failed, and what was left when it was aborted', async () => {
    const cancel = new AbortController();
    const exporter: SpanExporter = {
      export: () => {
        cancel.abort();
        throw new Error('broken');
      },
      shutdown: async () => undefined,
    };
    expect(await feedExporter(madeSpans(25), exporter, { maxSpans: 10, signal: cancel.signal })).toEqual({
      exported: 0,
      failed: 10,
      notGiven: 15,
      problems: ['broken'],
    });
  });
});
