import { GclensError } from '../base';
import { type AppSpan, parseOtlpSpans } from './appSpans';

const traceId = '0AF7651916CD43DD8448EB211C80319C';
const span = {
  traceId,
  spanId: 'b7ad6b7169203331',
  name: 'GET /',
  startTimeUnixNano: '1795432239241365133',
  endTimeUnixNano: '1795432239241365134',
};
const request = (...spans: unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const read = (text: string) => parseOtlpSpans(new TextEncoder().encode(text));
const parse = (text: string) => read(text).spans;

describe('parseOtlpSpans', () => {
  const expected = {
    traceId: traceId.toLowerCase(),
    spanId: 'b7ad6b7169203331',
    parentSpanId: '',
    name: 'GET /',
    startUnixNs: 1795432239241365133n,
    endUnixNs: 1795432239241365134n,
    serviceName: '',
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

  it('reads documents however they follow each other, other signals among them, up to one that is cut off', () => {
    const document = JSON.stringify(request({ ...span, name: 'a "quoted} {name' }), null, 2);
    const { spans, notices } = read(`[${document},${document}]\n{"resourceLogs":[]}${document}\n${document.slice(0, -9)}`);
    expect(spans.map(({ name }) => name)).toEqual(['a "quoted} {name', 'a "quoted} {name', 'a "quoted} {name']);
    expect(notices).toMatchObject([{ severity: 'warning', text: expect.stringMatching(/begins in line \d+ is cut off/) as string }]);
  });

  it('reads what Tempo answers, with ids in base64 and the service’s name', () => {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
    const encoded = { ...span, traceId: 'CvdlGRbNQ92ESOshHIAxnA==', spanId: 't61rcWkgMzE=' };
    const batches = [{ resource, scopeSpans: [{ spans: [encoded] }] }];
    const answer = [{ ...expected, serviceName: 'shop' }];
    expect(parse(JSON.stringify({ batches }))).toEqual(answer);
    expect(parse(JSON.stringify({ trace: { resourceSpans: batches } }))).toEqual(answer);
  });

  describe('of protobuf', () => {
    const spans: AppSpan[] = [{ ...expected, parentSpanId: '00000000000000ab', name: 'GET /é', serviceName: 'shop' }];
    const message = encodeRequest(spans);
    const framed = Uint8Array.from([0, 0, 0, message.length, ...message]);

    it('reads one message, and messages with their length before each', () => {
      expect(parseOtlpSpans(message)).toEqual({ spans, notices: [] });
      expect(parseOtlpSpans(Uint8Array.from([...framed, ...framed])).spans).toEqual([...spans, ...spans]);
    });

    it('reads as many spans of one resource as there are', () => {
      const count = 200_000;
      const [first] = spans;
      const one = Uint8Array.from(first === undefined ? [] : field(2, encodeSpan(first)));
      const scope = longField(2, Buffer.alloc(count * one.length, one));
      expect(parseOtlpSpans(longField(1, scope)).spans).toHaveLength(count);
    });

    it('keeps what is whole before a cut', () => {
      const { spans: kept, notices } = parseOtlpSpans(Uint8Array.from([...framed, ...framed.slice(0, -3)]));
      expect(kept).toEqual(spans);
      expect(notices).toMatchObject([{ severity: 'warning', text: expect.stringContaining('after 1 spans') as string }]);
      expect(() => parseOtlpSpans(message.slice(0, 20))).toThrow(GclensError);
    });
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
    [JSON.stringify(request({ ...span, traceId: 'CvdlGRbNQ92ESOshHIAx' })), /traceId of span 0 is not 32 hex digits/],
    [JSON.stringify(request({ ...span, endTimeUnixNano: 'soon' })), /endTimeUnixNano of span 0/],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => parse(text)).toThrow(GclensError);
    expect(() => parse(text)).toThrow(message);
  });
});

function text(value: string): number[] {
  return [...new TextEncoder().encode(value)];
}

function hex(id: string): number[] {
  return (id.match(/../g) ?? []).map((digits) => parseInt(digits, 16));
}

function fixed64(number: number, value: bigint): number[] {
  return [number * 8 + 1, ...new Uint8Array(BigUint64Array.of(value).buffer)];
}

/** A message within another, of less than 128 bytes. */
function field(number: number, value: readonly number[]): number[] {
  return [number * 8 + 2, value.length, ...value];
}

/** The same of less than 2^28 bytes. */
function longField(number: number, value: Uint8Array): Uint8Array {
  const { length } = value;
  return Buffer.concat([Uint8Array.of(number * 8 + 2, length | 0x80, (length >> 7) | 0x80, (length >> 14) | 0x80, length >> 21), value]);
}

function encodeSpan({ traceId: trace, spanId, parentSpanId, name, startUnixNs, endUnixNs }: AppSpan): number[] {
  return [
    ...field(1, hex(trace)),
    ...field(2, hex(spanId)),
    ...field(4, hex(parentSpanId)),
    ...field(5, text(name)),
    ...[6 * 8, 2],
    ...fixed64(7, startUnixNs),
    ...fixed64(8, endUnixNs),
  ];
}

/** An ExportTraceServiceRequest with one ResourceSpans for each span. */
function encodeRequest(spans: readonly AppSpan[]): Uint8Array {
  return Uint8Array.from(
    spans.flatMap((span) => {
      const attribute = [...field(1, text('service.name')), ...field(2, field(1, text(span.serviceName)))];
      return field(1, [...field(1, field(1, attribute)), ...field(2, field(2, encodeSpan(span)))]);
    }),
  );
}
