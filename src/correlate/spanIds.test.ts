import { parseDatadogSpanId, parseTraceparent, spanIdOfDecimal } from './spanIds';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

describe('parseTraceparent', () => {
  it('reads version 00 and what later versions add', () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId });
    expect(parseTraceparent(`01-${traceId}-${spanId}-01-more`)).toEqual({ traceId, spanId });
  });

  it.each([
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}`,
    '',
  ])('is null for %s', (text) => {
    expect(parseTraceparent(text)).toBeNull();
  });
});

describe('parseDatadogSpanId', () => {
  const ascii = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

  it('reads 8 bytes as little endian, also inside of a larger buffer', () => {
    const bytes = Uint8Array.of(0, 0x31, 0x33, 0x20, 0x69, 0x71, 0x6b, 0xad, 0xb7);
    expect(parseDatadogSpanId(bytes.subarray(1))).toBe(spanId);
  });

  it('reads anything else as decimal', () => {
    expect(parseDatadogSpanId(ascii(BigInt(`0x${spanId}`).toString()))).toBe(spanId);
    expect(parseDatadogSpanId(ascii('18446744073709551615'))).toBe('ffffffffffffffff');
    expect(parseDatadogSpanId(ascii('18446744073709551616'))).toBeNull();
    expect(parseDatadogSpanId(ascii('00000000000000000000000000007'))).toBe('0000000000000007');
    expect(parseDatadogSpanId(ascii('12x'))).toBeNull();
    expect(parseDatadogSpanId(new Uint8Array())).toBeNull();
    expect(parseDatadogSpanId(new Uint8Array(1000))).toBeNull();
  });
});

describe('spanIdOfDecimal', () => {
  it('pads to 16 hex digits', () => {
    expect(spanIdOfDecimal('255')).toBe('00000000000000ff');
  });
});
