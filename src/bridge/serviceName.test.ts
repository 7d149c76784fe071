import type { AppSpan } from '../correlate';
import { serviceNameOf } from './serviceName';

const span: AppSpan = { traceId: '', spanId: '', parentSpanId: '', name: '', startUnixNs: 0n, endUnixNs: 0n, serviceName: '' };
const of = (...names: string[]) => serviceNameOf(names.map((serviceName) => ({ ...span, serviceName })));

describe('serviceNameOf', () => {
  it('is the name that all resources with one share', () => {
    expect(of('shop', '', 'shop')).toBe('shop');
  });

  it('is unknown where several services are in the file, or none', () => {
    expect(of('shop', 'cart')).toBeUndefined();
    expect(of('')).toBeUndefined();
  });
});
