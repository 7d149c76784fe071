import { parseLogLine } from './logLine';

const trace = '2a755c4a6889976349f0401030dd2c4b';
const span = { traceId: trace, spanId: '7438be0e3399bd63' };

describe('parseLogLine', () => {
  it.each([
    ['zap', `{"level":"info","msg":"request","request_id":"req-0-3","trace_id":"${trace}","span_id":"7438be0e3399bd63"}`, span, 'req-0-3'],
    [
      'slog as text',
      `time=2026-11-28T01:44:44Z level=INFO msg=request request_id=req-0-3 trace_id=${trace} span_id=7438be0e3399bd63`,
      span,
      'req-0-3',
    ],
    ['camel case', `{"traceId": "${trace.toUpperCase()}", "spanId": "7438BE0E3399BD63"}`, span, null],
    ['the span above alone', `trace_id=${trace} parent_span_id=7438be0e3399bd63 request_id=7`, null, '7'],
    ['no valid span', `trace_id=${'0'.repeat(32)} span_id=${'0'.repeat(16)} X-Request-ID=7`, null, '7'],
  ])('reads %s', (_, line, ids, requestId) => {
    expect(parseLogLine(line)).toEqual({ span: ids, requestId });
  });

  it('finds nothing in other texts', () => {
    expect(parseLogLine('map catalog with 5 entries, id=7, span id 5')).toBeNull();
  });
});
