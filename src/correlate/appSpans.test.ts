import { GclensError } from '../base';
import { parseOtlpSpans } from './appSpans';

const traceId = '0AF7651916CD43DD8448EB211C80319C';
const span = {
  traceId,
  spanId: 'b7ad6b7169203331',
  name: 'GET /',
  startTimeUnixNano: '1795432239241365133',
  endTimeUnixNano: '1795432239241365134',
};
const request = (...spans: unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const parse = (text: string) => parseOtlpSpans(new TextEncoder().encode(text));

describe('parseOtlpSpans', () => {
  const expected = {
    traceId: traceId.toLowerCase(),
    spanId: 'b7ad6b7169203331',
    parentSpanId: '',
    name: 'GET /',
    startUnixNs: 1795432239241365133n,
    endUnixNs: 1795432239241365134n,
  };

  it('reads times as strings', () => {
    expect(parse(JSON.stringify(request(span)))).toEqual([expected]);
  });

  it('reads times as numbers, to the nanosecond', () => {
    expect(parse(JSON.stringify(request(span)).replace(/"(\d{19})"/g, '$1'))).toEqual([expected]);
  });

  it('reads one request a line', () => {
    const line = JSON.stringify(request(span));
    expect(parse(`${line}\n${line}\n`)).toHaveLength(2);
  });

  it('reads requests without spans', () => {
    expect(parse('{"resourceSpans":[{"scopeSpans":[{}]},{}]}')).toEqual([]);
  });

  it.each([
    [' ', /empty file/],
    ['{', /no JSON/],
    ['[]', /resourceSpans/],
    ['{"resourceLogs":[]}', /resourceSpans/],
    ['{"resourceSpans":[7]}', /no object/],
    [JSON.stringify(request({ ...span, traceId: 'CvdlGRbNQ92ESOshHIAxnA==' })), /traceId of span 0 is not 32 hex digits/],
    [JSON.stringify(request({ ...span, endTimeUnixNano: 'soon' })), /endTimeUnixNano of span 0/],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => parse(text)).toThrow(GclensError);
    expect(() => parse(text)).toThrow(message);
  });
});
