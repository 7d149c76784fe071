import { SpanIds } from '../correlate';
import { encodeJsonLines, encoders } from './encode';
import { batchSpans } from './batches';
import { madeSpans } from '../../tests/receivers/madeSpans';

describe('encodeJsonLines', () => {
  it('is one document while the spans fit into one request', () => {
    const lines = [...encodeJsonLines(madeSpans(100))];
    expect(lines).toHaveLength(1);
    const { resourceSpans } = JSON.parse(lines[0] ?? '');
    expect(resourceSpans).toHaveLength(1);
    expect(resourceSpans[0].scopeSpans[0].spans).toHaveLength(100);
  });

  it('writes times that no double holds', () => {
    expect([...encodeJsonLines(madeSpans(1))].join('')).toContain('"startTimeUnixNano":"1795432239000000001"');
  });

  it('is a request without spans where there are none', () => {
    expect([...encodeJsonLines([])].map((line) => JSON.parse(line))).toEqual([{ resourceSpans: [] }]);
  });
});

describe('batchSpans', () => {
  it('takes no more spans than the next batch needs', () => {
    let made = 0;
    const counted = (function* () {
      for (const span of madeSpans(1000)) {
        made++;
        yield span;
      }
    })();
    const batches = batchSpans(counted, encoders.protobuf, { maxSpans: 10, maxBytes: 2 ** 20 });
    batches.next();
    expect(made).toBe(10);
  });
});

describe('SpanIds', () => {
  const ids = new SpanIds('ab'.repeat(32));

  it('are of the length of the W3C and differ by position and capture', () => {
    expect(ids.traceId('a')).toMatch(/^[0-9a-f]{32}$/);
    expect(ids.spanId('a')).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set([ids.spanId('a'), ids.spanId('b'), new SpanIds('cd'.repeat(32)).spanId('a')]).size).toBe(3);
  });
});
