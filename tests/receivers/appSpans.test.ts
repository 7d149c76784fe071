import { appSpanNotices, buildSpans } from '../../src/bridge';
import type { AppSpan } from '../../src/correlate';
import { readServiceCapture, type ServiceCapture } from './capture';

describe('spans of the application that are wrong', () => {
  let capture: ServiceCapture;
  beforeAll(async () => {
    capture = await readServiceCapture('go1.26-traceparent');
  });

  /** What is said, and how many requests there are, with each span changed. */
  function withSpans(change: (span: AppSpan) => AppSpan[]): { readonly said: readonly string[]; readonly requests: number } {
    const appSpans = capture.appSpans.flatMap(change);
    const spans = [...buildSpans(capture.analyzed, { sha256: 'ab'.repeat(32), name: 'trace.out' }, { appSpans })];
    return {
      said: appSpanNotices(capture.analyzed, { appSpans }).map(({ text }) => text),
      requests: spans.filter(({ attributes }) => 'gclens.task.id' in attributes).length,
    };
  }

  it('are said to be so, and no request is lost for them', () => {
    const requests = capture.analyzed.facts.tasks.length;
    expect(withSpans((span) => [span])).toEqual({ said: [], requests });
    const empty = expect.stringMatching(/^\d+ spans of the application last no time/);
    expect(withSpans((span) => [{ ...span, endUnixNs: span.startUnixNs }])).toEqual({ said: [empty], requests });
    expect(withSpans((span) => [{ ...span, startUnixNs: span.endUnixNs, endUnixNs: span.startUnixNs }])).toEqual({
      said: [empty],
      requests,
    });
    expect(withSpans((span) => [span, span])).toEqual({
      said: [expect.stringMatching(/^\d+ spans of the application have the ids of another one/)],
      requests,
    });
    expect(withSpans((span) => [{ ...span, spanId: `e${span.spanId.slice(1)}` }])).toEqual({
      said: [expect.stringMatching(/^\d+ of \d+ requests name spans that are not among the application's/)],
      requests,
    });
    const shift = 700_000_000n;
    expect(withSpans((span) => [{ ...span, startUnixNs: span.startUnixNs + shift, endUnixNs: span.endUnixNs + shift }])).toEqual({
      said: ["the application's clock is 700 ms ahead of the trace's: spans are placed by the application's"],
      requests,
    });
  });
});
